import type { Clock } from '../../ports/clock.js';
import type { TimelineRow, TimelineStore } from '../../ports/store.js';
import type { SessionView, Step, StepMedian, Timeline } from './types.js';

/** Starts of a datalab that its medians are taken from. */
const SAMPLES = 50;
/** A median of fewer says nothing yet. */
const FEWEST = 3;
/** Starts read when the hub starts. */
const LOADED = 2000;
const FLUSH_MS = 1000;

type Reason = NonNullable<Timeline['reason']>;

/**
 * How starts went and sessions ended, and what to expect from that. Written together once a second, not at each step: a crash of the
 * hub loses the last second of what is history anyway.
 */
export class Timelines {
  /** Not written yet, by start. */
  #fresh = new Map<string, TimelineRow>();
  /** Durations by datalab and step, oldest first. */
  readonly #samples = new Map<string, Map<Step, number[]>>();
  readonly #medians = new Map<string, StepMedian[]>();
  #flushing: Promise<void> | null = null;
  readonly #end = new AbortController();

  constructor(private readonly options: { store: TimelineStore; clock: Clock; logger: { warn(fields: object, message: string): void } }) {}

  /** Takes up the past of this hub. */
  async load(): Promise<void> {
    for (const row of (await this.options.store.recent(LOADED)).reverse()) {
      this.#learn(row.datalab, row.warm, row.steps as SessionView['steps']);
    }
  }

  /** By step, in the order of a start; empty while too little is known. */
  medians(datalab: string): StepMedian[] {
    const known = this.#medians.get(datalab);
    if (known) {
      return known;
    }
    const medians: StepMedian[] = [];
    for (const [step, times] of this.#samples.get(datalab) ?? []) {
      if (times.length >= FEWEST) {
        const sorted = [...times].sort((a, b) => a - b);
        medians.push({ step, ms: sorted[Math.floor(sorted.length / 2)]! });
      }
    }
    this.#medians.set(datalab, medians);
    return medians;
  }

  ready(view: SessionView): void {
    this.#learn(view.datalab, view.warm ?? false, view.steps);
    this.#note(rowOf(view, null, null));
  }

  ended(view: SessionView, reason: Reason): void {
    this.#note(rowOf(view, this.options.clock.now(), reason));
  }

  /** Of a session that lives, or else of the last one of its name. */
  async of(owner: string, name: string, view: SessionView | null): Promise<Timeline | null> {
    return view && view.state !== 'failed' ? this.#live(view) : ((await this.#list(owner, 1, name))[0] ?? null);
  }

  /** Those that live and those that ended, newest first. */
  async list(owner: string, limit: number, views: SessionView[]): Promise<Timeline[]> {
    const live = views.filter(view => view.state !== 'failed').map(view => this.#live(view));
    const known = new Set(live.map(({ startId }) => startId));
    const kept = (await this.#list(owner, limit)).filter(({ startId }) => !known.has(startId));
    return [...live, ...kept].sort((a, b) => b.started - a.started).slice(0, limit);
  }

  #live(view: SessionView): Timeline {
    return { ...this.#timelineOf(rowOf(view, null, null)), state: view.state };
  }

  async flush(): Promise<void> {
    const rows = [...this.#fresh.values()];
    if (rows.length === 0) {
      return;
    }
    try {
      await this.options.store.write(rows);
      for (const row of rows) {
        if (this.#fresh.get(row.startId) === row) {
          this.#fresh.delete(row.startId);
        }
      }
    } catch (error) {
      this.options.logger.warn({ err: error }, 'timelines were not stored');
      // A disk that stays full must not fill the memory too.
      this.#fresh = new Map([...this.#fresh].slice(-LOADED));
    }
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#flushing;
    await this.flush();
  }

  async #list(owner: string, limit: number, name?: string): Promise<Timeline[]> {
    const stored = await this.options.store.list({ owner, limit, ...(name === undefined ? {} : { name }) });
    const rows = new Map(stored.map(row => [row.startId, row]));
    for (const row of this.#fresh.values()) {
      if (row.owner === owner && (name === undefined || row.name === name)) {
        rows.set(row.startId, row);
      }
    }
    return [...rows.values()].sort((a, b) => b.started - a.started).slice(0, limit).map(row => this.#timelineOf(row));
  }

  #timelineOf(row: TimelineRow): Timeline {
    const { kind, steps, reason, ...rest } = row;
    const state = row.ended === null ? 'ready' : (reason as Reason | null)?.code === 'stopped' || (reason as Reason | null)?.code === 'exited' ? 'stopped' : 'failed';
    return { ...rest, kind: kind as Timeline['kind'], state, steps: steps as Timeline['steps'], reason: reason as Timeline['reason'], medians: this.medians(row.datalab) };
  }

  #learn(datalab: string, warm: boolean, steps: SessionView['steps']): void {
    // A warm start says nothing about what a cold one takes, nor does waiting for others.
    if (warm) {
      return;
    }
    const samples = this.#samples.get(datalab) ?? new Map<Step, number[]>();
    this.#samples.set(datalab, samples);
    for (const { step, startedAt, endedAt } of steps) {
      if (endedAt === null || step === 'ready' || step === 'queued') {
        continue;
      }
      const times = samples.get(step) ?? [];
      samples.set(step, times);
      times.push(Math.max(0, endedAt - startedAt));
      if (times.length > SAMPLES) {
        times.shift();
      }
    }
    this.#medians.delete(datalab);
  }

  #note(row: TimelineRow): void {
    this.#fresh.set(row.startId, row);
    this.#flushing ??= this.options.clock
      .sleep(FLUSH_MS, this.#end.signal)
      .catch(() => undefined)
      .then(() => {
        this.#flushing = null;
        return this.#end.signal.aborted ? undefined : this.flush();
      });
  }
}

function rowOf(view: SessionView, ended: number | null, reason: Reason | null): TimelineRow {
  const { startId, owner, name, datalab, version, title, kind, started, steps, warm } = view;
  return { startId, owner, name, datalab, version, title, kind, started, ended, warm: warm ?? false, steps, reason };
}
