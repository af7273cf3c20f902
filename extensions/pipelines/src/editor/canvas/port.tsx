import type { IGraphPort, Severity } from '@jupyter-datalabs/cwl';
import { Handle, Position } from '@xyflow/react';
import * as React from 'react';
import { isFit } from './compatible';
import { useOf, useView } from './hooks';
import { problemErrorIcon, problemInfoIcon, problemWarningIcon } from './icons';
import { mergeText, short } from './words';

/** Signs of mathematics, the same in all languages. */
const VALUE_FROM = 'ƒ';
const DEFAULT = '=';
const SEVERITY_ICONS = { error: problemErrorIcon, warning: problemWarningIcon, info: problemInfoIcon };

export function SeverityIcon(props: { severity: Severity }): JSX.Element {
  const Icon = SEVERITY_ICONS[props.severity];
  return <Icon.react tag="span" className={`jp-DatalabsGraph-severity jp-mod-${props.severity}`} width="12px" height="12px" aria-hidden="true" />;
}

/** A dot at the edge of a card: square for arrays, hollow for what may be left out. */
export const Dot = React.memo(function Dot(props: { port: IGraphPort; side: 'in' | 'out'; isFixed?: boolean }): JSX.Element {
  const { port, side } = props;
  const view = useView();
  const state = useOf(view.connectingChanged, () => {
    const { connecting } = view;
    if (!connecting) {
      return '';
    }
    const target = connecting.targets.get(port.id);
    return connecting.port === port.id ? ' jp-mod-from' : target && isFit(target.fit) ? ' jp-mod-fits' : ' jp-mod-no';
  });
  const look = `jp-mod-${port.family}${port.isArray ? ' jp-mod-array' : ''}${port.isOptional ? ' jp-mod-optional' : ''}`;
  return (
    <Handle
      id={port.id}
      type={side === 'in' ? 'target' : 'source'}
      position={side === 'in' ? Position.Left : Position.Right}
      className={`jp-DatalabsGraph-dot jp-mod-${side} ${look}${state}`}
      data-port={port.id}
    />
  );
});

/** A port of a card: its dot, its name, and what else decides its value. */
export const Port = React.memo(function Port(props: { port: IGraphPort; side: 'in' | 'out'; worst?: Severity | undefined; name?: string }): JSX.Element {
  const { port, side, worst } = props;
  const view = useView();
  const { model, trans } = view;
  const isChosen = useOf(model.selectedChanged, () => model.selected === port.id);
  return (
    <div
      className={`jp-DatalabsGraph-port jp-mod-${side}${isChosen ? ' jp-mod-chosen' : ''}${port.isConnected ? '' : ' jp-mod-free'}`}
      data-port={port.id}
      onClick={event => {
        event.stopPropagation();
        model.select(port.id);
      }}
    >
      <Dot port={port} side={side} />
      {port.isScattered && <span className="jp-DatalabsGraph-scattered" role="img" aria-label={trans.__('Scattered')} />}
      <bdi className="jp-DatalabsGraph-portName">{short(props.name ?? port.name)}</bdi>
      {port.valueFrom !== null && (
        <span className="jp-DatalabsGraph-chip jp-mod-value" role="img" aria-label={trans.__('Value from an expression')}>
          {VALUE_FROM}
        </span>
      )}
      {port.valueFrom === null && port.hasDefault && side === 'in' && (
        <span className="jp-DatalabsGraph-chip jp-mod-value" role="img" aria-label={trans.__('Has a default')}>
          {DEFAULT}
        </span>
      )}
      {mergeText(port, trans).map(words => (
        <span key={words.short} className="jp-DatalabsGraph-chip" role="img" aria-label={words.long}>
          {words.short}
        </span>
      ))}
      {worst && <SeverityIcon severity={worst} />}
    </div>
  );
});
