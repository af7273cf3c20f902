import { jest } from '@jest/globals';
import { warmSpecOf } from '../../builders/environment.js';
import type { Engine, RunningSession, SessionExit, SessionSpec, WarmSandbox, WarmSpec } from '../../ports/engine.js';
import { WarmingEngine, type WarmingOptions } from '../../services/warm/warming-engine.js';
import { ManualClock, settle } from '../sessions/support.js';

const MIB = 2 ** 20;
const specOf = (datalab: string, owner = 'ann', version = '1'): SessionSpec => ({
  key: { owner, name: datalab }, startId: 's', datalab, version, kind: 'jupyter', argv: ['serve'], environment: { JUPYTERHUB_API_TOKEN: 'secret' },
  mounts: [], links: [], home: `/homes/${owner}`, network: 'none', resources: { cpu: 1, memoryBytes: 512 * MIB, pids: 64 }
});
const start = (engine: Engine, spec: SessionSpec, signal = new AbortController().signal) => engine.start(spec, { signal, onStep: () => undefined });

class Sandbox implements WarmSandbox {
  end: () => void = () => undefined;
  readonly gone = new Promise<void>(resolve => (this.end = resolve));
  used = false;
  discarded = false;
  constructor(readonly spec: WarmSpec) {}
  memoryBytes = (): number => 100 * MIB;
  async discard(): Promise<void> {
    if (this.used) return;
    this.discarded = true;
    this.end();
  }
}

/** An engine whose sandboxes are warm when a test says so. */
class Machine {
  readonly warmed: Sandbox[] = [];
  readonly hurried: string[] = [];
  readonly aborted: string[] = [];
  pending: { datalab: string; finish: (error?: Error) => void }[] = [];
  hold = false;
  startGate: Promise<void> = Promise.resolve();
  #listener: (exit: SessionExit) => void = () => undefined;
  readonly engine: Engine = {
    name: 'machine',
    check: async () => ({ ok: true, problems: [], warnings: [] }),
    list: async () => [],
    stop: async () => true,
    mount: async () => undefined,
    unmount: async () => ({ busy: [] }),
    mounts: async () => [],
    logTail: async () => [],
    onExit: listener => {
      this.#listener = listener;
      return () => undefined;
    },
    close: async () => undefined,
    warm: (spec, { signal, hurry }) =>
      new Promise((resolve, reject) => {
        const finish = (error?: Error): void => {
          if (error) return reject(error);
          const sandbox = new Sandbox(spec);
          this.warmed.push(sandbox);
          resolve(sandbox);
        };
        hurry?.addEventListener('abort', () => this.hurried.push(spec.datalab));
        signal.addEventListener('abort', () => {
          this.aborted.push(spec.datalab);
          reject(new Error('aborted'));
        });
        if (this.hold) this.pending.push({ datalab: spec.datalab, finish });
        else finish();
      }),
    start: async (spec, { warm }): Promise<RunningSession> => {
      await this.startGate;
      const sandbox = warm as Sandbox | undefined;
      const fits = sandbox !== undefined && JSON.stringify(sandbox.spec) === JSON.stringify(warmSpecOf(spec));
      if (fits) {
        sandbox.used = true;
        sandbox.end();
      }
      await sandbox?.discard();
      const { key, startId, datalab, version, kind, network } = spec;
      return { key, startId, datalab, version, kind, network, target: 't', startedAt: 0, ...(fits && { warm: true }) };
    }
  };
  exit(spec: SessionSpec): void {
    this.#listener({ key: spec.key, startId: spec.startId, reason: 'stopped', exitCode: 0, signal: null, logTail: [] });
  }
}

let machine: Machine;
let clock: ManualClock;
let engine: WarmingEngine;
const plan = jest.fn<WarmingOptions['plan']>();
const make = (options: Partial<WarmingOptions> = {}): WarmingEngine => {
  engine = new WarmingEngine({
    engine: machine.engine, clock, plan, memoryBytes: 1000 * MIB, sandboxes: 8, logger: { info: () => undefined, warn: () => undefined }, ...options
  });
  return engine;
};
const waiting = (): string[] => engine.waiting.map(({ owner, datalab }) => `${owner}/${datalab}`).sort();

beforeEach(() => {
  machine = new Machine();
  clock = new ManualClock();
  plan.mockReset();
  plan.mockImplementation(async ({ owner, datalab }) => warmSpecOf(specOf(datalab, owner)));
});
afterEach(() => engine.close());

it('has what was guessed ready, hands it out once, and makes another when the session has ended', async () => {
  make().want('ann', 'lab', 'login');
  await settle();
  expect(waiting()).toEqual(['ann/lab']);
  expect((await start(engine, specOf('lab'))).warm).toBe(true);
  await settle();
  expect(waiting()).toEqual([]);
  machine.exit(specOf('lab'));
  await settle();
  expect(waiting()).toEqual(['ann/lab']);
});

it('makes nothing ready without memory for it, or for an engine that cannot', async () => {
  make({ memoryBytes: 0 }).want('ann', 'lab', 'pointer');
  await settle();
  expect(machine.warmed).toEqual([]);
  delete machine.engine.warm;
  make().want('ann', 'lab', 'pointer');
  await settle();
  expect(machine.warmed).toEqual([]);
});

