import { pieces, type IPiece } from './pieces.js';
import type { IToken } from './tokens.js';

/** Where an expression names an input. */
export interface IInputUse {
  name: string;
  /** From the dot or bracket behind `inputs` to the end of the name or of the closing bracket. */
  from: number;
  to: number;
  /** With `?.`. */
  optional: boolean;
}

export interface IInputUses {
  uses: IInputUse[];
  /** Whether inputs may be used in a way that names none: `inputs[name]`, `inputs` handed to a function, a variable of that name. */
  opaque: boolean;
}

const DECLARING = new Set(['var', 'let', 'const', 'function', 'class', 'catch']);
/** So far ahead a bracket is looked for before the worst is assumed. */
const FAR = 2000;
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Whether `inputs` at `at` may be a variable, a parameter or a key of that name, which makes all other places doubtful too. */
function mayShadow(tokens: readonly IToken[], at: number): boolean {
  const before = tokens[at - 1]?.text;
  const after = tokens[at + 1]?.text;
  if (DECLARING.has(before) || after === '=' || after === '=>') {
    return true;
  }
  const opened = before === '(' || before === ',' || before === '{' || before === '[' || before === '...';
  if (!opened || (after !== ')' && after !== ',' && after !== '}' && after !== ']')) {
    return false;
  }
  // `f(inputs)` hands it over; `function (inputs) {` and `(inputs) =>` make another one, and so does `{inputs}` on the left of `=`.
  let depth = 0;
  for (let index = at + 1; index < tokens.length; index++) {
    if (index > at + FAR) {
      return true;
    }
    const text = tokens[index].kind === 'punctuator' ? tokens[index].text : '';
    if (text === '(' || text === '[' || text === '{' || text.endsWith('${')) {
      depth++;
    } else if (text === ')' || text === ']' || text === '}') {
      depth--;
      const next = tokens[index + 1]?.text;
      if (depth < 0 && (next === '{' || next === '=>' || next === '=')) {
        return true;
      }
    }
  }
  return false;
}

function usesOf(piece: IPiece, text: string): IInputUses {
  const { tokens } = piece;
  const uses: IInputUse[] = [];
  let opaque = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    const previous = tokens[at - 1]?.text;
    if (token.kind !== 'word' || token.text !== 'inputs' || previous === '.' || previous === '?.') {
      // `with`, `eval` and `this.inputs` reach inputs without a trace.
      opaque ||= token.kind === 'word' && (token.text === 'eval' || token.text === 'with' || token.text === 'this') && previous !== '.';
      continue;
    }
    const [first, second, third, fourth] = tokens.slice(at + 1, at + 5);
    const optional = first?.text === '?.';
    const [bracket, key, closing] = optional ? [second, third, fourth] : [first, second, third];
    if ((first?.text === '.' || optional) && second?.kind === 'word') {
      uses.push({ name: second.text, from: first.from, to: second.to, optional });
    } else if (
      bracket?.text === '[' && key?.kind === 'string' && closing?.text === ']' && !/^[`}]/.test(key.text) && !key.text.includes('\\')
    ) {
      uses.push({ name: key.text.slice(1, -1), from: first.from, to: closing.to, optional });
    } else if (first?.text === ':' && (previous === '{' || previous === ',')) {
      continue;
    } else {
      opaque = true;
      if (mayShadow(tokens, at)) {
        return { uses: [], opaque };
      }
    }
  }
  if (piece.unsure) {
    return { uses: [], opaque: opaque || text.slice(piece.from, piece.to).includes('inputs') };
  }
  return { uses, opaque };
}

/** Which inputs the expressions in a string name, in its order. */
export function inputUses(text: string): IInputUses {
  const { pieces: found, broken } = pieces(text);
  const all = found.map(piece => usesOf(piece, text));
  const rest = text.slice(found.at(-1)?.to ?? 0);
  return {
    uses: all.flatMap(({ uses }) => uses),
    opaque: all.some(({ opaque }) => opaque) || (broken && rest.includes('inputs'))
  };
}

function written(text: string, use: IInputUse, name: string): string {
  const dot = use.optional ? '?.' : '.';
  const old = text.slice(use.from, use.to);
  if (!old.endsWith(']') && IDENTIFIER.test(name)) {
    return old.slice(0, old.length - use.name.length) + name;
  }
  const quote = old.endsWith(']') ? old.slice(old.indexOf('[') + 1).trimStart()[0] : '"';
  const escaped = name.replace(/[\\\n\r\u2028\u2029]/g, char => JSON.stringify(char).slice(1, -1)).replaceAll(quote, `\\${quote}`);
  return `${use.optional ? dot : ''}[${quote}${escaped}${quote}]`;
}

/** The string with an input under another name, and whether it may use inputs in a way that could not be followed. Everything else in it stays. */
export function renameInput(text: string, from: string, to: string): { text: string; opaque: boolean } {
  const { uses, opaque } = inputUses(text);
  let result = '';
  let at = 0;
  for (const use of uses) {
    if (use.name === from) {
      result += text.slice(at, use.from) + written(text, use, to);
      at = use.to;
    }
  }
  return { text: result + text.slice(at), opaque };
}
