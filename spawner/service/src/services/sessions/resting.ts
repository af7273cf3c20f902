import type { Routes } from '../../ports/routes.js';

/** How many ended sessions keep a route; beyond that the oldest gives way. */
const MOST = 100;

/**
 * Routes of named sessions that have ended. The home's route covers every path below `/user/<owner>/`: without one of their own, requests of
 * a tab left open would go on to the home, whose "not found" makes JupyterLab ask again without end. The hub says "stopped" instead.
 */
export class RestingRoutes {
  readonly #prefixes = new Set<string>();

  constructor(
    private readonly routes: Routes,
    private readonly hubTarget: string
  ) {}

  /** Idempotent. */
  async rest(prefix: string): Promise<void> {
    this.note(prefix);
    await this.routes.set({ prefix, target: this.hubTarget });
    for (const oldest of this.#prefixes) {
      if (this.#prefixes.size <= MOST) {
        break;
      }
      this.#prefixes.delete(oldest);
      await this.routes.remove(oldest);
    }
  }

  /** Counts a route that is there already. */
  note(prefix: string): void {
    this.#prefixes.delete(prefix);
    this.#prefixes.add(prefix);
  }

  /** The session runs again. */
  wake(prefix: string): void {
    this.#prefixes.delete(prefix);
  }

  get prefixes(): string[] {
    return [...this.#prefixes];
  }
}
