import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Names of all metrics of the hub's own, with what they say. Those of the process have the names every Node program gives them. */
const NAMES = {
  sessions: ['datalabs_sessions', 'Sessions by state and datalab'],
  users: ['datalabs_users_with_sessions', 'Users who have a session that is known'],
  starts: ['datalabs_session_starts_total', 'Starts that had their turn, by how they ended: "ready", or the code of the failure'],
  refusals: ['datalabs_session_start_refusals_total', 'Starts that were refused before they began, by code'],
  startSeconds: ['datalabs_session_start_seconds', 'From the request to ready; warm: taken from those kept ready'],
  ends: ['datalabs_session_ends_total', 'Sessions that ran and ended, by code: "stopped", "exited", or that of the failure'],
  queued: ['datalabs_start_queue_length', 'Starts that wait for their turn'],
  starting: ['datalabs_starts_running', 'Starts under way that have had their turn'],
  volumes: ['datalabs_volume_state', 'Archive volumes by state (ok, slow, unreachable, stale): 1 for the one it is in'],
  requests: ['datalabs_http_request_seconds', 'Requests the hub answered, by route template; event streams are not in it'],
  problems: ['datalabs_http_problems_total', 'Problems the API answered, by code'],
  inFlight: ['datalabs_http_requests_in_flight', 'Requests not answered yet, without event streams'],
  streams: ['datalabs_event_streams', 'Event streams open'],
  proxyRestarts: ['datalabs_proxy_restarts_total', 'Times the proxy was gone and started again'],
  passes: ['datalabs_reconcile_seconds', 'Passes that compare what is known with what runs, by outcome'],
  store: ['datalabs_store_seconds', 'Statements of the store, by kind']
} as const;

/** Values a label may have before all further ones are called "other": a metric costs memory for each, for ever. */
const MOST_VALUES = 200;
/** Starts whose first word was heard, remembered so that the second one does not count again. */
const MOST_STARTS = 20_000;

const REQUEST_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const START_SECONDS = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 20, 30, 60, 120];
const STORE_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];
const PASS_SECONDS = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30];

/** As much of a start or session as is counted. */
export interface StartRecord {
  startId: string;
  datalab: string;
  started: number;
  ended: number | null;
  warm: boolean;
  steps: unknown;
  reason: unknown;
}

/** What is looked at when somebody asks. */
export interface Sources {
  sessions(): Promise<{ state: string; datalab: string; kind: string; owner: string }[]>;
  queue(): { waiting: number; starting: number };
  /** As seen last. */
  volumes?(): { name: string; state: string }[];
}

