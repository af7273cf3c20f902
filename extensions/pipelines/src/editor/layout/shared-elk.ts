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

/** Has the worker ready before the first pipeline is opened, and its code compiled by a graph of about the usual size. */
export async function prepareElk(): Promise<void> {
  if (elk === null) {
    await theOne().arrange(example(40));
  }
}

/** So many steps, each with what it has of three before it. */
function example(count: number): ILevel {
  const ports = [0, 1, 2];
  const at = (index: number) => ({ y: 60 + 22 * index });
  return {
    nodes: Array.from({ length: count }, (_, step) => ({
      id: `${step}`,
      width: 160,
      height: 140,
      end: step === 0 ? 'first' : step === count - 1 ? 'last' : null,
      ports: ports.flatMap(port => [
        { id: `${step}/in${port}`, side: 'in' as const, ...at(port) },
        { id: `${step}/out${port}`, side: 'out' as const, ...at(port) }
      ])
    })),
    edges: Array.from({ length: count }, (_, step) =>
      ports.flatMap(port => {
        const source = step - 1 - port * 3;
        return source < 0 ? [] : [{ id: `${step} ${port}`, source: `${source}/out${port}`, target: `${step}/in${port}` }];
      })
    ).flat()
  };
}
