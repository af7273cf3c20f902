import type { ProgressEvent, Step } from '@jupyter-datalabs/contract';
import type { SessionView } from '../services/sessions/types.js';
import { failureOf, toServerModel } from './models.js';

/** How far each step is, in per cent, and what it means to a person. */
const STEPS: Record<Step, [progress: number, message: string]> = {
  queued: [0, 'Start requested'],
  placing: [10, 'Finding a place to run'],
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
  return { progress: Math.min(progress, 99), message, step, steps };
}
