import { inputId, outputId } from '../graph/ids.js';
import type { Fix } from '../problem.js';
import type { IPort } from '../process/model.js';
import type { Json, Path, YamlNode } from '../text/node.js';
import { entry, followAlias } from '../text/value.js';
import { typeNames, unpacked } from '../types/names.js';
import type { ITypeNames } from '../types/names.js';
import { parseType } from '../types/parse.js';
import type { ITypeProblem } from '../types/parse.js';
import type { CwlType } from '../types/type.js';
import { writeFullType } from '../types/write.js';
import { tell } from './scope.js';
import type { IScope } from './scope.js';

/**
 * Types of ports and of SchemaDefRequirement that are none, or not written as CWL writes them (CWL 1.2 CommandLineTool,
 * section 4.2.1.1, `type`).
 */
export function checkTypes(scope: IScope): void {
  const { process, within } = scope;
  const names = typeNames(scope.types);
  for (const port of process.inputs) {
    checkPort(scope, names, port, 'input', inputId(port.id, within));
  }
  for (const port of process.outputs) {
    checkPort(scope, names, port, 'output', outputId(port.id, within));
  }
  for (const requirement of process.requirements.filter(({ class: name }) => name === 'SchemaDefRequirement')) {
    checkDefinitions(scope, names, Object.hasOwn(requirement.value, 'types') ? requirement.value.types : null, requirement.node);
  }
}

function checkPort(scope: IScope, names: ITypeNames, port: IPort, side: 'input' | 'output', node: string): void {
  const { type } = port;
  if (type.node === null) {
    return;
  }
  const place = placeProblem(scope, type.type, side);
  if (place !== null) {
    tell(scope, { code: 'type-place', severity: 'error', at: [type.node], node, message: place });
  }
  tellAll(scope, parseType(type.value, names).problems, type.node, [], node);
}

/** The shorthands for standard streams are for tools alone (CWL 1.2 CommandLineTool, sections 4.1.1, 4.2.3.1). */
function placeProblem({ process }: IScope, type: CwlType, side: 'input' | 'output'): string | null {
  if (type.kind !== 'primitive' || (type.name !== 'stdin' && type.name !== 'stdout' && type.name !== 'stderr')) {
    return null;
  }
  const isHere = process.class === 'CommandLineTool' && (type.name === 'stdin') === (side === 'input');
  return isHere ? null : `The type '${type.name}' is for an ${type.name === 'stdin' ? 'input' : 'output'} of a CommandLineTool.`;
}

function checkDefinitions(scope: IScope, names: ITypeNames, types: Json, node: YamlNode): void {
  const list = Array.isArray(types) ? types : [];
  list.forEach((type, index) => {
    unpacked(type).forEach(one => tellAll(scope, parseType(one, names).problems, node, ['types', index], null));
  });
}

function tellAll(scope: IScope, problems: readonly ITypeProblem[], node: YamlNode, base: Path, port: string | null): void {
  for (const problem of problems) {
    const at = within(node, [...base, ...problem.path]);
    const severity = problem.code === 'recursive-type' || problem.code === 'type-too-large' ? 'warning' : 'error';
    tell(scope, { code: problem.code, severity, at: [at], node: port, message: problem.message, fixes: [insteadFix(scope, at, problem)] });
  }
}

/** The node at a path; the nearest around it, where what is there comes from another file. */
function within(start: YamlNode, path: Path): YamlNode {
  let node = followAlias(start) ?? start;
  for (const step of path) {
    const next = typeof step === 'string' ? entry(node, step)?.value : node.kind === 'seq' ? node.items[step] : undefined;
    const found = next && followAlias(next);
    if (!found) {
      return node;
    }
    node = found;
  }
  return node;
}

/** As flow, which YAML and JSON read alike. */
function insteadFix(scope: IScope, at: YamlNode, { instead }: ITypeProblem): Fix | null {
  const { source, from, to } = at;
  // A comment in it would be lost.
  if (instead === undefined || at.kind === 'alias' || source !== scope.process.source || source.text.slice(from, to).includes('#')) {
    return null;
  }
  const insert = JSON.stringify(writeFullType(instead));
  return { label: `Write ${insert} instead`, changes: [{ from, to, insert }] };
}
