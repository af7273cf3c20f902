import { inputId, inPort, outPort, outputId, stepId } from '../graph/ids.js';
import type { INamed } from '../process/model.js';
import { tell } from './scope.js';
import type { IScope } from './scope.js';

/** Ids are there once in their list (Schema Salad 1.2, "Identifier resolution"). */
export function checkIds(scope: IScope): void {
  const { process, within } = scope;
  checkList(scope, process.inputs, 'input', id => inputId(id, within));
  checkList(scope, process.outputs, 'output', id => outputId(id, within));
  checkList(scope, process.steps, 'step', id => stepId(id, within));
  for (const step of process.steps) {
    checkList(scope, step.in, `input of the step '${step.id}'`, id => inPort(stepId(step.id, within), id));
    checkList(scope, step.out, `output of the step '${step.id}'`, id => outPort(stepId(step.id, within), id));
  }
}

function checkList(scope: IScope, items: readonly INamed[], what: string, nodeOf: (id: string) => string): void {
  const seen = new Set<string>();
  for (const item of items) {
    if (item.id === '') {
      const message = `This ${what} has no 'id', so that nothing can refer to it.`;
      // Of no use later either, but allowed (CWL 1.1, "Identified").
      tell(scope, { code: 'missing-id', severity: scope.version === 'v1.0' ? 'error' : 'warning', at: [item.node], node: null, message });
    }
    if (item.id !== '' && seen.has(item.id) && !isKey(item)) {
      tell(scope, {
        code: 'duplicate-id', severity: 'error', at: [item.idNode, item.node], node: nodeOf(item.id),
        message: `There are two with the id '${item.id}': each ${what} needs one of its own.`
      });
    }
    seen.add(item.id);
  }
}

/** A key that is in a map twice is a problem of the text already. */
const isKey = ({ idNode, node }: INamed): boolean =>
  idNode !== null && idNode !== node && idNode.from < node.from && idNode.source === node.source;
