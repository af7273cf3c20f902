import type { RequestListener, Server } from 'node:http';

import type { StatePaths } from './config/paths.js';
import { createHttpServer, listenAt } from './http/doors.js';
import type { ServiceAccount } from './services/identity/principals.js';

/** The name under which the command line asks; owners read it when it stops a session. */
export const OPERATOR = 'operator';

/** What whoever may open the operator's socket may do, by the hub's own rules of scopes. */
export function operatorAccount(apiToken: string): ServiceAccount {
  return { name: OPERATOR, apiToken, url: null, scopes: ['admin:users', 'admin:servers', 'admin:groups', 'list:users', 'read:hub', 'read:metrics', 'read:roles', 'proxy', 'admin:volumes'] };
}

/**
 * A second way into the same API, for the operator of this machine: a socket that only the hub's own user (and root) may open. Its file system rights
 * are the login; a token that nobody knows carries them into the API. Requests that bring one of their own keep it.
 */
export async function listenForOperator(paths: StatePaths, app: RequestListener, token: string): Promise<Server> {
  const server = createHttpServer((request, response) => {
    request.headers.authorization ??= `token ${token}`;
    app(request, response);
  });
  await listenAt(server, paths.operatorSocket, 0o600);
  return server;
}
