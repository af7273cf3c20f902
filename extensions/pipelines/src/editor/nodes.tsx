import { useStore } from '@xyflow/react';
import type { NodeProps } from '@xyflow/react';
import { caretRightIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { FlowNode } from './canvas/flow';
import { useView } from './canvas/hooks';
import { chevronIcon, containerIcon, scatterIcon } from './canvas/icons';
import type { IMarks } from './canvas/marks';
import { Dot, Port, SeverityIcon } from './canvas/port';
import { groupPort } from './canvas/shown';
import type { IShownNode } from './canvas/shown';
import { classIcon, classText, nameOf, nodeText, short, stateIcon, stateText } from './canvas/words';
import { boxOf, hasState, portsOf } from './layout/boxes';
import { RunMark } from '../runs/states';

function Icon(props: { icon: LabIcon; className?: string; label?: string; size?: number }): JSX.Element {
  const { icon: Drawn, className, label, size = 16 } = props;
  const said = label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true };
  return <Drawn.react tag="span" className={className ?? ''} width={`${size}px`} height={`${size}px`} {...said} />;
}

/** How many problems, and how bad; leads to the first of the worst. */
function Marks(props: { marks: IMarks | null }): JSX.Element | null {
  const { marks } = props;
  const { model, trans } = useView();
  return (
    marks && (
      <button
        type="button"
        tabIndex={-1}
        className={`jp-DatalabsGraph-marks jp-mod-${marks.worst} nodrag`}
        aria-label={trans._n('%1 problem', '%1 problems', marks.count)}
        data-tip={marks.messages.join('\n')}
        onClick={event => {
          event.stopPropagation();
          model.select(marks.first);
        }}
      >
        <SeverityIcon severity={marks.worst} />
        {marks.count}
      </button>
    )
  );
}

function When(props: { node: IShownNode }): JSX.Element | null {
  const { trans } = useView();
  const { when } = props.node;
  return when === null ? null : (
    <span className="jp-DatalabsGraph-when" role="img" aria-label={trans.__('Runs only when %1', short(when))} data-tip={trans.__('Runs only when\n%1', short(when))} />
  );
}

function Expand(props: { node: IShownNode }): JSX.Element | null {
  const { model, trans } = useView();
  const { run, id } = props.node;
  return run?.canExpand ? (
    <button
      type="button"
      tabIndex={-1}
      className="jp-DatalabsGraph-button nodrag"
      aria-expanded={run.isExpanded}
      aria-label={run.isExpanded ? trans.__('Fold what is in it') : trans.__('Show what is in it')}
      data-tip={run.isExpanded ? trans.__('Fold what is in it') : trans.__('Show what is in it. A double click shows it alone.')}
      onClick={event => {
        event.stopPropagation();
        model.expand(id, !run.isExpanded);
      }}
    >
      <Icon icon={chevronIcon} />
    </button>
  ) : null;
}

const MOST_LETTERS = 24;
/** A bold letter is about seven tenths as wide as high. */
const LETTER = 0.7;
const BESIDE_NAME = 24;

/** From afar a name is as large as its longest word allows, so that words stay whole. */
function Name(props: { node: IShownNode }): JSX.Element {
  const name = nameOf(props.node);
  const longest = Math.min(MOST_LETTERS, Math.max(...name.split(/[\s-]+/).map(({ length }) => length)));
  return (
    <bdi className="jp-DatalabsGraph-name" style={{ '--most': `${Math.round((boxOf(props.node).width - BESIDE_NAME) / LETTER / longest)}px` } as React.CSSProperties}>
      {name}
    </bdi>
  );
}

function Head(props: { node: IShownNode; marks: IMarks | null }): JSX.Element {
  const { node, marks } = props;
  const { trans } = useView();
  const { run, image } = node;
  return (
    <div className="jp-DatalabsGraph-head">
      <Icon icon={classIcon(node)} className="jp-DatalabsGraph-class" label={classText(node, trans)} />
      <div className="jp-DatalabsGraph-title">
        <Name node={node} />
        {!node.isFrame && (
          <span className="jp-DatalabsGraph-run">
            {image !== null && <Icon icon={containerIcon} size={12} label={trans.__('Runs in a container')} />}
            <bdi>{short(run?.text ?? (image || classText(node, trans)))}</bdi>
          </span>
        )}
      </div>
      <RunMark node={node.id} trans={trans} />
      {marks?.worst !== 'info' && <Marks marks={marks} />}
      <Expand node={node} />
    </div>
  );
}

