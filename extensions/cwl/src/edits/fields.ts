import type { Json } from '../text/node.js';
import { toJson, valueOf } from '../text/value.js';
import type { IProcess, ProcessClass } from '../process/model.js';
import { refuse, type Draft } from './draft.js';
import { ORDERS, setField } from './items.js';
import type { Edit, ToolEdit } from './kinds.js';
import { checkId, findStep, linksOf, processesHere, stepMap } from './lookup.js';
import { seqBecomes } from './meaning.js';
import { isThisFile, moveIds } from './references.js';
import { needJavascript } from './requirements.js';

type Of<K extends Edit['kind']> = Extract<Edit, { kind: K }>;

export function setText(draft: Draft, process: IProcess, edit: Of<'set-label'> | Of<'set-doc'>): void {
  const [key, value] = edit.kind === 'set-label' ? ['label', edit.label] : ['doc', edit.doc];
  const map = edit.step === undefined ? process.node : stepMap(findStep(process, edit.step));
  setField(draft, map, key, value ?? undefined, edit.step === undefined ? ORDERS.process : ORDERS.step);
}

export function setId(draft: Draft, process: IProcess, { id }: Of<'set-id'>): void {
  const isTop = draft.processes.some(({ node }) => node === process.node);
  const isPacked = isTop && (draft.processes.length > 1 || process.node.parent?.kind === 'seq');
  if (id === null) {
    if (isPacked) {
      refuse('needs-id', 'Each process of a packed document needs an id. Choose another one instead.');
    }
    setField(draft, process.node, 'id', undefined, ORDERS.process);
    return;
  }
  checkId(id, isTop ? draft.processes.filter(other => other !== process) : [], 'a process');
  const written = toJson(valueOf(process.node, 'id'));
  const prefix = typeof written === 'string' ? written.slice(0, written.length - process.id.length) : '';
  setField(draft, process.node, 'id', typeof written === 'string' && written.endsWith(process.id) ? prefix + id : id, ORDERS.process);
  if (process.id !== '' && isTop) {
    moveIds(draft, process.id, id);
    for (const { text, node } of processesHere(draft).flatMap(other => [...linksOf(other)])) {
      const hash = text.indexOf('#');
      if (hash >= 0 && text.startsWith(`#${process.id}/`, hash) && isThisFile(draft, text.slice(0, hash))) {
        draft.set(draft.place(node), `${text.slice(0, hash)}#${id}${text.slice(hash + 1 + process.id.length)}`);
      }
    }
  }
  if (process.id === 'main' && isPacked) {
    draft.notes.add("What is run is the process with the id 'main'. Say which one is to be run instead.");
  }
}

export function setVersion(draft: Draft, { version }: Of<'set-version'>): void {
  const { root } = draft.source;
  if (root?.kind !== 'map') {
    return refuse('malformed', 'The document is no map, so that its version has no place. Correct it in the text first.');
  }
  setField(draft, root, 'cwlVersion', version, ORDERS.process);
  const newer = processesHere(draft).some(({ steps }) => steps.some(step => step.when || step.in.some(input => input.pickValue)));
  if (newer && version !== 'v1.2') {
    draft.notes.add(`'when' and 'pickValue' came with CWL v1.2, and mean nothing in ${version}. Clear them, or keep v1.2.`);
  }
}

const TOOL: readonly ProcessClass[] = ['CommandLineTool'];

function only(process: IProcess, classes: readonly ProcessClass[], what: string): void {
  if (!classes.some(name => name === process.class)) {
    refuse('wrong-class', `Only a ${classes.join(' or ')} has ${what}. Choose one of those.`);
  }
}

export function editTool(draft: Draft, process: IProcess, edit: ToolEdit): void {
  const set = (key: string, value: Json | undefined): void => setField(draft, process.node, key, value, ORDERS.process);
  switch (edit.kind) {
    case 'set-base-command':
      only(process, TOOL, 'a base command');
      return set('baseCommand', edit.baseCommand ?? undefined);
    case 'set-arguments':
      only(process, TOOL, 'arguments');
      needJavascript(draft, process, edit.arguments);
      return setArguments(draft, process, edit.arguments);
    case 'set-stdio':
      only(process, TOOL, edit.stream);
      needJavascript(draft, process, edit.value ?? undefined);
      return set(edit.stream, edit.value ?? undefined);
    case 'set-exit-codes':
      only(process, TOOL, 'exit codes');
      if (edit.codes?.some(code => !Number.isInteger(code))) {
        refuse('invalid-value', 'Exit codes are whole numbers. Write them as numbers.');
      }
      return set(edit.field, edit.codes?.length ? edit.codes : undefined);
    case 'set-expression':
      only(process, ['ExpressionTool'], 'an expression');
      needJavascript(draft, process, edit.expression);
      return set('expression', edit.expression);
    case 'set-field':
      if (OWN_EDITS.has(edit.field) || edit.field === '') {
        refuse('not-a-field', `'${edit.field}' has edits of its own. Use those.`);
      }
      return set(edit.field, edit.value);
  }
}

/** Fields that others refer to, or that others make sense by. */
const OWN_EDITS = new Set(['class', 'id', 'cwlVersion', 'inputs', 'outputs', 'steps', 'requirements', 'hints', '$graph']);

/** Only what differs is written, so that the others keep their comments. */
function setArguments(draft: Draft, process: IProcess, wanted: readonly Json[]): void {
  const node = valueOf(process.node, 'arguments');
  if (node?.kind !== 'seq' || wanted.length === 0) {
    setField(draft, process.node, 'arguments', wanted.length === 0 ? undefined : [...wanted], ORDERS.process);
    return;
  }
  seqBecomes(draft, node, wanted);
}

