import { inPort, stepId } from '../graph/ids.js';
import { nearest } from './nearest.js';
import { editFix, listNames, tell, wordFix } from './scope.js';
import type { IScope } from './scope.js';

/** What steps scatter over, and how (CWL 1.2 Workflow, section 4.2.1.3, "Scatter/gather"); that it is an array is a matter of its links. */
export function checkScatter(scope: IScope): void {
  for (const step of scope.process.steps) {
    const names = new Set(step.in.map(({ id }) => id));
    const node = stepId(step.id, scope.within);
    for (const { value, node: at } of step.scatter.filter(({ value }) => !names.has(value))) {
      scope.shared.guesses -= names.size;
      const close = scope.shared.guesses < 0 ? null : nearest(value, names);
      tell(scope, {
        code: 'unknown-scatter', severity: 'error', at: [at], node: inPort(node, value),
        message: `'scatter' names '${value}', which is not in the 'in' of the step '${step.id}'; there is ${listNames(names) || 'none'}.`,
        fixes: [
          close === null ? null : wordFix(scope, at, close),
          editFix(scope, `Do not scatter over '${value}'`, {
            kind: 'set-scatter', step: step.id, scatter: step.scatter.map(other => other.value).filter(other => other !== value)
          })
        ]
      });
    }
    if (step.scatter.length > 1 && step.scatterMethod === null) {
      const scatter = step.scatter.map(({ value }) => value);
      tell(scope, {
        code: 'scatter-method-missing', severity: 'error', at: [step.scatter[0].node.parent, step.scatter[0].node], node,
        message: `The step '${step.id}' scatters over ${scatter.length} inputs, so 'scatterMethod' must say how they go together.`,
        fixes: (['dotproduct', 'flat_crossproduct', 'nested_crossproduct'] as const)
          .map(method => editFix(scope, `Use ${method}`, { kind: 'set-scatter', step: step.id, scatter, method }))
      });
    }
  }
}
