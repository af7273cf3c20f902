import type { Arrange, ILevel } from './places';

/** What arranges graphs, in a worker. */
export interface IEngine {
  arrange: Arrange;
  /** It will not arrange anything any more. */
  isBroken: () => boolean;
  dispose: () => void;
}

/** Steps of the graphs that are arranged to have the code compiled: after them one of usual size takes a third of the time. */
const EXAMPLES = [6, 12, 24, 40, 57, 57];
const PORTS = [0, 1, 2];
const FARTHEST = 40;

/** One engine for all that are open, and those that come after: to start it, and to arrange a first graph in it, takes longer than any other. */
export class SharedEngine {
  constructor(private readonly _make: () => IEngine) {}

  /** For one pipeline, until it disposes of it. What nobody waits for any more ends with the engine. */
  use(): { arrange: Arrange; dispose: () => void } {
    const engine = this._theOne();
    this._users += 1;
    return {
      arrange: async level => {
        this._asked += 1;
        try {
          return await engine.arrange(level);
        } finally {
          this._asked -= 1;
        }
      },
      dispose: () => {
        this._users -= 1;
        if (this._users === 0 && this._asked > 0) {
          this._end();
        }
      }
    };
  }

  /** Has it ready before the first pipeline is opened. Somebody who opens one meanwhile waits for one of the examples at most. */
  async prepare(): Promise<void> {
    if (this._engine === null) {
      const engine = this._theOne();
      for (const steps of EXAMPLES) {
        if (this._isUnused(engine)) {
          await engine.arrange(example(steps));
        }
      }
    }
  }

  private _isUnused(engine: IEngine): boolean {
    return this._users === 0 && engine === this._engine;
  }

  private _theOne(): IEngine {
    if (this._engine?.isBroken()) {
      this._end();
    }
    return (this._engine ??= this._make());
  }

  private _end(): void {
    this._engine?.dispose();
    this._engine = null;
    // Nothing of it is answered.
    this._asked = 0;
  }

  /** Of pipelines that are open, or were when they asked. */
  private _asked = 0;
  private _engine: IEngine | null = null;
  private _users = 0;
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
