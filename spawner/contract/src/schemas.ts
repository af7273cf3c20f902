import { z } from 'zod';
import { SessionDeadline } from './lifetime.js';

/** Time on the wire: ISO 8601 in UTC, as JupyterHub writes it. */
export const Timestamp = z.string().describe('ISO 8601, UTC');

export const Kind = z.enum(['jupyter', 'desktop', 'web']);
export type Kind = z.infer<typeof Kind>;

export const Network = z.enum(['none', 'egress']);
export type Network = z.infer<typeof Network>;

/** Name of a session: empty for the home, else what fits in a DNS label, a path segment and a file name alike. */
export const SESSION_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const SessionName = z.string().regex(SESSION_NAME);

export const Step = z.enum(['queued', 'placing', 'pulling', 'mounting', 'starting', 'listening', 'ready']);
export type Step = z.infer<typeof Step>;

/** RFC 9457 problem, with JupyterHub's `message` beside it for its own clients. */
export const Problem = z.object({
  type: z.string().describe('urn:datalabs:problem:<code>; match on this'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  action: z.string().optional().describe('What the user can do next'),
  log: z.array(z.string()).optional().describe('Last lines of the log, oldest first'),
  retry_after: z.int().optional().describe('Seconds after which it may work, as in Retry-After'),
  message: z.string().optional().describe('Same as detail, where JupyterHub clients look for it')
});
export type Problem = z.infer<typeof Problem>;

export const App = z.object({
  name: z.string(),
  argv: z.array(z.string()).min(1),
  mediaTypes: z.array(z.string()).default([]),
  extensions: z.array(z.string()).default([]),
  sampMtypes: z.array(z.string()).default([])
});
export type App = z.infer<typeof App>;

export const Resources = z.object({
  cpu: z.number().positive().describe('CPU cores'),
  memory: z.string().regex(/^\d+(\.\d+)?(Ki|Mi|Gi|K|M|G)?$/).describe('Bytes, or with a suffix such as 2Gi'),
  gpu: z.int().nonnegative().optional()
});
export type Resources = z.infer<typeof Resources>;

export const DatalabSummary = z.object({
  id: z.string(),
  title: z.string(),
  abstract: z.string(),
  kind: Kind,
  version: z.string(),
  icon: z.string().nullable().describe('URL path of an SVG, or null'),
  keywords: z.array(z.string()),
  missions: z.array(z.string()),
  network: Network,
  creator: z.object({ name: z.string() }),
  contactPoint: z.object({ email: z.string() }),
  license: z.string().nullable(),
  documentation: z.string().nullable(),
  state: z.literal('published')
});
export type DatalabSummary = z.infer<typeof DatalabSummary>;

export const DatalabDetail = DatalabSummary.extend({
  apps: z.array(App),
  resources: Resources,
  volumes: z.array(z.string()).describe('Names of the volumes it is about; empty = no particular one')
});
export type DatalabDetail = z.infer<typeof DatalabDetail>;

/** A catalogue entry as the hub holds it: what the API shows and what starts it. */
export const Datalab = DatalabDetail.extend({
  /** Argument vector in which `{lab}`, `{node}`, … stand for software trees; null: the kind's default. */
  command: z.array(z.string()).nullable(),
  /** Port the program listens on, where it does not bind the session's socket itself. */
  port: z.int().nullable(),
  /** Path below the session's prefix that answers < 500 once ready. */
  health: z.string().nullable(),
  image: z.string().nullable(),
  environment: z.record(z.string(), z.string()),
  /** Absolute path of the icon on the hub's disk, or null. Never sent. */
  iconFile: z.string().nullable()
});
export type Datalab = z.infer<typeof Datalab>;

export const CatalogueProblem = z.object({
  file: z.string(),
  line: z.int().nullable(),
  message: z.string()
});
export type CatalogueProblem = z.infer<typeof CatalogueProblem>;

export const DatalabList = z.object({ datalabs: z.array(DatalabSummary), problems: z.array(CatalogueProblem) });
export type DatalabList = z.infer<typeof DatalabList>;

/** `slow`: it answers, but takes long; `stale`: its server has forgotten this mount, which must be mounted anew. */
export const VolumeState = z.enum(['ok', 'slow', 'unreachable', 'stale']);
export type VolumeState = z.infer<typeof VolumeState>;

export const Volume = z.object({
  name: z.string(),
  title: z.string(),
  mission: z.string(),
  release: z.string().optional(),
  description: z.string(),
  licence: z.string(),
  simulated: z.boolean().describe('True for made-up sample data'),
  path: z.string().describe('Where sessions find it: /data/<name>'),
  available: z.boolean(),
  state: VolumeState,
  since: Timestamp.nullable().describe('From when on it has been in this state, as far as this hub has seen'),
  reason: z.string().nullable().describe('Why it is not available, else null')
});
export type Volume = z.infer<typeof Volume>;

export const VolumeList = z.object({ volumes: z.array(Volume) });
export type VolumeList = z.infer<typeof VolumeList>;

/** A guess: nothing is promised, and a start that comes does not depend on it. */
export const WarmRequest = z.strictObject({ datalab: z.string().min(1).max(63) });

/** Start options: JupyterHub's user options. */
export const StartOptions = z.strictObject({
  datalab: z.string().min(1).max(100).optional().describe("Default: the session's name; jupyterlab for the home"),
  version: z.string().min(1).max(100).optional(),
  safe: z.boolean().optional().describe('Keeps what the programs write by themselves out of the home: for a home that is full'),
  volumes: z.array(z.string().min(1).max(63)).max(1000).optional().describe('Names of the volumes it has; default: all that its owner may see')
});
export type StartOptions = z.infer<typeof StartOptions>;

export const StepTiming = z.object({ step: Step, startedAt: Timestamp, endedAt: Timestamp.nullable() });
export type StepTiming = z.infer<typeof StepTiming>;

export const Place = z.object({ place: z.int().describe('1 is the next'), of: z.int().describe('How many wait') });
export type Place = z.infer<typeof Place>;

export const StepMedian = z.object({ step: Step, ms: z.number().describe("Median of this hub's own earlier starts of the datalab") });
export type StepMedian = z.infer<typeof StepMedian>;

/** JupyterHub's server model and, after `progress_url`, what the suite shows besides. */
export const ServerModel = z.object({
  name: z.string(),
  display_name: z.string(),
  full_name: z.string(),
  last_activity: Timestamp.nullable(),
  started: Timestamp.nullable(),
  pending: z.enum(['spawn', 'stop']).nullable(),
  ready: z.boolean(),
  stopped: z.boolean(),
  url: z.string(),
  user_options: z.record(z.string(), z.unknown()),
  progress_url: z.string(),
  datalab: z.string(),
  version: z.string(),
  kind: Kind,
  title: z.string(),
  step: Step.nullable().describe('The step under way while it starts, else null'),
  steps: z.array(StepTiming),
  place: Place.nullable().optional().describe('While it waits for its turn to start'),
  medians: z.array(StepMedian).optional().describe('What to expect of its start; only while it starts'),
  warm: z.boolean().optional().describe('Taken from those kept ready'),
  without: z.array(z.object({ volume: z.string(), title: z.string(), reason: z.string() })).optional().describe('Volumes it has been started without, because they did not answer'),
  volumes_changed: Timestamp.optional().describe('When a volume was mounted or taken out last while it runs; not there when none was'),
  deadline: SessionDeadline.optional().describe('When it is due to be stopped; not there when it never is'),
  failure: Problem.nullable()
});
export type ServerModel = z.infer<typeof ServerModel>;

/** A user; of somebody about whom one may not know more, the name alone. */
export const UserModel = z.object({
  kind: z.literal('user'),
  name: z.string(),
  admin: z.boolean().optional(),
  groups: z.array(z.string()).optional(),
  roles: z.array(z.string()).optional(),
  display_name: z.string().nullable().optional(),
  created: Timestamp.nullable().optional(),
  last_activity: Timestamp.nullable().optional(),
  server: z.string().nullable().optional().describe('URL of the home when it is ready'),
  pending: z.enum(['spawn', 'stop']).nullable().optional(),
  servers: z.record(z.string(), ServerModel).optional()
});
export type UserModel = z.infer<typeof UserModel>;

/** The user model of the one who asks. */
export const SelfModel = UserModel.extend({
  kind: z.enum(['user', 'service']),
  admin: z.boolean(),
  groups: z.array(z.string()),
  session_id: z.string().nullable(),
  token_id: z.string().nullable(),
  scopes: z.array(z.string()),
  user_info: z.object({
    name: z.string(),
    display_name: z.string(),
    initials: z.string(),
    avatar_url: z.string().nullable(),
    color: z.string().nullable()
  })
});
export type SelfModel = z.infer<typeof SelfModel>;

export const UserPage = z.object({
  items: z.array(UserModel),
  _pagination: z.object({
    offset: z.int(),
    limit: z.int(),
    total: z.int(),
    next: z.object({ offset: z.int(), limit: z.int(), url: z.string() }).nullable()
  })
});

export const TokenModel = z.object({
  kind: z.literal('api_token'),
  id: z.string(),
  user: z.string(),
  scopes: z.array(z.string()),
  roles: z.array(z.string()),
  note: z.string(),
  created: Timestamp,
  expires_at: Timestamp.nullable(),
  last_activity: Timestamp.nullable(),
  session_id: z.string().nullable(),
  oauth_client: z.string().nullable()
});
export type TokenModel = z.infer<typeof TokenModel>;

export const NewToken = TokenModel.extend({ token: z.string().describe('Shown only now') });
export type NewToken = z.infer<typeof NewToken>;

export const TokenList = z.object({ api_tokens: z.array(TokenModel) });

export const TokenRequest = z.object({
  scopes: z.array(z.string().max(512)).max(128).nullable().optional(),
  roles: z.array(z.string().max(64)).max(16).nullable().optional().describe("JupyterHub's older way to say scopes"),
  expires_in: z.number().int().positive().max(31_536_000).nullable().optional().describe('Seconds; none = does not expire'),
  note: z.string().max(512).optional()
});
export type TokenRequest = z.infer<typeof TokenRequest>;

export const ActivityRequest = z.object({
  last_activity: z.string().optional(),
  servers: z.record(z.string(), z.object({ last_activity: z.string() })).optional()
});
export type ActivityRequest = z.infer<typeof ActivityRequest>;

/** How a start went and how its session ended, kept after the end. */
export const Timeline = z.object({
  name: z.string(),
  title: z.string(),
  datalab: z.string(),
  version: z.string(),
  kind: Kind,
  state: z.enum(['starting', 'ready', 'stopping', 'stopped', 'failed']),
  started: Timestamp,
  ended: Timestamp.nullable(),
  warm: z.boolean(),
  steps: z.array(StepTiming),
  medians: z.array(StepMedian),
  reason: z
    .object({ code: z.string(), message: z.string(), action: z.string().optional(), log: z.array(z.string()).optional(), by: z.string().optional().describe('Who ended it, if not its owner') })
    .nullable()
    .describe('Why it ended; null while it lives')
});
export type Timeline = z.infer<typeof Timeline>;
export const TimelineList = z.object({ timelines: z.array(Timeline) });

/** One `data:` of the progress stream. */
export const ProgressEvent = z.object({
  progress: z.number().min(0).max(100),
  message: z.string(),
  html_message: z.string().optional(),
  ready: z.boolean().optional(),
  failed: z.boolean().optional(),
  url: z.string().optional(),
  step: Step.nullable(),
  steps: z.array(StepTiming),
  place: z.int().optional().describe('Place in the queue, with step "queued"; 1 is the next'),
  of: z.int().optional().describe('How many wait in the queue'),
  medians: z.array(StepMedian).optional(),
  problem: Problem.optional()
});
export type ProgressEvent = z.infer<typeof ProgressEvent>;

/** `data:` of the user's event stream, by event name. */
export const SessionEvents = {
  snapshot: z.object({ sessions: z.array(ServerModel) }),
  session: ServerModel,
  removed: z.object({ name: z.string() })
};
export type SessionSnapshot = z.infer<typeof SessionEvents.snapshot>;

export const HubVersion = z.object({ version: z.string() });
export const HubHealth = z.object({ status: z.literal('ok') });

export const OAuthToken = z.object({
  access_token: z.string(),
  token_type: z.string(),
  expires_in: z.number(),
  scope: z.string(),
  refresh_token: z.string().optional()
});

const UNITS: Record<string, number> = { '': 1, K: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };

/** Bytes of a `Resources.memory` text. */
export function memoryBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|K|M|G)?$/.exec(text);
  if (!match) {
    throw new RangeError(`Not an amount of memory: ${text}`);
  }
  return Math.round(Number(match[1]) * UNITS[match[2] ?? '']!);
}
