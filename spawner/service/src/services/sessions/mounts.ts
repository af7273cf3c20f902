import type { SessionVolume } from '@jupyter-datalabs/contract';
import { DomainError } from '../../domain/errors.js';
import type { BusyProcess } from '../../ports/engine.js';
import { unknownVolume } from '../volumes/volumes.js';
import { key, type Entry } from './entries.js';
import type { Sessions } from './sessions.js';
import type { SessionView } from './types.js';

/** Names said of those that hold a volume; of more there is only the number. */
const NAMED = 5;

/** Volumes of a session that runs. Whose session it is decides what can be mounted, whoever asks. */
export interface MountsService {
  /** What is mounted, by the kernel's word, and what its owner may see besides. */
  list(owner: string, name: string): Promise<SessionVolume[]>;
  /** Does nothing when it is there. Rejects with `unknown-volume`, also where the owner may not see it, or with `volume-unreachable`. */
  mount(owner: string, name: string, volume: string): Promise<SessionVolume>;
  /** Does nothing when it is not there. Rejects with `volume-busy` while it is in use, unless forced. */
  unmount(owner: string, name: string, volume: string, options?: { force?: boolean }): Promise<void>;
}

const targetOf = (volume: string): string => `/data/${volume}`;
const volumeAt = (target: string): string => target.slice(targetOf('').length);

export class SessionMounts implements MountsService {
  constructor(private readonly sessions: Sessions) {}

  async list(owner: string, name: string): Promise<SessionVolume[]> {
    const { volumes } = this.sessions.deps;
    const entry = this.#running(owner, name);
    const [mounted, visible] = await Promise.all([this.#mounted(entry), volumes.list({ user: owner })]);
    const rest = new Set(mounted);
    const shown = visible.map((volume): SessionVolume => {
      const { name: id, title, path } = volume;
      const there = rest.delete(path);
      return { name: id, title, path, mounted: there, why: there ? null : whyNot(entry.view, volume) };
    });
    const ended = [...rest].map((path): SessionVolume => {
      const id = volumeAt(path);
      const why = { code: 'no-longer-allowed' as const, message: 'You may not see it any more; this session keeps it until it ends or the volume is taken out.' };
      return { name: id, title: id, path, mounted: true, why };
    });
    return [...shown, ...ended];
  }

  /** What is mounted, by the kernel's word alone: no storage is looked at. */
  async names(owner: string, name: string): Promise<string[]> {
    return (await this.#mounted(this.#running(owner, name))).map(volumeAt);
  }

  mount(owner: string, name: string, volume: string): Promise<SessionVolume> {
    return this.#inTurn(owner, name, async entry => {
      const { engine, volumes, logger } = this.sessions.deps;
      const { mounts: [found], away: [away] } = await volumes.mounts({ user: owner, names: [volume] });
      if (!(await this.#mounted(entry)).includes(targetOf(volume))) {
        if (!found) {
          throw new DomainError('volume-unreachable', `The volume "${away?.title ?? volume}" cannot be mounted: ${away?.reason ?? 'it does not answer.'}`, {
            action: 'Try again later; if it stays so, tell the operator of this hub.'
          });
        }
        // The looks at it may have taken long: what runs under this name now may be another start.
        this.#still(entry);
        await engine.mount({ owner, name }, { source: found.source, target: targetOf(volume), parts: found.parts });
        logger.info({ owner, session: name, volume }, 'volume mounted');
        await this.#changed(entry, volume);
      }
      return { name: volume, title: (found ?? away)?.title ?? volume, path: targetOf(volume), mounted: true, why: null };
    });
  }

  unmount(owner: string, name: string, volume: string, { force = false }: { force?: boolean } = {}): Promise<void> {
    return this.#inTurn(owner, name, async entry => {
      const { engine, volumes, logger } = this.sessions.deps;
      const target = targetOf(volume);
      if (!(await this.#mounted(entry)).includes(target)) {
        if (!(await volumes.list({ user: owner })).some(one => one.name === volume)) {
          throw unknownVolume(volume);
        }
        return;
      }
      this.#still(entry);
      const { busy } = await engine.unmount({ owner, name }, target, { force });
      if (busy.length > 0) {
        throw volumeBusy(volume, busy);
      }
      logger.info({ owner, session: name, volume, force }, 'volume taken out');
      await this.#changed(entry, volume);
    });
  }

  /** One change of a session at a time; a stop waits for none. */
  #inTurn<T>(owner: string, name: string, task: (entry: Entry) => Promise<T>): Promise<T> {
    const entry = this.#running(owner, name);
    return this.sessions.inTurnOf(key(owner, name), async () => {
      this.#still(entry);
      return task(entry).catch((error: unknown) => {
        // A stop that came in between explains whatever failed.
        this.#still(entry);
        throw error;
      });
    });
  }

