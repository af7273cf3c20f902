import type { DatalabSummary, IHub, IProblemInfo, IStartOptions, ServerModel, SessionStoreState } from '@jupyter-datalabs/hub-client';
import { Signal } from '@lumino/signaling';

export function datalab(id: string, change: Partial<DatalabSummary> = {}): DatalabSummary {
  return {
    id,
    title: id === 'topcat' ? 'TOPCAT' : id[0].toUpperCase() + id.slice(1),
    abstract: `About ${id}`,
    kind: id === 'topcat' ? 'desktop' : 'jupyter',
    version: '1',
    icon: `/hub/api/datalabs/${id}/icon`,
    keywords: [],
    missions: [],
    network: 'none',
    creator: { name: 'x' },
    contactPoint: { email: 'a@b' },
    license: null,
    documentation: null,
    state: 'published',
    ...change
  };
}

export function session(name: string, change: Partial<ServerModel> = {}): ServerModel {
  const of = datalab(name || 'jupyterlab');
  return {
    name,
    display_name: of.title,
    full_name: `u/${name}`,
    last_activity: null,
    started: '2026-01-01T00:00:00Z',
    pending: null,
    ready: true,
    stopped: false,
    url: `/user/u/${name}/`,
    user_options: {},
    progress_url: '',
    datalab: of.id,
    version: '1',
    kind: of.kind,
    title: of.title,
    step: null,
    steps: [],
    failure: null,
    ...change
  };
}

class FakeSessions {
  readonly changed = new Signal<this, void>(this);
  state: SessionStoreState = 'loading';
  problem: IProblemInfo | null = null;
  readonly map = new Map<string, ServerModel>();
  values = (): readonly ServerModel[] => [...this.map.values()];
  get = (name: string): ServerModel | undefined => this.map.get(name);
}

/** A hub whose sessions the test moves. */
export class FakeHub {
  available = true;
  ready = Promise.resolve();
  user = 'u';
  sessionName = '';
  baseUrl = 'http://localhost/hub/';
  sessions = new FakeSessions();
  datalabs = [datalab('euclid'), datalab('jupyterlab'), datalab('topcat')];
  volumes: unknown[] = [];
  started: [string, IStartOptions][] = [];
  stopped: string[] = [];
  refuse: unknown = null;

  client = {
    listVolumes: async (): Promise<unknown> => ({ volumes: this.volumes }),
    listDatalabs: async () => ({ datalabs: this.datalabs, problems: [] }),
    url: (_: string, params: { id: string }) => `http://localhost/hub/api/datalabs/${params.id}/icon`
  };

  start = async (name: string, options: IStartOptions): Promise<void> => {
    this.started.push([name, options]);
    if (this.refuse) {
      throw this.refuse;
    }
    this.put(session(name, { ready: false, pending: 'spawn', step: 'queued' }));
  };
  stop = async (name: string): Promise<void> => {
    this.stopped.push(name);
    if (this.refuse) {
      throw this.refuse;
    }
    this.remove(name);
  };
  sessionUrl = (name: string): string => `http://localhost/user/u/${name}/`;
  pendingUrl = (name: string): string => `http://localhost/hub/spawn-pending/u/${name}`;
  mintAccessToken = async (): Promise<string> => 'token';

  /** The hub's stream has brought its snapshot. */
  connect(): void {
    this.sessions.state = 'ready';
    this.sessions.problem = null;
    this.sessions.changed.emit();
  }
  /** The stream ends, or is not given. */
  disconnect(state: 'offline' | 'refused', problem: IProblemInfo): void {
    this.sessions.state = state;
    this.sessions.problem = problem;
    this.sessions.changed.emit();
  }
  put(model: ServerModel): void {
    this.sessions.map.set(model.name, model);
    this.sessions.changed.emit();
  }
  remove(name: string): void {
    this.sessions.map.delete(name);
    this.sessions.changed.emit();
  }
  get asHub(): IHub {
    return this as unknown as IHub;
  }
}

/** Lets everything that only waits for promises happen. */
export const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve));
