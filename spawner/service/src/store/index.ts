export { openStore, type OpenStoreOptions } from './kysely/kysely-store.js';
export { memoryStore } from './memory/memory-store.js';
