import type { Deadline, SessionView } from '../sessions/types.js';

/** How long sessions may last. Milliseconds. */
export interface LifetimePolicy {
  /** Without activity; null: for ever. */
  idleMs: number | null;
  /** From the start on; null: for ever. */
  maxAgeMs: number | null;
  /** What one extension adds. */
  extensionMs: number;
  /** What all extensions of one start add together. */
  extensionsTotalMs: number;
}

/** Sessions report this often at most; milliseconds. A short idle time has to fit several reports. */
export function reportEveryMs(idleMs: number | null): number {
  return idleMs === null ? 300_000 : Math.max(1000, Math.min(300_000, Math.floor(idleMs / 4 / 1000) * 1000));
}

/** When a session is due to be stopped, null: never. Nothing is due before `held`. */
export function deadlineOf(view: SessionView, policy: LifetimePolicy, held: number): Deadline | null {
  if (view.state !== 'ready') {
    return null;
  }
  const readyAt = view.steps.at(-1)?.startedAt ?? view.started;
  const idle = policy.idleMs === null ? Infinity : Math.max(view.lastActivity ?? 0, readyAt) + policy.idleMs;
  const age = policy.maxAgeMs === null ? Infinity : readyAt + policy.maxAgeMs;
  const natural = Math.min(idle, age);
  if (natural === Infinity) {
    return null;
  }
  const extendable = Math.max(0, Math.min(policy.extensionMs, policy.extensionsTotalMs - (view.extension?.used ?? 0)));
  return { at: Math.max(natural, view.extension?.until ?? 0, held), kind: idle <= age ? 'idle' : 'age', extendable };
}
