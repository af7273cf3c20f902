import type { Code } from '../codes.js';
import type { Edit } from '../edits/kinds.js';
import type { Fix, IProblem, Severity } from '../problem.js';
import type { CwlVersion, IPort, IProcess, IStep } from '../process/model.js';
import type { IRange, IScalarNode, Json, YamlNode } from '../text/node.js';
import { positionAt } from '../text/position.js';

export interface ITold {
  code: Code;
  severity: Severity;
  message: string;
  /** The token it is about; the first that there is. */
  at: readonly (YamlNode | null | undefined)[];
  /** In the graph. */
  node: string | null;
  fixes?: readonly (Fix | null)[];
}

/** What several checks of one document share. */
export interface IShared {
  problems: IProblem[];
  /** Ports by their ids: a process that many steps run is looked at once. */
  ports: Map<IProcess, IPorts>;
  /** How often a name may still be compared with others: a document in which all is wrong has no end of them. */
  guesses: number;
}

export interface IPorts {
  inputs: ReadonlyMap<string, IPort>;
  outputs: ReadonlyMap<string, IPort>;
}

/** A process to be checked, and what holds there. */
export interface IScope {
  process: IProcess;
  steps: ReadonlyMap<string, IStep>;
  version: CwlVersion;
  /** In front of the ids of its nodes in the graph. */
  within: string;
  /** Classes of the requirements and hints that hold in it. */
  features: ReadonlySet<string>;
  /** Named types, the innermost first. */
  types: readonly Json[];
  /** The process at the top of the document that it is, or is written in; null where that is the only one. */
  top: string | null;
  /** As edits name it; null for one that is written in another file. */
  place: Pick<Edit, 'process' | 'within'> | null;
  shared: IShared;
}

export function tell(scope: IScope, told: ITold): void {
  const at = told.at.find(node => node) ?? scope.process.node;
  const { source } = at;
  const range = tokenRange(at);
  scope.shared.problems.push({
    code: told.code,
    severity: told.severity,
    message: told.message,
    uri: source.uri,
    range,
    position: positionAt(source.text, range.from),
    node: told.node,
    ...(scope.top === null ? {} : { process: scope.top }),
    fixes: (told.fixes ?? []).filter(fix => fix !== null)
  });
}

/** A map or list is marked by its first line, so that not half of the document is underlined. */
function tokenRange(node: YamlNode): IRange {
  if (node.kind === 'scalar' || node.kind === 'alias') {
    return { from: node.from, to: node.to };
  }
  const end = node.source.text.slice(node.from, Math.min(node.to, node.from + 200)).search(/[\r\n]/);
  return { from: node.from, to: end < 0 ? Math.min(node.to, node.from + 200) : node.from + end };
}

/** An edit as a fix; null where the process is one that no edit can name, as it is written in another file. */
export function editFix(scope: IScope, label: string, edit: Edit): Fix | null {
  return scope.place && { label, edit: { ...scope.place, ...edit } };
}

/** Another word in place of a scalar of the document's own text. */
export function wordFix(scope: IScope, node: YamlNode, text: string): Fix | null {
  if (node.kind !== 'scalar' || node.source !== scope.process.source || node.style === 'literal' || node.style === 'folded') {
    return null;
  }
  return { label: `Change to '${text}'`, changes: [{ from: node.from, to: node.to, insert: quoted(text, node.style) }] };
}

function quoted(text: string, style: IScalarNode['style']): string {
  if (style === 'plain' && /^[\p{L}_][\p{L}\p{N}_./#-]*$/u.test(text) && !/^(?:true|false|null)$/i.test(text)) {
    return text;
  }
  return style === 'single' && !/\p{Cc}/u.test(text) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
}

export function portsOf(shared: Pick<IShared, 'ports'>, process: IProcess): IPorts {
  const known = shared.ports.get(process);
  if (known !== undefined) {
    return known;
  }
  const ports = { inputs: byId(process.inputs), outputs: byId(process.outputs) };
  shared.ports.set(process, ports);
  return ports;
}

/** Of two with one id, the first. */
export function byId<T extends { id: string }>(items: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const item of items) {
    if (item.id !== '' && !found.has(item.id)) {
      found.set(item.id, item);
    }
  }
  return found;
}

/** Names for a sentence: `a, b, …`. */
export function listNames(names: Iterable<string>): string {
  const shown: string[] = [];
  for (const name of names) {
    if (shown.length === 6) {
      return `${shown.join(', ')}, …`;
    }
    shown.push(`'${name}'`);
  }
  return shown.join(', ');
}
