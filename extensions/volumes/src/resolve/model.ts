import { mountVolume, ProblemError, RESOLVE_BYTES, RESOLVE_LIMIT, toProblem } from '@jupyter-datalabs/hub-client';
import type { IProblemInfo, ISessionOfPage } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { referencesOf } from './parse';

export type Resolved = Awaited<ReturnType<ISessionOfPage['client']['resolve']>>['resolved'][number];

export type ResolveState =
  | { kind: 'empty' }
  | { kind: 'busy'; count: number }
  | { kind: 'failed'; problem: IProblemInfo }
  | { kind: 'done'; found: readonly Resolved[]; /** The volume that is being mounted. */ mounting: string | null; problem: IProblemInfo | null };

/** Asks the hub where products lie, and mounts what this session does not have. */
export class ResolveModel implements IDisposable {
  constructor(
    private readonly _hub: ISessionOfPage,
    private readonly _trans: TranslationBundle
  ) {}

  get state(): ResolveState {
    return this._state;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** What is under way is given up. */
  dispose(): void {
    this._isDisposed = true;
    this._asking?.abort();
    Signal.clearData(this);
  }

  async resolve(text: string): Promise<void> {
    const references = referencesOf(text);
    const turn = ++this._turn;
    if (references.length === 0) {
      this._set({ kind: 'empty' });
      return;
    }
    this._set({ kind: 'busy', count: references.length });
    let next: ResolveState;
    try {
      if (references.length > RESOLVE_LIMIT) {
        throw new ProblemError({
          code: 'too-many',
          status: 400,
          title: this._trans.__('Too many references'),
          detail: this._trans.__('These are %1 references; at most %2 can be resolved at once.', references.length, RESOLVE_LIMIT),
          action: this._trans.__('Resolve them in parts, or in Python: jupyter_datalabs.resolve takes any number.')
        });
      }
      next = { kind: 'done', found: await this._ask(references), mounting: null, problem: null };
      this._references = references;
    } catch (error) {
      next = { kind: 'failed', problem: toProblem(error) };
    }
    if (turn === this._turn) {
      this._set(next);
    }
  }

  /** Brings a volume into this session and looks again. */
  async mount(volume: string): Promise<void> {
    const { _state: state, _turn: turn } = this;
    if (state.kind !== 'done' || state.mounting !== null) {
      return;
    }
    this._set({ ...state, mounting: volume, problem: null });
    let next: ResolveState;
    try {
      await mountVolume(this._hub, volume);
      next = { kind: 'done', found: await this._ask(this._references), mounting: null, problem: null };
    } catch (error) {
      next = { ...state, mounting: null, problem: toProblem(error) };
    }
    if (turn === this._turn) {
      this._set(next);
    }
  }

  private async _ask(references: unknown[]): Promise<Resolved[]> {
    const { client, sessionName } = this._hub;
    this._asking?.abort();
    const { signal } = (this._asking = new AbortController());
    const found: Resolved[] = [];
    for (const batch of batches(references)) {
      found.push(...(await client.resolve({ body: { references: batch, session: sessionName } }, { signal })).resolved);
    }
    return found;
  }

  private _set(state: ResolveState): void {
    if (!this._isDisposed) {
      this._state = state;
      this._changed.emit();
    }
  }

  private _state: ResolveState = { kind: 'empty' };
  private _references: unknown[] = [];
  private _turn = 0;
  private _asking: AbortController | null = null;
  private _isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);
}

/** As many at a time as one request holds; some bytes go to what is around them. */
function* batches(references: readonly unknown[]): Generator<unknown[]> {
  const encoder = new TextEncoder();
  let batch: unknown[] = [];
  let size = 4096;
  for (const one of references) {
    const more = encoder.encode(JSON.stringify(one)).length + 1;
    if (batch.length > 0 && size + more > RESOLVE_BYTES) {
      yield batch;
      batch = [];
      size = 4096;
    }
    batch.push(one);
    size += more;
  }
  yield batch;
}

/** Below its volume, as commands take it. */
export function placeOf({ volume, path }: Resolved): { volume: string; path: string } | null {
  return volume === null || path === null ? null : { volume, path: path.slice(`/data/${volume}/`.length) };
}

/** What a reference was, in a line. */
export function inputText({ input }: Resolved): string {
  if (typeof input === 'string') {
    return input;
  }
  const row = (input ?? {}) as Record<string, unknown>;
  const name = row['file_name'] ?? row['filename'] ?? row['access_url'];
  return typeof name === 'string' && name !== '' ? name : (JSON.stringify(input) ?? '');
}