it('gives no sandbox of one owner to another', async () => {
  make().want('ann', 'lab', 'login');
  await settle();
  expect((await start(engine, specOf('lab', 'bob'))).warm).toBeUndefined();
  expect(waiting()).toEqual(['ann/lab']);
});

it('drops a stale one, starts cold, and does not try the same again at once', async () => {
  make().want('ann', 'lab', 'login');
  await settle();
  expect((await start(engine, specOf('lab', 'ann', '2'))).warm).toBeUndefined();
  expect(machine.warmed[0]!.discarded).toBe(true);
  machine.exit(specOf('lab'));
  await settle();
  expect(waiting()).toEqual([]);
});

it('keeps within its memory, the likelier first', async () => {
  make({ memoryBytes: 250 * MIB });
  for (const datalab of ['one', 'two', 'three']) engine.want('ann', datalab, 'popular');
  await settle();
  const before = waiting();
  expect(before).toHaveLength(2);
  engine.want('ann', 'four', 'pointer');
  await settle();
  expect(waiting()).toHaveLength(2);
  expect(waiting()).toContain('ann/four');
  engine.want('ann', 'five', 'popular');
  await settle();
  expect(waiting()).not.toContain('ann/five');
});

it('keeps within its number', async () => {
  make({ sandboxes: 1 });
  engine.want('ann', 'one', 'login');
  await settle();
  engine.want('bob', 'two', 'popular');
  await settle();
  expect(waiting()).toEqual(['ann/one']);
});

it('warms nothing while a start is under way, and gives up what it was about', async () => {
  make();
  machine.hold = true;
  let open: () => void = () => undefined;
  machine.startGate = new Promise(resolve => (open = resolve));
  engine.want('ann', 'lab', 'popular');
  await settle();
  const starting = start(engine, specOf('other', 'bob'));
  engine.want('ann', 'more', 'login');
  await settle();
  expect(machine.aborted).toEqual(['lab']);
  expect(machine.pending).toHaveLength(1);
  open();
  await starting;
  await settle();
  expect(machine.pending.map(({ datalab }) => datalab)).toEqual(['lab', 'more']);
});

it('waits for one that is almost ready, in a hurry then', async () => {
  make();
  machine.hold = true;
  engine.want('ann', 'lab', 'pointer');
  await settle();
  const starting = start(engine, specOf('lab'));
  await settle();
  expect(machine.hurried).toEqual(['lab']);
  machine.pending[0]!.finish();
  expect((await starting).warm).toBe(true);
});

it('starts cold when the one it waits for fails', async () => {
  make();
  machine.hold = true;
  engine.want('ann', 'lab', 'pointer');
  await settle();
  const starting = start(engine, specOf('lab'));
  await settle();
  machine.pending[0]!.finish(new Error('no room'));
  expect((await starting).warm).toBeUndefined();
});

it('lets one that failed, or ended by itself, rest for a while', async () => {
  make().want('ann', 'lab', 'login');
  await settle();
  machine.warmed[0]!.end();
  await settle();
  expect(waiting()).toEqual([]);
  engine.want('ann', 'lab', 'login');
  await settle();
  expect(machine.warmed).toHaveLength(1);
  await clock.advance(11 * 60_000);
  engine.want('ann', 'lab', 'login');
  await settle();
  expect(waiting()).toEqual(['ann/lab']);
});

it('lets go of a guess that was not right in time', async () => {
  make().want('ann', 'lab', 'pointer');
  await settle();
  await clock.advance(3 * 60_000);
  expect(machine.warmed[0]!.discarded).toBe(true);
  expect(waiting()).toEqual([]);
});

it('replaces one when what would be started has changed', async () => {
  make().want('ann', 'lab', 'login');
  await settle();
  plan.mockImplementation(async () => warmSpecOf(specOf('lab', 'ann', '2')));
  await clock.advance(40_000);
  expect(machine.warmed.map(({ discarded, spec }) => [spec.version, discarded])).toEqual([['1', true], ['2', false]]);
});

it('leaves nothing when it is closed', async () => {
  make().want('ann', 'lab', 'login');
  await settle();
  machine.hold = true;
  engine.want('ann', 'more', 'login');
  await settle();
  await engine.close();
  expect(machine.warmed[0]!.discarded).toBe(true);
  expect(machine.aborted).toContain('more');
});

it('lets go of one datalab of an owner and keeps the others, those that run included', async () => {
  make().want('ann', 'lab', 'login');
  engine.want('ann', 'other', 'login');
  await settle();
  await start(engine, specOf('topcat'));
  await engine.forget('ann', 'lab');
  expect(waiting()).toEqual(['ann/other']);
  machine.exit(specOf('topcat'));
  await settle();
  expect(waiting()).toEqual(['ann/other', 'ann/topcat']);
});

it('keeps and makes nothing for an owner who is gone', async () => {
  make().want('ann', 'lab', 'login');
  engine.want('bob', 'lab', 'login');
  await settle();
  await start(engine, specOf('topcat'));
  machine.hold = true;
  engine.want('ann', 'more', 'login');
  await settle();
  await engine.forget('ann');
  machine.exit(specOf('topcat'));
  await settle();
  expect(waiting()).toEqual(['bob/lab']);
  expect(machine.aborted).toEqual(['more']);
  expect(machine.pending).toHaveLength(1);
});
