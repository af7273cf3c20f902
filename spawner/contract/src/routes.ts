import { z } from 'zod';
import { adminRoutes } from './admin-routes.js';
import { homesRoutes } from './homes-routes.js';
import { lifetimeRoutes } from './lifetime-routes.js';
import { peopleRoutes } from './people-routes.js';
import { quotaRoutes } from './quota-routes.js';
import { resolveRoutes } from './resolve-routes.js';
import * as s from './schemas.js';
import { sessionVolumesRoutes } from './session-volumes-routes.js';
import { volumesRoutes } from './volumes-routes.js';

export type Method = 'get' | 'post' | 'delete' | 'patch' | 'put';

export interface RouteDefinition {
  method: Method;
  /** Below `/hub/api`, parameters in braces. */
  path: string;
  summary: string;
  tag: string;
  /** `none`: anybody; `user`: token or cookie. */
  auth: 'none' | 'user';
  /** The last parameter may be empty. */
  emptyLast?: true;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** How the body is sent; JSON when not said. */
  bodyType?: 'form';
  /** Schema by status; null = no body. Every route may answer a Problem besides. */
  responses: Record<number, z.ZodType | null>;
  /** Media type of what succeeds; JSON when not said. */
  produces?: 'text/event-stream' | 'image/svg+xml' | 'text/html';
}

/** Body of DELETE: JupyterHub's idle culler sends `remove` there, other clients as a parameter. */
const StopRequest = z.object({ remove: z.boolean().optional(), force: z.boolean().optional().describe('KILL at once') });
const stopQuery = z.object({ remove: z.string().optional() });

const start = {
  method: 'post',
  tag: 'sessions',
  auth: 'user',
  body: s.StartOptions.optional(),
  responses: { 201: s.ServerModel, 202: s.ServerModel }
} as const;
const stop = {
  method: 'delete',
  tag: 'sessions',
  auth: 'user',
  query: stopQuery,
  body: StopRequest.optional(),
  responses: { 202: s.ServerModel.nullable(), 204: null }
} as const;
const timeline = {
  method: 'get',
  tag: 'sessions',
  auth: 'user',
  responses: { 200: s.Timeline }
} as const;
const progress = {
  method: 'get',
  tag: 'sessions',
  auth: 'user',
  produces: 'text/event-stream',
  responses: { 200: s.ProgressEvent }
} as const;

