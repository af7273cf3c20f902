import { QuotaChange, type GroupQuota, type Quota, type UserQuota } from '@jupyter-datalabs/contract';

import { DomainError } from '../domain/errors.js';
import { sizeText } from '../domain/sizes.js';
import type { HubApi } from './client.js';
import type { Outcome } from './people.js';
import { table } from './table.js';

const KEYS = ['sessions', 'cpu', 'memory', 'home'] as const;
const GROUP = 'group:';
const WRITE = 'Write sessions=2, cpu=4, memory=8Gi, home=20Gi, or none in the place of an amount; "none" alone takes the entry away.';

/** Shows the quota of a user, or of each member of `group:<name>`; with words such as `sessions=2 memory=none` it changes these limits, with `none` it takes the entry away. */
export async function quota(hub: HubApi, who: string, words: string[]): Promise<Outcome> {
  const group = who.startsWith(GROUP) ? who.slice(GROUP.length) : null;
  const path = group === null ? `/api/users/${encodeURIComponent(who)}/quota` : `/api/groups/${encodeURIComponent(group)}/quota`;
  if (words.length === 1 && words[0] === 'none') {
    await hub.delete(path);
  } else if (words.length > 0) {
    const changes = Object.assign({}, ...words.map(limit)) as Partial<Quota>;
    const { own } = (await hub.get<GroupQuota>(path)).body;
    await hub.put(path, { ...own, ...changes });
  }
  if (group !== null) {
    const { body } = await hub.get<GroupQuota>(path);
    const rows = KEYS.map(key => [key, String(body.own?.[key] ?? '-')]);
    return { lines: body.own ? table(['OF EACH MEMBER', 'LIMIT'], rows) : [`The group ${group} has no quota of its own.`], json: body, code: 0 };
  }
  const { body } = await hub.get<UserQuota>(path);
  const used = { sessions: body.used.sessions, cpu: body.used.cpu, memory: sizeText(body.used.memoryBytes), home: body.used.homeBytes === null ? '-' : sizeText(body.used.homeBytes) };
  const rows = KEYS.map(key => [key, String(body.effective[key]?.value ?? 'no limit'), body.effective[key]?.origin ?? '-', String(used[key])]);
  return { lines: table([who, 'LIMIT', 'FROM', 'USED'], rows), json: body, code: 0 };
}

function limit(word: string): Partial<Quota> {
  const [, key, value] = /^(sessions|cpu|memory|home)=(.+)$/.exec(word) ?? [];
  if (key === undefined || value === undefined) {
    throw new DomainError('bad-request', `"${word}" is no limit.`, { action: WRITE });
  }
  const isNumber = key === 'sessions' || key === 'cpu';
  const wanted = value === 'none' ? null : isNumber && !Number.isNaN(Number(value)) ? Number(value) : value;
  const { error } = QuotaChange.shape[key as keyof Quota].safeParse(wanted);
  if (error) {
    throw new DomainError('bad-request', `"${word}" is no limit: ${error.issues[0]!.message}.`, { action: WRITE });
  }
  return { [key]: wanted };
}
