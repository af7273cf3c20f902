import * as h from './homes.js';
import type { RouteDefinition } from './routes.js';

const homes = { tag: 'homes', auth: 'user' } as const;

/** The durable files of a user. */
export const homesRoutes = {
  getHomeUsage: { ...homes, method: 'get', path: '/users/{name}/homes', summary: 'How large the homes of a user are', responses: { 200: h.HomeUsage } },
  resetHome: {
    ...homes, method: 'post', path: '/users/{name}/homes/{datalab}/reset', summary: 'Sets the home of a datalab aside; the next start makes a new one', body: h.HomeResetRequest.optional(),
    responses: { 200: h.HomeResetDone }
  }
} as const satisfies Record<string, RouteDefinition>;
