import { DomainError } from '../../domain/errors.js';
import { FakeHomes } from './fake-homes.js';
import { startHub, USER, type Harness } from './harness.js';

let hub: Harness;
let homes: FakeHomes;
let me: { cookie: string; xsrf: string };

beforeEach(async () => {
  homes = new FakeHomes();
  hub = await startHub({ prepare: context => (context.homes = homes) });
  me = await hub.login();
});
afterEach(() => hub.close());

const get = async (path: string): Promise<{ status: number; text: string }> => {
  const response = await hub.fetch(path, { headers: { cookie: me.cookie } });
  return { status: response.status, text: await response.text() };
};
const post = async (path: string, fields: Record<string, string>, xsrf = me.xsrf): Promise<{ status: number; text: string; location: string | null }> => {
  const response = await hub.fetch(path, {
    method: 'POST', headers: { cookie: me.cookie, 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ _xsrf: xsrf, ...fields }).toString()
  });
  return { status: response.status, text: await response.text(), location: response.headers.get('location') };
};
const encoded = (path: Buffer | string): string => Buffer.from(path as string).toString('base64url');

it('tells the size of a home with its parts, and where to make room', async () => {
  const response = await hub.fetch(`/hub/api/users/${USER}/homes`, { headers: { authorization: `token ${await hub.token()}` } });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    used: 90 * 2 ** 20, limit: 100 * 2 ** 20, level: 'warning', measured: '2026-03-01T11:59:00.000Z', page: '/hub/home-files', homes: [{ datalab: 'topcat' }], resets: [{ datalab: 'topcat', when: '2026-02-01T10:20:30.000Z' }]
  });
});

it('sets a home aside, and stops what runs only when asked', async () => {
  const reset = async (body?: object): Promise<Response> =>
    hub.fetch(`/hub/api/users/${USER}/homes/topcat/reset`, {
      method: 'POST', headers: { authorization: `token ${await hub.token()}`, 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) })
    });
  expect(await (await reset()).json()).toEqual({ id: 'topcat 2026' });
  expect((await reset({ stop: true })).status).toBe(200);
  expect((await reset({ sotp: true })).status).toBe(400);
  const asked = { owner: USER, datalab: 'topcat', by: USER, byAdmin: false };
  expect(homes.asked).toEqual([{ reset: { ...asked, stop: false } }, { reset: { ...asked, stop: true } }]);
});

it('lists what takes room with names as text, whatever they are', async () => {
  const { status, text } = await get('/hub/home-files');
  expect(status).toBe(200);
  expect(text).toContain('90.0 MiB of 100 MiB used');
  expect(text).toContain('Home of TOPCAT');
  expect(text).toContain('Old home of TOPCAT');
  expect(text).toContain('&#60;b&#62;cache/');
  expect(text).not.toContain('<b>');
  // One that is no text is found again by its bytes.
  expect(text).toContain(`name="at" value="${Buffer.from([0x61, 0xff]).toString('base64url')}"`);
  const inner = await get(`/hub/home-files?in=workspace&at=${encoded('a/b')}`);
  expect(inner.text).toContain('aria-current="page">b</span>');
  expect(homes.asked.at(-1)).toEqual({ largest: { owner: USER, place: 'workspace', path: 'a/b' } });
  homes.files = null;
  expect((await get('/hub/home-files?in=workspace')).text).toContain('could not be read in time');
});

it('lists what is being measured, and says that the figure is not all', async () => {
  homes.full = { ...homes.full, used: 20 * 2 ** 20, level: 'fine', message: null, workspace: { bytes: null } };
  const { text } = await get('/hub/home-files');
  expect(text).toMatch(/At least 20.0 MiB of 100 MiB used; the rest is being measured.*Workspace.*Being measured.*Home of TOPCAT/s);
  homes.full = { ...homes.full, used: null, homes: [{ datalab: 'topcat', bytes: null }], resets: [], level: 'unknown' };
  expect((await get('/hub/home-files')).text).not.toContain('<meter');
});

it('offers the safe start of a full home by its name, unless it runs', async () => {
  homes.full = { ...homes.full, level: 'full' };
  expect((await get('/hub/home-files')).text).toMatch(/Safe start opens JupyterLab.*Safe start of JupyterLab<\/button>/s);
  hub.sessions.set({ name: '' });
  expect((await get('/hub/home-files')).text).not.toContain('Safe start');
});

