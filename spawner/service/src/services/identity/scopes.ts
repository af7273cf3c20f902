import type { Role } from '../../domain/roles.js';

/** All scopes of the hub, in JupyterHub's syntax `<name>[!user=<u>|!server=<u>/<s>|!group=<g>|!service=<s>]`, each with those it brings along. */
const SCOPES: Record<string, readonly string[]> = {
  'admin-ui': [],
  'admin:users': ['users', 'delete:users', 'read:roles:users', 'admin:auth_state'],
  'admin:auth_state': [],
  users: ['read:users', 'list:users', 'users:activity'],
  'delete:users': [],
  'list:users': ['read:users:name'],
  'read:users': ['read:users:name', 'read:users:groups', 'read:users:activity'],
  'read:users:name': [],
  'read:users:groups': [],
  'read:users:activity': [],
  'users:activity': ['read:users:activity'],
  'read:roles': ['read:roles:users', 'read:roles:services', 'read:roles:groups'],
  'read:roles:users': [],
  'read:roles:services': [],
  'read:roles:groups': [],
  'admin:servers': ['admin:server_state', 'servers'],
  'admin:server_state': [],
  servers: ['read:servers', 'delete:servers'],
  'read:servers': ['read:users:name'],
  'delete:servers': [],
  tokens: ['read:tokens'],
  'read:tokens': [],
  'admin:groups': ['groups', 'delete:groups', 'read:roles:groups'],
  groups: ['read:groups', 'list:groups'],
  'delete:groups': [],
  'list:groups': ['read:groups:name'],
  'read:groups': ['read:groups:name'],
  'read:groups:name': [],
  'admin:services': ['list:services', 'read:services', 'read:roles:services'],
  'list:services': ['read:services:name'],
  'read:services': ['read:services:name'],
  'read:services:name': [],
  'read:hub': [],
  'access:servers': [],
  'access:services': [],
  shares: ['access:servers', 'read:shares', 'users:shares', 'groups:shares'],
  'read:shares': [],
  'users:shares': ['read:users:shares'],
  'read:users:shares': [],
  'groups:shares': ['read:groups:shares'],
  'read:groups:shares': [],
  proxy: [],
  'read:metrics': [],
  // Ours.
  'datalabs:read': [],
  'datalabs:write': ['datalabs:read'],
  'datalabs:review': ['datalabs:read'],
  'admin:volumes': []
};

/** What each role may do: `self` about oneself and what is one's own, `all` about everybody. Each role has the rights of the ones before it. */
const RIGHTS: Record<Role, { self: readonly string[]; all: readonly string[]; includes?: Role }> = {
  user: {
    self: ['read:users', 'users:activity', 'servers', 'tokens', 'access:servers', 'shares'],
    // Whom one shares a session with is found by name: names are no secret among the users of one hub, everything else about them is.
    all: ['list:users', 'list:groups', 'datalabs:read']
  },
  author: { self: [], all: ['datalabs:write'], includes: 'user' },
  reviewer: { self: [], all: ['datalabs:review'], includes: 'author' },
  admin: {
    self: [],
    all: [
      'admin-ui', 'admin:users', 'admin:servers', 'admin:groups', 'admin:services', 'access:servers', 'access:services', 'tokens', 'shares', 'read:roles', 'read:hub', 'read:metrics',
      'proxy', 'admin:volumes'
    ],
    includes: 'reviewer'
  }
};

/** For each scope, itself and everything it brings along. */
const WHOLE = new Map(Object.keys(SCOPES).map(name => [name, whole(name)]));

function whole(name: string): Set<string> {
  return new Set([name, ...SCOPES[name]!.flatMap(other => [...whole(other)])]);
}

function brings(base: string, name: string): boolean {
  return WHOLE.get(base)?.has(name) ?? base === name;
}

export function roleScopes(role: Role, user: string): string[] {
  const { self, all, includes } = RIGHTS[role];
  return [...self.map(name => `${name}!user=${user}`), ...all, ...(includes ? roleScopes(includes, user) : [])];
}

/** Whether somebody who holds `held` may give or take a role: no more than one has oneself. */
export function mayGive(held: readonly string[], role: Role): boolean {
  return role === 'user' || roleScopes(role, '').every(scope => scope.includes('!') || covers(held, scope));
}

/** What a person may do who has no further role, and a trusted datalab in that person's name. */
export function selfScopes(user: string): string[] {
  return roleScopes('user', user);
}

/** What a session may do by itself: say that it is used, and let its owner in. */
export function serverScopes(owner: string, server: string): string[] {
  return [`users:activity!server=${owner}/${server}`, accessScope(owner, server), `read:users:name!user=${owner}`];
}

/** What a browser's token in a session may do: everything of its owner where the suite runs, else only enter. */
export function oauthScopes(options: { owner: string; server: string; trusted: boolean; role?: Role }): string[] {
  const access = accessScope(options.owner, options.server);
  return options.trusted ? [access, ...roleScopes(options.role ?? 'user', options.owner)] : [access, `read:users:name!user=${options.owner}`];
}

