import type { IProcess } from '../process/model.js';
import { namespacesOf, SBG, SBG_NAMESPACE } from '../positions.js';
import type { IMapNode, Json } from '../text/node.js';
import { valueOf } from '../text/value.js';
import { refuse, type Draft } from './draft.js';
import { ORDERS, setField, setFields } from './items.js';
import type { PositionsEdit } from './kinds.js';
import { findInput, findOutput, findStep, portsHolder, processesHere, stepMap } from './lookup.js';

type Fields = { [field: string]: Json | undefined };

/** Positions as `sbg:x` and `sbg:y`, which the editors of CWL that keep any in a document read and write. */
export function editPositions(draft: Draft, process: IProcess, edit: PositionsEdit): void {
  if (edit.kind === 'clear-positions') {
    return clearPositions(draft);
  }
  const prefix = boundPrefix(draft);
  for (const [kind, positions] of [['steps', edit.steps], ['inputs', edit.inputs], ['outputs', edit.outputs]] as const) {
    for (const [id, at] of Object.entries(positions ?? {})) {
      if (!Number.isFinite(at.x) || !Number.isFinite(at.y)) {
        refuse('invalid-value', 'Positions are numbers. Give both x and y.');
      }
      setAt(draft, process, kind, id, { [`${prefix}:x`]: at.x, [`${prefix}:y`]: at.y });
    }
  }
}

function setAt(draft: Draft, process: IProcess, kind: 'steps' | 'inputs' | 'outputs', id: string, fields: Fields): void {
  if (kind === 'steps') {
    const map = stepMap(findStep(process, id));
    Object.entries(fields).forEach(([key, value]) => setField(draft, map, key, value, ORDERS.step));
  } else {
    setFields(draft, portsHolder(draft, process, kind), (kind === 'inputs' ? findInput : findOutput)(process, id), fields);
  }
}

function rootOf(draft: Draft): IMapNode {
  const { root } = draft.source;
  return root?.kind === 'map' ? root : refuse('malformed', 'The document is no map, so that nothing can be added to it. Correct it in the text first.');
}

/** The prefix that stands for the namespace; it is bound if no prefix is yet. */
function boundPrefix(draft: Draft): string {
  const root = rootOf(draft);
  const known = namespacesOf(root);
  const bound = known.prefixes.find(prefix => known.all.has(prefix));
  if (bound !== undefined) {
    return bound;
  }
  if (known.all.has(SBG)) {
    refuse('taken-prefix', `'${SBG}' stands for something else in this document, so that positions have no name. Give that another prefix first.`);
  }
  const namespaces = valueOf(root, '$namespaces');
  if (namespaces?.kind === 'map') {
    setField(draft, namespaces, SBG, SBG_NAMESPACE, []);
  } else {
    setField(draft, root, '$namespaces', { [SBG]: SBG_NAMESPACE }, ORDERS.process);
  }
  return SBG;
}

/** The namespace goes too, if nothing else is named by it. */
function clearPositions(draft: Draft): void {
  const root = rootOf(draft);
  const { prefixes, all } = namespacesOf(root);
  const gone = new Map(prefixes.map(prefix => [prefix, 0]));
  const hasField = (node: unknown, key: string): boolean => (node as IMapNode).kind === 'map' && (node as IMapNode).entries.some(entry => entry.key === key);
  for (const process of processesHere(draft)) {
    for (const [kind, items] of [['steps', process.steps], ['inputs', process.inputs], ['outputs', process.outputs]] as const) {
      for (const { id, node } of items) {
        const keys = prefixes.flatMap(prefix => [`${prefix}:x`, `${prefix}:y`]).filter(key => hasField(node, key));
        if (keys.length > 0) {
          setAt(draft, process, kind, id, Object.fromEntries(keys.map(key => [key, undefined])));
          keys.forEach(key => gone.set(key.slice(0, -2), gone.get(key.slice(0, -2))! + 1));
        }
      }
    }
  }
  const namespaces = valueOf(root, '$namespaces');
  const unused = prefixes.filter(prefix => all.has(prefix) && gone.get(prefix)! > 0 && usesOf(draft.source.text, prefix) === gone.get(prefix));
  if (namespaces?.kind !== 'map' || unused.length === 0) {
    return;
  }
  if (unused.length === namespaces.entries.length) {
    setField(draft, root, '$namespaces', undefined, ORDERS.process);
  } else {
    unused.forEach(prefix => setField(draft, namespaces, prefix, undefined, []));
  }
}

/** How often a text names something by a prefix; where it is declared, a space or a quote stands behind the colon. */
const usesOf = (text: string, prefix: string): number => text.split(new RegExp(`(?<![\\w-])${prefix.replace(/[^\w-]/g, '\\$&')}:(?=[\\w/])`)).length - 1;
