import type { IProblem } from '../problem.js';
import type { CwlVersion } from '../process/model.js';
import type { ISource } from '../text/node.js';
import { positionAt } from '../text/position.js';
import { complaintsOf, type IComplaint, type IReaderError } from './complaint.js';
import { placeOf } from './place.js';
import { prepare } from './prepare.js';

/** What is used of the module `cwl-ts-auto`: whoever asks loads it, so that it is in no bundle unasked. */
export interface ISecondReader {
  loadDocument(document: unknown, baseUri: string): Promise<unknown>;
}

export interface ISecondOpinionOptions {
  version: CwlVersion | null;
  /** What is known already: nothing more is said of those places, or of any where there is an error. */
  known: readonly IProblem[];
}

const MAX_OPINIONS = 20;
/** Relative names are resolved against something, and nothing is read there. */
const BASE = 'file:///document.cwl';

/** What the library says of valid documents. Everything it says of unknown fields is the tables' business, which know all versions. */
const FALSE_ALARMS: readonly ((complaint: IComplaint, version: CwlVersion) => boolean)[] = [
  // `id` and `name` are taken everywhere by Schema Salad; the fields of v1.0 and v1.1 that v1.2 does not have are not known to it.
  ({ field }, version) => field === 'id' || field === 'name' || (field !== null && version !== 'v1.2'),
  // In v1.0 a parameter may have no type.
  ({ path }, version) => version === 'v1.0' && path.at(-1) === 'type',
  // Has a default.
  ({ path }) => path.at(-1) === 'enableReuse'
];

/** It names what it expects by names of classes, of which bundles make others. */
const inWords = (message: string): string => message.trim().replace(/^Expected a \S* ?but got (\S+)$/, '$1 is not expected').replace(/[.:]*$/, '');

const isReaderError = (error: unknown): error is IReaderError => error instanceof Error && 'children' in error && Array.isArray(error.children);

/**
 * What `cwl-ts-auto` says against a document, where the checks of this library say nothing: hints for a closer look, no verdict.
 * It knows the schema of v1.2 alone. Works on a copy; never rejects; an error in the library itself is no opinion.
 */
export async function secondOpinion(reader: ISecondReader, source: ISource, { version, known }: ISecondOpinionOptions): Promise<IProblem[]> {
  const { root, text, uri } = source;
  // With an error among them, what it says would be of that.
  const value = root === null || version === null || known.some(({ severity }) => severity === 'error') ? null : prepare(root);
  if (root === null || version === null || value === null || typeof value !== 'object') {
    return [];
  }
  try {
    await reader.loadDocument(value, BASE);
    return [];
  } catch (error) {
    const complaints = isReaderError(error) ? complaintsOf(error) : [];
    const seen = new Set<string>();
    return complaints
      .filter(complaint => !FALSE_ALARMS.some(isFalse => isFalse(complaint, version)))
      .map((complaint): IProblem => {
        const range = placeOf(root, complaint) ?? { from: root.from, to: root.from };
        const where = complaint.path.length ? ` at '${complaint.path.join('.')}'` : '';
        const message = `A second reader of CWL does not take this${where}: ${inWords(complaint.message)}.`;
        return { code: 'second-opinion', severity: 'info', message, uri, range, position: positionAt(text, range.from), node: null, fixes: [] };
      })
      .filter(({ range, message }) => {
        const key = `${range.from} ${range.to} ${message}`;
        const isNew = !seen.has(key) && !known.some(one => one.uri === uri && one.range.from < range.to && one.range.to > range.from);
        seen.add(key);
        return isNew;
      })
      .slice(0, MAX_OPINIONS);
  }
}
