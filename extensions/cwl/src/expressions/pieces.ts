import { tokenize, type IToken } from './tokens.js';

/** A `$(…)` or `${…}` in a string. */
export interface IPiece {
  from: number;
  to: number;
  /** From its opening bracket to its closing one. */
  tokens: IToken[];
  /** Whether it may not be what it seems. */
  unsure: boolean;
}

export interface IPieces {
  pieces: IPiece[];
  /** Whether the last one does not end, and what is in it is unknown. */
  broken: boolean;
}

const START = /(\\*)\$(?=[({])/g;

/** The expressions and parameter references in a string (CWL 1.2 CommandLineTool, sections 3.4 and 3.5); a backslash before `$` takes its meaning away. */
export function pieces(text: string): IPieces {
  const found: IPiece[] = [];
  const start = new RegExp(START);
  for (let match = start.exec(text); match; match = start.exec(text)) {
    if (match[1].length % 2 === 1) {
      continue;
    }
    const from = match.index + match[1].length;
    const { tokens, end, unsure } = tokenize(text, from + 1);
    if (end === null) {
      return { pieces: found, broken: true };
    }
    found.push({ from, to: end, tokens, unsure });
    start.lastIndex = end;
  }
  return { pieces: found, broken: false };
}

/** The grammar of a parameter reference (CWL 1.2 CommandLineTool, section 3.4). */
const REFERENCE = /^\([\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+|\['(?:[^'\\]|\\.)*'\]|\["(?:[^"\\]|\\.)*"\]|\[\d+\])*\)$/u;

/** Whether a string holds anything that is evaluated. */
export const isExpression = (text: string): boolean => {
  const { pieces: found, broken } = pieces(text);
  return broken || found.length > 0;
};

/** Whether evaluating a string takes `InlineJavascriptRequirement`: more than parameter references. */
export function needsJavascript(text: string): boolean {
  const { pieces: found, broken } = pieces(text);
  return broken || found.some(piece => !REFERENCE.test(text.slice(piece.from + 1, piece.to)));
}
