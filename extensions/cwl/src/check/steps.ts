import { inputUses } from '../expressions/inputs.js';
import { needsJavascript } from '../expressions/pieces.js';
import { inPort, outPort, stepId } from '../graph/ids.js';
import type { Code } from '../codes.js';
import type { Fix, Severity } from '../problem.js';
import type { INamed, IPort, IProcess, IStep, IStepInput, RunState } from '../process/model.js';
import { fits } from '../types/assign.js';
import { isOptional, typeText } from '../types/format.js';
import { inputEnd, sourceEnd } from './effective.js';
import { nearest } from './nearest.js';
import { byId, editFix, listNames, portsOf, tell, wordFix } from './scope.js';
import type { IScope } from './scope.js';

/** What the steps run, and whether their inputs and outputs are those of it (CWL 1.2 Workflow, sections 4.2 to 4.2.1.2). */
export function checkSteps(scope: IScope): void {
  for (const step of scope.process.steps) {
    checkRun(scope, step);
    checkExpressions(scope, step);
    const { process } = step.run;
    if (process !== null && process.class !== '') {
      checkRequired(scope, step, process);
      checkInputs(scope, step, process);
      checkOutputs(scope, step, process);
    }
  }
}

/** `none` is a missing field, which the structure tells; `loading` is no problem yet. */
const RUNS: Partial<Record<RunState, { code: Code; severity: Severity }>> = {
  missing: { code: 'run-missing', severity: 'error' },
  remote: { code: 'run-remote', severity: 'info' },
  broken: { code: 'run-broken', severity: 'error' },
  recursive: { code: 'run-recursive', severity: 'error' },
  'not-a-process': { code: 'run-not-a-process', severity: 'error' }
};

function checkRun(scope: IScope, step: IStep): void {
  const { run } = step;
  const found = RUNS[run.state];
  if (found !== undefined) {
    const message = run.why ?? `What the step '${step.id}' runs cannot be used.`;
    tell(scope, { ...found, at: [run.node, step.idNode, step.node], node: stepId(step.id, scope.within), message });
  }
}

/** Each input that must have a value gets one: from a source, a default or `valueFrom`. */
function checkRequired(scope: IScope, step: IStep, process: IProcess): void {
  const given = byId(step.in);
  const node = stepId(step.id, scope.within);
  for (const port of process.inputs) {
    const input = given.get(port.id);
    const { type } = port;
    const isRequired = port.default === null && type.type.kind !== 'unknown' && !isOptional(type.type);
    const hasValue = input !== undefined && (input.links.length > 0 || input.isList || input.default !== null || input.valueFrom !== null);
    if (isRequired && !hasValue && port.id !== '') {
      tell(scope, {
        code: 'missing-step-input', severity: 'error', at: [input?.idNode, step.idNode, step.node], node: inPort(node, port.id),
        message: `The step '${step.id}' gives no value to '${port.id}' of type '${typeText(type.type)}': `
          + "it needs a source, a default or a 'valueFrom'.",
        fixes: [connectFix(scope, step, port)]
      });
    }
  }
}

/** From the workflow's input of the same name. */
function connectFix(scope: IScope, step: IStep, port: IPort): Fix | null {
  const { inputs } = portsOf(scope.shared, scope.process);
  const source = sourceEnd({ inputs, steps: scope.steps, shared: scope.shared }, { kind: 'input', input: port.id });
  const sink = inputEnd(scope.shared, step, { id: port.id, default: null });
  return source === null || fits(source.type, sink.type) !== 'yes'
    ? null
    : editFix(scope, `Connect the input '${port.id}'`, {
        kind: 'connect', from: { input: port.id }, to: { step: step.id, input: port.id }
      });
}

