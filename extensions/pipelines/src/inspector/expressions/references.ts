/**
 * Parameter references (CWL 1.2 CommandLineTool, section 3.4): `inputs.reads[0].basename`, `inputs['a b']`. Null for what is none, which
 * takes JavaScript.
 */
const FIRST = /^[\p{L}\p{N}_]+/u;
const SEGMENT = /^(?:\.([\p{L}\p{N}_]+)|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\])/u;

export function readReference(text: string): (string | number)[] | null {
  const first = FIRST.exec(text)?.[0];
  if (first === undefined) {
    return null;
  }
  const path: (string | number)[] = [first];
  for (let rest = text.slice(first.length); rest !== ''; ) {
    const match = SEGMENT.exec(rest);
    if (!match) {
      return null;
    }
    const [whole, name, single, double, index] = match;
    path.push(index === undefined ? (name ?? (single ?? double ?? '').replace(/\\(.)/g, '$1')) : Number(index));
    rest = rest.slice(whole.length);
  }
  return path;
}

/** Where a reference could not be followed; `at` is how many of its parts were found. */
export class ReferenceError extends Error {
  constructor(
    message: string,
    readonly at: number
  ) {
    super(message);
  }
}

/** What is at a path; of a list, `length` is the number of its items. */
export function follow(path: readonly (string | number)[], context: { [name: string]: unknown }): unknown {
  // In v1.2 `null` alone is a value.
  if (path.length === 1 && path[0] === 'null') {
    return null;
  }
  let value: unknown = context;
  path.forEach((key, at) => {
    if (Array.isArray(value)) {
      if (key === 'length' && at === path.length - 1) {
        value = value.length;
        return;
      }
      if (typeof key !== 'number' || key >= value.length) {
        throw new ReferenceError(`The list has no item ${JSON.stringify(key)}.`, at);
      }
      value = value[key];
    } else if (typeof value === 'object' && value !== null && typeof key === 'string' && Object.hasOwn(value, key)) {
      value = (value as { [key: string]: unknown })[key];
    } else {
      throw new ReferenceError(at === 0 ? `There is no ${String(key)} here: use inputs, self or runtime.` : `There is no ${JSON.stringify(key)} in ${path.slice(0, at).join('.')}.`, at);
    }
  });
  return value;
}
