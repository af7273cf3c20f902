import { z } from 'zod';
import * as a from './admin.js';
import type { RouteDefinition } from './routes.js';

/** For those who look after a hub. */
export const adminRoutes = {
  findSessions: {
    method: 'get', path: '/sessions', summary: 'Sessions of all users, a page at a time', tag: 'admin', auth: 'user',
    query: z.object({
      search: z.string().max(255).optional().describe('Part of an owner, a session or a datalab, in any case'),
      state: a.SessionState.optional(),
      sort: z.string().max(64).optional().describe('owner, title, state, requested, last_activity or place; with - before it the other way round'),
      offset: z.coerce.number().int().min(0).optional(),
      limit: z.coerce.number().int().min(1).max(200).optional()
    }),
    responses: { 200: a.SessionPage }
  },
  getOverview: { method: 'get', path: '/admin/overview', summary: 'State, versions and warnings of the hub', tag: 'admin', auth: 'user', responses: { 200: a.HubOverview } }
} as const satisfies Record<string, RouteDefinition>;