/** More than the process has is allowed, and useful where expressions of the step name it (section 4.2.1.2); else it is a slip. */
function checkInputs(scope: IScope, step: IStep, process: IProcess): void {
  const { inputs } = portsOf(scope.shared, process);
  const others = step.in.filter(input => input.id !== '' && !inputs.has(input.id));
  if (others.length === 0) {
    return;
  }
  const isUsed = usesOf(step);
  const given = byId(step.in);
  const free = [...inputs.keys()].filter(id => !given.has(id));
  for (const input of others.filter(({ id }) => !isUsed(id))) {
    // One that waits for another step is often there for the order alone.
    const severity = input.links.some(({ to }) => to.kind === 'step') ? 'info' : 'warning';
    tell(scope, {
      code: 'unknown-step-input', severity, at: [input.idNode, input.node], node: inPort(stepId(step.id, scope.within), input.id),
      message: `'${input.id}' is not an input of what the step '${step.id}' runs; it has ${listNames(inputs.keys()) || 'none'}.`,
      fixes: [
        renameFix(scope, input, free),
        editFix(scope, `Remove '${input.id}' from the step`, { kind: 'remove-step-input', step: step.id, input: input.id })
      ]
    });
  }
}

/** Whether expressions of the step name one of its inputs. */
function usesOf(step: IStep): (input: string) => boolean {
  const texts = [step.when?.value, ...step.in.map((input: IStepInput) => input.valueFrom?.value)].filter(text => text !== undefined);
  const found = texts.map(inputUses);
  const names = new Set([...found.flatMap(({ uses }) => uses.map(({ name }) => name)), ...step.scatter.map(({ value }) => value)]);
  return found.some(({ opaque }) => opaque) ? () => true : input => names.has(input);
}

/** JavaScript that may be ready for an input that is not there. */
const GUARDED = /\?|\|\||\b(?:typeof|undefined|null|try)\b/;

/** Expressions of a step see the inputs that it lists, not what else the process has (section 4.2). */
function checkExpressions(scope: IScope, step: IStep): void {
  const node = stepId(step.id, scope.within);
  const given = byId(step.in);
  const look = (text: IStep['when'], at: string): void => {
    if (text === null) {
      return;
    }
    const { uses, opaque } = inputUses(text.value);
    // A reference always fails, as `undefined` is no value; JavaScript may make something of it.
    const isReference = !needsJavascript(text.value);
    if (uses.length === 0 || (!isReference && (opaque || GUARDED.test(text.value)))) {
      return;
    }
    for (const name of new Set(uses.map(use => use.name))) {
      if (given.has(name) || name in {}) {
        continue;
      }
      tell(scope, {
        code: 'unknown-expression-input', severity: isReference ? 'error' : 'warning', at: [text.node, step.idNode, step.node], node: at,
        message: `'${name}' is not an input of the step '${step.id}', so that this expression finds nothing there; it has ${listNames(given.keys()) || 'none'}. Add it to the step.`,
        fixes: [
          portsOf(scope.shared, scope.process).inputs.has(name)
            ? editFix(scope, `Connect the workflow's input '${name}' to the step`, { kind: 'connect', from: { input: name }, to: { step: step.id, input: name } })
            : null
        ]
      });
    }
  };
  look(step.when, node);
  step.in.forEach(input => look(input.valueFrom, inPort(node, input.id)));
}

function checkOutputs(scope: IScope, step: IStep, process: IProcess): void {
  const { outputs } = portsOf(scope.shared, process);
  const others = step.out.filter(({ id }) => id !== '' && !outputs.has(id));
  const listed = byId(step.out);
  const free = others.length === 0 ? [] : [...outputs.keys()].filter(id => !listed.has(id));
  for (const output of others) {
    tell(scope, {
      code: 'unknown-step-output', severity: 'error', at: [output.idNode, output.node],
      node: outPort(stepId(step.id, scope.within), output.id),
      message: `'${output.id}' is not an output of what the step '${step.id}' runs; it has ${listNames(outputs.keys()) || 'none'}.`,
      fixes: [
        renameFix(scope, output, free),
        editFix(scope, `Remove '${output.id}' from the step`, { kind: 'remove-step-output', step: step.id, output: output.id })
      ]
    });
  }
}

function renameFix(scope: IScope, named: INamed, free: readonly string[]): Fix | null {
  scope.shared.guesses -= free.length;
  const other = scope.shared.guesses < 0 || named.idNode === null ? null : nearest(named.id, free);
  return other === null || named.idNode === null ? null : wordFix(scope, named.idNode, other);
}
