import { inputUses, renameInput } from '../expressions/inputs.js';
import type { YamlNode } from '../text/node.js';
import { stringOf } from '../text/value.js';
import type { ILink, INamed, IProcess, IStep } from '../process/model.js';
import { refuse, type Draft } from './draft.js';
import { inStyleOf, renameItem, setFields } from './items.js';
import { inHolder, outHolder, sinksWith, type ISinkPlace } from './lookup.js';

/** Takes sources away; of a list with one left it stays a list. */
export function cut(draft: Draft, { sink, within, field }: ISinkPlace, links: readonly ILink[]): void {
  if (sink.isList && links.length < sink.links.length) {
    links.forEach(({ node }) => draft.remove(draft.place(node)));
  } else {
    setFields(draft, within, sink, { [field]: undefined });
  }
}

/** Cuts every connection that comes from what `isGone` picks. */
export function cutAll(draft: Draft, process: IProcess, isGone: (to: ILink['to']) => boolean): void {
  for (const { place, links } of sinksWith(draft, process, isGone)) {
    cut(draft, place, links);
  }
}

/** The same source under another name; what stands before it (`#`, `#main/`, a file) stays. */
export function relink(draft: Draft, link: ILink, tail: string, newTail: string): void {
  draft.set(draft.place(link.node), inStyleOf(link.text, tail, newTail));
}

/** Sources that name something of a workflow name it by another name. `renamed` gives its old and its new one. */
export function relinkAll(draft: Draft, process: IProcess, renamed: (to: ILink['to']) => [tail: string, newTail: string] | null): void {
  for (const { links } of sinksWith(draft, process, to => renamed(to) !== null)) {
    for (const link of links) {
      relink(draft, link, ...renamed(link.to)!);
    }
  }
}

/** What a field of this name says is text for people, an id, or data. */
const NO_EXPRESSION = new Set(['id', 'name', 'label', 'doc', 'class', 'default']);

interface IFound {
  node: YamlNode;
  text: string;
  /** Of an `expressionLib`: all of it is code. */
  isCode: boolean;
  /** It is the name of a file that stands here. */
  isFile: boolean;
}

/** The texts below some nodes that may hold expressions. Aliases are not followed: what they stand for is met where it is written. */
function expressionsIn(roots: readonly (YamlNode | null | undefined)[]): IFound[] {
  const found: IFound[] = [];
  const waiting = roots.flatMap(node => (node ? [{ node, isCode: false }] : []));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, isCode } = next;
    if (node.kind === 'map') {
      const isFields = node.key !== 'envDef';
      for (const { key, value } of node.entries) {
        if (isFields && (key === '$import' || key === '$include')) {
          found.push({ node: value, text: stringOf(value) ?? '', isCode: false, isFile: true });
        } else if (!isFields || !NO_EXPRESSION.has(key)) {
          waiting.push({ node: value, isCode: isCode || key === 'expressionLib' });
        }
      }
    } else if (node.kind === 'seq') {
      node.items.forEach(item => waiting.push({ node: item, isCode }));
    } else {
      const text = node.kind === 'scalar' ? stringOf(node) : null;
      if (text !== null && text.includes('inputs')) {
        found.push({ node, text, isCode, isFile: false });
      }
    }
  }
  return found;
}

const cannotFollow = (draft: Draft, name: string): void =>
  void draft.notes.add(`An expression may use the input '${name}' in a way that cannot be followed. Look through the expressions that use it.`);

const noteFile = (draft: Draft, file: string, name: string): void =>
  void draft.notes.add(`What ${file} brings in was not looked through. Look there for expressions that use the input '${name}'.`);

/** An input has another name in expressions too, where they name it plainly. */
export function renameInExpressions(draft: Draft, roots: readonly (YamlNode | null | undefined)[], from: string, to: string): void {
  for (const { node, text, isCode, isFile } of expressionsIn(roots)) {
    if (isFile) {
      noteFile(draft, text, from);
      continue;
    }
    const renamed = renameInput(text, from, to);
    if (renamed.text !== text) {
      draft.set(draft.place(node), renamed.text);
    }
    if (renamed.opaque || isCode) {
      cannotFollow(draft, from);
    }
  }
}