/** What the token of a visitor may do in a session of somebody else, whose code gets hold of it: enter, and say who it is. */
export function visitorScopes(options: { owner: string; server: string; visitor: string }): string[] {
  return [accessScope(options.owner, options.server), `read:users:name!user=${options.visitor}`];
}

export function accessScope(owner: string, server: string): string {
  return `access:servers!server=${owner}/${server}`;
}

/** Members of the groups that scopes are filtered by. */
export type Members = ReadonlyMap<string, ReadonlySet<string>>;

export interface ScopeTarget {
  user?: string;
  /** '' is the home. */
  server?: string;
  group?: string;
  service?: string;
}

const split = (scope: string): [name: string, filter: string | undefined] => {
  const mark = scope.indexOf('!');
  return mark < 0 ? [scope, undefined] : [scope.slice(0, mark), scope.slice(mark + 1)];
};

/** Whether the scopes held allow `name` on the target. */
export function allows(held: readonly string[], name: string, target: ScopeTarget = {}, members?: Members): boolean {
  return held.some(scope => {
    const [base, filter] = split(scope);
    return brings(base, name) && (filter === undefined || fits(filter, target, members));
  });
}

function fits(filter: string, { user, server, group, service }: ScopeTarget, members: Members | undefined): boolean {
  if (filter.startsWith('group=')) {
    const filtered = filter.slice('group='.length);
    return group === undefined ? user !== undefined && members?.get(filtered)?.has(user) === true : filtered === group;
  }
  return (
    (user !== undefined && filter === `user=${user}`) ||
    (user !== undefined && server !== undefined && filter === `server=${user}/${server}`) ||
    (service !== undefined && filter === `service=${service}`)
  );
}

/** Whether the scopes held include `name` for anything at all. */
export function holds(held: readonly string[], name: string): boolean {
  return held.some(scope => brings(split(scope)[0], name));
}

/** What a filter is about; null: not one. */
function targetOf(filter: string): ScopeTarget | null {
  const [, kind, value = ''] = /^(user|group|service)=([^/!]+)$/.exec(filter) ?? [];
  if (kind) {
    return { [kind]: value };
  }
  const server = /^server=([^/!]+)\/([^/!]*)$/.exec(filter);
  return server ? { user: server[1]!, server: server[2]! } : null;
}

/** Users for whom `name` is held; null: all. */
export function usersIn(held: readonly string[], name: string, members?: Members): string[] | null {
  const filters = held.filter(scope => brings(split(scope)[0], name)).map(scope => split(scope)[1]);
  if (filters.includes(undefined)) {
    return null;
  }
  return filters.flatMap(filter => (filter!.startsWith('user=') ? [filter!.slice('user='.length)] : filter!.startsWith('group=') ? [...(members?.get(filter!.slice('group='.length)) ?? [])] : []));
}

/** Groups for which `name` is held; null: all. */
export function groupsHeld(held: readonly string[], name: string): string[] | null {
  const filters = held.filter(scope => brings(split(scope)[0], name)).map(scope => split(scope)[1]);
  return filters.includes(undefined) ? null : filters.flatMap(filter => (filter!.startsWith('group=') ? [filter!.slice('group='.length)] : []));
}

/** Whether somebody who holds `held` may hand on `scope`. */
export function covers(held: readonly string[], scope: string, members?: Members): boolean {
  const [name, filter] = split(scope);
  if (filter === undefined) {
    return allows(held, name);
  }
  const target = targetOf(filter);
  return target !== null && allows(held, name, target, members);
}

/** Whether there is such a scope. */
export function isScope(scope: string): boolean {
  const [name, filter] = split(scope);
  return WHOLE.has(name) && (filter === undefined || targetOf(filter) !== null);
}

/** A scope as asked for, with `!user` and `!server` without a value filled in. */
export function filled(scope: string, owner: string, server?: string): string {
  return scope.endsWith('!user') ? `${scope}=${owner}` : scope.endsWith('!server') && server !== undefined ? `${scope}=${owner}/${server}` : scope;
}

/** Every scope in full, with those brought along: what clients compare literally, so one for a single user stands beside the same for all. */
export function expand(scopes: readonly string[]): string[] {
  const all = scopes.flatMap(scope => {
    const [name, filter] = split(scope);
    return [...(WHOLE.get(name) ?? [name])].map(one => (filter === undefined ? one : `${one}!${filter}`));
  });
  return [...new Set(all)].sort();
}

/** What is left of `asked` for somebody who holds `held` now. */
export function intersect(asked: readonly string[], held: readonly string[], members?: Members): string[] {
  if (asked.every(scope => covers(held, scope, members))) {
    return [...asked];
  }
  // What is held of less than what was asked, by name and by filter.
  const narrower = expand(held).filter(scope => covers(asked, scope, members));
  return [...new Set([...asked.filter(scope => covers(held, scope, members)), ...expand(asked).filter(scope => covers(held, scope, members)), ...narrower])];
}

/** Groups that filters name. */
export function groupsIn(scopes: readonly string[]): string[] {
  return [...new Set(scopes.flatMap(scope => /!group=(.+)$/.exec(scope)?.[1] ?? []))];
}
