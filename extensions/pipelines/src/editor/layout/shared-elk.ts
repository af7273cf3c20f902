import { elkArrange } from './elk';
import type { Arrange, ILevel } from './places';

let elk: ReturnType<typeof elkArrange> | null = null;
let users = 0;

const theOne = (): ReturnType<typeof elkArrange> => (elk ??= elkArrange(() => new Worker(new URL('elkjs/lib/elk-worker.min.js', import.meta.url))));

/**
 * One worker for all that are open, and those that come after: to start it, and to arrange a first graph in it, takes longer than any
 * other. What nobody waits for any more ends with it.
 */
export function sharedElk(): { arrange: Arrange; dispose: () => void } {
  const { arrange } = theOne();
  users += 1;
  return {
    arrange,
    dispose: () => {
      users -= 1;
      if (users === 0 && elk?.isBusy()) {
        elk.dispose();
        elk = null;
      }
    }
  };
}

/** Steps of the graphs that are arranged to have the code compiled: after them one of usual size takes a third of the time. */
const EXAMPLES = [6, 12, 24, 40, 57, 57];
const PORTS = [0, 1, 2];
const FARTHEST = 40;

/** Has the worker ready before the first pipeline is opened. Somebody who opens one meanwhile waits for one of the examples at most. */
export async function prepareElk(): Promise<void> {
  if (elk !== null) {
    return;
  }
  const { arrange } = theOne();
  for (const steps of EXAMPLES) {
    if (users === 0) {
      await arrange(example(steps));
    }
  }
}

/** Steps that take from others near and far before them. */
function example(steps: number): ILevel {
  const at = (index: number): number => 60 + 22 * index;
  return {
    nodes: Array.from({ length: steps }, (_, step) => ({
      id: `${step}`,
      width: 160,
      height: 140,
      end: step === 0 ? 'first' : null,
      ports: PORTS.flatMap(port => [
        { id: `${step}/in${port}`, side: 'in', y: at(port) },
        { id: `${step}/out${port}`, side: 'out', y: at(port) }
      ])
    })),
    edges: Array.from({ length: steps - 1 }, (_, before) =>
      PORTS.map(port => {
        const source = before - ((port * 7 + before * 5) % Math.min(before + 1, FARTHEST));
        return { id: `${before} ${port}`, source: `${source}/out${port}`, target: `${before + 1}/in${port}` };
      })
    ).flat()
  };
}
