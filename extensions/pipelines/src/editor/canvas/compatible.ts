import { linkJudge } from '@jupyter-datalabs/cwl';
import type { Fit, ICwlDocument, IGraph } from '@jupyter-datalabs/cwl';
import { fromOf, insideOf, portHere, toOf } from './lookup';
import type { IPortHere } from './lookup';

/** A port that another could be connected to, and whether that goes. */
export interface ITarget extends IPortHere {
  fit: Fit;
  /** It is, already. */
  isConnected: boolean;
  /** The source that is there has to go, as a list is not wanted. */
  isReplacing: boolean;
}

/** All ports on the other side at the same level, from a port: inputs for an output, outputs for an input. Why not is a sentence. */
export function targetsOf(document: ICwlDocument, graph: IGraph, id: string, words: { cycle: string; elsewhere: string }): ITarget[] {
  const from = portHere(graph, id);
  if (!from) {
    return [];
  }
  const others = graph.nodes
    .filter(({ parent }) => parent === from.node.parent)
    .flatMap(node => (from.side === 'out' ? node.inputs : node.outputs).map((port): IPortHere => ({ node, port, side: from.side === 'out' ? 'in' : 'out' })));
  const { process, place } = insideOf(document, graph, from.node.parent);
  const judge = process && place ? linkJudge(process) : null;
  const around = reached(graph, from);
  const linked = new Set(graph.edges.flatMap(({ source, target }) => (source.port === id ? [target.port] : target.port === id ? [source.port] : [])));
  return others.map(other => {
    const [source, sink] = from.side === 'out' ? [from, other] : [other, from];
    const fit: Fit = !judge ? { no: words.elsewhere } : around.has(other.node.id) ? { no: words.cycle } : judge(fromOf(source), toOf(sink));
    const isReplacing = judge !== null && !around.has(other.node.id) && !isFit(fit) && takesPlace(graph, source, sink);
    return { ...other, fit: isReplacing ? 'yes' : fit, isConnected: linked.has(other.port.id), isReplacing };
  });
}

/** A sink with one source that would take this one just as well, though not both: they are of one type, or the sink's own. */
function takesPlace({ nodes, edges }: IGraph, source: IPortHere, sink: IPortHere): boolean {
  const links = edges.filter(({ target }) => target.port === sink.port.id);
  if (links.length !== 1 || links[0]!.source.port === source.port.id) {
    return false;
  }
  const there = nodes.find(({ id }) => id === links[0]!.source.node)?.outputs.find(({ id }) => id === links[0]!.source.port);
  const { typeText } = source.port;
  return typeText === there?.typeText || typeText === sink.port.typeText || `${typeText}?` === sink.port.typeText;
}

/** The node itself, and all before an output or after an input: to connect to them would go round. */
function reached({ edges }: IGraph, { node, side }: IPortHere): Set<string> {
  const [from, to] = side === 'out' ? (['target', 'source'] as const) : (['source', 'target'] as const);
  const next = new Map<string, string[]>();
  for (const edge of edges) {
    next.set(edge[from].node, [...(next.get(edge[from].node) ?? []), edge[to].node]);
  }
  const seen = new Set([node.id]);
  // The set grows while it is gone through.
  for (const id of seen) {
    for (const other of next.get(id) ?? []) {
      seen.add(other);
    }
  }
  return seen;
}

export const isFit = (fit: Fit): boolean => fit === 'yes' || 'maybe' in fit;
export const reasonOf = (fit: Fit): string | null => (fit === 'yes' ? null : 'maybe' in fit ? fit.maybe : fit.no);
