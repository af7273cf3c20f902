import type { Route, Routes } from '../../ports/routes.js';

/** Routing table in memory, for tests. */
export class FakeRoutes implements Routes {
  readonly table = new Map<string, string>();
  /** When something came through each prefix, as tests have it. */
  readonly activity = new Map<string, number>();
  /** Error every call rejects with, while set. */
  failing: Error | null = null;
  readonly #listeners = new Set<() => void>();

  async list(): Promise<(Route & { lastActivity: number | null })[]> {
    this.#check();
    return [...this.table].map(([prefix, target]) => ({ prefix, target, lastActivity: this.activity.get(prefix) ?? null }));
  }
  async set({ prefix, target }: Route): Promise<void> {
    this.#check();
    this.table.set(prefix, target);
  }
  async remove(prefix: string): Promise<void> {
    this.#check();
    this.table.delete(prefix);
  }
  onReset(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  /** The proxy came back empty. */
  reset(): void {
    this.table.clear();
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }
  #check(): void {
    if (this.failing) {
      throw this.failing;
    }
  }
}
