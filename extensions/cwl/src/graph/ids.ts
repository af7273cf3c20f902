/**
 * Ids of what is in a graph and what problems are about. Names are escaped, so that ids with `/` stay whole: `input:reads`, `output:vcf`,
 * `step:align`, a port `step:align/in:reads`, `step:align/out:bam`; within an expanded step `step:align/step:sort`.
 */
const escaped = (name: string): string => cut(name).replace(/[%/:]/g, encodeURIComponent);

/** Longer names are no names, and would be in the ids of all that is in them. */
const MAX_NAME = 300;
const cut = (name: string): string => (name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…${name.length}` : name);

export const inputId = (name: string, within = ''): string => `${within}input:${escaped(name)}`;
export const outputId = (name: string, within = ''): string => `${within}output:${escaped(name)}`;
export const stepId = (name: string, within = ''): string => `${within}step:${escaped(name)}`;
/** `within` of what is in an expanded step. */
export const inside = (step: string): string => `${step}/`;
export const inPort = (node: string, name: string): string => `${node}/in:${escaped(name)}`;
export const outPort = (node: string, name: string): string => `${node}/out:${escaped(name)}`;
/** The node of a document that is no workflow; its ports are `input:reads` and `output:vcf`. */
export const TOOL = 'tool';
/** Of several with the same id all but the first, from 2; no name has a colon. */
export const again = (id: string, count: number): string => `${id}:${count}`;
