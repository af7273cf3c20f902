import type { Json } from '../text/node.js';
import { isNull, withoutNull } from './format.js';
import type { CwlType } from './type.js';

/**
 * A type in its shortest written form, which is the same in CWL 1.0, 1.1 and 1.2: `File[]?` where the shorthand has a word for it
 * (it has none for arrays of arrays and for arrays of optional values), else lists and maps. Named types keep their name.
 */
export function writeType(type: CwlType): Json {
  return shorthand(type) ?? written(type);
}

function shorthand(type: CwlType): string | null {
  const isOptional = type.kind === 'union' && type.types.length === 2 && isNull(type.types[0]);
  const whole = isOptional ? withoutNull(type) : type;
  const isArray = whole.kind === 'array' && whole.name === null;
  const name = word(isArray ? whole.items : whole);
  return name === null ? null : `${name}${isArray ? '[]' : ''}${isOptional ? '?' : ''}`;
}

/** Of a type that is one word. */
function word(type: CwlType): string | null {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'unknown':
      return type.text;
    default:
      return null;
  }
}

/** Where the shorthand is not allowed, as in `items`. */
export function writeFullType(type: CwlType): Json {
  return word(type) ?? written(type);
}

function written(type: CwlType): Json {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'unknown':
      return type.text;
    case 'array':
      return { type: 'array', ...named(type.name), items: writeFullType(type.items) };
    case 'enum':
      return { type: 'enum', ...named(type.name), symbols: [...type.symbols] };
    case 'record':
      return { type: 'record', ...named(type.name), fields: writtenFields(type) };
    case 'union':
      return type.types.map(writeFullType);
  }
}

const named = (name: string | null): { name?: string } => (name === null ? {} : { name });

function writtenFields(type: CwlType & { kind: 'record' }): Json {
  const fields = type.fields.map(field => {
    const short = writeType(field.type);
    const extra = { ...(field.label === null ? {} : { label: field.label }), ...(field.doc === null ? {} : { doc: field.doc }) };
    // A map in place of a type would be taken for the field itself.
    const isPlain = Object.keys(extra).length === 0 && (typeof short === 'string' || Array.isArray(short));
    return [field.name, isPlain ? short : { type: short, ...extra }] as const;
  });
  return Object.fromEntries(fields);
}
