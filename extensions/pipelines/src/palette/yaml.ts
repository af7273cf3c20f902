import type { Json } from '@jupyter-datalabs/cwl';

/** What YAML reads as nothing else than this text, in 1.1 as in 1.2. */
const PLAIN = /^(?!(?:y|n|yes|no|on|off|true|false|null|none)$)[A-Za-z_./][\w./+@-]*(?: [\w./+@-]+)*$/i;

const scalar = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? (PLAIN.test(value) ? value : JSON.stringify(value)) : String(value);

/** Lists of scalars stand in one line. */
const isShort = (value: Json): boolean =>
  value === null || typeof value !== 'object' || (Array.isArray(value) ? value.every(item => item === null || typeof item !== 'object') : Object.keys(value).length === 0);

const inline = (value: Json): string =>
  Array.isArray(value) ? `[${value.map(item => inline(item)).join(', ')}]` : typeof value === 'object' && value !== null ? '{}' : scalar(value);

/** A new document as YAML, in block style. */
export function toYaml(value: { [key: string]: Json }): string {
  return lines(value).join('\n') + '\n';
}

function lines(value: Json): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(item => (isShort(item) ? [`- ${inline(item)}`] : lines(item).map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`))));
  }
  return Object.entries(value as { [key: string]: Json }).flatMap(([key, item]) =>
    isShort(item) ? [`${scalar(key)}: ${inline(item)}`] : [`${scalar(key)}:`, ...lines(item).map(line => `  ${line}`)]
  );
}
