/** Changes of the text that mend what is wrong with a single word in it. */
import type { Fix } from '../problem.js';
import type { CwlVersion } from '../process/model.js';
import type { IEntry, YamlNode } from '../text/node.js';
import type { IMatch } from '../schema/match.js';
import { accepts } from './structure-match.js';
import type { Solid } from './structure-view.js';

/** A word in the quotes that the one before it had. */
function inQuotesOf(node: YamlNode, word: string): string {
  const first = node.source.text[node.from];
  return first === '"' || first === "'" ? first + word + first : word;
}

const change = (label: string, node: YamlNode, insert: string): Fix => ({ label, changes: [{ from: node.from, to: node.to, insert }] });

export const renameFix = ({ keyNode }: IEntry, name: string): Fix => change(`Change to ${name}`, keyNode, inQuotesOf(keyNode, name));

/** Of `key:` with nothing behind it, the value is put behind a blank. */
export const replaceFix = (label: string, { value }: { value: YamlNode }, word: string): Fix =>
  change(label, value, value.to > value.from ? inQuotesOf(value, word) : ` ${word}`);

export const versionFix = (version: CwlVersion): Fix => ({ label: `Make the document CWL ${version}`, edit: { kind: 'set-version', version } });

/** `true` and `3` where a text is wanted. */
export function quoteFix(node: Solid, wantsText: boolean): Fix[] {
  const plain = node.kind === 'scalar' && node.style === 'plain' && node.to > node.from;
  return wantsText && plain ? [change('Put in quotes', node, `"${node.source.text.slice(node.from, node.to)}"`)] : [];
}

/** One thing where a list of it is wanted. */
export function wrapFix(node: Solid, items: IMatch | null): Fix[] {
  const short = node.kind === 'scalar' && node.style !== 'literal' && node.style !== 'folded' && node.to > node.from;
  const text = node.source.text.slice(node.from, node.to);
  // What is plain in a block may hold what ends an item of a list.
  const safe = short && (node.style !== 'plain' || !/[,[\]{}\n]/.test(text));
  return safe && items && accepts(items, node) ? [change('Make a list of it', node, `[${text}]`)] : [];
}
