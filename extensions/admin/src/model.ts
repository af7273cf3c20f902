import { PAGED } from '@jupyter-datalabs/hub-client';
import type { GroupModel, GroupQuota, HubOverview, IHub, ListedVolume, ListedVolumes, OwnedSession, Quota, Role, SessionPage, SessionState, Timeline, UserModel, UserQuota } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Access } from './access';
import { Live } from './live';
import type { ITimers } from './live';
import { Quotas } from './quotas';
import { VolumeForm } from './volume-form';

export const PAGE = 50;
const SESSIONS_MS = 5_000;
const SLOW_MS = 30_000;

export const TABS = ['sessions', 'queue', 'users', 'groups', 'volumes', 'hub'] as const;
export type Tab = (typeof TABS)[number];

export interface IPage<T> {
  items: T[];
  total: number;
}

export interface ISessionQuery {
  search: string;
  state: SessionState | '';
  sort: string;
  offset: number;
}

export interface IUserQuery {
  search: string;
  sort: string;
  offset: number;
}

const isPage = (value: unknown): value is { items: never[]; _pagination: { total: number } } => typeof value === 'object' && value !== null && '_pagination' in value;

function pageOf<T>(answer: T[] | { items: T[]; _pagination: { total: number } }): IPage<T> {
  return isPage(answer) ? { items: answer.items, total: answer._pagination.total } : { items: answer as T[], total: (answer as T[]).length };
}

/** Everything the panel shows, and what can be done about it. Looks only at the tab that is seen. */
export class AdminModel implements IDisposable {
  constructor(private readonly _options: { hub: IHub; access: Access; timers?: ITimers }) {
    const { hub, access, timers } = _options;
    const common = { timers, onRefused: () => void access.check() };
    const { client } = hub;
    const sessionPage = async (query: Parameters<typeof client.findSessions>[0]['query'], signal: AbortSignal): Promise<IPage<OwnedSession>> =>
      pageOf((await client.findSessions({ query }, { signal })) as SessionPage);
    this.sessions = new Live<ISessionQuery, IPage<OwnedSession>>({
      ...common,
      query: { search: '', state: '', sort: 'owner', offset: 0 },
      everyMs: SESSIONS_MS,
      load: ({ search, state, sort, offset }, signal) => sessionPage({ search: search || undefined, state: state || undefined, sort, offset, limit: PAGE }, signal)
    });
    this.queue = new Live<{ offset: number }, IPage<OwnedSession>>({
      ...common,
      query: { offset: 0 },
      everyMs: SESSIONS_MS,
      load: ({ offset }, signal) => sessionPage({ state: 'queued', sort: 'place', offset, limit: PAGE }, signal)
    });
    this.users = new Live<IUserQuery, IPage<UserModel>>({
      ...common,
      query: { search: '', sort: 'name', offset: 0 },
      everyMs: SLOW_MS,
      load: async ({ search, sort, offset }, signal) => pageOf(await client.listUsers({ query: { name_filter: search || undefined, sort, offset, limit: PAGE } }, { signal, accept: PAGED }))
    });
    this.groups = new Live<{ offset: number }, IPage<GroupModel>>({
      ...common,
      query: { offset: 0 },
      everyMs: SLOW_MS,
      load: async ({ offset }, signal) => pageOf(await client.listGroups({ query: { offset, limit: PAGE } }, { signal, accept: PAGED }))
    });
    this.volumes = new Live<object, ListedVolumes>({
      ...common,
      query: {},
      everyMs: SLOW_MS,
      load: (_query, signal) => client.listAllVolumes({}, { signal })
    });
    this.overview = new Live<object, HubOverview>({ ...common, query: {}, everyMs: SESSIONS_MS, load: (_query, signal) => client.getOverview({}, { signal }) });
    this._lives = { sessions: this.sessions, queue: this.queue, users: this.users, groups: this.groups, volumes: this.volumes, hub: this.overview };
    this._quotas = {
      user: new Quotas((name, signal) => client.getUserQuota({ name }, { signal })),
      group: new Quotas((name, signal) => client.getGroupQuota({ group: name }, { signal }))
    };
    for (const [live, quotas] of [[this.users, this._quotas.user], [this.groups, this._quotas.group]] as const) {
      let shown: readonly unknown[] | undefined;
      live.changed.connect(() => {
        const items = live.data?.items;
        // Each answer brings a list of its own; what only changes the question does not.
        if (items && items !== shown) {
          shown = items;
          void quotas.show(items.map(({ name }) => name));
        }
      });
      quotas.changed.connect(() => this._changed.emit());
    }
    access.changed.connect(this._onAccess, this);
  }

