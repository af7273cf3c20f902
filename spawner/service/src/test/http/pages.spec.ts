import { startHub, USER, type Harness } from './harness.js';

let hub: Harness;
let cookie: string;
let xsrf: string;
beforeEach(async () => {
  hub = await startHub();
  ({ cookie, xsrf } = await hub.login());
});
afterEach(() => hub.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => hub.fetch(path, { headers: { cookie, accept: 'text/html', ...headers } });
const target = async (path: string, headers?: Record<string, string>): Promise<string | null> => (await get(path, headers)).headers.get('location');

it('leads from / over a start to the home', async () => {
  expect(await target('/')).toBe('/hub/');
  expect(await target('/hub/')).toBe('/hub/spawn');
  expect(await target('/hub/spawn')).toBe(`/hub/spawn-pending/${USER}`);
  expect(hub.sessions.starts).toEqual([{ owner: USER, name: '', by: USER, options: { datalab: 'jupyterlab' } }]);
  const page = await get(`/hub/spawn-pending/${USER}`);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  const text = await page.text();
  expect(text).toContain(`data-progress="/hub/api/users/${USER}/server/progress"`);
  expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style="| on\w+="/);
  hub.sessions.set({ name: '', state: 'ready' });
  expect(await target(`/hub/spawn-pending/${USER}`)).toBe(`/user/${USER}/`);
  expect(await target('/hub/')).toBe('/hub/spawn');
  expect(await target('/hub/spawn?next=/user/alice/lab/tree/x.ipynb')).toBe('/user/alice/lab/tree/x.ipynb');
  expect(await target('/hub/spawn?next=//evil.example')).toBe(`/user/${USER}/`);
  expect((await hub.fetch('/hub/static/pending.js')).headers.get('content-type')).toContain('javascript');
});

it('starts nothing for a link on another site until asked by hand', async () => {
  const page = await get(`/hub/spawn/${USER}/topcat?datalab=topcat`, { 'sec-fetch-site': 'cross-site' });
  expect(page.status).toBe(200);
  expect(hub.sessions.starts).toHaveLength(0);
  const form = { 'content-type': 'application/x-www-form-urlencoded', cookie };
  const refused = await hub.fetch(`/hub/spawn/${USER}/topcat`, { method: 'POST', headers: form, body: 'datalab=topcat' });
  expect(refused.status).toBe(403);
  const posted = await hub.fetch(`/hub/spawn/${USER}/topcat`, { method: 'POST', headers: form, body: `datalab=topcat&_xsrf=${xsrf}` });
  expect(posted.headers.get('location')).toBe(`/hub/spawn-pending/${USER}/topcat`);
});

it('lists sessions, escaped, and stops them', async () => {
  hub.sessions.set({ name: 'topcat', title: '<b>x</b>', state: 'failed', failure: { code: 'crashed', message: '<i>' } });
  const text = await (await get('/hub/home')).text();
  expect(text).toContain('&#60;b&#62;x');
  expect(text).not.toContain('<i>');
  const response = await hub.fetch('/hub/stop', { method: 'POST', headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' }, body: `server=topcat&_xsrf=${xsrf}` });
  expect(response.status).toBe(303);
  expect(hub.sessions.views.size).toBe(0);
});

it('continues a link that fits everybody in the own home', async () => {
  expect(await target('/hub/user-redirect/lab/tree/a%20b?x=1')).toBe(`/hub/spawn?next=${encodeURIComponent(`/user/${USER}/lab/tree/a%20b?x=1`)}`);
  hub.sessions.set({ name: '' });
  expect(await target('/hub/user-redirect/lab/tree/a%20b?x=1')).toBe(`/user/${USER}/lab/tree/a%20b?x=1`);
  expect(await target('/hub/user-redirect//evil.example')).toBe(`/user/${USER}/evil.example`);
});

it('answers for a stopped session: programs 424, people a page with a button', async () => {
  const api = await get(`/user/${USER}/topcat/api/kernels`);
  expect(api.status).toBe(424);
  expect(await api.json()).toMatchObject({ code: 'session-stopped', message: expect.any(String) });
  expect((await get(`/user/${USER}/topcat/`, { 'sec-fetch-mode': 'cors' })).headers.get('content-type')).toContain('problem+json');
  const page = await get(`/user/${USER}/topcat/`);
  expect(page.status).toBe(424);
  const text = await page.text();
  expect(text).toContain(`href="/hub/spawn/${USER}/topcat?next=%2Fuser%2Falice%2Ftopcat%2F"`);
  // By its title, as everywhere; a session of another name has none before it runs something.
  expect(text).toContain('<h1>TOPCAT is not running</h1>');
  expect(await (await get(`/user/${USER}/mine/`)).text()).toContain('<h1>mine is not running</h1>');
  expect(await (await get(`/user/${USER}/lab/tree/x`)).text()).toContain(`href="/hub/spawn/${USER}?next=`);
  expect(await (await get(`/user/${USER}/oauth-state`)).text()).toContain(`href="/hub/spawn/${USER}?next=`);
});

it('knows no session of nobody: 404 to who reads, and 424 to who writes, as from JupyterHub', async () => {
  for (const path of ['/user/nobody/api/kernels', '/user/nobody/', '/user/%00/', `/user/${'x'.repeat(300)}/`]) {
    const answer = await hub.fetch(path, { headers: { accept: '*/*' } });
    expect([path, answer.status, await answer.json()]).toEqual([path, 404, expect.objectContaining({ code: 'unknown-user', message: expect.any(String) })]);
  }
  const page = await get('/user/nobody/lab');
  expect([page.status, page.headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')]);
  expect((await hub.fetch('/user/nobody/api/kernels', { method: 'POST' })).status).toBe(424);
});

it('shows errors as pages', async () => {
  for (const [path, status] of [['/hub/nothing', 404], [`/hub/spawn/${USER}/UPPER`, 400], ['/hub/spawn/bob', 403], [`/hub/spawn/${USER}/x?datalab=nothing`, 404]] as const) {
    const response = await get(path);
    expect([path, response.status, response.headers.get('content-type')]).toEqual([path, status, expect.stringContaining('text/html')]);
  }
});
