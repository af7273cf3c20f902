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

  afterEach(() => made.splice(0).forEach(hub => hub.sessions.dispose()));

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

  it.each([
    ['lacks the scope', { status: 200, body: { name: 'u', scopes: ['access:servers!server=u/'] } }],
    ['is refused', { status: 403, body: { code: 'forbidden', detail: 'No.' } }]
  ])('is not available where the token %s', async (_, answer) => {
    fake.answers['GET /hub/api/user'] = answer;
    const hub = make();
    await hub.ready;
    expect(hub.available).toBe(false);
    expect(fake.streams).toEqual([]);
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

  it('takes a start that is under way for its own', async () => {
    const hub = make();
    fake.answers['POST /hub/api/users/u/servers/euclid'] = {
      status: 400,
      body: { code: 'start-pending', detail: 'It starts already.' }
    };
    await expect(hub.start('euclid', { datalab: 'euclid' })).resolves.toBeUndefined();
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
