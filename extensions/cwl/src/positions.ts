import type { IProcess } from './process/model.js';
import { inputId, outputId, stepId } from './graph/ids.js';
import type { IMapNode, YamlNode } from './text/node.js';
import { entriesOf, stringOf, toJson, valueOf } from './text/value.js';

/** What editors of the Seven Bridges family call the namespace that the positions of nodes are in. */
export const SBG = 'sbg';
export const SBG_NAMESPACE = 'https://sevenbridges.com';
const IS_SBG = /^https?:\/\/(www\.)?sevenbridges\.com\/?#?$/;
/** Farther out nobody finds anything. */
const FARTHEST = 1_000_000;

/** Prefixes that a document has, and those among them that positions may be named by; `sbg` always is, as many documents do not declare it. */
export function namespacesOf(root: YamlNode | null): { prefixes: string[]; all: ReadonlySet<string> } {
  const declared = valueOf(root, '$namespaces');
  const entries = declared?.kind === 'map' ? [...entriesOf(declared)] : [];
  const all = new Set(entries.map(([prefix]) => prefix));
  const bound = entries.filter(([, { value }]) => IS_SBG.test(stringOf(value) ?? '')).map(([prefix]) => prefix);
  return { prefixes: all.has(SBG) ? bound : [...bound, SBG], all };
}

/** Where the steps, inputs and outputs of a process are, by the ids they have in a graph of it alone: the middle of each, in pixels. */
export function positionsOf(process: IProcess): Map<string, { x: number; y: number }> {
  const { prefixes } = namespacesOf(process.source.root);
  const found = new Map<string, { x: number; y: number }>();
  const put = (id: string, node: YamlNode): void => {
    const prefix = node.kind === 'map' ? prefixes.find(one => numberAt(node, `${one}:x`) !== null && numberAt(node, `${one}:y`) !== null) : undefined;
    if (prefix !== undefined && !found.has(id)) {
      found.set(id, { x: numberAt(node as IMapNode, `${prefix}:x`)!, y: numberAt(node as IMapNode, `${prefix}:y`)! });
    }
  };
  process.inputs.forEach(({ id, node }) => put(inputId(id), node));
  process.outputs.forEach(({ id, node }) => put(outputId(id), node));
  process.steps.forEach(({ id, node }) => put(stepId(id), node));
  return found;
}

function numberAt(map: IMapNode, key: string): number | null {
  const node = valueOf(map, key);
  const written = node && toJson(node);
  const number = typeof written === 'number' || (typeof written === 'string' && written.trim() !== '') ? Number(written) : NaN;
  return Math.abs(number) <= FARTHEST ? number : null;
}
