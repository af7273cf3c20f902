export { LocalEngine, type LocalEngineOptions } from './local-engine.js';
