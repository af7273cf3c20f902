import type { IMapNode, ISource, Json, YamlNode } from '../text/node.js';
import { followAlias, pathOf } from '../text/value.js';
import { typeNames } from '../types/names.js';
import type { ITypeNames } from '../types/names.js';
import { NO_FILES, type ILoaded } from './files.js';
import { Follow, nameOf, scalarText, type IItem, type ITarget } from './follow.js';
import type { CwlVersion, IProcess, IRun, IWorkflowOutput, ProcessClass } from './model.js';
import { LinkTargets, readId, withinProcess, type IScope } from './names.js';
import { fileUri, readPort, readRequirements, schemaTypes } from './ports.js';
import { findLinks, noRun, readSink, readStep } from './steps.js';
import { markRecursion } from './recursion.js';

const CLASSES: ReadonlySet<string> = new Set<ProcessClass>(['Workflow', 'CommandLineTool', 'ExpressionTool', 'Operation']);
/** What makes a process of a map whose class is not known. */
const SIGNS = ['inputs', 'outputs', 'steps', 'baseCommand'];

/** What processes inherit from what they are written in. */
interface IOuter {
  scope: IScope;
  version: CwlVersion | null;
  names: ITypeNames;
}

/** Views of files that nobody is editing, as long as no file comes or goes. */
const kept = new WeakMap<ILoaded, { version: number; views: Map<IMapNode, IProcess> }>();

/**
 * The processes of a document, first the one that it stands for: `main`, or else the first workflow, or else the first; the others in the
 * order of the text. What steps run is read with them, in whatever file it is.
 */
export function readProcesses(source: ISource, files: ILoaded = NO_FILES): IProcess[] {
  const last = kept.get(files);
  const before = last?.version === files.version ? last.views : new Map<IMapNode, IProcess>();
  const reading = new Reading(source, files, before);
  const processes = reading.all();
  markRecursion(processes, new Set(before.values()));
  if (files !== NO_FILES && !reading.leadsBack) {
    for (const [node, process] of reading.made) {
      if (process.source !== source) {
        before.set(node, process);
      }
    }
    kept.set(files, { version: files.version, views: before });
  }
  return processes;
}

/** The process that a document stands for. */
function mainOf(processes: readonly IProcess[]): IProcess | undefined {
  return processes.find(({ id }) => id === 'main') ?? processes.find(process => process.class === 'Workflow') ?? processes[0];
}

