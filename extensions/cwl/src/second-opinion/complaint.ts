/** What the library says is a tree: each type that it tried, and why that one does not fit. */
export interface IReaderError {
  message: string;
  children: readonly IReaderError[];
}

/** One reason: fields on the way to it, and a sentence. */
export interface IComplaint {
  path: readonly string[];
  /** The field itself for one that is not known. */
  field: string | null;
  message: string;
}

const MAX_DEPTH = 200;
const FIELD = /^the `(.+)` field is not valid because/;
const UNKNOWN = /^invalid field (.*?),\s+expected one of/;

const isTry = ({ message }: IReaderError): boolean => message.startsWith('tried ');

/** A type that was tried without being meant. */
const isOtherClass = (complaints: readonly IComplaint[]): boolean => complaints.some(({ path }) => path.at(-1) === 'class');
const depthOf = (complaints: readonly IComplaint[]): number => complaints.reduce((most, { path, field }) => Math.max(most, path.length + (field === null ? 0 : 1)), 0);

/** Of several types the one that came furthest is the one that was meant. */
function best(tries: readonly (readonly IComplaint[])[]): readonly IComplaint[] {
  const meant = tries.filter(complaints => !isOtherClass(complaints));
  return (meant.length ? meant : tries).reduce((one, other) => (depthOf(other) > depthOf(one) ? other : one), []);
}

/** The deepest reasons. */
export function complaintsOf({ message, children }: IReaderError, path: readonly string[] = [], depth = 0): readonly IComplaint[] {
  if (depth > MAX_DEPTH) {
    return [];
  }
  const field = FIELD.exec(message)?.[1];
  const here = field === undefined ? path : [...path, field];
  if (children.length === 0) {
    const unknown = UNKNOWN.exec(message)?.[1] ?? null;
    return [{ path: here, field: unknown, message: unknown === null ? message : `unknown field '${unknown}'` }];
  }
  const said = children.map(child => complaintsOf(child, here, depth + 1));
  return children.every(isTry) ? best(said) : said.flat();
}
