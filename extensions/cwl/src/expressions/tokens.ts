/**
 * Just enough of JavaScript's grammar of tokens (ECMA-262, section 12) to tell code from strings, comments, templates and
 * regular expressions. It knows no statements.
 */
export interface IToken {
  kind: 'word' | 'string' | 'number' | 'regex' | 'punctuator';
  text: string;
  from: number;
  to: number;
}

export interface ITokens {
  tokens: IToken[];
  /** Behind what closes the first bracket; null if nothing closes it. */
  end: number | null;
  /** Whether a slash could be a division or a regular expression, so that what follows is a guess. */
  unsure: boolean;
}

const CLOSING: ReadonlyMap<string, string> = new Map([['(', ')'], ['[', ']'], ['{', '}']]);
/** Behind these words an expression begins, so that a slash opens a regular expression. */
const BEFORE_EXPRESSION = new Set(
  ['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'instanceof', 'new', 'do', 'else', 'throw', 'yield', 'await']
);
/** The bracket behind these words holds a condition; behind it a statement begins. */
const CONDITION = new Set(['if', 'while', 'for', 'with']);
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /\.?\d[\w.]*/y;
const SPACE = /\s+/y;
const LINE_COMMENT = /\/\/[^\n\r\u2028\u2029]*/y;
const BLOCK_COMMENT = /\/\*[^]*?\*\//y;
const FLAGS = /[\p{ID_Continue}]*/uy;
const PUNCTUATOR = /\.\.\.|=>|\?\.(?!\d)|[=!]==?|[^]/y;

/** Length of what a pattern finds at a place, 0 if it does not; none of them repeats a group, which would take stack for each time. */
function length(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** Behind spaces and comments. */
function pastTrivia(text: string, from: number): number {
  let at = from;
  for (let before = -1; before !== at; ) {
    before = at;
    at += length(SPACE, text, at) || length(LINE_COMMENT, text, at) || length(BLOCK_COMMENT, text, at);
  }
  return at;
}

/** Behind the string that begins at `from`; null if it does not end on its line. */
function pastString(text: string, from: number): number | null {
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at];
    if (char === text[from]) {
      return at + 1;
    }
    if (char === '\\') {
      at++;
    } else if (char === '\n' || char === '\r') {
      return null;
    }
  }
  return null;
}

/** Behind the regular expression that begins at `from`, and its flags; null if it does not end on its line. */
function pastRegex(text: string, from: number): number | null {
  let inClass = false;
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '/' && !inClass) {
      return at + 1 + length(FLAGS, text, at + 1);
    }
    if (char === '\\') {
      at++;
    } else if (char === '\n' || char === '\r') {
      return null;
    } else if (char === '[' || char === ']') {
      inClass = char === '[';
    }
  }
  return null;
}

/** Behind a piece of a template, from the backtick or brace at `from` to the next substitution or the last backtick. */
function pastTemplate(text: string, from: number): number | null {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '`') {
      return at + 1;
    }
    if (text[at] === '\\') {
      at++;
    } else if (text[at] === '$' && text[at + 1] === '{') {
      return at + 2;
    }
  }
  return null;
}

/** What a slash does behind `last`: a name, a number, a string or a closing bracket ends a value, which it divides. */
function slash(last: IToken | undefined, closedCondition: boolean): 'divides' | 'opens' | 'either' {
  if (last?.kind === 'word') {
    return BEFORE_EXPRESSION.has(last.text) ? 'opens' : 'divides';
  }
  if (!last || last.kind === 'punctuator') {
    const text = last?.text;
    return text === '}' ? 'either' : text === ']' || (text === ')' && !closedCondition) ? 'divides' : 'opens';
  }
  return 'divides';
}

/** The tokens from the bracket at `from` to the one that closes it, both with it. */
export function tokenize(text: string, from: number): ITokens {
  const tokens: IToken[] = [];
  const open: { closing: string; condition: boolean }[] = [];
  let closedCondition = false;
  let unsure = false;
  let at = from;
  for (;;) {
    at = pastTrivia(text, at);
    const char = text[at];
    if (char === undefined || text.startsWith('/*', at)) {
      return { tokens, end: null, unsure };
    }
    let kind: IToken['kind'] = 'punctuator';
    let to: number | null;
    const resumes = char === '}' && open.at(-1)?.closing === '`';
    if (char === '`' || resumes) {
      if (resumes) {
        open.pop();
      }
      to = pastTemplate(text, at);
      if (to !== null && text[to - 1] === '{') {
        open.push({ closing: '`', condition: false });
      } else {
        kind = 'string';
      }
    } else if (char === '"' || char === "'") {
      kind = 'string';
      to = pastString(text, at);
    } else if ((to = at + length(NUMBER, text, at)) > at) {
      kind = 'number';
    } else if ((to = at + length(WORD, text, at)) > at) {
      kind = 'word';
    } else {
      const meaning = char === '/' ? slash(tokens.at(-1), closedCondition) : 'divides';
      unsure ||= meaning === 'either';
      if (meaning === 'opens') {
        kind = 'regex';
        to = pastRegex(text, at);
      } else {
        to = at + length(PUNCTUATOR, text, at);
      }
    }
    if (to === null) {
      return { tokens, end: null, unsure };
    }
    const piece = text.slice(at, to);
    tokens.push({ kind, text: piece, from: at, to });
    at = to;
    const closing = kind === 'punctuator' ? CLOSING.get(piece) : undefined;
    if (closing) {
      open.push({ closing, condition: CONDITION.has(tokens.at(-2)?.text ?? '') });
    } else if (kind === 'punctuator' && (piece === ')' || piece === ']' || piece === '}')) {
      const opened = open.pop();
      if (opened?.closing !== piece) {
        return { tokens, end: null, unsure };
      }
      closedCondition = opened.condition;
      if (open.length === 0) {
        return { tokens, end: at, unsure };
      }
    }
  }
}
