import { isOptional, withoutNull } from '@jupyter-datalabs/cwl';
import type { CwlType, ICwlDocument, IPort, IProcess, Json } from '@jupyter-datalabs/cwl';
import { relativePath } from '../paths';

/** How a value is asked for. */
export type FieldKind = 'path' | 'paths' | 'string' | 'integer' | 'number' | 'boolean' | 'enum' | 'json';

export interface IInputField {
  id: string;
  label: string;
  doc: string;
  type: CwlType;
  kind: FieldKind;
  of: 'File' | 'Directory' | null;
  symbols: string[];
  /** It may be left out. */
  isOptional: boolean;
  default: Json | undefined;
}

/** What was filled in, as text; paths are those of the contents API, several one a line. */
export type Answers = { [input: string]: string };

export type Read = { ok: true; value: Json | undefined } | { ok: false; why: 'missing' | 'integer' | 'number' | 'json' | 'long' };

const INT32 = 2 ** 31;

/** The process that is run: that of the document, or that of one of its steps. */
export function processOf(document: ICwlDocument, step: string | null, id?: string): IProcess | null {
  const process = (id ? document.processes.find(one => one.id === id) : document.processes[0]) ?? null;
  return step === null ? process : (process?.steps.find(one => one.id === step)?.run.process ?? null);
}

export const fieldsOf = (process: IProcess): IInputField[] => process.inputs.map(fieldOf);

function fieldOf(port: IPort): IInputField {
  const isEmptyAllowed = isOptional(port.type.type);
  const type = isEmptyAllowed ? withoutNull(port.type.type) : port.type.type;
  const of = pathKind(type) ?? (type.kind === 'array' ? pathKind(type.items) : null);
  return {
    id: port.id,
    label: port.label ?? port.id,
    doc: port.doc ?? '',
    type,
    kind: kindOf(type),
    of,
    symbols: type.kind === 'enum' ? type.symbols : [],
    isOptional: isEmptyAllowed || port.default !== null,
    default: port.default?.value
  };
}

const pathKind = (type: CwlType): 'File' | 'Directory' | null => (type.kind === 'primitive' && (type.name === 'File' || type.name === 'Directory') ? type.name : null);

function kindOf(type: CwlType): FieldKind {
  if (type.kind === 'enum') {
    return 'enum';
  }
  if (type.kind === 'array' && pathKind(type.items)) {
    return 'paths';
  }
  if (type.kind !== 'primitive') {
    return 'json';
  }
  switch (type.name) {
    case 'File':
    case 'Directory':
    case 'stdin':
      return 'path';
    case 'string':
      return 'string';
    case 'int':
    case 'long':
      return 'integer';
    case 'float':
    case 'double':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'json';
  }
}

/** What an answer says; files as seen from the document, but for paths of the session itself, as `/data/survey/a.fits`. */
export function readAnswer(field: IInputField, answer: string | undefined, document: string): Read {
  const text = answer ?? '';
  const isEmpty = field.kind === 'string' ? answer === undefined || (text === '' && field.isOptional) : text.trim() === '';
  if (isEmpty) {
    return field.isOptional ? { ok: true, value: undefined } : { ok: false, why: 'missing' };
  }
  const file = (written: string): Json => {
    const path = written.trim();
    return { class: field.of ?? 'File', path: path.startsWith('/') ? path : relativePath(document, path) };
  };
  switch (field.kind) {
    case 'path':
      return { ok: true, value: file(text) };
    case 'paths':
      return { ok: true, value: text.split('\n').filter(line => line.trim()).map(file) };
    case 'integer': {
      const value = Number(text);
      if (!/^\s*[-+]?\d+\s*$/.test(text) || !Number.isSafeInteger(value)) {
        return { ok: false, why: 'integer' };
      }
      const isInt = field.type.kind === 'primitive' && field.type.name === 'int';
      return isInt && (value >= INT32 || value < -INT32) ? { ok: false, why: 'long' } : { ok: true, value };
    }
    case 'number': {
      const value = Number(text);
      return Number.isFinite(value) ? { ok: true, value } : { ok: false, why: 'number' };
    }
    case 'boolean':
      return { ok: true, value: text === 'true' };
    case 'json':
      try {
        return { ok: true, value: JSON.parse(text) as Json };
      } catch {
        return { ok: false, why: 'json' };
      }
    default:
      return { ok: true, value: text };
  }
}

/** All values; null as long as one is missing or wrong. */
export function readAnswers(fields: readonly IInputField[], answers: Answers, document: string): { [input: string]: Json } | null {
  const values: { [input: string]: Json } = {};
  for (const field of fields) {
    const read = readAnswer(field, answers[field.id], document);
    if (!read.ok) {
      return null;
    }
    if (read.value !== undefined) {
      values[field.id] = read.value;
    }
  }
  return values;
}

const KEY = 'jupyter-datalabs:cwl-inputs:';
/** Characters: a browser keeps no more than some millions for all of a site. */
const MOST_KEPT = 100_000;
const keyOf = (path: string, step: string | null): string => `${KEY}${path}${step === null ? '' : `#${step}`}`;

/** What was filled in for a document, or a step of it, the last time in this browser. */
export function keptAnswers(path: string, step: string | null): Answers {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(keyOf(path, step)) ?? '{}');
    return Object.fromEntries(Object.entries(kept ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return {};
  }
}

export function keepAnswers(path: string, step: string | null, answers: Answers): void {
  const text = JSON.stringify(answers);
  try {
    if (text.length <= MOST_KEPT) {
      window.localStorage.setItem(keyOf(path, step), text);
    }
  } catch {
    // A browser that keeps nothing asks again.
  }
}