function Strips(props: { node: IShownNode }): JSX.Element {
  const { node } = props;
  const { trans } = useView();
  const { scatter, run } = node;
  return (
    <>
      {hasState(node) && (
        <div className={`jp-DatalabsGraph-strip jp-mod-state jp-mod-${run!.state}`} data-tip={run!.why ?? ''}>
          <Icon icon={stateIcon(node)} size={12} />
          <span>{stateText(node, trans)}</span>
        </div>
      )}
      {scatter && (
        <div className="jp-DatalabsGraph-strip jp-mod-scatter" data-tip={trans.__('Runs once for each item of %1', short(scatter.ports.join(', ')))}>
          <Icon icon={scatterIcon} size={12} />
          <bdi>{short(scatter.ports.join(' × '))}</bdi>
          {scatter.method && <span className="jp-DatalabsGraph-chip">{short(scatter.method.replace(/_crossproduct|product$/, '').replace('_', ' '), 24)}</span>}
        </div>
      )}
    </>
  );
}

function FoldRow(props: { node: IShownNode }): JSX.Element | null {
  const view = useView();
  const { id, folded, canFold } = props.node;
  return folded > 0 || canFold ? (
    <button
      type="button"
      tabIndex={-1}
      className="jp-DatalabsGraph-fold nodrag"
      aria-expanded={folded === 0}
      onClick={event => {
        event.stopPropagation();
        view.toggleFold(id);
      }}
    >
      {folded > 0 ? view.trans.__('+ %1 unused', folded) : view.trans.__('− Hide unused')}
    </button>
  ) : null;
}

const mod = (name: string, is: unknown): string => (is ? ` jp-mod-${name}` : '');

/** Below this zoom a port is a pixel: names are all that is drawn, which keeps hundreds of cards fast to move. */
const TINY = 0.25;
const isTiny = ({ transform }: { transform: [number, number, number] }): boolean => transform[2] < TINY;

/** Where edges end on a card that shows no ports: the canvas measures them, nobody sees or takes hold of them. */
function Ends(props: { node: IShownNode }): JSX.Element {
  return (
    <>
      {portsOf(props.node).map(({ id, side, y }) => (
        <i
          key={id}
          className={`react-flow__handle jp-DatalabsGraph-endOfEdge ${side === 'in' ? 'target' : 'source'}`}
          data-handleid={id}
          data-handlepos={side === 'in' ? 'left' : 'right'}
          style={side === 'in' ? { left: 0, top: y } : { right: 0, top: y }}
        />
      ))}
    </>
  );
}

export const StepNode = React.memo(function StepNode({ data: { node, marks }, selected }: NodeProps<FlowNode>): JSX.Element {
  const { trans } = useView();
  if (useStore(isTiny)) {
    return (
      <div className={`jp-DatalabsGraph-step jp-mod-tiny${mod('runs-workflow', node.run?.class === 'Workflow')}${mod('selected', selected)}${mod('stacked', node.scatter)}${mod('absent', hasState(node))}`} data-node={node.id} role="group" aria-label={nodeText(node, trans)}>
        <div className="jp-DatalabsGraph-head">
          <Name node={node} />
          {marks?.worst === 'error' && <Marks marks={marks} />}
        </div>
        <Ends node={node} />
      </div>
    );
  }
  return (
    <div className={`jp-DatalabsGraph-step${mod('runs-workflow', node.run?.class === 'Workflow')}${mod('selected', selected)}${mod('stacked', node.scatter)}${mod('absent', hasState(node))}${mod('error', marks?.worst === 'error')}`} data-node={node.id} role="group" aria-label={nodeText(node, trans)}>
      <When node={node} />
      <Head node={node} marks={marks} />
      <Strips node={node} />
      <div className="jp-DatalabsGraph-ports">
        <div>{node.inputs.map(port => <Port key={port.id} port={port} side="in" worst={marks?.ports[port.id]?.worst} />)}</div>
        <div>{node.outputs.map(port => <Port key={port.id} port={port} side="out" worst={marks?.ports[port.id]?.worst} />)}</div>
      </div>
      <FoldRow node={node} />
    </div>
  );
});

