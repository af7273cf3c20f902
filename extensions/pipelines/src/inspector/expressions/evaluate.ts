import { follow, readReference, ReferenceError } from './references';

/** An expression, taken apart already, and what it is evaluated with. */
export interface IEvaluation {
  text: string;
  pieces: readonly { from: number; to: number }[];
  context: { inputs: unknown; self: unknown; runtime: unknown };
  /** `expressionLib` of InlineJavascriptRequirement. */
  library: readonly string[];
}

export type Outcome =
  | { kind: 'value'; json: string }
  /** `offset` in the text, null where it is not known. */
  | { kind: 'error'; message: string; offset: number | null };

/** Makes functions; not `Function` itself, which what is evaluated must not reach. */
export type MakeFunction = (parameters: readonly string[], body: string) => (...values: unknown[]) => unknown;

/** `import` brings code from elsewhere, and cannot be taken from a worker as other ways to the network can. */
const IMPORT = /(?<![\p{ID_Continue}$]|(?<!\.)\.)import(?![\p{ID_Continue}$])/u;
/** Lines that are put in front of the code. */
const HEAD = '"use strict";\n';
const PARAMETERS = ['inputs', 'self', 'runtime'];
/** As it is before an expression puts another in its place. */
const { stringify } = JSON;

/** The value of a string with expressions (CWL 1.2 CommandLineTool, section 3.5): that of the only one, or all put together as text. */
export function evaluate({ text, pieces, context, library }: IEvaluation, make: MakeFunction): Outcome {
  // All are judged and made before the first one runs: that one may change what the others would be judged and made with.
  const ready: (() => unknown)[] = [];
  const values: unknown[] = [];
  for (const into of ['ready', 'values'] as const) {
    for (let index = 0; index < pieces.length; index += 1) {
      const { from, to } = pieces[index]!;
      const code = text.slice(from, to);
      try {
        if (into === 'ready') {
          ready[index] = prepared(code, context, library, make);
        } else {
          values[index] = ready[index]!();
        }
      } catch (error) {
        const place = placeIn(code, error, library);
        return { kind: 'error', message: messageOf(error), offset: place === null ? null : from + place };
      }
    }
  }
  const [only] = pieces;
  if (pieces.length === 1 && text.slice(0, only!.from).trim() === '' && text.slice(only!.to).trim() === '') {
    return written(values[0]);
  }
  let joined = '';
  let at = 0;
  pieces.forEach(({ from, to }, index) => {
    const value = values[index];
    joined += unescaped(text.slice(at, from)) + (typeof value === 'string' ? value : (stringify(value) ?? 'null'));
    at = to;
  });
  return written(joined + unescaped(text.slice(at)));
}

/** A backslash in front of `$(` or `${` takes its meaning away (section 3.5, "escaping"). */
const unescaped = (text: string): string => text.replace(/\\(\$[({]|\\)/g, '$1');

function written(value: unknown): Outcome {
  try {
    return { kind: 'value', json: stringify(value ?? null, null, 2) ?? 'null' };
  } catch (error) {
    return { kind: 'error', message: messageOf(error), offset: null };
  }
}

function prepared(code: string, context: IEvaluation['context'], library: readonly string[], make: MakeFunction): () => unknown {
  const inner = code.slice(2, -1);
  const isBody = code.startsWith('${');
  const path = isBody ? null : readReference(inner);
  // As it stands, `$(inputs.x)` must not need JavaScript.
  if (path) {
    return () => follow(path, { ...context });
  }
  if (IMPORT.test(inner) || library.some(one => IMPORT.test(one))) {
    throw new Error('An expression brings nothing from elsewhere: take `import` out.');
  }
  const head = library.length > 0 ? `${library.join('\n')}\n` : '';
  const body = isBody ? inner : `return (${inner}\n);`;
  const made = make(PARAMETERS, `${HEAD}${head}${body}`);
  return () => made(context.inputs, context.self, context.runtime);
}

const messageOf = (error: unknown): string =>
  error instanceof ReferenceError ? error.message : error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : String(error);

/** Where in the code an error came from, as browsers say it: line and column within the function that was made. */
function placeIn(code: string, error: unknown, library: readonly string[]): number | null {
  if (error instanceof ReferenceError) {
    return 2;
  }
  const match = /(?:<anonymous>|> Function):(\d+):(\d+)/.exec(error instanceof Error ? (error.stack ?? '') : '');
  if (!match || (error instanceof SyntaxError && !match)) {
    return null;
  }
  // The function's own first two lines, then what is put in front.
  const before = 2 + 1 + (library.length > 0 ? library.join('\n').split('\n').length : 0);
  const line = Number(match[1]) - before;
  const isFirst = line === 1;
  const column = Number(match[2]) - 1 - (isFirst && !code.startsWith('${') ? 'return ('.length : 0);
  const lines = code.slice(2, -1).split('\n');
  if (line < 1 || line > lines.length) {
    return null;
  }
  return 2 + lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + Math.max(0, column);
}
