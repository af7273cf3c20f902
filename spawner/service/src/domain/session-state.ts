export type RunState = 'starting' | 'ready' | 'stopping' | 'stopped' | 'failed';

const HOLDING: ReadonlySet<RunState> = new Set(['starting', 'ready', 'stopping']);

/** Whether it has a sandbox, or is about to: it counts against what its owner may have, and its home is in use. Else it has ended. */
export function holdsResources({ state }: { state: RunState }): boolean {
  return HOLDING.has(state);
}
