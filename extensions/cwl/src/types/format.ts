import type { TypeFamily } from '../graph/model.js';
import type { CwlType } from './type.js';

/** Deeper types are shown by their outline. */
const MAX_DEPTH = 8;
const MAX_NAMES = 4;
const MAX_ALTERNATIVES = 6;

/** A type for people: `File[]?`, `record paired_reads`, `enum (a, b)`, `string | int`. */
export function typeText(type: CwlType, depth = 0): string {
  if (depth > MAX_DEPTH) {
    return '…';
  }
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'array':
      return `${inBrackets(type.items, depth)}[]`;
    case 'record':
      return type.name === null ? recordText(type.fields.map(field => field.name)) : `record ${type.name}`;
    case 'enum':
      return type.name === null ? `enum (${listed(type.symbols)})` : `enum ${type.name}`;
    case 'union': {
      const [first, second] = type.types;
      if (type.types.length === 2 && isNull(first)) {
        return `${inBrackets(second, depth)}?`;
      }
      const parts = type.types.filter(part => !isNull(part));
      const shown = parts.slice(0, MAX_ALTERNATIVES).map(part => typeText(part, depth + 1));
      const rest = [...shown, ...(parts.length > shown.length ? ['…'] : [])].join(' | ');
      return isOptional(type) ? `(${rest})?` : rest;
    }
    case 'unknown':
      return type.text === '' ? 'unknown' : type.text;
  }
}

function inBrackets(type: CwlType, depth: number): string {
  const text = typeText(type, depth + 1);
  return type.kind === 'union' || type.kind === 'record' || type.kind === 'enum' ? `(${text})` : text;
}

const recordText = (names: readonly string[]): string => (names.length === 0 ? 'record' : `record (${listed(names)})`);

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${shown}, …` : shown;
}

/** The family of what is in it, whatever the number of arrays around it. */
export function typeFamily(type: CwlType): TypeFamily {
  switch (type.kind) {
    case 'array':
      return typeFamily(type.items);
    case 'record':
    case 'enum':
      return type.kind;
    case 'union': {
      const families = new Set(type.types.filter(part => !isNull(part)).map(typeFamily));
      return families.size === 1 ? [...families][0] : 'mixed';
    }
    case 'unknown':
      return 'any';
    case 'primitive':
      break;
  }
  switch (type.name) {
    case 'File':
    case 'stdin':
    case 'stdout':
    case 'stderr':
      return 'file';
    case 'Directory':
      return 'directory';
    case 'string':
    case 'boolean':
      return type.name;
    case 'int':
    case 'long':
    case 'float':
    case 'double':
      return 'number';
    case 'null':
    case 'Any':
      return 'any';
  }
}

/** Whether `null` is one of its values, or the only one. `Any` is every value but `null`. */
export function isOptional(type: CwlType): boolean {
  return isNull(type) || (type.kind === 'union' && type.types.some(isNull));
}

/** What is in an array, or in the array of an optional array; null for what is none. */
export function itemsOf(type: CwlType): CwlType | null {
  const whole = withoutNull(type);
  return whole.kind === 'array' ? whole.items : null;
}

/** The type of the values that are not `null`. */
export function withoutNull(type: CwlType): CwlType {
  if (type.kind !== 'union') {
    return type;
  }
  const rest = type.types.filter(part => !isNull(part));
  return rest.length === 1 ? rest[0] : { kind: 'union', types: rest };
}

export function isNull(type: CwlType): boolean {
  return type.kind === 'primitive' && type.name === 'null';
}
