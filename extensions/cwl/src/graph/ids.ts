/**
 * Ids of what is in a graph and what problems are about. Names are escaped, so that ids with `/` stay whole: `input:reads`, `output:vcf`,
 * `step:align`, a port `step:align/in:reads`, `step:align/out:bam`; within an expanded step `step:align/step:sort`.
 */
const escaped = (name: string): string => name.replace(/[%/:]/g, encodeURIComponent);

export const inputId = (name: string, within = ''): string => `${within}input:${escaped(name)}`;
export const outputId = (name: string, within = ''): string => `${within}output:${escaped(name)}`;
export const stepId = (name: string, within = ''): string => `${within}step:${escaped(name)}`;
/** `within` of what is in an expanded step. */
export const inside = (step: string): string => `${step}/`;
export const inPort = (node: string, name: string): string => `${node}/in:${escaped(name)}`;
export const outPort = (node: string, name: string): string => `${node}/out:${escaped(name)}`;
