import { stepId } from '../graph/ids.js';
import type { IStep } from '../process/model.js';
import { tell } from './scope.js';
import type { IScope } from './scope.js';

/** Steps that wait for each other never run: data links make no circle (CWL 1.2 Workflow, section 2.2, "Workflow graph"). */
export function checkCycles(scope: IScope): void {
  const { steps } = scope.process;
  const after = new Map<IStep, Set<IStep>>(steps.map(step => [step, new Set()]));
  for (const step of steps) {
    for (const { to } of step.in.flatMap(({ links }) => links)) {
      const source = to.kind === 'step' ? scope.steps.get(to.step) : undefined;
      if (source !== undefined) {
        after.get(source)?.add(step);
      }
    }
  }
  for (const group of components(steps, after)) {
    if (group.length > 1 || after.get(group[0])?.has(group[0])) {
      tellCycle(scope, circle(group, after));
    }
  }
}

function tellCycle(scope: IScope, steps: readonly IStep[]): void {
  const names = steps.map(({ id }) => id);
  const shown = names.length > 8 ? [...names.slice(0, 7), '…'] : names;
  const [first] = steps;
  const before = steps[steps.length - 1];
  const link = first.in.flatMap(({ links }) => links).find(({ to }) => to.kind === 'step' && to.step === before.id);
  tell(scope, {
    code: 'cycle', severity: 'error', at: [link?.node, first.idNode, first.node], node: stepId(first.id, scope.within),
    message: names.length === 1
      ? `The step '${names[0]}' waits for its own output, so it can never run.`
      : `Steps wait for each other, so that none can run: ${[...shown, names[0]].join(' → ')}.`
  });
}

/** The shortest way from the first of a strongly connected group back to it. */
function circle(group: readonly IStep[], after: ReadonlyMap<IStep, ReadonlySet<IStep>>): IStep[] {
  const inside = new Set(group);
  const start = group[0];
  const from = new Map<IStep, IStep>();
  const queue = [start];
  for (let at = 0; at < queue.length; at += 1) {
    for (const next of after.get(queue[at]) ?? []) {
      if (next === start) {
        const way = [queue[at]];
        for (let step = queue[at]; step !== start; ) {
          step = from.get(step) ?? start;
          way.push(step);
        }
        return way.reverse();
      }
      if (inside.has(next) && !from.has(next)) {
        from.set(next, queue[at]);
        queue.push(next);
      }
    }
  }
  return [start];
}

/**
 * Strongly connected groups, after Tarjan, "Depth-first search and linear graph algorithms" (1972), with a stack of its own:
 * workflows can be longer than the call stack.
 */
function components(steps: readonly IStep[], after: ReadonlyMap<IStep, ReadonlySet<IStep>>): IStep[][] {
  const order = new Map<IStep, number>();
  const low = new Map<IStep, number>();
  const open: IStep[] = [];
  const isOpen = new Set<IStep>();
  const found: IStep[][] = [];
  const number = (step: IStep): number => low.get(step) ?? 0;
  for (const root of steps.filter(step => !order.has(step))) {
    // Steps earlier in the list may have reached this one since.
    if (order.has(root)) {
      continue;
    }
    const path = [visit(root)];
    while (path.length > 0) {
      const { step, rest } = path[path.length - 1];
      const next = rest.next();
      if (next.done) {
        path.pop();
        const parent = path.at(-1)?.step;
        if (parent) {
          low.set(parent, Math.min(number(parent), number(step)));
        }
        if (low.get(step) === order.get(step)) {
          found.push(close(step));
        }
      } else if (!order.has(next.value)) {
        path.push(visit(next.value));
      } else if (isOpen.has(next.value)) {
        low.set(step, Math.min(number(step), order.get(next.value) ?? 0));
      }
    }
  }
  return found;

  function visit(step: IStep): { step: IStep; rest: Iterator<IStep, undefined> } {
    order.set(step, order.size);
    low.set(step, order.size - 1);
    open.push(step);
    isOpen.add(step);
    return { step, rest: (after.get(step) ?? new Set<IStep>()).values() };
  }

  function close(step: IStep): IStep[] {
    const group: IStep[] = [];
    for (let last = open.pop(); last; last = open.pop()) {
      isOpen.delete(last);
      group.push(last);
      if (last === step) {
        break;
      }
    }
    return group.reverse();
  }
}
