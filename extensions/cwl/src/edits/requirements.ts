import type { IMapNode, Json } from '../text/node.js';
import { valueOf } from '../text/value.js';
import { needsJavascript } from '../expressions/pieces.js';
import type { CwlVersion, IProcess, IRequirement, IStep } from '../process/model.js';
import { isFields, refuse, type Draft, type Fields } from './draft.js';
import { addItems, holder, ORDERS, REQUIREMENTS, removeItems, setFields, type IHolder } from './items.js';
import type { RequirementEdit } from './kinds.js';
import { callersOf, findStep, needVersion, stepMap } from './lookup.js';

/** Those that did not come with v1.0 (CWL 1.1, "Changelog"). */
const SINCE_1_1 = new Set(['LoadListingRequirement', 'InplaceUpdateRequirement', 'WorkReuse', 'NetworkAccess', 'ToolTimeLimit']);

type Field = 'requirements' | 'hints';

/** What has requirements: a process or a step. */
interface IBearer {
  owner: IMapNode;
  requirements: IRequirement[];
  hints: IRequirement[];
  order: readonly string[];
}

const ofProcess = (process: IProcess): IBearer => ({ owner: process.node, requirements: process.requirements, hints: process.hints, order: ORDERS.process });
const ofStep = (step: IStep): IBearer => ({ owner: stepMap(step), requirements: step.requirements, hints: step.hints, order: ORDERS.step });

/** A list or map, as the other one beside it is, or the process's own, or else as it writes what it is made of. */
function formOf(bearer: IBearer, field: Field, process: IProcess): 'map' | 'list' {
  const around = ['requirements', 'hints', 'inputs'].map(name => valueOf(process.node, name));
  const beside = valueOf(bearer.owner, field === 'hints' ? 'requirements' : 'hints') ?? around.find(node => node !== null);
  return beside?.kind === 'seq' ? 'list' : 'map';
}

const holderOf = (draft: Draft, bearer: IBearer, field: Field): IHolder => holder(draft, bearer.owner, field, REQUIREMENTS, bearer.order);

const has = (bearer: { requirements: IRequirement[]; hints: IRequirement[] }, name: string): boolean =>
  bearer.requirements.some(({ class: own }) => own === name) || bearer.hints.some(({ class: own }) => own === name);

/** Sees to it that a requirement is met: at the process, or, as they are inherited, at the step, or wherever the process is run. */
export function need(draft: Draft, process: IProcess, name: string, step?: IStep): void {
  if (step && has(step, name)) {
    return;
  }
  const seen = new Set<IMapNode>();
  const isMet = (at: IProcess): boolean => {
    if (has(at, name)) {
      return true;
    }
    seen.add(at.node);
    // One process may be run by several steps: all of them have to hand it down.
    const callers = callersOf(draft, at).filter(caller => !seen.has(caller.process.node));
    return callers.length > 0 && callers.every(caller => has(caller.step, name) || isMet(caller.process));
  };
  if (!isMet(process) && !draft.needs.some(other => other.process === process && other.class === name)) {
    draft.needs.push({ process, class: name });
  }
}

/** Whether any text in a value takes JavaScript. */
function usesJavascript(value: Json | undefined): boolean {
  const waiting: (Json | undefined)[] = [value];
  for (let next = waiting.pop(); waiting.length > 0 || next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string' && needsJavascript(next)) {
      return true;
    }
    if (Array.isArray(next)) {
      next.forEach(item => waiting.push(item));
    } else if (isFields(next)) {
      Object.values(next).forEach(item => waiting.push(item));
    }
  }
  return false;
}

export function needJavascript(draft: Draft, process: IProcess, value: Json | undefined, step?: IStep): void {
  if (usesJavascript(value)) {
    need(draft, process, 'InlineJavascriptRequirement', step);
  }
}

/** Writes what `need` asked for. */
export function writeNeeds(draft: Draft, besides: readonly [IProcess, string, Fields][] = []): void {
  const byProcess = new Map<IProcess, [string, Fields][]>();
  for (const [process, name, fields] of [...besides, ...draft.needs.map(({ process, class: name }): [IProcess, string, Fields] => [process, name, {}])]) {
    const items = byProcess.get(process) ?? [];
    byProcess.set(process, items);
    if (!items.some(([other]) => other === name)) {
      items.push([name, fields]);
    }
  }
  for (const [process, items] of byProcess) {
    const bearer = ofProcess(process);
    addItems(draft, holderOf(draft, bearer, 'requirements'), items, formOf(bearer, 'requirements', process));
  }
  draft.needs.length = 0;
}

export function editRequirement(draft: Draft, process: IProcess, edit: RequirementEdit): void {
  const step = edit.step === undefined ? undefined : findStep(process, edit.step);
  const bearer = step ? ofStep(step) : ofProcess(process);
  const field: Field = edit.as === 'hint' ? 'hints' : 'requirements';
  const item = bearer[field].find(({ class: name }) => name === edit.class);
  const within = holderOf(draft, bearer, field);
  if (edit.kind === 'remove-requirement') {
    if (!item) {
      refuse('unknown-requirement', `There is no ${edit.as} ${edit.class} here. Choose one that is.`);
    }
    removeItems(draft, within, [item], true);
    return;
  }
  if (SINCE_1_1.has(edit.class)) {
    needVersion(process, 'v1.1' satisfies CwlVersion, edit.class);
  }
  if (!/^\S+$/.test(edit.class)) {
    refuse('invalid-class', 'A requirement has the name of a class. Choose one of the standard, or one with a prefix.');
  }
  const isClearing = edit.kind === 'set-requirement-field' && edit.value === undefined;
  const given: { [key: string]: Json | undefined } = edit.kind === 'set-requirement' ? { ...edit.value } : { [edit.field]: edit.value };
  delete given.class;
  if (edit.class !== 'InlineJavascriptRequirement') {
    needJavascript(draft, process, Object.values(given).filter(value => value !== undefined), step);
  }
  if (item) {
    const others = edit.kind === 'set-requirement' ? Object.keys(item.value).filter(key => key !== 'class' && !Object.hasOwn(given, key)) : [];
    setFields(draft, within, { id: item.class, idNode: null, node: item.node }, { ...given, ...Object.fromEntries(others.map(key => [key, undefined])) });
  } else if (!isClearing) {
    const fields = given as Fields;
    if (!step && field === 'requirements') {
      draft.needs.splice(0, draft.needs.length, ...draft.needs.filter(other => other.class !== edit.class));
      writeNeeds(draft, [[process, edit.class, fields]]);
    } else {
      addItems(draft, within, [[edit.class, fields]], formOf(bearer, field, process));
    }
  }
}
