import type { IArranged, ILevel } from '../editor/layout/places';
import { SharedEngine } from '../editor/layout/shared';

const LEVEL: ILevel = { nodes: [], edges: [] };
const NOTHING: IArranged = { corners: new Map(), ways: new Map() };

/** Engines that are made, and answer when they are told to. */
function engines() {
  const made: { asked: ILevel[]; answer: () => Promise<void>; isBroken: boolean; isDisposed: boolean }[] = [];
  const shared = new SharedEngine(() => {
    const waiting: (() => void)[] = [];
    const one = {
      asked: [] as ILevel[],
      answer: async () => {
        waiting.splice(0).forEach(resolve => resolve());
        // Whoever waited may go on.
        for (let turn = 0; turn < 5; turn += 1) {
          await Promise.resolve();
        }
      },
      isBroken: false,
      isDisposed: false
    };
    made.push(one);
    return {
      arrange: level => {
        one.asked.push(level);
        return new Promise(resolve => waiting.push(() => resolve(NOTHING)));
      },
      isBroken: () => one.isBroken,
      dispose: () => {
        one.isDisposed = true;
      }
    };
  });
  return { shared, made };
}

describe('what arranges graphs', () => {
  it('is one for all, and stays for those that come after', async () => {
    const { shared, made } = engines();
    const [first, second] = [shared.use(), shared.use()];
    const arranged = [first.arrange(LEVEL), second.arrange(LEVEL)];
    await made[0]!.answer();
    expect(await Promise.all(arranged)).toEqual([NOTHING, NOTHING]);
    first.dispose();
    second.dispose();
    shared.use();
    expect(made.map(({ isDisposed }) => isDisposed)).toEqual([false]);
  });

  it('ends with what nobody waits for any more', () => {
    const { shared, made } = engines();
    const [first, second] = [shared.use(), shared.use()];
    void first.arrange(LEVEL);
    first.dispose();
    expect(made[0]!.isDisposed).toBe(false);
    second.dispose();
    expect(made[0]!.isDisposed).toBe(true);
    void shared.use();
    expect(made).toHaveLength(2);
  });

  it('is made ready by examples of growing size, until somebody needs it', async () => {
    const { shared, made } = engines();
    void shared.prepare();
    await made[0]!.answer();
    await made[0]!.answer();
    expect(made[0]!.asked.map(({ nodes }) => nodes.length)).toEqual([6, 12, 24]);
    expect(made[0]!.asked.every(({ nodes, edges }) => edges.length === (nodes.length - 1) * 3)).toBe(true);
    const user = shared.use();
    void user.arrange(LEVEL);
    await made[0]!.answer();
    await made[0]!.answer();
    expect(made[0]!.asked.at(-1)).toBe(LEVEL);
    user.dispose();
    expect(made[0]!.isDisposed).toBe(false);
  });

  it('is kept where a pipeline is closed while it is made ready, and not made ready twice', () => {
    const { shared, made } = engines();
    void shared.prepare();
    shared.use().dispose();
    void shared.prepare();
    expect([made.length, made[0]!.isDisposed, made[0]!.asked.length]).toEqual([1, false, 1]);
  });

  it('is made anew where it could not be started', () => {
    const { shared, made } = engines();
    void shared.prepare();
    made[0]!.isBroken = true;
    shared.use();
    expect(made.map(({ isDisposed }) => isDisposed)).toEqual([true, false]);
  });
});
