import type { LifetimePolicy } from './deadline.js';

/** The policy that the settings say. */
export function lifetimePolicy(settings: { idleMinutes: number | null; maxAgeHours: number | null; extensionMinutes: number; extensionsTotalMinutes: number }): LifetimePolicy {
  const { idleMinutes, maxAgeHours, extensionMinutes, extensionsTotalMinutes } = settings;
  return {
    idleMs: idleMinutes === null ? null : idleMinutes * 60_000,
    maxAgeMs: maxAgeHours === null ? null : maxAgeHours * 3_600_000,
    extensionMs: extensionMinutes * 60_000,
    extensionsTotalMs: extensionsTotalMinutes * 60_000
  };
}