/** A note if expressions name an input that is no longer there. */
export function noteUses(draft: Draft, roots: readonly (YamlNode | null | undefined)[], name: string): void {
  for (const { text, isCode, isFile } of expressionsIn(roots)) {
    if (isFile) {
      noteFile(draft, text, name);
      continue;
    }
    const { uses, opaque } = inputUses(text);
    if (uses.some(use => use.name === name)) {
      draft.notes.add(`An expression still names the input '${name}'. Change it too.`);
    } else if (opaque || isCode) {
      cannotFollow(draft, name);
    }
  }
}

/** Where a step has expressions that see its inputs. */
export const expressionsOfStep = (step: IStep): (YamlNode | null | undefined)[] => [
  step.when?.node, ...step.in.map(input => input.valueFrom?.node), ...[...step.requirements, ...step.hints].map(({ node }) => node)
];

/** Where a process has expressions that see its inputs: a workflow in its ports alone, as its requirements are for what it runs. */
export const expressionsOf = (process: IProcess): YamlNode[] =>
  process.class === 'Workflow' ? [...process.inputs, ...process.outputs].map(({ node }) => node) : [process.node];

export function renameStepInput(draft: Draft, step: IStep, input: INamed, id: string): void {
  if (step.in.some(other => other.id === id)) {
    refuse('taken-id', `Step '${step.id}' has an input '${id}' already. Choose another id.`);
  }
  renameItem(draft, inHolder(draft, step), input, id);
  for (const { value, node } of step.scatter) {
    if (value === input.id) {
      draft.set(draft.place(node), inStyleOf(stringOf(node) ?? '', input.id, id));
    }
  }
  renameInExpressions(draft, expressionsOfStep(step), input.id, id);
}

export function renameStepOutput(draft: Draft, process: IProcess, step: IStep, output: INamed, id: string): void {
  if (step.out.some(other => other.id === id)) {
    refuse('taken-id', `Step '${step.id}' has an output '${id}' already. Choose another id.`);
  }
  const within = outHolder(draft, step);
  if (output.node.kind === 'scalar' && output.node === output.idNode) {
    draft.set(draft.place(output.node), inStyleOf(stringOf(output.node) ?? '', output.id, id));
  } else {
    renameItem(draft, within, output, id);
  }
  relinkAll(draft, process, to =>
    to.kind === 'step' && to.step === step.id && to.output === output.id ? [`${step.id}/${output.id}`, `${step.id}/${id}`] : null
  );
}

/** Fields that hold ids of this document, as Schema Salad has them absolute or not. */
const ID_FIELDS = new Set(['id', 'out', 'scatter', 'run']);

/** Whether what stands before the `#` of an absolute id is this document. */
export function isThisFile({ source }: Draft, file: string): boolean {
  const own = source.uri.replace(/#.*$/, '');
  return file === '' || file === own || own.endsWith(`/${file}`);
}

/** Absolute ids below what is renamed: `#main/old/reads`, `file.cwl#old`. Relative ones do not name it. */
export function moveIds(draft: Draft, from: string, to: string): void {
  const waiting: YamlNode[] = draft.source.root ? [draft.source.root] : [];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.kind === 'map') {
      node.entries.forEach(({ key, value }) => key !== 'default' && waiting.push(value));
    } else if (node.kind === 'seq') {
      node.items.forEach(item => waiting.push(item));
    } else if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes(`#${from}`)) {
      const hash = node.value.indexOf('#');
      const [before, fragment] = [node.value.slice(0, hash), node.value.slice(hash + 1)];
      const field = typeof node.key === 'number' ? node.parent?.key : node.key;
      if (isThisFile(draft, before) && ID_FIELDS.has(String(field)) && (fragment === from || fragment.startsWith(`${from}/`))) {
        draft.set(draft.place(node), `${before}#${to}${fragment.slice(from.length)}`);
      }
    }
  }
}

/** The fragment that the absolute ids in a process begin with, with a `/` behind it if there is one. */
export function scopeOf(process: IProcess): string {
  const hash = process.uri.indexOf('#');
  return hash < 0 ? (process.id === '' ? '' : `${process.id}/`) : `${process.uri.slice(hash + 1)}/`;
}
