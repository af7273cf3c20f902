export { FakeEngine, FakeMachine } from './fake-engine.js';
