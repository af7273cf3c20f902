import type { ServerModel, UserModel } from '@jupyter-datalabs/contract';

import { DomainError } from '../domain/errors.js';
import { allUsers, type HubApi } from './client.js';
import { ago, table } from './table.js';

/** What a command found: for people, and for programs. */
export interface Outcome {
  lines: string[];
  json: unknown;
  code: number;
}

/** The state of a session in one word. */
export function stateOf(server: ServerModel): string {
  if (server.failure) {
    return 'failed';
  }
  if (server.pending === 'spawn') {
    return server.place ? `queued ${server.place.place}/${server.place.of}` : (server.step ?? 'starting');
  }
  return server.pending === 'stop' ? 'stopping' : server.ready ? 'ready' : 'stopped';
}

const serversOf = (user: UserModel): ServerModel[] => Object.values(user.servers ?? {}) as ServerModel[];

export async function users(hub: HubApi, filter: string | undefined, now: number): Promise<Outcome> {
  const found = await allUsers(hub, filter === undefined ? {} : { name_filter: filter });
  const rows = found.map(user => [
    user.name, user.roles?.at(-1) ?? 'user', (user.groups ?? []).join(',') || '-', String(serversOf(user).length), ago(user.last_activity, now), user.created?.slice(0, 10) ?? '-'
  ]);
  const json = found.map(({ name, roles, groups, last_activity, created, servers }) => ({ name, role: roles?.at(-1) ?? 'user', groups: groups ?? [], lastActivity: last_activity ?? null, created, sessions: Object.keys(servers ?? {}) }));
  return { lines: found.length === 0 ? [filter === undefined ? 'There are no users yet.' : `No user's name contains "${filter}".`] : table(['USER', 'ROLE', 'GROUPS', 'SESSIONS', 'ACTIVE', 'SINCE'], rows), json, code: 0 };
}

/** Sessions of everybody, with what `status` counts. */
export async function allSessions(hub: HubApi): Promise<{ owner: string; server: ServerModel }[]> {
  // Failed ones count as inactive users there, so everybody is asked for.
  return (await allUsers(hub)).flatMap(user => serversOf(user).map(server => ({ owner: user.name, server })));
}

export async function sessions(hub: HubApi, now: number): Promise<Outcome> {
  const found = await allSessions(hub);
  const rows = found.map(({ owner, server }) => [
    `${owner}/${server.name}`, server.datalab, stateOf(server), ago(server.started, now), ago(server.last_activity, now), server.failure ? `${server.failure.code}: ${server.failure.detail}` : (server.warm ? 'warm' : '')
  ]);
  const json = found.map(({ owner, server }) => ({
    owner, name: server.name, datalab: server.datalab, version: server.version, kind: server.kind, state: stateOf(server).split(' ')[0], started: server.started, lastActivity: server.last_activity,
    url: server.url, warm: server.warm ?? false, failure: server.failure
  }));
  return { lines: found.length === 0 ? ['No session is running.'] : table(['SESSION', 'DATALAB', 'STATE', 'STARTED', 'ACTIVE', 'NOTE'], rows), json, code: 0 };
}

/** `<owner>/<name>`; nothing after the slash is the home. */
export async function stopSession(hub: HubApi, which: string, force: boolean): Promise<Outcome> {
  const slash = which.indexOf('/');
  if (slash <= 0) {
    throw new DomainError('bad-request', `"${which}" is no session.`, { action: 'Write <owner>/<name> as "sessions" shows it; <owner>/ is the home.' });
  }
  const [owner, name] = [which.slice(0, slash), which.slice(slash + 1)];
  const { body: user } = await hub.get<UserModel>(`/api/users/${encodeURIComponent(owner)}?include_stopped_servers=1`);
  if (!Object.hasOwn(user.servers ?? {}, name)) {
    throw new DomainError('unknown-session', `${owner} has no session ${name === '' ? 'called home' : `"${name}"`} that runs.`, { action: '"sessions" lists those there are.' });
  }
  const ended = stateOf(user.servers![name]!) === 'failed';
  const where = name === '' ? 'server' : `servers/${encodeURIComponent(name)}`;
  // One that has failed is listed until somebody has seen why.
  const { status } = await hub.delete(`/api/users/${encodeURIComponent(owner)}/${where}`, { force, ...(ended && { remove: true }) });
  const stopped = status === 204;
  return {
    lines: [ended ? `${which} had ended by itself; it is not listed any more.` : stopped ? `${which} has been stopped.` : `${which} is being stopped, which takes longer than usual. With --force it ends at once.`],
    json: { owner, name, stopped },
    code: 0
  };
}
