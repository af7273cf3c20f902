import type { From, IProcess } from '@jupyter-datalabs/cwl';

/** What of a workflow may be connected to a step, or with no step to an output, as it is written in `source`. */
export const sourcesFor = ({ inputs, steps }: IProcess, step: string | null): [string, From][] => [
  ...inputs.map(({ id }): [string, From] => [id, { input: id }]),
  ...steps.filter(({ id }) => id !== step).flatMap(one => one.out.map(({ id }): [string, From] => [`${one.id}/${id}`, { step: one.id, output: id }]))
];
