import { z } from 'zod';
import * as p from './people.js';
import type { RouteDefinition } from './routes.js';
import * as s from './schemas.js';

const pageQuery = z.object({ offset: z.coerce.number().int().min(0).optional(), limit: z.coerce.number().int().min(1).max(200).optional() });
/** JupyterHub's: anything but 0 and false is yes. */
const stoppedQuery = z.object({ include_stopped_servers: z.string().optional() });
const userQuery = pageQuery.extend({ state: z.string().optional(), name_filter: z.string().max(255).optional(), sort: z.string().max(64).optional(), ...stoppedQuery.shape });

const users = { tag: 'users', auth: 'user' } as const;
const groups = { tag: 'groups', auth: 'user' } as const;
const shares = { tag: 'shares', auth: 'user' } as const;
const services = { tag: 'services', auth: 'user' } as const;
/** `…/{owner}/` is the home of the owner. */
const shared = { ...shares, path: '/shares/{owner}/{server}', emptyLast: true } as const;
const codes = { ...shares, path: '/share-codes/{owner}/{server}', emptyLast: true } as const;
const received = { ...shares, path: '/users/{name}/shared/{owner}/{server}', emptyLast: true } as const;

/** Users, groups, services and shares. */
export const peopleRoutes = {
  listUsers: { ...users, method: 'get', path: '/users', summary: 'Users; paged on request by Accept', query: userQuery, responses: { 200: z.union([p.UserList, s.UserPage]) } },
  createUsers: { ...users, method: 'post', path: '/users', summary: 'New users, all or none; those there already are left out', body: p.NewUsers, responses: { 201: p.UserList } },
  getUser: { ...users, method: 'get', path: '/users/{name}', summary: 'One user with sessions', query: stoppedQuery, responses: { 200: s.UserModel } },
  createUser: { ...users, method: 'post', path: '/users/{name}', summary: 'New user', body: p.NewUser.optional(), responses: { 201: s.UserModel } },
  modifyUser: { ...users, method: 'patch', path: '/users/{name}', summary: 'New name or role', body: p.UserChange, responses: { 200: s.UserModel } },
  deleteUser: { ...users, method: 'delete', path: '/users/{name}', summary: 'Ends the sessions of a user and removes everything but the files', responses: { 204: null } },

  listGroups: { ...groups, method: 'get', path: '/groups', summary: 'Groups; paged on request by Accept', query: pageQuery, responses: { 200: z.union([p.GroupList, p.GroupPage]) } },
  createGroups: { ...groups, method: 'post', path: '/groups', summary: 'New groups', body: p.NewGroups, responses: { 201: p.GroupList } },
  getGroup: { ...groups, method: 'get', path: '/groups/{group}', summary: 'One group', responses: { 200: p.GroupModel } },
  createGroup: { ...groups, method: 'post', path: '/groups/{group}', summary: 'New group', body: p.NewGroup.optional(), responses: { 201: p.GroupModel } },
  deleteGroup: { ...groups, method: 'delete', path: '/groups/{group}', summary: 'Removes a group with what was shared with it', responses: { 204: null } },
  addToGroup: { ...groups, method: 'post', path: '/groups/{group}/users', summary: 'More members', body: p.GroupUsers, responses: { 200: p.GroupModel } },
  removeFromGroup: { ...groups, method: 'delete', path: '/groups/{group}/users', summary: 'Fewer members', body: p.GroupUsers, responses: { 200: p.GroupModel } },
  setGroupProperties: { ...groups, method: 'put', path: '/groups/{group}/properties', summary: 'Properties of a group', body: p.GroupProperties, responses: { 200: p.GroupModel } },

  listServices: { ...services, method: 'get', path: '/services', summary: 'Services by name', responses: { 200: p.ServiceMap } },
  getService: { ...services, method: 'get', path: '/services/{service}', summary: 'One service', responses: { 200: p.ServiceModel } },
  getInfo: { tag: 'hub', auth: 'user', method: 'get', path: '/info', summary: 'What this hub is made of', responses: { 200: p.HubInfo } },
  listProxyRoutes: { tag: 'hub', auth: 'user', method: 'get', path: '/proxy', summary: 'Routes of the proxy', responses: { 200: p.ProxyRoutes } },

  getShares: { ...shared, method: 'get', summary: 'Who may enter a session', query: pageQuery, responses: { 200: p.ShareList } },
  createShare: { ...shared, method: 'post', summary: 'Lets a user or group in', body: p.ShareRequest, responses: { 200: p.ShareModel } },
  revokeShare: { ...shared, method: 'patch', summary: 'Lets a user or group in no longer', body: p.ShareRequest, responses: { 200: p.ShareLeft } },
  revokeShares: { ...shared, method: 'delete', summary: 'Lets nobody in any longer', responses: { 204: null } },
  listShares: { ...shares, method: 'get', path: '/shares/{owner}', summary: 'Who may enter any session of an owner', query: pageQuery, responses: { 200: p.ShareList } },
  listReceivedShares: { ...shares, method: 'get', path: '/users/{name}/shared', summary: 'Sessions of others that a user may enter', query: pageQuery, responses: { 200: p.ShareList } },
  getReceivedShare: { ...received, method: 'get', summary: 'Whether a user may enter a session', responses: { 200: p.ShareModel } },
  leaveShare: { ...received, method: 'delete', summary: 'Gives back what was shared by name', responses: { 204: null } },
  listGroupShares: { ...shares, method: 'get', path: '/groups/{group}/shared', summary: 'Sessions that a group may enter', query: pageQuery, responses: { 200: p.ShareList } },
  listShareCodes: { ...codes, method: 'get', summary: 'Links that let people in, without the codes', responses: { 200: p.ShareCodeList } },
  createShareCode: { ...codes, method: 'post', summary: 'A link that lets in whoever opens it', body: p.ShareCodeRequest.optional(), responses: { 200: p.NewShareCode } },
  revokeShareCodes: {
    ...codes, method: 'delete', summary: 'Withdraws a link, or all', query: z.object({ id: z.string().max(64).optional(), code: z.string().max(255).optional() }), responses: { 204: null }
  }
} as const satisfies Record<string, RouteDefinition>;