/** Everything under `/hub/api`, declared once: parsing, client, checks and OpenAPI come from here. */
export const routes = {
  getVersion: { method: 'get', path: '/', summary: 'Version of the API', tag: 'hub', auth: 'none', responses: { 200: s.HubVersion } },
  getOpenApi: { method: 'get', path: '/openapi.json', summary: 'This description', tag: 'hub', auth: 'none', responses: { 200: z.record(z.string(), z.unknown()) } },

  listDatalabs: { method: 'get', path: '/datalabs', summary: 'The catalogue, and the files that could not be read', tag: 'catalogue', auth: 'user', responses: { 200: s.DatalabList } },
  getDatalab: { method: 'get', path: '/datalabs/{id}', summary: 'One datalab', tag: 'catalogue', auth: 'user', responses: { 200: s.DatalabDetail } },
  getDatalabIcon: { method: 'get', path: '/datalabs/{id}/icon', summary: 'Its icon', tag: 'catalogue', auth: 'none', produces: 'image/svg+xml', responses: { 200: z.string() } },
  ...volumesRoutes,
  ...resolveRoutes,
  ...sessionVolumesRoutes,

  getSelf: { method: 'get', path: '/user', summary: 'Who I am and what I may do', tag: 'users', auth: 'user', responses: { 200: s.SelfModel } },
  ...peopleRoutes,
  ...homesRoutes,
  ...adminRoutes,
  ...quotaRoutes,
  ...lifetimeRoutes,
  postActivity: { method: 'post', path: '/users/{name}/activity', summary: 'Note activity', tag: 'users', auth: 'user', body: s.ActivityRequest, responses: { 200: null } },
  watchSessions: { method: 'get', path: '/users/{name}/events', summary: 'Sessions as they change: events snapshot, session, removed', tag: 'sessions', auth: 'user', produces: 'text/event-stream', responses: { 200: s.ServerModel } },

  warmDatalab: {
    method: 'post', path: '/users/{name}/warm', summary: 'Make a datalab ready that is likely to be started next', tag: 'sessions', auth: 'user', body: s.WarmRequest, responses: { 202: null }
  },

  listTokens: { method: 'get', path: '/users/{name}/tokens', summary: 'Tokens of a user', tag: 'tokens', auth: 'user', responses: { 200: s.TokenList } },
  createToken: { method: 'post', path: '/users/{name}/tokens', summary: 'New token, with no more scopes than the asker has', tag: 'tokens', auth: 'user', body: s.TokenRequest.optional(), responses: { 201: s.NewToken } },
  getToken: { method: 'get', path: '/users/{name}/tokens/{token_id}', summary: 'One token', tag: 'tokens', auth: 'user', responses: { 200: s.TokenModel } },
  deleteToken: { method: 'delete', path: '/users/{name}/tokens/{token_id}', summary: 'Revoke a token', tag: 'tokens', auth: 'user', responses: { 204: null } },

  startHome: { ...start, path: '/users/{name}/server', summary: 'Start the home' },
  stopHome: { ...stop, path: '/users/{name}/server', summary: 'Stop the home' },
  watchHomeStart: { ...progress, path: '/users/{name}/server/progress', summary: 'Progress of its start' },
  getHomeTimeline: { ...timeline, path: '/users/{name}/server/timeline', summary: 'How its start went, and how it ended' },
  startSession: { ...start, path: '/users/{name}/servers/{server}', summary: 'Start a session' },
  stopSession: { ...stop, path: '/users/{name}/servers/{server}', summary: 'Stop a session or cancel its start' },
  watchSessionStart: { ...progress, path: '/users/{name}/servers/{server}/progress', summary: 'Progress of its start' },
  getSessionTimeline: { ...timeline, path: '/users/{name}/servers/{server}/timeline', summary: 'How its start went, and how it ended' },
  listTimelines: {
    method: 'get', path: '/users/{name}/timelines', summary: 'Sessions of a user, those that ended included, newest first', tag: 'sessions', auth: 'user',
    query: z.object({ limit: z.coerce.number().int().min(1).max(50).optional() }), responses: { 200: s.TimelineList }
  },

  authorize: {
    method: 'get', path: '/oauth2/authorize', summary: 'OAuth 2 authorisation, for browsers', tag: 'oauth', auth: 'user', produces: 'text/html',
    query: z.object({
      client_id: z.string(), redirect_uri: z.string(), response_type: z.string(), state: z.string().optional(), scope: z.string().optional(),
      code_challenge: z.string().optional(), code_challenge_method: z.string().optional()
    }),
    responses: { 200: z.string(), 302: null }
  },
  confirmAuthorize: {
    method: 'post', path: '/oauth2/authorize', summary: "The same, confirmed for somebody else's session", tag: 'oauth', auth: 'user', produces: 'text/html', bodyType: 'form',
    body: z.record(z.string(), z.string()), responses: { 302: null }
  },
  exchangeCode: { method: 'post', path: '/oauth2/token', summary: 'OAuth 2 code for token', tag: 'oauth', auth: 'none', bodyType: 'form', body: z.record(z.string(), z.string()), responses: { 200: s.OAuthToken } }
} as const satisfies Record<string, RouteDefinition>;

export type Routes = typeof routes;
export type RouteId = keyof Routes;

export type PathParams<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? { [K in Name]: string } & PathParams<Rest> : unknown;
type SuccessSchema<R extends RouteDefinition> = R['responses'][keyof R['responses']];
export type RouteOutput<K extends RouteId> = SuccessSchema<Routes[K]> extends infer S ? (S extends z.ZodType ? z.output<S> : null) : never;
type QueryOf<R> = R extends { query: infer Q extends z.ZodType } ? { query?: z.input<Q> } : unknown;
type BodyOf<R> = R extends { body: infer B extends z.ZodType } ? (undefined extends z.input<B> ? { body?: z.input<B> } : { body: z.input<B> }) : unknown;
export type RouteInput<K extends RouteId> = PathParams<Routes[K]['path']> & QueryOf<Routes[K]> & BodyOf<Routes[K]>;

/** The path of a route with its parameters filled in, each as one segment. */
export function routePath<K extends RouteId>(id: K, params: PathParams<Routes[K]['path']>): string {
  const values = params as Record<string, string>;
  return routes[id].path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}
