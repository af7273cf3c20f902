export { LocalHomeFiles } from './home-files.js';
export { LocalEngine } from './local-engine.js';
export type { LocalEngineOptions } from './options.js';
