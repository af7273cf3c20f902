import type { DatalabSummary, IProblemInfo, ServerModel, Step } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HOME_DATALAB } from './tokens';

const ORDER: readonly Step[] = ['queued', 'placing', 'mounting', 'starting', 'listening', 'ready'];

/** What the hub says it does now, in words. */
export function stepText(trans: TranslationBundle, step: Step | null): string {
  switch (step) {
    case null:
      return trans.__('asking the hub');
    case 'placing':
      return trans.__('preparing the sandbox');
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
      : stepText(trans, session?.step ?? null);
  return seconds < 1
    ? trans.__('Starting %1: %2', title, what)
    : trans.__('Starting %1: %2 (%3 s)', title, what, seconds);
}

/** Share of the steps that are behind, 0 to 1. */
export function progressOf(session: ServerModel | undefined): number {
  const step = session?.pending === 'spawn' ? session.step : null;
  return step ? ORDER.indexOf(step) / (ORDER.length - 1) : 0;
}