class Reading {
  readonly made = new Map<IMapNode, IProcess>();
  private readonly follow: Follow;
  private readonly mains = new Map<ISource, IProcess | string | null>();
  /** What is still to be read; a list, as nesting has no end. */
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly source: ISource, files: ILoaded, private readonly before: ReadonlyMap<IMapNode, IProcess>) {
    this.follow = new Follow(source, files);
  }

  get leadsBack(): boolean {
    return this.follow.leadsBack;
  }

  all(): IProcess[] {
    const tops = this.follow.tops(this.source);
    const processes = tops.filter(node => this.isProcess(node, tops.length === 1)).map(node => this.process(node, null));
    for (let work = this.waiting.pop(); work; work = this.waiting.pop()) {
      work();
    }
    const first = mainOf(processes);
    return first ? [first, ...processes.filter(process => process !== first)] : [];
  }

  private isProcess(node: IMapNode, isAlone: boolean): boolean {
    const fields = this.follow.fields(node);
    return this.hasClass(node) || SIGNS.some(sign => fields.has(sign)) || (isAlone && (fields.has('class') || fields.has('cwlVersion')));
  }

  private hasClass(node: IMapNode): boolean {
    return CLASSES.has(this.follow.text(node, 'class') ?? '');
  }

  /** `outer` for one that is written in a step; null at the top of its text. */
  private process(node: IMapNode, outer: IOuter | null): IProcess {
    const known = this.before.get(node) ?? this.made.get(node);
    if (known) {
      return known;
    }
    const { follow } = this;
    const context = follow.context(node.source);
    const around = outer?.scope.base === context.scope.base ? outer.scope : context.scope;
    const written = follow.text(node, 'id');
    const { key, id } = written === null || written === '' ? { key: around.fragment, id: '' } : readId(written, around);
    const scope = withinProcess(around, key);
    const name = follow.text(node, 'class') ?? '';
    const requirements = readRequirements(follow, node, 'requirements');
    const hints = readRequirements(follow, node, 'hints');
    const version = versionOf(follow.text(node, 'cwlVersion') ?? context.version) ?? outer?.version ?? null;
    const isWhole = node.parent === null;
    const process: IProcess = {
      class: CLASSES.has(name) ? (name as ProcessClass) : '',
      id,
      uri: isWhole || key === '' ? fileUri(node.source) : `${fileUri(node.source)}#${key}`,
      source: node.source,
      node,
      path: pathOf(node),
      version,
      label: follow.text(node, 'label'),
      doc: follow.text(node, 'doc'),
      inputs: [],
      outputs: [],
      steps: [],
      requirements,
      hints
    };
    this.made.set(node, process);
    const names = namesWithin([...schemaTypes(requirements), ...schemaTypes(hints)], outer?.names ?? null);
    this.waiting.push(() => this.fill(process, { scope, version, names }));
    return process;
  }

  private fill(process: IProcess, here: IOuter): void {
    const { follow } = this;
    const { scope, names } = here;
    const fields = follow.fields(process.node);
    const targets = new LinkTargets();
    const isWorkflow = process.class === 'Workflow';
    process.inputs = follow.items(fields.get('inputs')?.value, 'id').map(item => {
      const { port, key } = readPort(follow, item, scope, names);
      if (item.text !== null) {
        targets.add(key, { kind: 'input', input: port.id });
      }
      return port;
    });
    const outputs = follow.items(fields.get('outputs')?.value, 'id');
    if (!isWorkflow) {
      process.outputs = outputs.map(item => readPort(follow, item, scope, names).port);
      return;
    }
    const steps = follow.items(fields.get('steps')?.value, 'id').map(item => readStep(follow, item, scope, targets));
    process.outputs = outputs.map(item => this.output(item, targets, scope, names));
    process.steps = steps.map(({ step, scope: around, run }) => {
      step.in.forEach(input => findLinks(input, targets, scope));
      const inner = namesWithin([...schemaTypes(step.requirements), ...schemaTypes(step.hints)], names);
      step.run = this.run(run, { ...here, names: inner, scope: withinProcess(around, around.fragment === '' ? 'run' : `${around.fragment}/run`) });
      return step;
    });
  }

  private output(item: IItem, targets: LinkTargets, scope: IScope, names: ITypeNames): IWorkflowOutput {
    const { port, map } = readPort(this.follow, item, scope, names);
    const fields = map && this.follow.fields(map);
    const sink = readSink(this.follow, map, (fields?.get('outputSource') ?? fields?.get('source'))?.value ?? null);
    findLinks(sink, targets, scope);
    return { ...port, ...sink };
  }

  private run(written: YamlNode | null, inner: IOuter): IRun {
    if (written === null) {
      return noRun(null);
    }
    const text = this.runText(written);
    if (text !== null) {
      return this.elsewhere(text, written);
    }
    const node = this.follow.map(written);
    if (node === null) {
      return noRun(written);
    }
    const process = this.process(node, inner);
    return process.class === ''
      ? { text: null, uri: null, node, state: 'not-a-process', why: 'What it runs has no class that is known.', process: null }
      : { text: null, uri: process.uri, node, state: 'here', why: null, process };
  }

  /** `run: tool.cwl`, `run: {$import: tool.cwl}`, and draft-2's `run: {import: tool.cwl}`. */
  private runText(written: YamlNode): string | null {
    const node = followAlias(written);
    const entry = node?.kind === 'map' ? node.entries.find(({ key }) => /^[$@]?import$/.test(key)) : undefined;
    const value = entry ? entry.value : node;
    return value?.kind === 'scalar' && value.value !== null && value.value !== '' ? scalarText(value) : null;
  }

  private elsewhere(text: string, node: YamlNode): IRun {
    const target = this.follow.find(text, node.source);
    const { uri } = target;
    if (target.state === 'broken' && !/\.(cwl|ya?ml|json)$/i.test(uri)) {
      return { text, uri, node, state: 'not-a-process', why: `${nameOf(uri)} is no CWL document.`, process: null };
    }
    if (target.state !== 'here') {
      return { text, uri, node, state: target.state, why: target.why, process: null };
    }
    const found = this.processAt(target);
    return typeof found === 'string'
      ? { text, uri, node, state: 'not-a-process', why: found, process: null }
      : { text, uri, node, state: 'here', why: null, process: found };
  }

  /** Or why there is none. */
  private processAt({ node, source, uri }: ITarget): IProcess | string {
    const whole = this.follow.map(node);
    if (whole && this.hasClass(whole)) {
      return this.process(whole, null);
    }
    const isWhole = source !== null && node === source.root;
    return (isWhole ? this.mainIn(source) : null) ?? `${nameOf(uri)} is no CWL process.`;
  }

  /** Of a packed text (CWL 1.2 Workflow, "Packed documents"); or why there is none. */
  private mainIn(source: ISource): IProcess | string | null {
    let main = this.mains.get(source);
    if (main === undefined) {
      const nodes = this.follow.tops(source).filter(node => this.hasClass(node));
      const { scope } = this.follow.context(source);
      const isMain = (node: IMapNode): boolean => readId(this.follow.text(node, 'id') ?? '', scope).id === 'main';
      const chosen = nodes.length === 1 ? nodes[0] : nodes.find(isMain);
      const why = nodes.length > 0 ? `${nameOf(source.uri)} holds several processes, and none of them is 'main'.` : null;
      main = chosen ? this.process(chosen, null) : why;
      this.mains.set(source, main);
    }
    return main;
  }
}

/** Own types hide those around them. */
function namesWithin(own: readonly Json[], outer: ITypeNames | null): ITypeNames {
  if (own.length === 0 && outer) {
    return outer;
  }
  const names = typeNames(own);
  return outer ? { ...names, isComplete: names.isComplete && outer.isComplete, find: text => names.find(text) ?? outer.find(text) } : names;
}

function versionOf(written: string | null): CwlVersion | null {
  const [, version] = /^(?:cwl:|https:\/\/w3id\.org\/cwl\/cwl#)?(v1\.[012])(?:\.0-dev\d*)?$/.exec(written ?? '') ?? [];
  return (version as CwlVersion | undefined) ?? null;
}