  readonly sessions: Live<ISessionQuery, IPage<OwnedSession>>;
  readonly queue: Live<{ offset: number }, IPage<OwnedSession>>;
  readonly users: Live<IUserQuery, IPage<UserModel>>;
  readonly groups: Live<{ offset: number }, IPage<GroupModel>>;
  readonly volumes: Live<object, ListedVolumes>;
  readonly overview: Live<object, HubOverview>;

  get access(): Access {
    return this._options.access;
  }

  get hub(): IHub {
    return this._options.hub;
  }

  /** The tab or a quota has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get tab(): Tab {
    return this._tab;
  }

  set tab(value: Tab) {
    this._tab = value;
    this._look();
    this._changed.emit();
  }

  /** Whether anybody sees the panel. */
  set visible(value: boolean) {
    this._visible = value;
    this._look();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** What is known of a quota: undefined while it is not, null where it cannot be had. */
  quota(kind: 'user' | 'group', name: string): UserQuota | GroupQuota | null | undefined {
    return this._quotas[kind].get(name);
  }

  /** Cancels a start or stops what runs. */
  async stop({ owner, name }: OwnedSession, options: { force?: boolean } = {}): Promise<void> {
    const body = { force: options.force };
    await (name === '' ? this.hub.client.stopHome({ name: owner, body }) : this.hub.client.stopSession({ name: owner, server: name, body }));
    await this._lives[this._tab].refresh();
  }

  timeline({ owner, name }: OwnedSession): Promise<Timeline> {
    const { client } = this.hub;
    return name === '' ? client.getHomeTimeline({ name: owner }) : client.getSessionTimeline({ name: owner, server: name });
  }

  async setRole(name: string, role: Role): Promise<void> {
    await this.hub.client.modifyUser({ name, body: { role } });
    await this.users.refresh();
  }

  async readQuota(kind: 'user' | 'group', name: string): Promise<UserQuota | GroupQuota> {
    const { client } = this.hub;
    return kind === 'user' ? client.getUserQuota({ name }) : client.getGroupQuota({ group: name });
  }

  /** An entry that limits nothing is none. */
  async setQuota(kind: 'user' | 'group', name: string, quota: Quota): Promise<void> {
    const { client } = this.hub;
    const nothing = Object.values(quota).every(value => value === null);
    if (kind === 'user') {
      await (nothing ? client.deleteUserQuota({ name }) : client.setUserQuota({ name, body: quota }));
    } else {
      await (nothing ? client.deleteGroupQuota({ group: name }) : client.setGroupQuota({ group: name, body: quota }));
      // Members are allowed something else now; their tab reads it when it is seen.
      this._quotas.user.forget();
    }
    this._quotas[kind].renew(name);
  }

  /** The volume that is being added or changed; null: none is. */
  get volumeForm(): VolumeForm | null {
    return this._volumeForm;
  }

  /** Whose form was closed last, '' being a new one: the list gives the focus back to what opened it. */
  lastEdited: string | null = null;

  editVolume(volume: ListedVolume | null, trans: TranslationBundle): void {
    this._volumeForm = new VolumeForm({
      volume,
      taken: this.volumes.data?.volumes.map(({ name }) => name) ?? [],
      send: entry => this.hub.client.setVolume({ volume: entry.name, body: entry }),
      trans
    });
    this._changed.emit();
  }

  closeVolumeForm(): void {
    this.lastEdited = this._volumeForm?.volume?.name ?? '';
    this._volumeForm = null;
    this._changed.emit();
    void this.volumes.refresh();
  }

  async removeVolume(volume: string): Promise<void> {
    await this.hub.client.deleteVolume({ volume });
    await this.volumes.refresh();
  }

  async restoreVolume(volume: string): Promise<void> {
    await this.hub.client.restoreVolume({ volume });
    await this.volumes.refresh();
  }

  async probeVolume(volume: string): Promise<void> {
    await this.hub.client.probeVolume({ volume });
    await this.volumes.refresh();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this.access.changed.disconnect(this._onAccess, this);
      Object.values(this._lives).forEach(live => live.dispose());
      Object.values(this._quotas).forEach(quotas => quotas.dispose());
      Signal.clearData(this);
    }
  }

  private _onAccess(): void {
    this._look();
    this._changed.emit();
  }

  private _look(): void {
    const looking = this._visible && this.access.state === 'granted' && !this._isDisposed;
    for (const tab of TABS) {
      this._lives[tab].visible = looking && tab === this._tab;
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _isDisposed = false;
  private readonly _lives: Record<Tab, IDisposable & { visible: boolean; refresh: () => Promise<void> }>;
  private readonly _quotas: { user: Quotas<UserQuota>; group: Quotas<GroupQuota> };
  private _tab: Tab = 'sessions';
  private _visible = false;
  private _volumeForm: VolumeForm | null = null;
}
