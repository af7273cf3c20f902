import type { IProcess, IRun } from './model.js';

/** Marks each run that leads back to a process that is being run already, as seen from the document. `done` are known to lead to none. */
export function markRecursion(processes: readonly IProcess[], done: Set<IProcess>): void {
  const open = new Set<IProcess>();
  const stack: { process: IProcess; next: number }[] = [];
  const enter = (process: IProcess): void => {
    open.add(process);
    stack.push({ process, next: 0 });
  };
  for (const start of processes) {
    if (!done.has(start)) {
      enter(start);
    }
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const step = top.process.steps[top.next++];
      if (step === undefined) {
        open.delete(top.process);
        done.add(top.process);
        stack.pop();
      } else if (step.run.process && open.has(step.run.process)) {
        step.run = recursive(step.run);
      } else if (step.run.process && !done.has(step.run.process)) {
        enter(step.run.process);
      }
    }
  }
}

const recursive = (run: IRun): IRun => ({ ...run, state: 'recursive', why: 'It runs itself, directly or through what it runs.' });
