import type { ProgressEvent, Step } from '@jupyter-datalabs/contract';
import type { SessionView } from '../services/sessions/types.js';
import { failureOf, toServerModel } from './models.js';

/** How far each step is, in per cent, and what it means to a person. */
const STEPS: Record<Step, [progress: number, message: string]> = {
  queued: [0, 'Start requested'],
  placing: [10, 'Finding a place to run'],
  pulling: [15, 'Fetching its software'],
  mounting: [25, 'Connecting files and archive volumes'],
  starting: [45, 'Starting the program'],
  listening: [80, 'Waiting for its first answer'],
  ready: [100, 'Ready']
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`);
}

/** A session's state as one event of JupyterHub's progress stream. Null session: it was cancelled or removed. */
export function progressOf(session: SessionView | null): ProgressEvent {
  if (!session || session.state === 'stopping' || session.state === 'stopped') {
    return { progress: 100, message: 'The session was stopped.', failed: true, step: null, steps: session ? toServerModel(session).steps : [] };
  }
  const { steps } = toServerModel(session);
  const problem = failureOf(session);
  if (session.state === 'failed') {
    return { progress: 100, message: `Start failed: ${problem?.detail ?? 'the session ended.'}`, failed: true, step: null, steps, ...(problem ? { problem } : {}) };
  }
  if (session.state === 'ready') {
    const url = session.url;
    return {
      progress: 100, message: `Server ready at ${url}`, html_message: `Server ready at <a href="${escape(url)}">${escape(url)}</a>`, ready: true, url, step: 'ready', steps
    };
  }
  const step = session.steps.at(-1)?.step ?? 'queued';
  const [progress, message] = STEPS[step];
  const medians = session.medians?.length ? { medians: session.medians } : {};
  if (session.place) {
    const { place, of } = session.place;
    return { progress, message: `Waiting for its turn: place ${place} of ${of}`, step, steps, place, of, ...medians };
  }
  const without = session.without?.map(({ title }) => title).join(', ');
  return { progress: Math.min(progress, 99), message: without ? `${message}, without ${without}: no answer` : message, step, steps, ...medians };
}

/** What somebody who comes late has missed: each step that is over, as it was told when it began. */
function past(session: SessionView): ProgressEvent[] {
  const { steps } = toServerModel(session);
  return steps.slice(0, session.state === 'starting' ? -1 : undefined).filter(({ step }) => step !== 'ready').map(({ step }, index) => {
    const [progress, message] = STEPS[step];
    return { progress, message, step, steps: steps.slice(0, index + 1) };
  });
}

const texts = new WeakMap<SessionView, string>();

/** The current event as JSON, written once however many streams are told. */
export function progressText(session: SessionView | null): string {
  if (!session) {
    return JSON.stringify(progressOf(null));
  }
  let text = texts.get(session);
  if (text === undefined) {
    text = JSON.stringify(progressOf(session));
    texts.set(session, text);
  }
  return text;
}

export function pastTexts(session: SessionView): string[] {
  return past(session).map(event => JSON.stringify(event));
}

/** Nothing comes after it. */
export function isLast(session: SessionView | null): boolean {
  return session?.state !== 'starting';
}

/** What changed between the two is none of a start's business (activity, for one). */
export function isSameProgress(a: SessionView, b: SessionView): boolean {
  return a.steps === b.steps && a.state === b.state && a.failure === b.failure && a.place === b.place && a.without === b.without;
}
