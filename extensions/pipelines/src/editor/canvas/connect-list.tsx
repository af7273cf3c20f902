import * as React from 'react';
import { connect } from './actions';
import { isFit, reasonOf } from './compatible';
import { useView } from './hooks';
import { nameOf, short } from './words';
import { portHere } from './lookup';

const MOST = 200;

/** What a port can be connected to, by keyboard: those that fit first, the others with why not. */
export function ConnectList(props: { port: string; onClose: () => void }): JSX.Element | null {
  const { port, onClose } = props;
  const view = useView();
  const { trans } = view;
  const [text, setText] = React.useState('');
  const [index, setIndex] = React.useState(0);
  const id = React.useId();
  const input = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => input.current?.focus(), []);
  const targets = React.useMemo(() => view.targetsOf(port).filter(({ isConnected }) => !isConnected), [view, port]);
  const wanted = text.trim().toLowerCase();
  const shown = [...targets]
    .filter(({ node, port: other }) => `${node.label} ${node.name} ${other.name} ${other.typeText}`.toLowerCase().includes(wanted))
    .sort((one, other) => Number(isFit(other.fit)) - Number(isFit(one.fit)))
    .slice(0, MOST);
  const count = shown.filter(({ fit }) => isFit(fit)).length;
  const here = portHere(view.graph, port);
  const label = trans.__('Connect %1 with', here ? `${nameOf(here.node)} · ${short(here.port.name)}` : '');
  const pick = (at: number): void => {
    const target = shown[at];
    if (target && isFit(target.fit)) {
      onClose();
      if (connect(view, port, target.port.id)) {
        view.say(trans.__('Connected with %1, %2', nameOf(target.node), short(target.port.name)));
      }
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
        aria-activedescendant={shown[index] ? `${id}-${index}` : undefined}
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
            const next = Math.max(0, Math.min(shown.length - 1, index + (event.key === 'ArrowDown' ? 1 : -1)));
            setIndex(next);
            document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
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
        {shown.map((target, at) => (
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
