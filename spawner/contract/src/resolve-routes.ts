import * as r from './resolve.js';
import type { RouteDefinition } from './routes.js';

/** From what an archive says to a file in a volume. */
export const resolveRoutes = {
  resolve: {
    method: 'post', path: '/resolve', summary: 'Where the products that archives speak of lie in the volumes', tag: 'volumes', auth: 'user',
    body: r.ResolveRequest, responses: { 200: r.ResolveAnswer }
  }
} as const satisfies Record<string, RouteDefinition>;
