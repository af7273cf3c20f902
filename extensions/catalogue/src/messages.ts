import { chosenVolumes } from '@jupyter-datalabs/hub-client';
import type { DatalabSummary, IProblemInfo, ServerModel, Step } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HOME_DATALAB } from './tokens';

const ORDER: readonly Step[] = ['queued', 'placing', 'pulling', 'mounting', 'starting', 'listening', 'ready'];

/** What the hub says it does now, in words. */
export function stepText(trans: TranslationBundle, step: Step | null): string {
  switch (step) {
    case null:
      return trans.__('asking the hub');
    case 'placing':
      return trans.__('preparing the sandbox');
    case 'pulling':
      return trans.__('fetching its software');
    case 'mounting':
      return trans.__('mounting volumes and workspace');
    case 'starting':
      return trans.__('starting its programs');
    case 'listening':
      return trans.__('waiting for its first answer');
    case 'ready':
      return trans.__('ready');
    default:
      return trans.__('waiting its turn');
  }
}

/** What a datalab opens as; of the home, that it is the home: its title says JupyterLab already. */
export function kindText(trans: TranslationBundle, datalab: Pick<DatalabSummary, 'id' | 'kind'>): string {
  if (datalab.id === HOME_DATALAB) {
    return trans.__('Home');
  }
  switch (datalab.kind) {
    case 'desktop':
      return trans.__('Desktop');
    case 'jupyter':
      return trans.__('JupyterLab');
    default:
      return trans.__('Web application');
  }
}

/** What happened, and what can be done about it. */
export function problemSentence(problem: IProblemInfo): string {
  return problem.action ? `${problem.detail} ${problem.action}` : problem.detail;
}

/** JupyterLab shows no more of a message than this, and an ellipsis. */
export const SHOWN_LENGTH = 140;

/** What has failed, and why. What to do is told besides where there is room for all of it: half of it would mislead. */
export function failureText(trans: TranslationBundle, failed: string, problem: IProblemInfo): string {
  const whole = trans.__('%1. %2', failed, problemSentence(problem));
  return whole.length > SHOWN_LENGTH ? trans.__('%1. %2', failed, problem.detail) : whole;
}

/** Of a title, as much as a launcher card has room for. */
const CARD_TITLE_LENGTH = 34;

/** The lines of a launcher card: a long title would make every card of its row higher. */
export function cardText(trans: TranslationBundle, datalab: Pick<DatalabSummary, 'id' | 'kind' | 'title'>): string {
  const letters = [...datalab.title];
  const cut = letters.slice(0, CARD_TITLE_LENGTH - 1).join('');
  // At a word's end, unless that leaves next to nothing.
  const title = letters.length <= CARD_TITLE_LENGTH ? datalab.title : `${/^(.{20,})\s\S*$/su.exec(cut)?.[1] ?? cut}…`;
  return `${title}\n${kindText(trans, datalab)}`;
}

/** What a card says of its datalab when it is pointed at. */
export const captionOf = ({ title, abstract }: Pick<DatalabSummary, 'title' | 'abstract'>): string => `${title}: ${abstract}`;

/** The line of the progress notification. */
export function startingMessage(
  trans: TranslationBundle,
  options: { title: string; session: ServerModel | undefined; seconds: number; offline: boolean }
): string {
  const { title, session, seconds, offline } = options;
  const what = offline
    ? trans.__('waiting for the hub to answer')
    : session?.pending === 'stop'
      ? trans.__('waiting for the last one to stop')
      : session?.place
        ? trans.__('waiting its turn, place %1 of %2', session.place.place, session.place.of)
        : stepText(trans, session?.step ?? null);
  const usual = offline || session?.place ? 0 : Math.round(usualMs(session) / 1000);
  if (seconds < 1) {
    return trans.__('Starting %1: %2', title, what);
  }
  return usual < 1
    ? trans.__('Starting %1: %2 (%3 s)', title, what, seconds)
    : trans.__('Starting %1: %2 (%3 s, usually %4 s)', title, what, seconds, usual);
}

/** What its start takes in the middle case, milliseconds; 0 while the hub has seen too few. */
function usualMs(session: ServerModel | undefined): number {
  return (session?.medians ?? []).reduce((sum, { ms }) => sum + ms, 0);
}

/** Share of the steps that are behind, 0 to 1. */
export function progressOf(session: ServerModel | undefined): number {
  const step = session?.pending === 'spawn' ? session.step : null;
  const total = usualMs(session);
  if (session && step && total > 0) {
    // By what the steps usually take, so that the bar moves as time does.
    const over = new Set(session.steps.filter(({ endedAt }) => endedAt !== null).map(timing => timing.step));
    return (session.medians ?? []).reduce((sum, median) => sum + (over.has(median.step) ? median.ms : 0), 0) / total;
  }
  return step ? ORDER.indexOf(step) / (ORDER.length - 1) : 0;
}

/** Which volumes were chosen for a session, and which it had to start without; nothing where it has all. */
export function volumesText(trans: TranslationBundle, session: Pick<ServerModel, 'user_options' | 'without'>): string[] {
  const chosen = chosenVolumes(session);
  const without = session.without?.map(({ title }) => title) ?? [];
  return [
    ...(chosen ? [chosen.length > 0 ? trans.__('Volumes chosen: %1', chosen.join(', ')) : trans.__('Volumes chosen: none')] : []),
    ...(without.length > 0 ? [trans.__('Started without %1, which did not answer', without.join(', '))] : [])
  ];
}
