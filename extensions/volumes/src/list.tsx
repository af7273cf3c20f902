import { volumeIcon } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import { infoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { VolumeHere } from './model';
import { durationText, keepsText, stateText } from './words';

export interface IListActions {
  /** Looks into it; one that is not mounted is mounted first. */
  open: (volume: VolumeHere) => void;
  copyPath: (volume: VolumeHere) => void;
  mount: (volume: VolumeHere) => void;
  unmount: (volume: VolumeHere) => void;
}

/** Why a volume cannot be opened; the hub's reason is a sentence of its own. */
export function unavailableText(volume: VolumeHere, trans: TranslationBundle): string {
  return volume.reason ? trans.__('Not available. %1', volume.reason) : trans.__('Not available. The hub gives no reason.');
}

/** What is the matter with a volume; null when nothing is. */
export function noteOf(volume: VolumeHere, now: number, trans: TranslationBundle): string | null {
  const state = stateText(volume, now, trans);
  if (!volume.available) {
    const what = state === null ? unavailableText(volume, trans) : [`${state}.`, volume.reason].filter(Boolean).join(' ');
    return volume.mounted ? `${what} ${keepsText(trans)}` : what;
  }
  return [state && `${state}.`, volume.mounted && volume.why].filter(Boolean).join(' ') || null;
}

/** The keys that move the active option, as a step from the current one. */
function target(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(index + 1, count - 1);
    case 'ArrowUp':
      return Math.max(index - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** Mounted, being changed, or what brings it there. For the pointer only: an option may hold no control, and the menu of the list has it too. */
function MountState(props: { volume: VolumeHere; trans: TranslationBundle; actions: IListActions }): JSX.Element | null {
  const { volume, trans, actions } = props;
  if (volume.isChanging) {
    return <span className="jp-DatalabsVolumes-busy">{volume.mounted ? trans.__('Unmounting…') : trans.__('Mounting…')}</span>;
  }
  if (volume.mounted === null || (!volume.available && !volume.mounted)) {
    return null;
  }
  return (
    <span
      aria-hidden="true"
      className={`jp-DatalabsVolumes-mount${volume.mounted ? ' jp-mod-mounted' : ''}`}
      title={volume.mounted ? trans.__('Take %1 out of this session', volume.title) : (volume.why ?? '')}
      onClick={event => {
        event.stopPropagation();
        (volume.mounted ? actions.unmount : actions.mount)(volume);
      }}
    >
      {volume.mounted ? trans.__('Unmount') : trans.__('Mount')}
    </span>
  );
}

function Row(props: {
  volume: VolumeHere;
  id: string;
  active: boolean;
  now: number;
  trans: TranslationBundle;
  actions: IListActions;
  onActivate: () => void;
}): JSX.Element {
  const { volume, id, active, now, trans, actions } = props;
  const note = noteOf(volume, now, trans);
  const mission = volume.release ? `${volume.mission} ${volume.release}` : volume.mission;
  const mounted = volume.mounted === null ? null : volume.mounted ? trans.__('mounted') : trans.__('not mounted');
  const since = volume.since && volume.state === 'ok' ? trans.__('Answers well, for %1', durationText(now - Date.parse(volume.since), trans)) : null;
  const lines = [volume.description, `${volume.path}, ${trans.__('read-only')}`, volume.licence, since, volume.mounted ? null : volume.why].filter(Boolean);
  return (
    <li
      id={id}
      role="option"
      data-volume={volume.name}
      aria-selected={active}
      aria-disabled={!volume.available}
      aria-busy={volume.isChanging}
      aria-label={[
        volume.title,
        mission,
        ...(volume.simulated ? [trans.__('simulated')] : []),
        ...(mounted ? [mounted] : []),
        ...(volume.available ? [volume.path] : []),
        ...(note ? [note] : [])
      ].join(', ')}
      className={`jp-DatalabsVolumes-row${active ? ' jp-mod-active' : ''}${volume.available && volume.mounted !== false ? '' : ' jp-mod-unavailable'}`}
      title={lines.join('\n')}
      onMouseDown={props.onActivate}
      onClick={() => actions.open(volume)}
    >
      <volumeIcon.react tag="span" className="jp-DatalabsVolumes-icon" width="16px" height="16px" />
      <span className="jp-DatalabsVolumes-text">
        <span className="jp-DatalabsVolumes-title">
          <span className="jp-DatalabsVolumes-name">{volume.title}</span>
          {volume.simulated && <span className="jp-DatalabsVolumes-badge">{trans.__('simulated')}</span>}
          <MountState volume={volume} trans={trans} actions={actions} />
        </span>
        <span className="jp-DatalabsVolumes-detail">
          {mission} · {volume.mounted === false ? trans.__('Not mounted') : volume.path}
        </span>
        {note && (
          <span className="jp-DatalabsVolumes-detail jp-mod-reason">
            <infoIcon.react tag="span" className="jp-DatalabsVolumes-noteIcon" width="14px" height="14px" />
            <span>{note}</span>
          </span>
        )}
      </span>
    </li>
  );
}

/** The volumes as a list box: arrows move, Enter looks into one, Ctrl C copies its path, the menu key has the rest. */
export function VolumeList(props: {
  volumes: readonly VolumeHere[];
  /** The one that was looked into last. */
  current: string | null;
  now: number;
  trans: TranslationBundle;
  actions: IListActions;
  onCurrent: (name: string) => void;
}): JSX.Element {
  const { volumes, now, trans, actions, onCurrent } = props;
  const prefix = React.useId();
  const index = Math.max(0, volumes.findIndex(({ name }) => name === props.current));
  const current = volumes[index]!;

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const next = target(event.key, index, volumes.length);
    if (next !== null) {
      onCurrent(volumes[next]!.name);
      document.getElementById(`${prefix}-${next}`)?.scrollIntoView?.({ block: 'nearest' });
    } else if (event.key === 'Enter' || event.key === ' ') {
      actions.open(current);
    } else if (event.key.toLowerCase() === 'c' && !event.shiftKey && (event.ctrlKey || event.metaKey)) {
      actions.copyPath(current);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <ul
      className="jp-DatalabsVolumes-list"
      role="listbox"
      tabIndex={0}
      aria-label={trans.__('Archive volumes')}
      aria-keyshortcuts="Enter Control+C"
      aria-activedescendant={`${prefix}-${index}`}
      onKeyDown={onKeyDown}
    >
      {volumes.map((volume, i) => (
        <Row
          key={volume.name}
          id={`${prefix}-${i}`}
          volume={volume}
          active={i === index}
          now={now}
          trans={trans}
          actions={actions}
          onActivate={() => onCurrent(volume.name)}
        />
      ))}
    </ul>
  );
}
