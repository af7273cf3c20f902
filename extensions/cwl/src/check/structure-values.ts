/** Values that are of the right kind and still never right. */
import type { IEntry, IMapNode, YamlNode } from '../text/node.js';
import { entriesOf } from '../text/value.js';
import { finding, type IStructureFinding } from './structure-say.js';
import { follow, textOf } from './structure-view.js';

/** A path that is written out, without an expression in it. */
function pathIn(node: YamlNode): string | null {
  const text = textOf(node);
  return text === null || text.includes('$(') || text.includes('${') ? null : text;
}

/** `DockerRequirement` among the requirements of a tool, not its hints. */
function dockerOf(tool: IMapNode): IMapNode | null {
  const requirements = entriesOf(tool).get('requirements');
  const node = requirements ? follow(requirements.value) : null;
  if (node?.kind === 'map') {
    const entry = entriesOf(node).get('DockerRequirement');
    const docker = entry ? follow(entry.value) : null;
    return docker?.kind === 'map' ? docker : null;
  }
  const all = node?.kind === 'seq' ? node.items.map(follow) : [];
  return all.find((item): item is IMapNode => item?.kind === 'map' && textOf(entriesOf(item).get('class')?.value) === 'DockerRequirement') ?? null;
}

const leaves = (path: string): boolean => /^\.\.(\/|$)/.test(path);

/** CommandLineTool 1.2, "ToolTimeLimit": a negative time limit is an error. */
function sayTimeLimit({ value }: IEntry): IStructureFinding | null {
  const node = follow(value);
  return node?.kind === 'scalar' && typeof node.value === 'number' && node.value < 0
    ? finding('out-of-range', "'timelimit' must not be negative; 0 is no limit.", node, node)
    : null;
}

/** CommandLineTool 1.2, "Dirent": a name outside of the working directory needs a container that is required, not hinted at. */
function sayEntryName({ value }: IEntry, tool: IMapNode): IStructureFinding | null {
  const path = pathIn(value);
  if (path !== null && leaves(path)) {
    return finding('path-outside', "'entryname' must not leave the working directory.", value, value);
  }
  return path?.startsWith('/') && dockerOf(tool) === null
    ? finding('path-outside', "an absolute 'entryname' needs 'DockerRequirement' in 'requirements'.", value, value, [], 'warning')
    : null;
}

/** CommandLineTool 1.2, "CommandOutputBinding": what is outside of the output directory is no output. */
function sayGlob({ value }: IEntry, tool: IMapNode): IStructureFinding | null {
  const path = pathIn(value);
  if (path !== null && leaves(path)) {
    return finding('path-outside', "'glob' must not leave the output directory.", value, value);
  }
  const docker = dockerOf(tool);
  const directory = docker && textOf(entriesOf(docker).get('dockerOutputDirectory')?.value);
  return path?.startsWith('/') && !(directory && path.startsWith(directory))
    ? finding('path-outside', "'glob' looks outside of the output directory; '$(runtime.outdir)' is where that is.", value, value, [], 'warning')
    : null;
}

type Rule = (entry: IEntry, tool: IMapNode) => IStructureFinding | null;

const RULES: ReadonlyMap<string, readonly [string, Rule]> = new Map([
  ['ToolTimeLimit', ['timelimit', sayTimeLimit]],
  ['Dirent', ['entryname', sayEntryName]],
  ['CommandOutputBinding', ['glob', sayGlob]]
]);

/** `tool` is the process around it. */
export function sayValue(record: string, entry: IEntry, tool: IMapNode): IStructureFinding | null {
  const rule = RULES.get(record);
  return rule !== undefined && rule[0] === entry.key ? rule[1](entry, tool) : null;
}
