import { inputId, inPort, inside, outPort, outputId, stepId } from '../graph/ids.js';
import type { IProblem } from '../problem.js';
import { writtenVersion } from '../process/index.js';
import type { INamed, IProcess } from '../process/model.js';
import { schemaTypes } from '../process/ports.js';
import type { ISource, Json, YamlNode } from '../text/node.js';
import { positionAt } from '../text/position.js';
import { checkCycles } from './cycles.js';
import { checkFeatures, stepFeatures } from './features.js';
import { checkIds } from './ids.js';
import { checkJavascript } from './javascript.js';
import { checkLinks } from './links.js';
import { checkScatter } from './scatter.js';
import { byId } from './scope.js';
import type { IScope, IShared } from './scope.js';
import { checkSteps } from './steps.js';
import { checkStructure } from './structure.js';
import { checkTypes } from './types.js';
import { checkUnused } from './unused.js';
import { checkUsedFiles } from './used-files.js';

/** A document as it is checked: what was read of it, and what reading found. */
export interface ICheckedDocument {
  source: ISource;
  processes: readonly IProcess[];
  /** Of reading the text. */
  problems: readonly IProblem[];
}

/** A document that is wrong everywhere says so often enough. */
const MAX_PROBLEMS = 2_000;
const MAX_GUESSES = 20_000;
/** Processes written in steps of processes written in steps. */
const MAX_DEPTH = 20;

/** All that is wrong with a document, in the order of its text. Files that it uses are told of where it uses them. */
export function checkAll(document: ICheckedDocument): IProblem[] {
  const shared: IShared = { problems: [...document.problems], ports: new Map(), guesses: MAX_GUESSES };
  const ids: GraphIds = new Map();
  // Of another version, as a draft, nothing is known but that.
  const version = writtenVersion(document.source);
  if (version === null || /^v1\.[0-2](?!\d)/.test(version)) {
    for (const process of document.processes) {
      if (process.source === document.source) {
        checkProcess({ ...scopeOf(process, null, shared), top: document.processes.length > 1 ? process.id : null }, ids, 0);
      }
    }
  }
  checkStructureOf(document, ids, shared);
  return sorted(shared.problems).slice(0, MAX_PROBLEMS);
}

/** Which node of the graph, in which process, a node of the text is. */
type GraphIds = Map<YamlNode, { node: string; process: string | null }>;

interface IOuter {
  scope: IScope;
  features: ReadonlySet<string>;
  types: readonly Json[];
  step: string;
}

function scopeOf(process: IProcess, outer: IOuter | null, shared: IShared): IScope {
  const own = [...process.requirements, ...process.hints];
  return {
    process,
    steps: byId(process.steps),
    version: process.version ?? outer?.scope.version ?? 'v1.2',
    within: outer === null ? '' : inside(stepId(outer.step, outer.scope.within)),
    features: new Set([...(outer?.features ?? []), ...own.map(requirement => requirement.class)]),
    types: [...schemaTypes(process.requirements), ...schemaTypes(process.hints), ...(outer?.types ?? [])],
    top: outer?.scope.top ?? null,
    place: placeIn(process, outer),
    shared
  };
}

/** What a step runs is named from the process around it. */
function placeIn(process: IProcess, outer: IOuter | null): IScope['place'] {
  if (outer === null) {
    return process.id === '' ? {} : { process: process.id };
  }
  const { place, process: around, steps } = outer.scope;
  // Of two steps of one name edits find the first.
  const isFound = steps.get(outer.step)?.run.process === process;
  return place && isFound && process.source === around.source ? { ...place, within: [...(place.within ?? []), outer.step] } : null;
}

function checkProcess(scope: IScope, ids: GraphIds, depth: number): void {
  collectIds(scope, ids);
  checkIds(scope);
  checkTypes(scope);
  checkJavascript(scope);
  if (scope.process.class !== 'Workflow') {
    return;
  }
  checkSteps(scope);
  checkUsedFiles(scope);
  checkScatter(scope);
  checkLinks(scope);
  checkCycles(scope);
  checkFeatures(scope);
  checkUnused(scope);
  for (const step of scope.process.steps) {
    const { run } = step;
    if (run.text === null && run.state === 'here' && run.process !== null && depth < MAX_DEPTH) {
      const outer = { scope, features: stepFeatures(scope, step), types: [...stepTypes(step), ...scope.types], step: step.id };
      checkProcess(scopeOf(run.process, outer, scope.shared), ids, depth + 1);
    }
  }
}

const stepTypes = (step: { requirements: IProcess['requirements']; hints: IProcess['hints'] }): Json[] =>
  [...schemaTypes(step.requirements), ...schemaTypes(step.hints)];

function collectIds({ process, within, top }: IScope, ids: GraphIds): void {
  const add = ({ node }: INamed, id: string): unknown => ids.set(node, { node: id, process: top });
  process.inputs.forEach(port => add(port, inputId(port.id, within)));
  process.outputs.forEach(port => add(port, outputId(port.id, within)));
  for (const step of process.steps) {
    const node = stepId(step.id, within);
    add(step, node);
    step.in.forEach(input => add(input, inPort(node, input.id)));
    step.out.forEach(output => add(output, outPort(node, output.id)));
  }
}

function checkStructureOf({ source, processes }: ICheckedDocument, ids: GraphIds, { problems }: IShared): void {
  // Where a text says its version once, all of its processes are of it.
  checkStructure(source, processes.find(process => process.version !== null)?.version ?? null, finding => {
    const { code, severity, message, range, fixes } = finding;
    const { uri, text } = finding.node.source;
    const place = placeOf(finding.node, ids);
    const process = place?.process ?? null;
    problems.push({
      code,
      severity,
      message,
      uri,
      range,
      position: positionAt(text, range.from),
      node: place?.node ?? null,
      ...(process === null ? {} : { process }),
      fixes
    });
  });
}

/** Of the innermost node around it that the graph shows. */
function placeOf(start: YamlNode, ids: GraphIds): { node: string; process: string | null } | undefined {
  for (let node: YamlNode | null = start; node !== null; node = node.parent) {
    const place = ids.get(node);
    if (place !== undefined) {
      return place;
    }
  }
  return undefined;
}

/** By place, errors first; what two checks say in the same words about the same place once. */
function sorted(problems: IProblem[]): IProblem[] {
  const weight = { error: 0, warning: 1, info: 2 };
  const seen = new Set<string>();
  return problems
    .filter(({ code, uri, range, message }) => {
      const key = `${code} ${range.from} ${range.to} ${uri} ${message}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    })
    .sort((a, b) => a.range.from - b.range.from || weight[a.severity] - weight[b.severity] || a.range.to - b.range.to);
}
