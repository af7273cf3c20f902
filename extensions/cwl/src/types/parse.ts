import type { Json, Path } from '../text/node.js';
import { isImport, isMap, own, shortName, typeNames } from './names.js';
import type { ITypeNames } from './names.js';
import type { CwlType, IRecordField, PrimitiveName } from './type.js';

/** Something in a type that is none, at a place within it. */
export interface ITypeProblem {
  code: 'unknown-type' | 'recursive-type' | 'invalid-type' | 'type-nested' | 'type-shorthand' | 'type-too-large';
  message: string;
  path: Path;
  /** What can be written there instead. */
  instead?: CwlType;
}

export interface IParsedType {
  type: CwlType;
  problems: ITypeProblem[];
}

/** CWLType, `Any`, and the shorthands for the standard streams of a tool. */
const PRIMITIVES: ReadonlySet<string> = new Set<PrimitiveName>([
  'null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'File', 'Directory', 'Any', 'stdin', 'stdout', 'stderr'
]);

/** Aliases let a small text stand for a huge type. */
const MAX_PARTS = 10_000;
const MAX_DEPTH = 100;
const MAX_BRACKETS = 32;

const NO_NAMES = typeNames([]);

/**
 * A type in every way that CWL writes one: names with `?` and `[]` (CWL 1.2 Workflow, section 2.4; SALAD, "Domain Specific
 * Language for types"), maps with `type`, lists of alternatives, and names of SchemaDefRequirement.
 */
export function parseType(value: Json, names: ITypeNames = NO_NAMES): IParsedType {
  const problems: ITypeProblem[] = [];
  const type = read(value, [], { names, problems, open: new Set(), count: { parts: 0, depth: 0 }, isShort: true });
  return { type, problems };
}

interface IReading {
  names: ITypeNames;
  problems: ITypeProblem[];
  /** Named types that are being read. */
  open: Set<string>;
  /** Of the whole type, over all that is read for it. */
  count: { parts: number; depth: number };
  /** Whether `?` and `[]` may be used: in a `type`, but not in `items`. */
  isShort: boolean;
}

function read(value: Json, path: Path, reading: IReading): CwlType {
  const { count } = reading;
  count.parts += 1;
  if (count.parts > MAX_PARTS || count.depth > MAX_DEPTH) {
    const isTold = reading.problems.some(told => told.code === 'type-too-large');
    return isTold ? unknown('…') : wrong(reading, 'type-too-large', 'The type is too large to be read.', path, '…');
  }
  count.depth += 1;
  const type = readAny(value, path, reading);
  count.depth -= 1;
  return type;
}

function readAny(value: Json, path: Path, reading: IReading): CwlType {
  if (typeof value === 'string') {
    return readText(value, path, reading);
  }
  if (Array.isArray(value)) {
    if (value.length === 0) {
      return wrong(reading, 'invalid-type', 'A list of types needs at least one.', path, '[]');
    }
    return union(value.map((item, index) => read(item, [...path, index], reading)));
  }
  if (isMap(value)) {
    return readMap(value, path, reading);
  }
  const message = value === null ? 'The type is empty.' : `${JSON.stringify(value)} is not a type.`;
  return wrong(reading, 'invalid-type', message, path, String(value));
}

function readText(text: string, path: Path, reading: IReading): CwlType {
  const isOptional = text.endsWith('?');
  let base = isOptional ? text.slice(0, -1) : text;
  let brackets = 0;
  while (base.endsWith('[]')) {
    base = base.slice(0, -2);
    brackets += 1;
  }
  if (brackets > MAX_BRACKETS) {
    return wrong(reading, 'type-too-large', `A type of ${brackets} nested arrays is too large to be read.`, path, text.slice(0, 40));
  }
  let type = readName(base, text, path, reading);
  for (let level = 0; level < brackets; level += 1) {
    type = { kind: 'array', items: type, name: null };
  }
  type = isOptional ? union([{ kind: 'primitive', name: 'null' }, type]) : type;
  const message = shorthandProblem(text, brackets, isOptional, reading.isShort);
  if (message !== null) {
    reading.problems.push({ code: 'type-shorthand', message, path, instead: type });
  }
  return type;
}

function shorthandProblem(text: string, brackets: number, isOptional: boolean, isShort: boolean): string | null {
  if (!isShort && (isOptional || brackets > 0)) {
    return `The short form '${text}' is for the field 'type'; in 'items' the type is written in full.`;
  }
  return brackets > 1 ? `The short form '${text}' has more than one '[]'; an array of arrays is written in full.` : null;
}

function readName(base: string, text: string, path: Path, reading: IReading): CwlType {
  if (PRIMITIVES.has(base)) {
    return { kind: 'primitive', name: base as PrimitiveName };
  }
  const found = reading.names.find(base);
  if (found === null && !reading.names.isComplete) {
    return unknown(base);
  }
  if (found === null) {
    return wrong(reading, 'unknown-type', unknownMessage(base, text), path, base);
  }
  const before = reading.names.read.get(found.name);
  if (before !== undefined) {
    return before;
  }
  if (reading.open.has(found.name)) {
    return wrong(reading, 'recursive-type', `The type '${base}' is defined by itself.`, path, base);
  }
  reading.open.add(found.name);
  // What is wrong in a definition is told where it is defined, not where it is used.
  const type = read(found.value, [], { ...reading, problems: [], isShort: true });
  reading.open.delete(found.name);
  // Within another named type this may be cut off by it, where on its own it would not be.
  if (reading.open.size === 0) {
    reading.names.read.set(found.name, type);
  }
  return type;
}

