/** What a scalar means in the core schema (YAML 1.2.2, section 10.3). */

const INT = /^[-+]?[0-9]+$/;
const OCTAL = /^0o[0-7]+$/;
const HEX = /^0x[0-9a-fA-F]+$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INFINITE = /^[-+]?\.(?:inf|Inf|INF)$/;
const NAN = /^\.(?:nan|NaN|NAN)$/;

/** Of a plain scalar without a tag. */
export function resolvePlain(text: string): null | boolean | number | string {
  switch (text) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
  }
  // A word is none of what follows: most scalars leave here.
  const first = text.charCodeAt(0);
  if (!((first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46)) return text;
  if (INT.test(text) || FLOAT.test(text)) return Number(text);
  if (OCTAL.test(text)) return parseInt(text.slice(2), 8);
  if (HEX.test(text)) return parseInt(text.slice(2), 16);
  if (INFINITE.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (NAN.test(text)) return NaN;
  return text;
}

/** With its tag, where it has one that the core schema knows; what does not fit its tag stays text. */
export function resolveScalar(text: string, isPlain: boolean, tag: string | null): null | boolean | number | string {
  if (tag === null) return isPlain ? resolvePlain(text) : text;
  switch (tag.replace(/^(?:!!|!<tag:yaml\.org,2002:)|>$/g, '')) {
    case 'null':
    case 'bool':
    case 'int':
    case 'float':
      return resolvePlain(text);
    default:
      return tag === '!' || tag.startsWith('!!') || tag.startsWith('!<tag:yaml.org') || !isPlain ? text : resolvePlain(text);
  }
}
