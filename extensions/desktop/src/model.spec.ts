import type { IHub, ISessionStore } from '@jupyter-datalabs/hub-client';
import { Signal } from '@lumino/signaling';
import { DesktopModel, type Fetch } from './model';

function setup(options: { ready?: boolean; app?: string } = {}) {
  const server = { datalab: 'topcat', ready: options.ready ?? true, pending: null as string | null };
  const changed = new Signal<ISessionStore, void>({} as ISessionStore);
  const sessions = { state: 'ready', get: () => server, values: () => [server], changed };
  const hub = {
    sessions,
    mintAccessToken: jest.fn(async () => 'minted'),
    start: jest.fn(async () => undefined),
    sessionUrl: (name: string, path = '') => `http://localhost/user/vera/${name}/${path}`
  };
  const fetch = jest.fn(async () => ({ ok: true, json: async () => ({ app: { state: options.app ?? 'running', logTail: 'why' } }) }));
  const model = new DesktopModel({ hub: hub as unknown as IHub, session: 'topcat', fetch: fetch as unknown as Fetch });
  const urls: string[] = [];
  model.connectRequested.connect((_, url) => void urls.push(url));
  return { server, sessions, hub, model, urls };
}

/** An answer passes through several promises. */
const settle = async () => {
  for (let i = 0; i < 5; i++) {
    await jest.advanceTimersByTimeAsync(0);
  }
};

describe('DesktopModel', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('connects with a token of its own', async () => {
    const { model, urls } = setup();
    model.connect();
    await settle();
    expect(urls).toEqual(['ws://localhost/user/vera/topcat/vnc?token=minted']);
    model.connected();
    await settle();
    expect(model.state).toEqual({ kind: 'connected', app: 'running' });
    model.dispose();
  });

  it('reconnects for ever, never waiting longer than ten seconds', async () => {
    const { model, urls, hub } = setup();
    model.connect();
    await settle();
    for (let i = 0; i < 20; i++) {
      model.disconnected();
      expect(model.state.kind).toBe('reconnecting');
      await jest.advanceTimersByTimeAsync(10_000);
      expect(urls).toHaveLength(i + 2);
    }
    expect(hub.mintAccessToken).toHaveBeenCalledTimes(21);
    model.dispose();
  });

  it('says that the session stopped, and starts it again', async () => {
    const { model, server, sessions, hub, urls } = setup();
    model.connect();
    await settle();
    model.connected();
    server.ready = false;
    model.disconnected();
    expect(model.state).toEqual({ kind: 'stopped' });
    await model.startAgain();
    expect(hub.start).toHaveBeenCalledWith('topcat', { datalab: 'topcat' });
    server.ready = true;
    sessions.changed.emit();
    await settle();
    expect(urls).toHaveLength(2);
    model.dispose();
  });

  it('shows the log of an application that failed', async () => {
    const { model } = setup({ app: 'failed' });
    model.connect();
    await settle();
    model.connected();
    await settle();
    expect(model.state).toEqual({ kind: 'app-failed', log: 'why' });
    model.dispose();
  });
});
