import { FakeEngine, FakeMachine } from '../../engine/fake/index.js';
import { engineContract } from './contract.js';
import { specOf } from './support.js';

describe('FakeEngine', () => {
  engineContract(() => {
    const machine = new FakeMachine();
    const spec = (change = {}) => specOf('/fake', change);
    return {
      engine: () => new FakeEngine({ machine }),
      spec,
      crashable: () => spec(),
      startForever: (engine, signal, onBegun) => {
        const fake = engine as FakeEngine;
        fake.auto = false;
        const started = fake.start(spec(), { signal, onStep: () => {} });
        fake.auto = true;
        onBegun();
        return started;
      },
      crash: async (engine, { key }) => {
        (engine as FakeEngine).appendLog(key, 'last words');
        (engine as FakeEngine).crash(key, { exitCode: 3 });
      },
      volume: () => '/fake/volume',
      remove: async () => {}
    };
  });
});
