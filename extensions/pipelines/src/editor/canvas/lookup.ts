import type { From, ICwlDocument, IGraph, IGraphNode, IGraphPort, IProcess, IStep, To } from '@jupyter-datalabs/cwl';
import { placeInside, placeOf } from '../../inside';
import type { Place } from '../../inside';

/** Names along an id of a graph, outermost first: `step:a/step:b/in:x`; of several of one name which it is, from 1. */
export function partsOf(id: string): { kind: string; name: string; count: number }[] {
  return id.split('/').map(part => {
    const [kind = '', name = '', count = '1'] = part.split(':');
    return { kind, name: decoded(name), count: Number(count) || 1 };
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A process that is drawn, and how edits name it; null for one that those of this document cannot change. */
export interface IInside {
  process: IProcess | null;
  place: Place | null;
}

/** What is drawn at the top, or inside of a step. */
export function insideOf(document: ICwlDocument, graph: IGraph, parent: string | null): IInside {
  let process = document.processes.find(({ id, uri }) => id === graph.process?.id && uri === graph.process.uri) ?? null;
  let place = process && placeOf(document, process);
  for (const { name, count } of parent === null ? [] : partsOf(parent)) {
    const step: IStep | undefined = process?.steps.filter(({ id }) => id === name)[count - 1];
    // Edits find the first of several of one name.
    place = step ? placeInside(document, count > 1 ? null : place, step) : null;
    process = step?.run.process ?? null;
  }
  return { process, place };
}

export const processIn = (document: ICwlDocument, graph: IGraph, parent: string | null): IProcess | null => insideOf(document, graph, parent).process;

export function stepOf(document: ICwlDocument, graph: IGraph, node: IGraphNode): IStep | null {
  return processIn(document, graph, node.parent)?.steps.find(({ id }) => id === node.name) ?? null;
}

/** A port and the node that it is at. */
export interface IPortHere {
  node: IGraphNode;
  port: IGraphPort;
  side: 'in' | 'out';
}

export function portHere(graph: IGraph, id: string): IPortHere | null {
  for (const node of graph.nodes) {
    // Names are escaped, so that a port's id begins with that of its node alone.
    if (id.startsWith(`${node.id}/`)) {
      const input = node.inputs.find(port => port.id === id);
      const port = input ?? node.outputs.find(output => output.id === id);
      if (port) {
        return { node, port, side: input ? 'in' : 'out' };
      }
    }
  }
  return null;
}

export function nodeOf(graph: IGraph, id: string): IGraphNode | null {
  return graph.nodes.find(node => node.id === id) ?? portHere(graph, id)?.node ?? null;
}

/** As edits name the end of a connection. */
export const fromOf = ({ node, port }: IPortHere): From => (node.kind === 'input' ? { input: node.name } : { step: node.name, output: port.name });
export const toOf = ({ node, port }: IPortHere): To => (node.kind === 'output' ? { output: node.name } : { step: node.name, input: port.name });

/** The container that a process asks for. */
export function imageOf(process: IProcess | null | undefined): string | null {
  for (const requirement of [...(process?.requirements ?? []), ...(process?.hints ?? [])]) {
    if (requirement.class === 'DockerRequirement') {
      const { dockerPull, dockerImageId } = requirement.value;
      return String(dockerPull ?? dockerImageId ?? '');
    }
  }
  return null;
}
