import { DomainError } from '../../domain/errors.js';
import type { Entry } from './entries.js';
import type { Sessions } from './sessions.js';

/** Notes when sessions of an owner last worked. Times never move back. */
export async function noteActivity(sessions: Sessions, { owner, servers }: { owner: string; servers: { name: string; lastActivity: number }[] }): Promise<void> {
  const told = servers.map(({ name, lastActivity }) => {
    const entry = sessions.entry(owner, name);
    if (!entry) {
      throw new DomainError('unknown-session', `There is no session "${name}".`, { action: 'Start it first.' });
    }
    return { entry, lastActivity };
  });
  // The home shows the other sessions of its owner: who works in one of them needs it, and still does when that one has ended.
  const home = sessions.entry(owner, '');
  if (home?.view.state === 'ready') {
    told.push(...told.map(({ lastActivity }) => ({ entry: home, lastActivity })));
  }
  const changed = new Set<Entry>();
  for (const { entry, lastActivity } of told) {
    if (lastActivity > (entry.view.lastActivity ?? 0)) {
      sessions.change(entry, { lastActivity });
      changed.add(entry);
    }
  }
  for (const { view } of changed) {
    await sessions.deps.store.touch(owner, view.name, view.lastActivity!);
  }
}
