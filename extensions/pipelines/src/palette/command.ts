import type { Json } from '@jupyter-datalabs/cwl';

/** A command line, read as far as a tool needs it. */
export interface ICommand {
  words: IWord[];
  stdin: IPart[] | null;
  stdout: IPart[] | null;
  stderr: IPart[] | null;
  /** Placeholders in the order in which they come first, with the type that is written at one: `{count:int}`. */
  inputs: { name: string; type: string | null }[];
  /** Something that a shell alone does: a pipe, `&&`, a variable, a pattern. */
  needsShell: boolean;
  /** A quote that is not closed, or a redirection to nowhere. */
  isBroken: boolean;
}

export type IPart = { text: string } | { input: string };

interface IWord {
  parts: IPart[];
  /** For a shell to read, as it stands. */
  isRaw: boolean;
}

const PLACEHOLDER = /^(?:<([A-Za-z_][\w-]*)(?::([\w[\]?]+))?>|\{([A-Za-z_][\w-]*)(?::([\w[\]?]+))?\})/;
const OPERATOR = /^(?:\|\||&&|\||;|&)/;
const REDIRECT = /^(?:2>|1?>|<)/;
/** Read by a shell and nobody else. */
const SHELL = /[`*?~]|\$[\w{(]/;

export function readCommand(text: string): ICommand {
  const command: ICommand = { words: [], stdin: null, stdout: null, stderr: null, inputs: [], needsShell: false, isBroken: false };
  // A line that goes on in the next is one.
  let rest = text.replace(/\\\r?\n/g, ' ').trim();
  let redirect: 'stdin' | 'stdout' | 'stderr' | null = null;
  while (rest) {
    const isHere = PLACEHOLDER.test(rest);
    const operator = isHere ? null : OPERATOR.exec(rest);
    const to = isHere ? null : REDIRECT.exec(rest);
    if (to && !/^>>|^2>&/.test(rest)) {
      command.isBroken ||= redirect !== null;
      redirect = to[0] === '<' ? 'stdin' : to[0] === '2>' ? 'stderr' : 'stdout';
      rest = rest.slice(to[0].length).trimStart();
    } else if (operator) {
      command.needsShell = true;
      command.words.push({ parts: [{ text: operator[0] }], isRaw: true });
      rest = rest.slice(operator[0].length).trimStart();
    } else {
      const { word, length, isClosed } = readWord(rest, command);
      command.isBroken ||= !isClosed;
      command.needsShell ||= word.isRaw;
      if (redirect) {
        command[redirect] = word.parts;
      } else {
        command.words.push(word);
      }
      redirect = null;
      rest = rest.slice(length).trimStart();
    }
  }
  command.isBroken ||= redirect !== null;
  return command;
}

function readWord(text: string, command: ICommand): { word: IWord; length: number; isClosed: boolean } {
  const parts: IPart[] = [];
  let literal = '';
  let quote = '';
  let isRaw = false;
  let at = 0;
  const flush = (): void => {
    if (literal) {
      parts.push({ text: literal });
    }
    literal = '';
  };
  for (; at < text.length; at += 1) {
    const found = PLACEHOLDER.exec(text.slice(at, at + 200));
    const sign = text[at]!;
    if (found && quote !== "'") {
      flush();
      const name = (found[1] ?? found[3])!;
      parts.push({ input: name });
      const type = found[2] ?? found[4] ?? null;
      const known = command.inputs.find(input => input.name === name);
      if (known) {
        known.type ??= type;
      } else {
        command.inputs.push({ name, type });
      }
      at += found[0].length - 1;
    } else if (quote) {
      if (sign === quote) {
        quote = '';
      } else if (sign === '\\' && quote === '"' && /["\\$`]/.test(text[at + 1] ?? '')) {
        at += 1;
        literal += text[at];
      } else {
        literal += sign;
      }
    } else if (sign === "'" || sign === '"') {
      quote = sign;
      // An empty text is a word, too.
      if (text[at + 1] === sign && /^(?:\s|$)/.test(text.slice(at + 2)) && parts.length === 0 && !literal) {
        parts.push({ text: '' });
      }
    } else if (/\s/.test(sign) || (OPERATOR.test(sign) && !/[<>]&?$/.test(literal))) {
      break;
    } else if (sign === '\\' && at + 1 < text.length) {
      at += 1;
      literal += text[at];
    } else {
      isRaw ||= SHELL.test(sign) || /^\$[\w{(]/.test(text.slice(at, at + 2)) || sign === '>';
      literal += sign;
    }
  }
  flush();
  return { word: { parts, isRaw }, length: Math.max(at, 1), isClosed: quote === '' };
}

