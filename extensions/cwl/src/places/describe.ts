import type { CwlVersion } from '../process/model.js';
import { VERSIONS, type FieldType, type IField } from '../schema/schema.js';

/** Types of the schema for people. */
export function typesText(types: readonly FieldType[]): string {
  const parts = types.filter(type => !(type.kind === 'name' && type.name === 'null')).map(type => {
    switch (type.kind) {
      case 'name':
        return type.name;
      case 'word':
        return `'${type.word}'`;
      case 'array':
        return `list of ${typesText(type.items)}`;
    }
  });
  return [...new Set(parts)].join(' or ');
}

/** For the line of a completion. */
export const fieldText = (field: IField): string => `${field.required ? 'required, ' : ''}${typesText(field.types)}`;

/** Since which version it is there; null for always. */
export function sinceText(versions: readonly CwlVersion[]): string | null {
  const [first] = versions;
  const isLast = versions.at(-1) === VERSIONS.at(-1);
  if (first === undefined || (first === VERSIONS[0] && isLast)) {
    return null;
  }
  return isLast ? `Since ${first}` : `In ${versions.join(', ')} alone`;
}
