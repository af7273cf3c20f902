/**
 * What an editor of the text asks of a place in it. All of it works while somebody types: where the text cannot be read, the last tree that
 * could be is taken, and what is around the cursor.
 */
import type { ICwlDocument } from './document.js';
import { stateOf } from './places/state.js';
import { placeAt, writtenIn } from './places/written.js';
import type { IRange } from './text/node.js';

export { completionsAt } from './places/completions.js';
export type { ICompletion, ICompletions, ListFiles } from './places/completions.js';
export { definitionAt, usesAt } from './places/definition.js';
export type { IDefinition } from './places/definition.js';
export { hoverAt } from './places/hover.js';
export type { IHover } from './places/hover.js';

/** Id in the graph of the step, port, input or output that is written at an offset; null for none. */
export function idAt(document: ICwlDocument, offset: number): string | null {
  const state = stateOf(document);
  if (!state) {
    return null;
  }
  const at = state.back(offset);
  const written = writtenIn(state);
  const place = placeAt(written, at);
  if (place?.kind === 'step' && place.id !== null) {
    const scattered = place.step.scatter.find(({ node }) => node.source === state.source && node.from <= at && at <= node.to);
    const input = scattered && written.places.find(other => other.kind === 'in' && other.step === place.step && other.named.id === scattered.value);
    return input?.id ?? place.id;
  }
  return place?.id ?? null;
}

/** Where something of the graph is written in the text; null for what is not written in it. */
export function rangeOf(document: ICwlDocument, id: string): IRange | null {
  const state = stateOf(document);
  const { places } = state ? writtenIn(state) : { places: [] };
  // The port of an input or output of the workflow is written as that.
  const name = id.replace(/^((?:.*\/)?(?:input|output):[^/]*)\/(?:in|out):[^/]*$/s, '$1');
  const place = places.find(one => one.id === name);
  return state && place ? { from: state.forth(place.from), to: state.forth(place.to) } : null;
}
