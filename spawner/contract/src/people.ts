import { z } from 'zod';
import { Timestamp, UserModel } from './schemas.js';

/** Users, groups, services and shares on the wire, as JupyterHub writes them. */
export const Role = z.enum(['user', 'author', 'reviewer', 'admin']);
export type Role = z.infer<typeof Role>;

const name = z.string().max(255);
/** One transaction takes this many. */
const names = z.array(name).max(10_000);
const Page = z.object({
  offset: z.int(),
  limit: z.int(),
  total: z.int(),
  next: z.object({ offset: z.int(), limit: z.int(), url: z.string() }).nullable()
});

export const NewUsers = z.object({ usernames: names.min(1), admin: z.boolean().optional(), role: Role.optional() });
export const NewUser = z.object({ admin: z.boolean().optional(), role: Role.optional() });
export const UserChange = z.object({ name: name.optional(), admin: z.boolean().optional(), role: Role.optional() });
export const UserList = z.array(UserModel);

export const GroupModel = z.object({
  kind: z.literal('group'),
  name: z.string(),
  users: z.array(z.string()).optional(),
  roles: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional()
});
export type GroupModel = z.infer<typeof GroupModel>;
export const GroupList = z.array(GroupModel);
export const GroupPage = z.object({ items: GroupList, _pagination: Page });
export const NewGroups = z.object({ groups: names.min(1) });
export const NewGroup = z.object({ users: names.optional(), properties: z.record(z.string(), z.unknown()).optional() });
export const GroupUsers = z.object({ users: names });
export const GroupProperties = z.record(z.string(), z.unknown());

export const ServiceModel = z.object({
  kind: z.literal('service'),
  name: z.string(),
  admin: z.boolean().optional(),
  roles: z.array(z.string()).optional(),
  url: z.string().nullable().optional(),
  prefix: z.string().nullable().optional(),
  command: z.array(z.string()).optional(),
  pid: z.int().optional(),
  info: z.record(z.string(), z.unknown()).optional(),
  display: z.boolean().optional()
});
export type ServiceModel = z.infer<typeof ServiceModel>;
export const ServiceMap = z.record(z.string(), ServiceModel);

const Program = z.object({ class: z.string(), version: z.string() });
export const HubInfo = z.object({
  version: z.string(), python: z.string(), sys_executable: z.string(), authenticator: Program, spawner: Program,
  program: Program.describe('What answers in the place of JupyterHub')
});
export const ProxyRoutes = z.record(z.string(), z.object({ routespec: z.string(), target: z.string(), data: z.record(z.string(), z.unknown()) }));

const SharedServer = z.object({ user: z.object({ name: z.string() }), name: z.string(), url: z.string(), ready: z.boolean() });
export const ShareModel = z.object({
  server: SharedServer,
  scopes: z.array(z.string()),
  kind: z.enum(['user', 'group']),
  user: z.object({ name: z.string() }).nullable(),
  group: z.object({ name: z.string() }).nullable(),
  created_at: Timestamp
});
export type ShareModel = z.infer<typeof ShareModel>;
export const ShareList = z.object({ items: z.array(ShareModel), _pagination: Page });
export const ShareRequest = z.object({ user: name.nullable().optional(), group: name.nullable().optional(), scopes: z.array(z.string().max(512)).max(16).nullable().optional() });
/** What is left of a share that was revoked: nothing. */
export const ShareLeft = z.union([ShareModel, z.strictObject({})]);

export const ShareCodeModel = z.object({
  id: z.string(),
  server: SharedServer,
  scopes: z.array(z.string()),
  created_at: Timestamp,
  expires_at: Timestamp.nullable(),
  exchange_count: z.int(),
  last_exchanged_at: Timestamp.nullable()
});
export const ShareCodeList = z.object({ items: z.array(ShareCodeModel), _pagination: Page });
export const NewShareCode = ShareCodeModel.extend({
  code: z.string().describe('Shown only now'), accept_url: z.string(), full_accept_url: z.string()
});
export const ShareCodeRequest = z.object({
  scopes: z.array(z.string().max(512)).max(16).nullable().optional(),
  expires_in: z.number().int().min(0).max(31_536_000).nullable().optional().describe('Seconds; 0 = does not expire; default: a day')
});

