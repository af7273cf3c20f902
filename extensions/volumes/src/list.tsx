import type { Volume } from '@jupyter-datalabs/hub-client';
import { volumeIcon } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import { copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

export interface IVolumeActions {
  open: (volume: Volume) => void;
  copyPath: (volume: Volume) => void;
}

/** Why a volume cannot be opened; the hub's reason is a sentence of its own. */
export function unavailableText(volume: Volume, trans: TranslationBundle): string {
  return volume.reason ? trans.__('Not available. %1', volume.reason) : trans.__('Not available. The hub gives no reason.');
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

function Row(props: {
  volume: Volume;
  id: string;
  active: boolean;
  trans: TranslationBundle;
  actions: IVolumeActions;
  onActivate: () => void;
}): JSX.Element {
  const { volume, id, active, trans, actions } = props;
  const lines = [volume.description, `${volume.path}, ${trans.__('read-only')}`, volume.licence].filter(Boolean);
  return (
    <li
      id={id}
      role="option"
      aria-selected={active}
      aria-disabled={!volume.available}
      aria-label={[
        volume.title,
        volume.mission,
        ...(volume.simulated ? [trans.__('simulated')] : []),
        volume.available ? volume.path : unavailableText(volume, trans)
      ].join(', ')}
      className={`jp-DatalabsVolumes-row${active ? ' jp-mod-active' : ''}${volume.available ? '' : ' jp-mod-unavailable'}`}
      title={lines.join('\n')}
      onMouseDown={props.onActivate}
      onClick={() => actions.open(volume)}
    >
      <volumeIcon.react tag="span" className="jp-DatalabsVolumes-icon" width="16px" height="16px" />
      <span className="jp-DatalabsVolumes-text">
        <span className="jp-DatalabsVolumes-title">
          <span className="jp-DatalabsVolumes-name">{volume.title}</span>
          {volume.simulated && <span className="jp-DatalabsVolumes-badge">{trans.__('simulated')}</span>}
        </span>
        {volume.available ? (
          <span className="jp-DatalabsVolumes-detail">
            {volume.mission} · {volume.path}
          </span>
        ) : (
          <span className="jp-DatalabsVolumes-detail jp-mod-reason">
            {unavailableText(volume, trans)}
          </span>
        )}
      </span>
      {/* For the pointer only: an option may hold no control of its own, and the list has a key for it. */}
      <span
        aria-hidden="true"
        className="jp-DatalabsVolumes-copy"
        title={trans.__('Copy path %1', volume.path)}
        onClick={event => {
          event.stopPropagation();
          actions.copyPath(volume);
        }}
      >
        <copyIcon.react tag="span" width="16px" height="16px" />
      </span>
    </li>
  );
}

/** The volumes as a list box: arrows move, Enter opens, Ctrl C copies the path. */
export function VolumeList(props: {
  volumes: readonly Volume[];
  trans: TranslationBundle;
  actions: IVolumeActions;
}): JSX.Element {
  const { volumes, trans, actions } = props;
  const [active, setActive] = React.useState(0);
  const prefix = React.useId();
  const index = Math.min(active, volumes.length - 1);
  const current = volumes[index]!;

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const next = target(event.key, index, volumes.length);
    if (next !== null) {
      setActive(next);
      document.getElementById(`${prefix}-${next}`)?.scrollIntoView?.({ block: 'nearest' });
    } else if (event.key === 'Enter' || event.key === ' ') {
      actions.open(current);
    } else if (event.key === 'c' && (event.ctrlKey || event.metaKey)) {
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
          trans={trans}
          actions={actions}
          onActivate={() => setActive(i)}
        />
      ))}
    </ul>
  );
}
