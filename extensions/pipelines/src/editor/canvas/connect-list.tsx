import { addIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { connect, connectNew } from './actions';
import { isFit, reasonOf } from './compatible';
import type { ITarget } from './compatible';
import type { GraphView } from './view';
import { useView } from './hooks';
import { METRICS } from '../layout/boxes';
import { nameOf, short } from './words';
import { portHere } from './lookup';

const MOST = 200;
/** From the edge of the canvas, in px. */
const MARGIN = 20;

/** What a port can be connected to, by keyboard or after a drag to where nothing is: those that fit, something new, then the others with why not. */
export function ConnectList(props: { port: string; at?: { x: number; y: number } | null; onClose: () => void }): JSX.Element | null {
  const { port, at: corner = null, onClose } = props;
  const view = useView();
  const { trans } = view;
  const [text, setText] = React.useState('');
  const id = React.useId();
  const input = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => input.current?.focus(), []);
  const targets = React.useMemo(() => view.targetsOf(port).filter(({ isConnected }) => !isConnected), [view, port]);
  // Word by word, so that what is read here finds itself: `align · reads`.
  const wanted = text.toLowerCase().split(/[\s·]+/).filter(Boolean);
  const has = (name: string): boolean => wanted.every(word => name.toLowerCase().includes(word));
  const here = portHere(view.graph, port);
  const newLabel = here?.side === 'in' ? trans.__('New input of the pipeline') : trans.__('New output of the pipeline');
  const canBeNew = here?.node.kind === 'step' && view.whyNot(here.node.parent) === null && has(newLabel);
  const found = targets.filter(({ node, port: other }) => has(`${node.label} ${node.name} ${other.name} ${other.typeText}`));
  const fits = found.filter(({ fit }) => isFit(fit));
  const count = fits.length;
  const shown: (ITarget | null)[] = [...fits, ...(canBeNew ? [null] : []), ...found.filter(({ fit }) => !isFit(fit))].slice(0, MOST);
  // Who has drawn a line to an empty place wants something new there.
  const [chosen, setIndex] = React.useState<number | null>(corner ? null : 0);
  const index = chosen ?? Math.max(0, shown.indexOf(null));
  React.useEffect(() => {
    // Some browsers give something back, which would be taken for what ends the effect.
    document.getElementById(`${id}-${index}`)?.scrollIntoView?.({ block: 'nearest' });
  }, [id, index]);
  const label = trans.__('Connect %1 with', here ? `${nameOf(here.node)} · ${short(here.port.name)}` : '');
  const pick = (at: number): void => {
    const target = shown[at];
    if (target === null) {
      onClose();
      if (connectNew(view, port)) {
        const { selected } = view.model;
        // In a frame it stands with what it is connected to.
        if (corner && selected !== null && here?.node.parent === view.scope) {
          // The end of the line that was drawn is at its edge.
          view.layouts.put(selected, inSight(view, { x: here.side === 'in' ? corner.x - METRICS.endWidth : corner.x, y: corner.y - METRICS.endHeight / 2 }));
        }
      }
    } else if (target && isFit(target.fit)) {
      onClose();
      connect(view, port, target.port.id);
    }
  };
  return (
    <div className="jp-DatalabsGraph-connect" role="dialog" aria-label={label} onBlur={event => !event.currentTarget.contains(event.relatedTarget) && onClose()}>
      <label htmlFor={`${id}-text`}>{label}</label>
      <input
        id={`${id}-text`}
        ref={input}
        type="text"
        role="combobox"
        aria-expanded={true}
        aria-controls={`${id}-list`}
        aria-activedescendant={shown[index] !== undefined ? `${id}-${index}` : undefined}
        placeholder={trans.__('Step, port or type')}
        value={text}
        onChange={({ target: { value } }) => {
          setText(value);
          setIndex(0);
        }}
        onKeyDown={event => {
          event.stopPropagation();
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setIndex(Math.max(0, Math.min(shown.length - 1, index + (event.key === 'ArrowDown' ? 1 : -1))));
          } else if (event.key === 'Enter') {
            pick(index);
          } else if (event.key === 'Escape') {
            onClose();
          }
        }}
      />
      <span className="jp-DatalabsGraph-count" role="status">
        {trans._n('%1 fits', '%1 fit', count)}
      </span>
      <ul id={`${id}-list`} role="listbox" aria-label={label}>
        {shown.map((target, at) => target === null ? (
          <li
            key="new"
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === index}
            onPointerDown={event => {
              event.preventDefault();
              pick(at);
            }}
          >
            <addIcon.react tag="span" width="12px" height="12px" aria-hidden="true" />
            <bdi>{newLabel}</bdi>
            <small>{short(here?.port.typeText ?? '', 60)}</small>
          </li>
        ) : (
          <li
            key={target.port.id}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === index}
            aria-disabled={!isFit(target.fit)}
            onPointerDown={event => {
              event.preventDefault();
              pick(at);
            }}
          >
            <i className={`jp-DatalabsGraph-dot jp-mod-${target.port.family}${target.port.isArray ? ' jp-mod-array' : ''}${target.port.isOptional ? ' jp-mod-optional' : ''}`} />
            <bdi>{target.node.kind === 'step' ? `${nameOf(target.node)} · ${short(target.port.name)}` : nameOf(target.node)}</bdi>
            <small>{short(target.port.typeText, 60)}</small>
            {reasonOf(target.fit) && <small className="jp-mod-reason">{reasonOf(target.fit)}</small>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The nearest corner at which an input or output is seen as a whole. */
function inSight({ canvas, stage }: GraphView, corner: { x: number; y: number }): { x: number; y: number } {
  if (!canvas?.current || !stage) {
    return corner;
  }
  const { left, top, right, bottom } = stage.getBoundingClientRect();
  const first = canvas.current.at(left + MARGIN, top + MARGIN);
  const last = canvas.current.at(right - MARGIN, bottom - MARGIN);
  return {
    x: Math.max(first.x, Math.min(corner.x, last.x - METRICS.endWidth)),
    y: Math.max(first.y, Math.min(corner.y, last.y - METRICS.endHeight))
  };
}
