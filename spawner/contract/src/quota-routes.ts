import * as q from './quota.js';
import type { RouteDefinition } from './routes.js';

const ofUser = { tag: 'quotas', auth: 'user', path: '/users/{name}/quota' } as const;
const ofGroup = { tag: 'quotas', auth: 'user', path: '/groups/{group}/quota' } as const;

/** What users and groups may have at the same time. */
export const quotaRoutes = {
  getUserQuota: { ...ofUser, method: 'get', summary: 'What a user may have at the same time, why, and what of it is used', responses: { 200: q.UserQuota } },
  setUserQuota: { ...ofUser, method: 'put', summary: 'An entry of the user alone; what runs goes on', body: q.QuotaChange, responses: { 200: q.UserQuota } },
  deleteUserQuota: { ...ofUser, method: 'delete', summary: 'No entry of the user alone', responses: { 204: null } },
  getGroupQuota: { ...ofGroup, method: 'get', summary: 'What each member of a group may have at the same time', responses: { 200: q.GroupQuota } },
  setGroupQuota: { ...ofGroup, method: 'put', summary: 'An entry for each member; what runs goes on', body: q.QuotaChange, responses: { 200: q.GroupQuota } },
  deleteGroupQuota: { ...ofGroup, method: 'delete', summary: 'No entry of the group', responses: { 204: null } }
} as const satisfies Record<string, RouteDefinition>;
