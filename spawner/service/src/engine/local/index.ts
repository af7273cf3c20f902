export { LocalHomeFiles } from './home-files.js';
export { LocalEngine, type LocalEngineOptions } from './local-engine.js';
