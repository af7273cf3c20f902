import { foldName } from '../../domain/names.js';
import type { SessionsService, SessionView } from './types.js';

/** A start that waits for its turn is told apart from one that has it. */
export type SessionState = SessionView['state'] | 'queued';

export interface SessionQuery {
  /** Part of an owner, a name or a datalab, in any case. */
  search?: string | undefined;
  state?: SessionState | undefined;
  sort?: SortKey | undefined;
  descending?: boolean | undefined;
  /** Only of these; all when not given. */
  owners?: readonly string[] | null;
  offset: number;
  limit: number;
}

const STATES: readonly SessionState[] = ['failed', 'queued', 'starting', 'stopping', 'ready', 'stopped'];

const KEYS = {
  owner: (view: SessionView) => view.owner,
  title: (view: SessionView) => view.title,
  state: (view: SessionView) => STATES.indexOf(stateOf(view)),
  requested: (view: SessionView) => view.started,
  last_activity: (view: SessionView) => view.lastActivity ?? 0,
  place: (view: SessionView) => view.place?.place ?? Infinity
} as const;
export type SortKey = keyof typeof KEYS;

export function isSortKey(text: string): text is SortKey {
  return Object.hasOwn(KEYS, text);
}

export function stateOf({ state, steps }: SessionView): SessionState {
  return state === 'starting' && (steps.at(-1)?.step ?? 'queued') === 'queued' ? 'queued' : state;
}

/** One page of the sessions of many users, and how many there are in all. */
export async function findSessions(sessions: Pick<SessionsService, 'owners' | 'list'>, query: SessionQuery): Promise<{ items: SessionView[]; total: number }> {
  const known = sessions.owners();
  const only = query.owners && new Set(query.owners);
  const wanted = foldName(query.search?.trim() ?? '');
  const found: SessionView[] = [];
  for (const owner of only ? known.filter(name => only.has(name)) : known) {
    for (const view of await sessions.list(owner)) {
      const fits = wanted === '' || [view.owner, view.name, view.datalab, view.title].some(text => foldName(text).includes(wanted));
      if (fits && (query.state === undefined || stateOf(view) === query.state)) {
        found.push(view);
      }
    }
  }
  const key = KEYS[query.sort ?? 'owner'];
  const turn = query.descending ? -1 : 1;
  // The same order at each look, so that pages fit together.
  found.sort((a, b) => turn * compare(key(a), key(b)) || compare(a.owner, b.owner) || compare(a.name, b.name));
  return { items: found.slice(query.offset, query.offset + query.limit), total: found.length };
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
