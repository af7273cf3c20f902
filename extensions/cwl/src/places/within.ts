import type { IProcess, IStep } from '../process/model.js';
import type { YamlNode } from '../text/node.js';
import { entriesOf, pathOf, stringOf, valueOf } from '../text/value.js';
import type { IState } from './state.js';
import { writtenIn } from './written.js';

export interface IStepAt {
  process: IProcess;
  step: IStep;
  /** Key and index on the way from the step. */
  inner: (string | number)[];
}

/** The step that a node of another tree of the text is in, as it was when the text could last be read. */
export function stepAt(state: IState | null, node: YamlNode): IStepAt | null {
  const place = state && workflowAt(state, node);
  const [field, , ...inner] = place?.inner ?? [];
  if (!place || field !== 'steps') {
    return null;
  }
  let at = node;
  while (pathOf(at).length > pathOf(node).length - inner.length) {
    at = at.parent!;
  }
  const name = typeof at.key === 'number' ? stringOf(valueOf(at, 'id')) : at.key;
  const step = place.process.steps.find(({ id, idNode }) => id === name?.replace(/^.*[#/](?=.)/s, '') || stringOf(idNode) === name);
  return step ? { process: place.process, step, inner } : null;
}

/** The innermost process that it is in. */
export function workflowAt(state: IState, node: YamlNode): { process: IProcess; inner: (string | number)[] } | null {
  const path = pathOf(node);
  let found: IProcess | null = null;
  for (const process of writtenIn(state).processes) {
    if (process.path.every((key, index) => key === path[index]) && (!found || process.path.length > found.path.length)) {
      found = process;
    }
  }
  return found && { process: found, inner: path.slice(found.path.length) };
}

/** Of a map its keys; of a list its items, or their ids. */
export function idsIn(node: YamlNode | null): string[] {
  if (node?.kind === 'map') {
    return [...entriesOf(node).keys()];
  }
  return node?.kind === 'seq' ? node.items.flatMap(item => stringOf(item) ?? stringOf(valueOf(item, 'id')) ?? []) : [];
}

/** The map that a step is, in the tree with the cursor. */
export function stepNode(node: YamlNode, inner: readonly unknown[]): YamlNode {
  let at = node;
  for (let up = 0; up < inner.length && at.parent; up++) {
    at = at.parent;
  }
  return at;
}