/** What the hub counts, for Prometheus. No label is ever made of what users may choose freely. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #labels = new Map<string, Set<string>>();
  readonly #counted = new Map<string, boolean>();
  #sources: Sources | null = null;
  #http: (() => { inFlight: number; streams: number }) | null = null;

  readonly #starts = this.#counter('starts', ['datalab', 'outcome']);
  readonly #refusals = this.#counter('refusals', ['code']);
  readonly #ends = this.#counter('ends', ['datalab', 'code']);
  readonly #startSeconds = this.#histogram('startSeconds', ['datalab', 'warm'], START_SECONDS);
  readonly #requests = this.#histogram('requests', ['method', 'route', 'status'], REQUEST_SECONDS);
  readonly #problems = this.#counter('problems', ['code']);
  readonly #proxyRestarts = this.#counter('proxyRestarts', []);
  readonly #passes = this.#histogram('passes', ['outcome'], PASS_SECONDS);
  readonly #store = this.#histogram('store', ['kind'], STORE_SECONDS);

  constructor(
    /** Starts from before are an earlier hub's, which counted them. Milliseconds since the epoch. */
    private readonly since = 0,
    options: { process?: boolean } = {}
  ) {
    if (options.process ?? true) {
      collectDefaultMetrics({ register: this.#registry });
    }
    const registers = [this.#registry];
    const sessions = new Gauge({ name: NAMES.sessions[0], help: NAMES.sessions[1], labelNames: ['state', 'datalab', 'kind'], registers });
    const users = new Gauge({ name: NAMES.users[0], help: NAMES.users[1], registers });
    const queued = new Gauge({ name: NAMES.queued[0], help: NAMES.queued[1], registers });
    const starting = new Gauge({ name: NAMES.starting[0], help: NAMES.starting[1], registers });
    const volumes = new Gauge({ name: NAMES.volumes[0], help: NAMES.volumes[1], labelNames: ['volume', 'state'], registers });
    const inFlight = new Gauge({ name: NAMES.inFlight[0], help: NAMES.inFlight[1], registers });
    const streams = new Gauge({ name: NAMES.streams[0], help: NAMES.streams[1], registers });
    this.#sample = async () => {
      const views = (await this.#sources?.sessions()) ?? [];
      sessions.reset();
      for (const { state, datalab, kind } of views) {
        sessions.inc({ state, datalab: this.#bounded('datalab', datalab), kind });
      }
      users.set(new Set(views.map(({ owner }) => owner)).size);
      const queue = this.#sources?.queue() ?? { waiting: 0, starting: 0 };
      queued.set(queue.waiting);
      starting.set(queue.starting);
      volumes.reset();
      for (const { name, state } of this.#sources?.volumes?.() ?? []) {
        volumes.set({ volume: this.#bounded('volume', name), state }, 1);
      }
      const http = this.#http?.() ?? { inFlight: 0, streams: 0 };
      inFlight.set(http.inFlight);
      streams.set(http.streams);
    };
  }

  readonly #sample: () => Promise<void>;

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** In the text format of Prometheus. */
  async text(): Promise<string> {
    await this.#sample();
    return this.#registry.metrics();
  }

  watch(sources: Sources): void {
    this.#sources = sources;
  }

  watchHttp(look: () => { inFlight: number; streams: number }): void {
    this.#http = look;
  }

  /** Called with each record of a start as it is kept: once it is ready, and when it has ended. */
  startsKept(rows: readonly StartRecord[]): void {
    for (const row of rows) {
      const known = this.#counted.get(row.startId);
      const ready = readyAt(row.steps);
      const datalab = this.#bounded('datalab', row.datalab);
      const code = this.#bounded('code', (row.reason as { code?: string } | null)?.code ?? 'unknown');
      if (known === undefined && row.started >= this.since) {
        this.#starts.inc({ datalab, outcome: ready === null ? code : 'ready' });
        if (ready !== null) {
          this.#startSeconds.observe({ datalab, warm: String(row.warm) }, Math.max(0, ready - row.started) / 1000);
        }
      }
      if (row.ended !== null && ready !== null && known !== true) {
        this.#ends.inc({ datalab, code });
      }
      this.#remember(row.startId, row.ended !== null);
    }
  }

  answered({ method, route, status, seconds, problem, start }: { method: string; route: string; status: number; seconds: number | null; problem: string | null; start: boolean }): void {
    if (seconds !== null) {
      this.#requests.observe({ method: this.#bounded('method', method), route: this.#bounded('route', route), status }, seconds);
    }
    if (problem !== null) {
      const code = this.#bounded('code', problem);
      this.#problems.inc({ code });
      if (start) {
        this.#refusals.inc({ code });
      }
    }
  }

  proxyRestarted(): void {
    this.#proxyRestarts.inc();
  }

  passed({ ok, ms }: { ok: boolean; ms: number }): void {
    this.#passes.observe({ outcome: ok ? 'done' : 'failed' }, Math.max(0, ms) / 1000);
  }

  stored(kind: 'read' | 'write', ms: number): void {
    this.#store.observe({ kind }, ms / 1000);
  }

  #remember(startId: string, ended: boolean): void {
    this.#counted.delete(startId);
    this.#counted.set(startId, ended);
    if (this.#counted.size > MOST_STARTS) {
      this.#counted.delete(this.#counted.keys().next().value!);
    }
  }

  #bounded(label: string, value: string): string {
    const known = this.#labels.get(label) ?? new Set();
    this.#labels.set(label, known);
    if (known.has(value)) {
      return value;
    }
    if (known.size >= MOST_VALUES) {
      return 'other';
    }
    known.add(value);
    return value;
  }

  #counter<L extends string>(key: keyof typeof NAMES, labelNames: L[]): Counter<L> {
    const [name, help] = NAMES[key];
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram<L extends string>(key: keyof typeof NAMES, labelNames: L[], buckets: number[]): Histogram<L> {
    const [name, help] = NAMES[key];
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }
}

/** When a start was ready; null: it never was. */
function readyAt(steps: unknown): number | null {
  const ready = Array.isArray(steps) ? (steps as { step?: string; startedAt?: number }[]).find(({ step }) => step === 'ready') : undefined;
  return ready?.startedAt ?? null;
}