const TYPES_WITH_PATH = /^(?:File|Directory)\??$/;

/** Text that is no expression although it looks like one. */
const escaped = (text: string): string => text.replace(/\$(?=[({])/g, '\\$$');

/** What a word is, as a value with references to inputs. */
export function valueOf(parts: readonly IPart[], types: ReadonlyMap<string, string>): string {
  return parts.map(part => ('text' in part ? escaped(part.text) : reference(part.input, types))).join('');
}

const reference = (name: string, types: ReadonlyMap<string, string>): string =>
  `$(inputs${/^\w+$/.test(name) ? `.${name}` : `["${name}"]`}${TYPES_WITH_PATH.test(types.get(name) ?? '') ? '.path' : ''})`;

const onlyText = (word: IWord | undefined): string | null => {
  const [part, ...more] = word?.parts ?? [];
  return part && 'text' in part && more.length === 0 && !word!.isRaw ? part.text : null;
};

/** The fields of a tool that carries a command out: what comes before the first input as `baseCommand`, the rest in its order. */
export function toolFields(command: ICommand, types: ReadonlyMap<string, string>): { [field: string]: Json } {
  const { words } = command;
  const inputs: { [id: string]: { [field: string]: Json } } = {};
  for (const { name } of command.inputs) {
    inputs[name] = { type: types.get(name) ?? 'File' };
  }
  const bound = new Set<string>();
  const base: string[] = [];
  const rest: Json[] = [];
  let position = 0;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    const plain = onlyText(word);
    const input = soleInput(word);
    if (input && !bound.has(input.name)) {
      bound.add(input.name);
      position += 1;
      inputs[input.name]!['inputBinding'] = { position, ...(input.prefix ? { prefix: input.prefix, separate: false } : {}) };
      continue;
    }
    const next = plain?.startsWith('-') ? soleInput(words[index + 1]) : null;
    if (plain !== null && next && !next.prefix && !bound.has(next.name)) {
      bound.add(next.name);
      position += 1;
      inputs[next.name]!['inputBinding'] = { position, prefix: plain };
      index += 1;
    } else if (plain !== null && position === 0 && !command.needsShell) {
      base.push(plain);
    } else {
      position += 1;
      const text = word.isRaw ? word.parts.map(part => ('text' in part ? part.text.replace(/\$(?=[({])/g, '\\$$') : reference(part.input, types))).join('') : valueOf(word.parts, types);
      rest.push({ position, valueFrom: text, ...(word.isRaw ? { shellQuote: false } : {}) });
    }
  }
  return {
    ...(command.needsShell ? { requirements: { ShellCommandRequirement: {} } } : {}),
    ...(base.length > 0 ? { baseCommand: base.length === 1 ? base[0]! : base } : {}),
    ...(rest.length > 0 ? { arguments: rest } : {}),
    inputs,
    ...(command.stdin ? { stdin: valueOf(command.stdin, types) } : {}),
    ...(command.stdout ? { stdout: valueOf(command.stdout, types) } : {}),
    ...(command.stderr ? { stderr: valueOf(command.stderr, types) } : {})
  };
}

/** A word that is an input, perhaps behind a text: `--in={reads}`. */
function soleInput(word: IWord | undefined): { name: string; prefix: string } | null {
  const parts = word && !word.isRaw ? word.parts : [];
  const last = parts.at(-1);
  const before = parts.length === 2 ? parts[0]! : null;
  if (!last || !('input' in last) || parts.length > 2 || (before && !('text' in before))) {
    return null;
  }
  return { name: last.input, prefix: before && 'text' in before ? before.text : '' };
}
