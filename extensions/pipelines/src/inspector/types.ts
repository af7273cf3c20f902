import type { CwlType, IProcess, Json } from '@jupyter-datalabs/cwl';
import { parseType, withoutNull } from '@jupyter-datalabs/cwl';
import { isMap, listOf } from './values';

/** A type taken apart: `[]` so many times around something, all of which may be optional. */
export interface ITypeParts {
  isOptional: boolean;
  levels: number;
  core: CwlType;
}

export const NULL: CwlType = { kind: 'primitive', name: 'null' };
const isNull = (type: CwlType): boolean => type.kind === 'primitive' && type.name === 'null';

export function partsOf(type: CwlType): ITypeParts {
  const isOptional = type.kind === 'union' && type.types.some(isNull);
  let core = isOptional ? withoutNull(type) : type;
  let levels = 0;
  while (core.kind === 'array' && core.name === null) {
    core = core.items;
    levels += 1;
  }
  return { isOptional, levels, core };
}

export function typeOf({ isOptional, levels, core }: ITypeParts): CwlType {
  let type = core;
  for (let level = 0; level < levels; level += 1) {
    type = { kind: 'array', items: type, name: null };
  }
  if (!isOptional) {
    return type;
  }
  const parts = type.kind === 'union' ? type.types.filter(part => !isNull(part)) : [type];
  return { kind: 'union', types: [NULL, ...parts] };
}

/** Several types as one, flat. */
export function unionOf(types: readonly CwlType[]): CwlType {
  const flat = types.flatMap(type => (type.kind === 'union' ? type.types : [type]));
  const rest = flat.filter(type => !isNull(type));
  const all = rest.length < flat.length ? [NULL, ...rest] : rest;
  return all.length === 1 ? all[0]! : { kind: 'union', types: all };
}

/** A type as it is written, with names left as names: what SchemaDef defines is edited there. */
export const writtenType = (value: Json): CwlType => parseType(value).type;

const KEYS: { [type: string]: readonly string[] } = { array: ['type', 'items', 'name'], record: ['type', 'fields', 'name'], enum: ['type', 'symbols', 'name'] };
const FIELD_KEYS: readonly string[] = ['name', 'type', 'label', 'doc'];

/** Whether a form can show all that is written; a binding within a record would be lost. */
export function isPlainType(value: Json, depth = 0): boolean {
  if (typeof value === 'string') {
    return true;
  }
  if (depth > 16) {
    return false;
  }
  if (Array.isArray(value)) {
    return value.length > 0 && value.every(part => isPlainType(part, depth + 1));
  }
  if (!isMap(value) || typeof value.type !== 'string') {
    return false;
  }
  const keys = KEYS[value.type];
  if (!keys || !Object.keys(value).every(key => keys.includes(key))) {
    return false;
  }
  switch (value.type) {
    case 'array':
      return isPlainType(value.items ?? null, depth + 1);
    case 'enum':
      return Array.isArray(value.symbols) && value.symbols.every(symbol => typeof symbol === 'string' && !symbol.includes('#'));
    default:
      return areFields(value.fields, depth);
  }
}

function areFields(fields: Json | undefined, depth: number): boolean {
  if (fields === undefined) {
    return true;
  }
  const list = Array.isArray(fields) ? fields : isMap(fields) ? Object.values(fields) : null;
  return (
    list !== null &&
    list.every(field =>
      isMap(field) && (Array.isArray(fields) || !['array', 'record', 'enum'].includes(String(field.type)))
        ? Object.keys(field).every(key => FIELD_KEYS.includes(key)) && isPlainType(field.type ?? null, depth + 1) && !String(field.name ?? '').includes('#')
        : !Array.isArray(fields) && isPlainType(field, depth + 1)
    )
  );
}

/** How types of SchemaDef can be named here. */
export function namesIn(process: IProcess): string[] {
  const names = [...process.requirements, ...process.hints]
    .filter(({ class: name }) => name === 'SchemaDefRequirement')
    .flatMap(({ value }) => listOf(value['types']).flatMap(type => listOf(isMap(type) && Object.hasOwn(type, 'types') ? type.types : type)))
    .flatMap(type => (isMap(type) && typeof type.name === 'string' ? [type.name.slice(type.name.lastIndexOf('#') + 1)] : []));
  // As the document itself says it, where it does: with the file it comes from.
  const written = [...process.inputs, ...process.outputs].flatMap(({ type }) => textsIn(type.value)).map(text => text.replace(/[[\]?]+$/, ''));
  return [...new Set(names.map(name => written.find(text => text !== name && text.endsWith(`#${name}`)) ?? name))];
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return (Array.isArray(value) ? value : isMap(value) ? [value.type ?? null, value.items ?? null] : []).flatMap(textsIn);
}