it('removes nothing by one click, and then exactly what was asked for', async () => {
  const fields = { in: 'home/topcat', at: encoded(Buffer.from([0x61, 0xff])), back: '?in=home%2Ftopcat' };
  const question = await post('/hub/home-files/remove', fields);
  expect(question.text).toContain('It is gone for good, with everything in it.');
  const asked = (await post('/hub/home-files/remove', { in: 'home/topcat', at: encoded('data/big.fits'), size: String(12 * 2 ** 20), kind: 'file' })).text;
  expect(asked).toMatch(/<code>data\/big.fits<\/code> in Home of TOPCAT, <span class="figure" title="12582912 bytes">12.0 MiB<\/span>.*The file is gone for good\./s);
  expect(homes.asked).toEqual([]);
  expect(await post('/hub/home-files/remove', { ...fields, sure: 'yes' })).toMatchObject({ status: 303, location: '/hub/home-files?in=home%2Ftopcat' });
  expect(homes.asked).toEqual([{ remove: { owner: USER, place: 'home/topcat', path: 'a\xff' } }]);
  expect(await post('/hub/home-files/remove', { ...fields, sure: 'yes', back: '//evil.example' })).toMatchObject({ status: 303, location: '/hub/home-files' });
  homes.outcome = 'late';
  expect((await post('/hub/home-files/remove', { ...fields, sure: 'yes' })).text).toContain('Still removing');
  homes.outcome = 'left';
  expect((await post('/hub/home-files/remove', { ...fields, sure: 'yes' })).text).toContain('Not all of it was removed');
  expect((await post('/hub/home-files/remove', { ...fields, sure: 'yes' }, 'wrong')).status).toBe(403);
  expect((await post('/hub/home-files/reset', { datalab: 'topcat', sure: 'yes' }, 'wrong')).status).toBe(403);
});

it('asks before a reset, says what is kept, and offers to stop what runs', async () => {
  expect((await post('/hub/home-files/reset', { datalab: 'topcat' })).text).toMatch(/Kept:.*workspace(?!.*Stop it and reset)/s);
  hub.sessions.set({ name: 'topcat' });
  const question = await post('/hub/home-files/reset', { datalab: 'topcat' });
  expect(question.text).toContain('Stop it and reset');
  expect(homes.asked).toEqual([]);
  expect(await post('/hub/home-files/reset', { datalab: 'topcat', stop: 'yes', sure: 'yes' })).toMatchObject({ status: 303, location: '/hub/home-files' });
  expect(homes.asked).toEqual([{ reset: { owner: USER, datalab: 'topcat', stop: true } }]);
});

it('answers a start into a full home with both ways on, and starts safely on request', async () => {
  const start = hub.sessions.start.bind(hub.sessions);
  hub.sessions.start = async options => {
    if (!options.options.safe) throw new DomainError('home-full', 'Your home is full: 5.0 GiB of 5.0 GiB are used.', { action: 'Make room.' });
    return start(options);
  };
  const refused = await get(`/hub/spawn/${USER}?next=/user/${USER}/lab/tree/a`);
  expect(refused.status).toBe(507);
  expect(refused.text).toContain('Your home is full: 5.0 GiB of 5.0 GiB are used.');
  expect(refused.text).toContain('href="/hub/home-files"');
  expect(refused.text).toContain('Safe start');
  expect(await post(`/hub/spawn/${USER}`, { datalab: 'jupyterlab', safe: '1', next: `/user/${USER}/lab/tree/a` })).toMatchObject({ status: 302, location: `/hub/spawn-pending/${USER}?next=${encodeURIComponent(`/user/${USER}/lab/tree/a`)}` });
  expect(hub.sessions.starts.at(-1)).toEqual({ owner: USER, name: '', by: USER, options: { datalab: 'jupyterlab', safe: true } });
  const api = await hub.fetch(`/hub/api/users/${USER}/servers/topcat`, {
    method: 'POST', headers: { authorization: `token ${await hub.token()}`, 'content-type': 'application/json' }, body: JSON.stringify({ datalab: 'topcat' })
  });
  expect(api.status).toBe(507);
  expect(await api.json()).toMatchObject({ code: 'home-full', action: 'Make room.' });
});

it('shows nobody else’s files', async () => {
  await hub.identity.users.ensure({ name: 'bob' });
  me = await hub.login('bob');
  await get(`/hub/home-files?in=workspace&owner=${USER}`);
  await post('/hub/home-files/remove', { in: 'workspace', at: encoded('x'), owner: USER, sure: 'yes' });
  expect(homes.asked).toEqual([{ largest: { owner: 'bob', place: 'workspace', path: '' } }, { remove: { owner: 'bob', place: 'workspace', path: 'x' } }]);
  expect((await hub.fetch('/hub/home-files')).headers.get('location')).toMatch(/^\/hub\/login/);
});
