import { checkAll } from '../check/index.js';
import type { IProblem } from '../problem.js';
import type { IProcess } from '../process/model.js';
import { Loader, readProcesses } from '../process/index.js';
import type { ISource } from '../text/node.js';
import { parseSource } from '../text/tree.js';

export interface IOpened {
  source: ISource;
  processes: IProcess[];
}

/** A document with the files that it uses, by their names. */
export async function open(text: string, files: { [name: string]: string } = {}, uri = 'file:///w/main.cwl'): Promise<IOpened> {
  const { source } = parseSource(text, uri);
  const loader = new Loader(uri, async wanted => {
    const name = wanted.slice('file:///w/'.length);
    if (!Object.hasOwn(files, name)) {
      throw new Error('not there');
    }
    return files[name];
  });
  await loader.load(() => source);
  return { source, processes: readProcesses(source, loader) };
}

export const checkOpened = (opened: IOpened): IProblem[] => checkAll({ ...opened, problems: [] });

/** Problems without those that are only told. */
export async function check(text: string, files: { [name: string]: string } = {}): Promise<IProblem[]> {
  return checkOpened(await open(text, files)).filter(({ severity }) => severity !== 'info');
}

export const codes = (problems: readonly IProblem[]): string[] => problems.map(({ code }) => code);

/** A workflow of `steps` steps with `ports` ports on each, in layers; every tool is written in its step. */
export function generated(steps: number, ports: number): string {
  const names = Array.from({ length: ports }, (_, index) => `p${index}`);
  const lines = ['cwlVersion: v1.2', 'class: Workflow', 'inputs:', ...names.map(name => `  ${name}: File[]?`), 'outputs:'];
  lines.push(...names.map(name => `  out_${name}: {type: 'File[]?', outputSource: s${steps - 1}/${name}}`), 'steps:');
  for (let step = 0; step < steps; step += 1) {
    lines.push(`  s${step}:`, '    run:', '      class: CommandLineTool', '      baseCommand: cat', '      inputs:');
    lines.push(...names.map(name => `        ${name}: File[]?`), '      outputs:');
    lines.push(...names.map(name => `        ${name}: {type: 'File[]?', outputBinding: {glob: '*.${name}'}}`), '    in:');
    lines.push(...names.map((name, index) => `      ${name}: ${step === 0 ? name : `s${step - 1 - (step > 3 ? index % 3 : 0)}/${name}`}`));
    lines.push(`    out: [${names.join(', ')}]`);
  }
  return `${lines.join('\n')}\n`;
}
