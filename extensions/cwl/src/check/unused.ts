import { inputId, outPort, stepId } from '../graph/ids.js';
import type { ISink } from '../process/model.js';
import { editFix, tell } from './scope.js';
import type { IScope } from './scope.js';

/** What nothing uses; allowed, and often a link that was forgotten. */
export function checkUnused(scope: IScope): void {
  const { process, within } = scope;
  const sinks: ISink[] = [...process.steps.flatMap(step => step.in), ...process.outputs.filter(output => 'links' in output)];
  const targets = sinks.flatMap(({ links }) => links.map(({ to }) => to));
  const inputs = new Set(targets.flatMap(to => (to.kind === 'input' ? [to.input] : [])));
  // Ids cannot be told apart where they are joined by what they may hold.
  const outputs = new Map<string, Set<string>>();
  for (const to of targets) {
    if (to.kind === 'step') {
      outputs.set(to.step, (outputs.get(to.step) ?? new Set()).add(to.output));
    }
  }
  for (const input of process.inputs.filter(({ id }) => id !== '' && !inputs.has(id))) {
    tell(scope, {
      code: 'unused-input', severity: 'info', at: [input.idNode, input.node], node: inputId(input.id, within),
      message: `Nothing uses the input '${input.id}'.`,
      fixes: [editFix(scope, `Remove '${input.id}'`, { kind: 'remove-input', id: input.id })]
    });
  }
  for (const step of process.steps.filter(({ id }) => id !== '')) {
    const used = outputs.get(step.id);
    const node = stepId(step.id, within);
    if (used === undefined && step.out.length > 0) {
      tell(scope, {
        code: 'unused-step', severity: 'info', at: [step.idNode, step.node], node,
        message: `Nothing uses what the step '${step.id}' puts out.`,
        fixes: [editFix(scope, `Remove '${step.id}'`, { kind: 'remove-step', step: step.id })]
      });
      continue;
    }
    for (const output of step.out.filter(({ id }) => id !== '' && used?.has(id) === false)) {
      tell(scope, {
        code: 'unused-step-output', severity: 'info', at: [output.idNode, output.node], node: outPort(node, output.id),
        message: `Nothing uses the output '${output.id}' of the step '${step.id}'.`,
        fixes: [editFix(scope, `Remove '${output.id}' from the step`, { kind: 'remove-step-output', step: step.id, output: output.id })]
      });
    }
  }
}
