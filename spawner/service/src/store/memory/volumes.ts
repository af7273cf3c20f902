import type { VolumeStore } from '../../ports/store.js';

export function memoryVolumes(): VolumeStore {
  const entries = new Map<string, unknown>();
  return {
    async list() {
      return structuredClone([...entries].map(([name, entry]) => ({ name, entry })).sort((a, b) => (a.name < b.name ? -1 : 1)));
    },
    async set(name, entry) {
      entries.set(name, structuredClone(entry));
    },
    async remove(name) {
      return entries.delete(name);
    }
  };
}
