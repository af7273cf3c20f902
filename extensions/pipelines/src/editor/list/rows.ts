import type { IGraph, IGraphEdge, IGraphNode, IGraphPort } from '@jupyter-datalabs/cwl';
import type { TranslationBundle } from '@jupyterlab/translation';
import { nameOf, short } from '../canvas/words';

/** One line of the list: a part, a node, a port or a link. */
export interface IRow {
  id: string;
  level: number;
  /** Null where there is nothing in it. */
  isOpen: boolean | null;
  text: string;
  /** What is beside the name: type, what it runs. */
  note: string;
  node: IGraphNode | null;
  port: IGraphPort | null;
  side: 'in' | 'out';
  edge: IGraphEdge | null;
}

/** The graph as a tree of lines: inputs, steps with their ports and links, outputs. `isOpen` tells what is unfolded. */
export function rowsOf(graph: IGraph, scope: string | null, isOpen: (id: string, level: number) => boolean, trans: TranslationBundle): IRow[] {
  const rows: IRow[] = [];
  const row = (part: Partial<IRow> & Pick<IRow, 'id' | 'level' | 'text'>): void => {
    rows.push({ isOpen: null, note: '', node: null, port: null, side: 'in', edge: null, ...part });
  };
  const nodes = new Map(graph.nodes.map(node => [node.id, node]));
  const addPort = (node: IGraphNode, port: IGraphPort, side: 'in' | 'out', level: number): void => {
    // Of an input or output of the workflow it is the node that is chosen, not its port.
    const own = node.kind === 'step' ? port.id : node.id;
    const links = graph.edges.filter(edge => (side === 'in' ? edge.target : edge.source).port === port.id);
    const open = links.length > 0 ? isOpen(own, level) : null;
    const notes = [
      short(port.typeText, 80),
      port.isScattered ? trans.__('scattered') : '',
      port.valueFrom !== null ? trans.__('value from an expression') : port.hasDefault && side === 'in' ? trans.__('has a default') : '',
      links.length === 0 ? trans.__('not connected') : trans._n('%1 connection', '%1 connections', links.length)
    ];
    row({ id: own, level, isOpen: open, text: node.kind === 'step' ? short(port.name) : nameOf(node), note: notes.filter(Boolean).join(', '), node, port, side });
    for (const edge of open ? links : []) {
      const end = side === 'in' ? edge.source : edge.target;
      const other = nodes.get(end.node);
      const name = [...(other?.inputs ?? []), ...(other?.outputs ?? [])].find(({ id }) => id === end.port)?.name ?? '';
      const words = other?.kind === 'step' ? `${nameOf(other)} · ${short(name)}` : other ? nameOf(other) : '';
      row({ id: `${port.id}>${edge.id}`, level: level + 1, text: side === 'in' ? trans.__('from %1', words) : trans.__('to %1', words), node, port, side, edge });
    }
  };
  const addLevel = (parent: string | null, level: number): void => {
    const inside = graph.nodes.filter(node => node.parent === parent);
    const parts = [['input', trans.__('Inputs')], ['step', trans.__('Steps')], ['output', trans.__('Outputs')]] as const;
    for (const [kind, title] of parts) {
      const own = inside.filter(node => node.kind === kind);
      const id = `${parent ?? ''}#${kind}`;
      const open = own.length > 0 ? isOpen(id, level) : null;
      row({ id, level, isOpen: open, text: title, note: String(own.length) });
      for (const node of open ? own : []) {
        addNode(node, level + 1);
      }
    }
  };
  const addNode = (node: IGraphNode, level: number): void => {
    const port = node.kind === 'input' ? node.outputs[0] : node.kind === 'output' ? node.inputs[0] : undefined;
    if (port) {
      addPort(node, port, node.kind === 'input' ? 'out' : 'in', level);
      return;
    }
    const open = isOpen(node.id, level);
    const notes = [short(node.run?.text ?? node.run?.class ?? ''), node.run?.why ?? '', node.scatter ? trans.__('scattered over %1', node.scatter.ports.join(', ')) : '', node.when === null ? '' : trans.__('only when %1', short(node.when))];
    row({ id: node.id, level, isOpen: open, text: nameOf(node), note: notes.filter(Boolean).join(', '), node });
    if (open) {
      node.inputs.forEach(input => addPort(node, input, 'in', level + 1));
      node.outputs.forEach(output => addPort(node, output, 'out', level + 1));
      if (graph.nodes.some(({ parent }) => parent === node.id)) {
        addLevel(node.id, level + 1);
      }
    }
  };
  addLevel(scope, 1);
  return rows;
}
