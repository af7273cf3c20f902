import * as path from 'node:path';

import type { VolumeState } from '@jupyter-datalabs/contract';

import type { Clock } from '../../ports/clock.js';
import { sharedProbe, type PrefixProbe, type Probe } from './probe.js';

/** Where a volume lies, and the paths in it of which rules speak. */
export interface Place {
  name: string;
  source: string;
  prefixes: readonly string[];
}

/** Where it lies on the host is for those who can mend it. */
export interface Problem {
  forUsers: string;
  forOperators: string;
}

export interface Condition {
  state: VolumeState;
  /** When it came into this state, and when it was looked at last. Milliseconds since the epoch. */
  since: number;
  checked: number;
  /** Null: it can be mounted. */
  problem: Problem | null;
}

/** Each change of a state, and the first state where it is not well. */
export interface StateChange {
  volume: string;
  state: VolumeState;
  was: VolumeState | null;
  reason: string | null;
}

type StaleProblem = Problem & { stale?: true };
type Seen = Pick<Condition, 'state' | 'problem'> & { /** Which look, in the order of their beginnings. */ turn: number };

/** An answer that takes longer makes a volume slow: people feel it at each click. */
const SLOW_MS = 1000;
/** How long a list waits for a fresh look where an earlier one is known. */
const PATIENCE_MS = 250;

const TELL = 'Tell whoever runs this hub.';
const MISSING = `Its data are not there. ${TELL}`;
const WRONG = `It is wrongly set up. ${TELL}`;

/** Whether the storage of volumes answers, and since when. */
export class VolumeHealth {
  readonly #known = new Map<string, Condition & { question: string; turn: number }>();
  #turn = 0;
  readonly #look: ReturnType<typeof sharedProbe<Seen>>;

  constructor(
    private readonly options: {
      probe: Probe;
      prefixes: PrefixProbe;
      clock: Clock;
      sampleData: string;
      onChange?: (change: StateChange) => void;
    }
  ) {
    this.#look = sharedProbe({ clock: options.clock, probe: async question => {
        const turn = ++this.#turn;
        return { ...(await this.#seen(JSON.parse(question) as [string, string[]])), turn };
      } });
  }

  /** Looks now; of many at once, one, unless it has to be a fresh one. */
  async look(place: Place, options: { fresh?: boolean } = {}): Promise<Condition> {
    const question = questionOf(place);
    const seen = await this.#look(question, options);
    return this.#note(place.name, question, seen);
  }

  /** As it is now, or as it was seen last where that takes a while. */
  async soon(place: Place): Promise<Condition> {
    const known = this.#known.get(place.name);
    if (known?.question !== questionOf(place)) {
      return this.look(place);
    }
    const done = new AbortController();
    const late = this.options.clock.sleep(PATIENCE_MS, done.signal).then(
      () => known,
      () => known
    );
    const condition = await Promise.race([this.look(place), late]);
    done.abort();
    return condition;
  }

  /** As it was seen last, at no cost; looks where that never was. */
  async last(place: Place): Promise<Condition> {
    const known = this.#known.get(place.name);
    return known?.question === questionOf(place) ? known : this.look(place);
  }

  /** As seen last, of these volumes; the others are forgotten. */
  states(names: readonly string[]): { name: string; state: VolumeState }[] {
    for (const name of this.#known.keys()) {
      if (!names.includes(name)) {
        this.#known.delete(name);
      }
    }
    return [...this.#known].map(([name, { state }]) => ({ name, state }));
  }

  #note(name: string, question: string, { state, problem, turn }: Seen): Condition {
    const checked = this.options.clock.now();
    const before = this.#known.get(name);
    // One that began earlier may end later: its storage was silent then.
    if (before && before.turn > turn) {
      return before;
    }
    const since = before?.state === state ? before.since : checked;
    const condition = { state, problem, since, checked, question, turn };
    this.#known.set(name, condition);
    if (before ? before.state !== state : state !== 'ok') {
      this.options.onChange?.({ volume: name, state, was: before?.state ?? null, reason: problem?.forOperators ?? null });
    }
    return condition;
  }

  async #seen([source, prefixes]: [string, string[]]): Promise<Omit<Seen, 'turn'>> {
    if (!path.isAbsolute(source)) {
      return { state: 'unreachable', problem: { forUsers: WRONG, forOperators: `Its path "${source}" is not absolute.` } };
    }
    const { clock } = this.options;
    const begun = clock.now();
    const problem: StaleProblem | null = (await this.#rootProblem(source)) ?? (prefixes.length === 0 ? null : await this.#rulesProblem(source, prefixes));
    if (problem) {
      return { state: problem.stale ? 'stale' : 'unreachable', problem: { forUsers: problem.forUsers, forOperators: problem.forOperators } };
    }
    return { state: clock.now() - begun > SLOW_MS ? 'slow' : 'ok', problem: null };
  }

  async #rootProblem(source: string): Promise<StaleProblem | null> {
    const { probe, sampleData } = this.options;
    switch (await probe(source)) {
      case 'directory':
        return null;
      case 'closed':
        return {
          forUsers: WRONG,
          forOperators: `Its path ${source} is, holds or lies in a directory of this hub or of the system, whose secrets and sockets are not for sessions. Give the directory of the data alone.`
        };
      case 'other':
        return { forUsers: MISSING, forOperators: `Its path ${source} is not a directory.` };
      case 'missing':
        return {
          forUsers: MISSING,
          forOperators: source.startsWith(`${sampleData}/`)
            ? 'Its simulated data have not been made; "npm run sample-data" makes them, with the --state-dir of this hub.'
            : `Its path ${source} does not exist.`
        };
      case 'silent':
        return SILENT;
      case 'stale':
        return { stale: true, forUsers: `Its storage was cut off. ${TELL}`, forOperators: `The mount at ${source} has lost its server; unmount it and mount it anew.` };
      default:
        return { forUsers: `Its storage cannot be read. ${TELL}`, forOperators: `Its path ${source} cannot be read.` };
    }
  }

  /**
   * A rule must stand for a directory of the volume: through a link it would show or hide another one than it names, and what a rule hides
   * must be there to be hidden.
   */
  async #rulesProblem(source: string, prefixes: string[]): Promise<Problem | null> {
    const placed = await this.options.prefixes(source, prefixes);
    if (placed === 'silent') {
      return SILENT;
    }
    const wrong = placed.findIndex(one => one !== 'fine');
    if (wrong < 0) {
      return null;
    }
    const why = placed[wrong] === 'link' ? 'leads through a link; name the directory itself' : 'is not a directory in it';
    return { forUsers: WRONG, forOperators: `Its path rule "${prefixes[wrong]}" ${why}.` };
  }
}

const SILENT: Problem = { forUsers: 'Its storage does not answer.', forOperators: 'Its storage does not answer.' };

function questionOf({ source, prefixes }: Place): string {
  return JSON.stringify([source, prefixes]);
}
