import { z } from 'zod';
import { ServerModel, Timestamp } from './schemas.js';

/** What those who look after a hub see of it. */

/** `queued`: waits for its turn to start. */
export const SessionState = z.enum(['queued', 'starting', 'ready', 'stopping', 'stopped', 'failed']);
export type SessionState = z.infer<typeof SessionState>;

export const SessionSort = z.enum(['owner', 'title', 'state', 'requested', 'last_activity', 'place']);
export type SessionSort = z.infer<typeof SessionSort>;

export const OwnedSession = ServerModel.extend({
  owner: z.string(),
  state: SessionState,
  requested: Timestamp.describe('When its start was asked for'),
  resources: z.object({ cpu: z.number(), memory: z.string() }).nullable().describe('What it may use at most; null: its datalab is not known any more')
});
export type OwnedSession = z.infer<typeof OwnedSession>;

export const SessionPage = z.object({
  items: z.array(OwnedSession),
  _pagination: z.object({
    offset: z.int(),
    limit: z.int(),
    total: z.int(),
    next: z.object({ offset: z.int(), limit: z.int(), url: z.string() }).nullable()
  })
});
export type SessionPage = z.infer<typeof SessionPage>;

export const HubOverview = z.object({
  version: z.string(),
  jupyterhub: z.string().describe('Release of JupyterHub whose API this is'),
  started: Timestamp,
  uptime_seconds: z.int(),
  engine: z.string().nullable(),
  login: z.string().nullable(),
  proxy: z.object({ address: z.string(), routes: z.int() }).nullable().describe('Null: it does not answer'),
  versions: z.array(z.object({ name: z.string(), version: z.string().nullable() })).describe('What the hub is made of; null: not found'),
  users: z.int(),
  sessions: z.object({ queued: z.int(), starting: z.int(), ready: z.int(), stopping: z.int(), stopped: z.int(), failed: z.int() }),
  max_starting: z.int().nullable().describe('Starts at the same time'),
  warnings: z.array(z.string()).describe('What limits this hub, each with what to do')
});
export type HubOverview = z.infer<typeof HubOverview>;
