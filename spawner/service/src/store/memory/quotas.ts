import type { Quota, QuotaStore } from '../../ports/store.js';

interface MemoryQuotas extends QuotaStore {
  renameUser(from: string, to: string): void;
}

export function memoryQuotas(): MemoryQuotas {
  const entries = { user: new Map<string, Quota>(), group: new Map<string, Quota>() };
  return {
    async get(kind, name) {
      return structuredClone(entries[kind].get(name) ?? null);
    },
    async set(kind, name, { sessions, cpu, memory, home }) {
      entries[kind].set(name, { sessions, cpu, memory, home });
    },
    async remove(kind, name) {
      return entries[kind].delete(name);
    },
    async ofGroups(names) {
      return new Map(structuredClone([...entries.group].filter(([name]) => names.includes(name))));
    },
    renameUser(from, to) {
      const entry = entries.user.get(from);
      if (entry) {
        entries.user.delete(from);
        entries.user.set(to, entry);
      }
    }
  };
}