  #running(owner: string, name: string): Entry {
    const entry = this.sessions.entry(owner, name);
    if (!entry) {
      throw new DomainError('unknown-session', 'There is no such session.', { action: 'Start it.' });
    }
    this.#still(entry);
    return entry;
  }

  /** Rejects unless it is this start of the session that runs. */
  #still(entry: Entry): void {
    const { owner, name, state } = entry.view;
    const isKnown = this.sessions.entry(owner, name) === entry;
    if (isKnown && state === 'ready') {
      return;
    }
    if (isKnown && state === 'starting') {
      throw new DomainError('conflict', 'This session is still starting.', { action: 'Wait until it is ready; volumes can be chosen at its next start, too.' });
    }
    if (isKnown && state === 'stopping') {
      throw new DomainError('stop-pending', 'This session is being stopped.', { action: 'Start it again with the volumes you need.' });
    }
    throw new DomainError('session-stopped', 'This session has ended.', { action: 'Start it again with the volumes you need.' });
  }

  #mounted({ view: { owner, name } }: Entry): Promise<string[]> {
    return this.sessions.deps.engine.mounts({ owner, name });
  }

  /** Tells whoever watches. What it was started without is not missing any more once it has been mounted, or taken out. */
  async #changed(entry: Entry, volume: string): Promise<void> {
    this.#still(entry);
    const { clock, logger } = this.sessions.deps;
    const { owner, name, without, volumesChanged } = entry.view;
    const missing = without?.filter(one => one.volume !== volume);
    // Later than the one before, also within a millisecond: a time that is the same is no news.
    this.sessions.change(entry, { volumesChanged: Math.max(clock.now(), (volumesChanged ?? 0) + 1), without: missing?.length ? missing : undefined });
    await this.sessions.save(entry).catch((error: unknown) => logger.warn({ owner, session: name, err: error }, 'a change of volumes was not stored'));
  }
}

function whyNot({ userOptions: { volumes: chosen } }: SessionView, { name, available, reason }: { name: string; available: boolean; reason: string | null }): SessionVolume['why'] {
  if (!available) {
    return { code: 'unreachable', message: reason ?? 'It does not answer.', action: 'It can be mounted once it answers again.' };
  }
  if (chosen && !chosen.includes(name)) {
    return { code: 'not-chosen', message: 'This session was started without it.', action: 'Mount it.' };
  }
  return { code: 'not-mounted', message: 'It was taken out, or was not there when the session started.', action: 'Mount it.' };
}

function volumeBusy(volume: string, busy: BusyProcess[]): DomainError {
  const named = busy.slice(0, NAMED).map(({ name, pid }) => `${name} (${pid})`);
  const more = busy.length > NAMED ? ` and ${busy.length - NAMED} more` : '';
  const what = busy.length === 1 ? 'A process has' : `${busy.length} processes have`;
  return new DomainError('volume-busy', `${what} files of the volume "${volume}" open: ${named.join(', ')}${more}.`, {
    action: 'Close them there (a kernel: restart it, or leave the directory), or take the volume out by force: they keep what they have open, and the folders they are in.'
  });
}