/** A step with what is in it. Its ports are where the inputs and outputs at its edges are. */
export const FrameNode = React.memo(function FrameNode({ data: { node, marks, ports }, selected }: NodeProps<FlowNode>): JSX.Element {
  const { trans } = useView();
  const known = new Map([...node.inputs, ...node.outputs].map(port => [port.id, port]));
  return (
    <div className={`jp-DatalabsGraph-frame jp-mod-runs-workflow${mod('selected', selected)}${mod('stacked', node.scatter)}`} data-node={node.id} role="group" aria-label={nodeText(node, trans)}>
      <When node={node} />
      <Head node={node} marks={marks} />
      {ports.map(({ id, side, y }) => (
        <div key={id} className="jp-DatalabsGraph-framePort" style={{ top: y }} data-port={id}>
          <Dot port={known.get(id)!} side={side} />
        </div>
      ))}
    </div>
  );
});

/** An input or an output of the workflow. */
export const EndNode = React.memo(function EndNode({ data: { node, marks }, selected }: NodeProps<FlowNode>): JSX.Element {
  const { trans } = useView();
  const side = node.kind === 'input' ? 'out' : 'in';
  const port = node.inputs[0] ?? node.outputs[0]!;
  const look = `jp-mod-${node.kind} jp-mod-${port.family}${mod('selected', selected)}${mod('inner', node.parent !== null)}`;
  if (useStore(isTiny)) {
    return (
      <div className={`jp-DatalabsGraph-end ${look}`} data-node={node.id} role="group" aria-label={nodeText(node, trans)}>
        <Name node={node} />
        <Ends node={node} />
      </div>
    );
  }
  return (
    <div className={`jp-DatalabsGraph-end ${look}`} data-node={node.id} data-port={port.id} role="group" aria-label={nodeText(node, trans)}>
      <Dot port={port} side={side} />
      <span className="jp-DatalabsGraph-endText">
        <Name node={node} />
        <span className="jp-DatalabsGraph-type">{short(port.typeText, 40)}</span>
      </span>
      {port.hasDefault && (
        <span className="jp-DatalabsGraph-chip jp-mod-value" role="img" aria-label={trans.__('Has a default')}>
          =
        </span>
      )}
      {marks?.worst !== 'info' && <Marks marks={marks} />}
    </div>
  );
});

/** Many inputs in one card. */
export const GroupNode = React.memo(function GroupNode({ data: { node }, selected }: NodeProps<FlowNode>): JSX.Element {
  const view = useView();
  const { trans } = view;
  const count = node.outputs.length + node.folded;
  return (
    <div className={`jp-DatalabsGraph-group${mod('selected', selected)}${mod('closed', node.isClosed)}`} data-node={node.id} role="group" aria-label={nodeText(node, trans)}>
      <button
        type="button"
        tabIndex={-1}
        className="jp-DatalabsGraph-groupHead nodrag"
        aria-expanded={!node.isClosed}
        onClick={event => {
          event.stopPropagation();
          view.toggleClosed(node.id);
        }}
      >
        <Icon icon={caretRightIcon} />
        {trans._n('%1 input', '%1 inputs', count)}
      </button>
      {node.isClosed ? (
        <Dot port={CLOSED(node)} side="out" />
      ) : (
        <>
          {node.outputs.map(port => <Port key={port.id} port={port} side="out" />)}
          <FoldRow node={node} />
        </>
      )}
    </div>
  );
});

/** What stands for all ports of a group. */
const CLOSED = (node: IShownNode) => ({ ...node.outputs[0]!, id: groupPort(node.id), family: 'mixed' as const, isArray: false, isOptional: false });
