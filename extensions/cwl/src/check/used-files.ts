import { stepId } from '../graph/ids.js';
import type { CwlVersion } from '../process/model.js';
import type { ISource } from '../text/node.js';
import { positionAt } from '../text/position.js';
import { tell } from './scope.js';
import type { IScope } from './scope.js';
import { checkStructure } from './structure.js';

interface IFirstError {
  message: string;
  line: number;
}

/** A text never changes: what is wrong in it was found once. */
const known = new WeakMap<ISource, IFirstError | null>();

/** Tools in other files that are not valid themselves; a step that runs one is told its first error, and the file says the rest. */
export function checkUsedFiles(scope: IScope): void {
  for (const step of scope.process.steps) {
    const { process, text, state } = step.run;
    if (text === null || process === null || state !== 'here' || process.source === scope.process.source) {
      continue;
    }
    const error = firstError(process.source, process.version);
    if (error !== null) {
      tell(scope, {
        code: 'run-invalid', severity: 'error', at: [step.run.node, step.idNode], node: stepId(step.id, scope.within),
        message: `'${text}', which the step '${step.id}' runs, is not valid: line ${error.line}: ${error.message}`
      });
    }
  }
}

function firstError(source: ISource, version: CwlVersion | null): IFirstError | null {
  const before = known.get(source);
  if (before !== undefined) {
    return before;
  }
  const found: IFirstError[] = [];
  checkStructure(source, version, ({ severity, message, range }) => {
    if (severity === 'error' && found.length === 0) {
      found.push({ message, line: positionAt(source.text, range.from).line });
    }
  });
  known.set(source, found[0] ?? null);
  return found[0] ?? null;
}
