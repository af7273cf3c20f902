import type { Json } from '@jupyter-datalabs/cwl';
import { parseSource, toJson } from '@jupyter-datalabs/cwl';

export type JsonMap = { [key: string]: Json };

export const isMap = (value: Json | undefined): value is JsonMap => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as text that can be edited, `''` for none. */
export const writeValue = (value: Json | undefined): string => (value === undefined ? '' : JSON.stringify(value, null, 2));

/** What is typed as JSON, or as YAML. */
export function readValue(text: string): { value: Json | undefined } | { error: string } {
  if (text.trim() === '') {
    return { value: undefined };
  }
  const { source, problems } = parseSource(text, 'typed:value');
  const [problem] = problems;
  return problem || !source.root ? { error: problem?.message ?? text } : { value: toJson(source.root) };
}

/** A number or a text that stands for one: an expression. */
export function readNumber(text: string): number | string {
  const trimmed = text.trim();
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : text;
}

/** A field of the map that something is written as; undefined for what is not there or for a short form. */
export function fieldValue(value: Json | undefined, key: string): Json | undefined {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** One or several, as a list. */
export const listOf = (value: Json | undefined): Json[] => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);

export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));
