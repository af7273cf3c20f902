import { inside, stepId } from '@jupyter-datalabs/cwl';
import type { Edit, ICwlDocument, IProblem, IProcess, IStep } from '@jupyter-datalabs/cwl';

/** Which workflow or tool edits go to: that part of them. */
export type Place = Pick<Edit, 'process' | 'within'>;

/** Of a process of the document; null for one that is written in another file. */
export const placeOf = (document: ICwlDocument, process: IProcess): Place | null =>
  process.source.uri === document.uri && document.processes.includes(process) ? (process.id === '' ? {} : { process: process.id }) : null;

/** Of what a step runs, in a process that is at `place`; null for what is not there, or is written in another file. */
export function placeInside(document: ICwlDocument, place: Place | null, step: IStep): Place | null {
  const { process } = step.run;
  if (!process || process.source.uri !== document.uri) {
    return null;
  }
  return document.processes.includes(process) ? placeOf(document, process) : place && { ...place, within: [...(place.within ?? []), step.id] };
}

/** The file that a process is written in, where that is not the document; null for what is in the document. */
export const fileOf = (document: ICwlDocument, process: IProcess | null): string | null =>
  process && process.source.uri !== document.uri ? process.source.uri : null;

/**
 * Problems at the nodes of the graph of one process of a document with several: those of another process are in the first step that runs
 * it, or at no node where no step does.
 */
export function problemsIn(document: ICwlDocument, shown: string | undefined, problems: readonly IProblem[]): IProblem[] {
  const top = document.processes.find(({ id }) => id === shown);
  if (!top || document.processes.length < 2) {
    return [...problems];
  }
  // In front of the ids of what is in each. The map grows while it is gone through, so that the shortest way is found.
  const within = new Map([[top, '']]);
  for (const [process, around] of within) {
    for (const { id, run } of process.steps) {
      if (run.process && !within.has(run.process)) {
        within.set(run.process, inside(stepId(id, around)));
      }
    }
  }
  const prefixes = new Map([...within].flatMap(([process, prefix]) => (document.processes.includes(process) ? [[process.id, prefix] as const] : [])));
  return problems.map(problem => {
    const { node, process } = problem;
    if (node === null || process === undefined || process === shown) {
      return problem;
    }
    const prefix = prefixes.get(process);
    return { ...problem, node: prefix === undefined ? null : prefix + node };
  });
}
