import { Loader, readProcesses, type ILoaded } from '../process/index.js';
import type { ILink, IProcess, ISink } from '../process/model.js';
import type { ISource } from '../text/node.js';
import { parseSource } from '../text/tree.js';
import { typeText } from '../types/format.js';

export const URI = 'file:///pipelines/main.cwl';

export const sourceOf = (text: string, uri = URI): ISource => parseSource(text, uri).source;
export const view = (text: string, files?: ILoaded): IProcess[] => readProcesses(sourceOf(text), files);

/** The document with other files read, which are given by their names beside it. */
export async function loaded(text: string, others: { [name: string]: string }, uri = URI): Promise<IProcess[]> {
  const folder = uri.replace(/[^/]*$/, '');
  const loader = new Loader(uri, async asked => {
    const name = asked.startsWith(folder) ? asked.slice(folder.length) : asked;
    if (!Object.hasOwn(others, name)) {
      throw new Error('not there');
    }
    return others[name];
  });
  const source = sourceOf(text, uri);
  await loader.load(() => source);
  return readProcesses(source, loader);
}

const linkText = (to: ILink['to']): string => (to.kind === 'input' ? to.input : to.kind === 'step' ? `${to.step}.${to.output}` : '?');
export const linksOf = (sink: Partial<ISink>): string[] => (sink.links ?? []).map(({ to }) => linkText(to));

/** What a view says, without where it says it. */
export function outline(process: IProcess): object {
  return {
    class: process.class,
    version: process.version,
    inputs: process.inputs.map(port => [port.id, typeText(port.type.type), port.default?.value ?? null]),
    outputs: process.outputs.map(port => [port.id, typeText(port.type.type), linksOf(port as Partial<ISink>)]),
    steps: process.steps.map(step => ({
      id: step.id,
      in: step.in.map(input => [input.id, linksOf(input), input.valueFrom?.value ?? null]),
      out: step.out.map(({ id }) => id),
      scatter: step.scatter.map(({ value }) => value),
      run: step.run.process && outline(step.run.process)
    })),
    requirements: process.requirements.map(({ class: name }) => name)
  };
}

export const TOOL = `
class: CommandLineTool
cwlVersion: v1.2
baseCommand: sort
inputs: {file: File, lines: 'int?'}
outputs: {sorted: stdout}
`;