function unknownMessage(base: string, text: string): string {
  if (base === '') {
    return `'${text}' is not a type.`;
  }
  if (base.includes('#') || base.includes('/')) {
    return `There is no type '${base}' in a SchemaDefRequirement that holds here.`;
  }
  return `'${base}' is not a type of CWL, and no SchemaDefRequirement defines it.`;
}

function readMap(value: { [key: string]: Json }, path: Path, reading: IReading): CwlType {
  const kind = own(value, 'type');
  switch (kind) {
    case undefined:
      // What an import brings is not known before its file is read.
      return isImport(value)
        ? unknown('$import')
        : wrong(reading, 'invalid-type', "A type written as a map needs the field 'type'.", path, 'map');
    case 'array': {
      const items = own(value, 'items');
      return items === undefined
        ? wrong(reading, 'invalid-type', "An array type needs the field 'items'.", path, 'array')
        : { kind, items: read(items, [...path, 'items'], { ...reading, isShort: false }), name: nameOf(value) };
    }
    case 'record':
      return { kind, fields: readFields(own(value, 'fields'), [...path, 'fields'], reading), name: nameOf(value) };
    case 'enum':
      return { kind, symbols: readSymbols(own(value, 'symbols'), path, reading), name: nameOf(value) };
    default:
      return readNested(kind, path, reading);
  }
}

/** `{type: File}` and `{type: {type: …}}`: what is meant is clear, and engines refuse it. */
function readNested(inner: Json, path: Path, reading: IReading): CwlType {
  const type = read(inner, [...path, 'type'], reading);
  if (type.kind !== 'unknown') {
    const message = "A type written as a map is an array, a record or an enum; any other stands without 'type:' around it.";
    reading.problems.push({ code: 'type-nested', message, path, instead: type });
  }
  return type;
}

function nameOf(value: { [key: string]: Json }): string | null {
  const name = own(value, 'name');
  return typeof name === 'string' && name !== '' ? shortName(name) : null;
}

function readFields(fields: Json | undefined, path: Path, reading: IReading): IRecordField[] {
  if (fields === undefined || fields === null) {
    // A record of no fields is allowed.
    return [];
  }
  if (Array.isArray(fields)) {
    const found: IRecordField[] = [];
    fields.forEach((field, index) => {
      const name = isMap(field) ? own(field, 'name') : undefined;
      if (isMap(field) && typeof name === 'string') {
        found.push(readField(shortName(name), field, [...path, index], reading));
      } else {
        problem(reading, 'invalid-type', "A field of a record needs the field 'name'.", [...path, index]);
      }
    });
    return found;
  }
  if (isMap(fields)) {
    return Object.keys(fields).map(name => readField(shortName(name), fields[name], [...path, name], reading));
  }
  problem(reading, 'invalid-type', "The 'fields' of a record are a map or a list.", path);
  return [];
}

function readField(name: string, field: Json, path: Path, reading: IReading): IRecordField {
  const short = { ...reading, isShort: true };
  if (!isMap(field)) {
    return { name, type: read(field, path, short), label: null, doc: null };
  }
  const type = own(field, 'type');
  return {
    name,
    type: type === undefined
      ? wrong(reading, 'invalid-type', `The field '${name}' has no type.`, path, '')
      : ownType(field, type, path, short),
    label: text(own(field, 'label')),
    doc: text(own(field, 'doc'))
  };
}

/** `a: {type: array, items: File}` is short for a field whose type is that array. */
function ownType(field: { [key: string]: Json }, type: Json, path: Path, reading: IReading): CwlType {
  const isWritten = (type === 'array' && Object.hasOwn(field, 'items'))
    || (type === 'record' && Object.hasOwn(field, 'fields'))
    || (type === 'enum' && Object.hasOwn(field, 'symbols'));
  return isWritten ? read(field, path, reading) : read(type, [...path, 'type'], reading);
}

function text(value: Json | undefined): string | null {
  if (typeof value === 'string') {
    return value;
  }
  return Array.isArray(value) ? value.filter(line => typeof line === 'string').join('\n') : null;
}

function readSymbols(symbols: Json | undefined, path: Path, reading: IReading): string[] {
  if (!Array.isArray(symbols)) {
    problem(reading, 'invalid-type', "An enum needs 'symbols', a list of strings.", path);
    return [];
  }
  // In a packed document symbols are ids: `#main/mode/fast`.
  return symbols.map(symbol => (typeof symbol === 'string' && symbol.includes('#') ? shortName(symbol) : String(symbol)));
}

/** Flat, without what is there twice, `null` first. */
export function union(types: readonly CwlType[]): CwlType {
  const flat = types.flatMap(type => (type.kind === 'union' ? type.types : [type]));
  const seen = new Set<string>();
  const kept = flat.filter(type => {
    if (type.kind !== 'primitive') {
      return true;
    }
    const isNew = !seen.has(type.name);
    seen.add(type.name);
    return isNew;
  });
  if (kept.length === 1) {
    return kept[0];
  }
  const isNull = (type: CwlType): boolean => type.kind === 'primitive' && type.name === 'null';
  return { kind: 'union', types: [...kept.filter(isNull), ...kept.filter(type => !isNull(type))] };
}

function problem(reading: IReading, code: ITypeProblem['code'], message: string, path: Path): void {
  reading.problems.push({ code, message, path });
}

function wrong(reading: IReading, code: ITypeProblem['code'], message: string, path: Path, text: string): CwlType {
  problem(reading, code, message, path);
  return unknown(text);
}

const unknown = (text: string): CwlType => ({ kind: 'unknown', text });
