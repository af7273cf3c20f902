/** All scopes of the hub, in JupyterHub's syntax `<name>[!user=<u>|!server=<u>/<s>]`. */

/** Names that come with a wider one. */
const IMPLIED: Record<string, string[]> = {
  'read:users': ['read:users:name', 'read:users:activity', 'read:servers'],
  servers: ['read:servers', 'delete:servers'],
  tokens: ['read:tokens']
};

/** What a person may do, and a trusted datalab in that person's name. */
export function selfScopes(user: string): string[] {
  return [
    `read:users!user=${user}`, `list:users!user=${user}`, 'read:users:name', `servers!user=${user}`, `tokens!user=${user}`, `access:servers!user=${user}`,
    `shares!user=${user}`, 'datalabs:read'
  ];
}

/** What a session may do by itself: say that it is used, and let its owner in. */
export function serverScopes(owner: string, server: string): string[] {
  return [`users:activity!server=${owner}/${server}`, accessScope(owner, server), `read:users:name!user=${owner}`];
}

/** What a browser's token in a session may do: everything of its owner where the suite runs, else only enter. */
export function oauthScopes(options: { owner: string; server: string; trusted: boolean }): string[] {
  const access = accessScope(options.owner, options.server);
  return options.trusted ? [access, ...selfScopes(options.owner)] : [access, `read:users:name!user=${options.owner}`];
}

export function accessScope(owner: string, server: string): string {
  return `access:servers!server=${owner}/${server}`;
}

export interface ScopeTarget {
  user?: string;
  /** '' is the home. */
  server?: string;
}

/** Whether the scopes held allow `name` on the target. */
export function allows(held: readonly string[], name: string, target: ScopeTarget = {}): boolean {
  return held.some(scope => {
    const filter = scope.split('!', 2)[1];
    if (!holds([scope], name)) {
      return false;
    }
    return (
      filter === undefined ||
      (target.user !== undefined && filter === `user=${target.user}`) ||
      (target.user !== undefined && target.server !== undefined && filter === `server=${target.user}/${target.server}`)
    );
  });
}

/** Whether the scopes held include `name` for anything at all. */
export function holds(held: readonly string[], name: string): boolean {
  return held.some(scope => {
    const base = scope.split('!', 1)[0]!;
    return base === name || IMPLIED[base]?.includes(name);
  });
}

/** Whether somebody who holds `held` may hand on `scope`. */
export function covers(held: readonly string[], scope: string): boolean {
  const [name = '', filter] = scope.split('!', 2);
  if (filter === undefined) {
    return allows(held, name);
  }
  const user = /^user=([^/]+)$/.exec(filter);
  const server = /^server=([^/]+)\/([^/]*)$/.exec(filter);
  if (user) {
    return allows(held, name, { user: user[1] });
  }
  return server ? allows(held, name, { user: server[1], server: server[2] }) : false;
}
