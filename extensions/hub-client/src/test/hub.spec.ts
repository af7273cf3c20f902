import { Hub } from '../hub';
import type { IHubConfig } from '../hub';
import { ProblemError, problemOf } from '../problem';
import { FakeHub, session, until } from './fake-hub';

const CONFIG: IHubConfig = { host: '', prefix: '/hub/', user: 'u', sessionName: '' };

function makeHub(fake: FakeHub, config: Partial<IHubConfig> = {}): Hub {
  return new Hub({ config: { ...CONFIG, ...config }, serverSettings: fake.settings });
}

describe('Hub', () => {
  let fake: FakeHub;
  const made: Hub[] = [];
  const make = (config?: Partial<IHubConfig>): Hub => {
    const hub = makeHub(fake, config);
    made.push(hub);
    return hub;
  };

  beforeEach(() => {
    fake = new FakeHub();
  });

  afterEach(() => made.splice(0).forEach(hub => hub.dispose()));

  it('is available where the token has the suite scope', async () => {
    const hub = make();
    await hub.ready;
    expect(hub.available).toBe(true);
    await until(() => fake.streams.length === 1);
  });

  it('asks nothing in a JupyterLab without a hub', async () => {
    const hub = make({ prefix: '', user: '' });
    await hub.ready;
    expect(hub.available).toBe(false);
    expect(fake.calls).toEqual([]);
    expect(fake.streams).toEqual([]);
  });

  it('is not available where the token lacks the scope', async () => {
    fake.answers['GET /hub/api/user'] = { status: 200, body: { name: 'u', scopes: ['access:servers!server=u/'] } };
    const hub = make();
    await hub.ready;
    expect(hub.available).toBe(false);
    expect(hub.sessions.problem).toBeNull();
    expect(fake.streams).toEqual([]);
  });

  it('is not available where the token is refused, and says so', async () => {
    fake.answers['GET /hub/api/user'] = { status: 403, body: { code: 'unauthenticated', detail: 'You are not logged in.' } };
    const hub = make();
    await hub.ready;
    expect(hub.available).toBe(false);
    expect(hub.sessions.state).toBe('refused');
    expect(hub.sessions.problem?.code).toBe('unauthenticated');
    expect(fake.streams).toEqual([]);
  });

  it('asks again while nothing answers, until it is disposed', async () => {
    const timer = jest.spyOn(window, 'setTimeout');
    const ended = jest.spyOn(window, 'clearTimeout');
    fake.down = true;
    const hub = make();
    await until(() => hub.sessions.state === 'offline');
    await until(() => timer.mock.calls.some(([, ms]) => ms === 5_000));
    const handle = timer.mock.results[timer.mock.calls.findIndex(([, ms]) => ms === 5_000)].value;
    hub.dispose();
    expect(ended).toHaveBeenCalledWith(handle);
    expect(hub.isDisposed).toBe(true);
    timer.mockRestore();
    ended.mockRestore();
  });

  it('starts a session with its datalab and shows it at once', async () => {
    const hub = make();
    await hub.ready;
    const model = session('euclid', { ready: false, pending: 'spawn' });
    fake.answers['POST /hub/api/users/u/servers/euclid'] = { status: 202, body: model };
    await hub.start('euclid', { datalab: 'euclid' });
    expect(fake.calls.at(-1)).toEqual({
      method: 'POST',
      path: '/hub/api/users/u/servers/euclid',
      body: { datalab: 'euclid' },
      authorization: 'token secret'
    });
    expect(hub.sessions.get('euclid')).toEqual(model);
  });

  it('does not take another datalab of the same name for the one asked for', async () => {
    const hub = make();
    fake.answers['POST /hub/api/users/u/servers/topcat'] = {
      status: 400,
      body: { code: 'already-running', detail: 'The session "topcat" runs another datalab, Euclid.' }
    };
    const error = await hub.start('topcat', { datalab: 'topcat' }).catch(e => e);
    expect(error.problem.code).toBe('already-running');
  });

  it('rejects with the problem of the hub', async () => {
    const hub = make();
    fake.answers['POST /hub/api/users/u/servers/x'] = {
      status: 404,
      body: { type: 'urn:datalabs:problem:unknown-datalab', detail: 'No such datalab.', action: 'Choose another.' }
    };
    const error = await hub.start('x', { datalab: 'x' }).catch(e => e);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error.problem).toMatchObject({ code: 'unknown-datalab', status: 404, action: 'Choose another.' });
  });

  it('says when the hub does not answer', async () => {
    const hub = make();
    await hub.ready;
    fake.down = true;
    const error = await hub.stop('euclid').catch(e => e);
    expect(error.problem.code).toBe('hub-unreachable');
  });

  it('takes the page of the proxy for no answer', async () => {
    const hub = make();
    fake.answers['DELETE /hub/api/users/u/servers/euclid'] = { status: 503 };
    const error = await hub.stop('euclid').catch(e => e);
    expect(error.problem).toMatchObject({ code: 'hub-unreachable', status: 503, detail: 'The hub does not answer.' });
  });

  it('mints a token for one session only', async () => {
    const hub = make();
    fake.answers['POST /hub/api/users/u/tokens'] = { status: 201, body: { token: 'abc' } };
    await expect(hub.mintAccessToken('topcat')).resolves.toBe('abc');
    expect(fake.calls.at(-1)!.body).toMatchObject({ scopes: ['access:servers!server=u/topcat'], expires_in: 3600 });
  });

  it('knows the addresses of sessions, quoted', () => {
    const hub = make({ user: 'a b' });
    expect(hub.sessionUrl('')).toBe('http://localhost/user/a%20b/');
    expect(hub.sessionUrl('topcat', 'vnc')).toBe('http://localhost/user/a%20b/topcat/vnc');
    expect(hub.pendingUrl('topcat')).toBe('http://localhost/hub/spawn-pending/a%20b/topcat');
    expect(make({ prefix: '/base/hub/' }).sessionUrl('x')).toBe('http://localhost/base/user/u/x/');
  });
});

describe('problemOf', () => {
  it('takes the code from the type, and lines of a log as text', () => {
    expect(problemOf({ type: 'urn:datalabs:problem:crashed', detail: 'It ended.', log: ['a', 'b'] }, 0)).toMatchObject({
      code: 'crashed',
      detail: 'It ended.',
      log: 'a\nb'
    });
  });

  it.each([null, 'text', [], 42])('makes a sentence of %p', body => {
    expect(problemOf(body, 502)).toMatchObject({ code: 'bad-answer', status: 502, detail: expect.stringContaining('502') });
  });
});
