import type { CwlJobState } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { busyIcon, cancelledIcon, doneIcon, skippedIcon, wrongIcon } from '../palette/icons';

/** How the steps of the run that is followed are, by the ids of their nodes: for whatever draws them. */
export interface IRunMarks {
  states: ReadonlyMap<string, CwlJobState>;
  /** The document is another than what was run; null where that is not known. */
  isStale: boolean | null;
}

export const RunStates = React.createContext<IRunMarks>({ states: new Map(), isStale: false });

const ICONS: Record<CwlJobState, LabIcon> = { running: busyIcon, done: doneIcon, failed: wrongIcon, cancelled: cancelledIcon, skipped: skippedIcon };

export function stateWord(state: CwlJobState, trans: TranslationBundle): string {
  switch (state) {
    case 'running':
      return trans.__('Running');
    case 'done':
      return trans.__('Done');
    case 'failed':
      return trans.__('Failed');
    case 'cancelled':
      return trans.__('Cancelled');
    case 'skipped':
      return trans.__('Skipped');
  }
}

/** A state as icon and word. */
export function StateMark(props: { state: CwlJobState; trans: TranslationBundle }): JSX.Element {
  const Icon = ICONS[props.state];
  return (
    <span className={`jp-DatalabsRuns-state jp-mod-${props.state}`}>
      <Icon.react tag="span" className="jp-DatalabsRuns-icon" width="16px" height="16px" aria-hidden="true" />
      {stateWord(props.state, props.trans)}
    </span>
  );
}

/** How a step is in the run that is followed, for its node; nothing without one. */
export function RunMark(props: { node: string; trans: TranslationBundle }): JSX.Element | null {
  const { states, isStale } = React.useContext(RunStates);
  const state = states.get(props.node);
  if (!state) {
    return null;
  }
  const Icon = ICONS[state];
  const { trans } = props;
  const word = stateWord(state, trans);
  const label =
    isStale === null
      ? trans.__('Test run, perhaps of an earlier text: %1', word)
      : isStale
        ? trans.__('Test run before the last changes: %1', word)
        : trans.__('Test run: %1', word);
  return (
    <span className={`jp-DatalabsRuns-state jp-mod-${state}${isStale === false ? '' : ' jp-mod-stale'}`} role="img" aria-label={label} data-tip={label}>
      <Icon.react tag="span" className="jp-DatalabsRuns-icon" width="16px" height="16px" aria-hidden="true" />
    </span>
  );
}

/** How long something took, or has taken until now. */
export function duration(started: number | null, ended: number | null, now: number): string {
  if (started === null) {
    return '';
  }
  const seconds = Math.max(0, Math.round(((ended ?? now) - started) / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
