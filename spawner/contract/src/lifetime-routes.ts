import { ExtendRequest } from './lifetime.js';
import type { RouteDefinition } from './routes.js';
import { ServerModel } from './schemas.js';

const extend = { method: 'post', tag: 'sessions', auth: 'user', body: ExtendRequest, responses: { 200: ServerModel } } as const;

/** More time for sessions that are due to be stopped. */
export const lifetimeRoutes = {
  extendHome: { ...extend, path: '/users/{name}/server/extension', summary: 'Stops the home later' },
  extendSession: { ...extend, path: '/users/{name}/servers/{server}/extension', summary: 'Stops a session later' }
} as const satisfies Record<string, RouteDefinition>;
