import { HubClient, type Problem, type ServerModel } from '../src/client.js';
import { expect, test } from '../src/fixtures.js';

/** With a suffix of its hub's own. */
const loginCookie = /^datalabs-session\.[0-9a-f]{8}\b/;
const problemType = (code: string): string => `urn:datalabs:problem:${code}`;

test.describe('login', () => {
  test('a link works once, sets a guarded cookie and leaves no token behind', async ({ ownHub: hub, browser }) => {
    const first = await fetch(hub.link, { redirect: 'manual' });
    expect([302, 303]).toContain(first.status);
    expect(first.headers.get('location')).not.toContain('token=');
    const cookie = first.headers.getSetCookie().find(text => loginCookie.test(text))!;
    expect(cookie).toMatch(/; *HttpOnly/i);
    expect(cookie).toMatch(/; *SameSite=Lax/i);
    // 128 bit or more: 22 characters of base64, 32 of hex.
    expect(cookie.split(';')[0]!.split('=')[1]!.length).toBeGreaterThanOrEqual(22);

    const context = await browser.newContext();
    const page = await context.newPage();
    const second = (await page.goto(hub.link))!;
    expect(second.status()).toBe(403);
    await expect(page.getByText(/used|expired|not valid|invalid/i).first()).toBeVisible();
    await expect(page.getByText(/npm start|new link|start/i).first()).toBeVisible();
    expect((await context.cookies()).find(({ name }) => loginCookie.test(name))).toBeUndefined();
    await context.close();
  });

  test('a wrong token is refused', async ({ hub }) => {
    const wrong = await fetch(`${hub.origin}/hub/login?token=${'a'.repeat(43)}`, { redirect: 'manual' });
    expect(wrong.status).toBe(403);
    expect(wrong.headers.getSetCookie().join()).not.toMatch(/datalabs-session/);
  });

  test('next= stays on this origin', async ({ ownHub: hub }) => {
    const targets = ['//evil.example/', 'https://evil.example/', '/\\evil.example/', '/hub/../..//evil.example', 'javascript:alert(1)'];
    const client = await hub.login();
    for (const next of targets) {
      const answer = await client.get(`/hub/login?next=${encodeURIComponent(next)}`);
      const location = answer.headers.get('location');
      if (location !== null) {
        expect(new URL(location, hub.origin).origin, next).toBe(hub.origin);
      }
    }
  });

  test('a tampered cookie is nobody', async ({ hub, client }) => {
    expect((await client.api('GET', '/user')).status).toBe(200);
    for (const change of [(value: string) => `${value.slice(0, -2)}xy`, () => '', () => '%00', (value: string) => value + value]) {
      const stranger = new HubClient(hub.origin, new Map(client.cookies));
      const [name, value] = [...client.cookies].find(([cookie]) => loginCookie.test(cookie))!;
      stranger.cookies.set(name, change(value));
      const answer = await stranger.api<Problem>('GET', '/user');
      // JupyterHub's answer: single-user servers take only 403 for "log in again".
      expect(answer.status).toBe(403);
      expect(answer.body.type).toBe(problemType('unauthenticated'));
    }
  });
});

test.describe('requests that change something', () => {
  test('need the cross-site token beside the cookie', async ({ client }) => {
    const path = client.serverPath('xsrf-test');
    const attempts: Record<string, string>[] = [{}, { 'x-xsrftoken': 'wrong' }, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }];
    for (const headers of attempts) {
      const answer = await client.api<Problem>('POST', path, { body: { datalab: 'topcat' }, xsrf: false, headers });
      expect(answer.status).toBe(403);
      expect(answer.body.type).toBe(problemType('xsrf'));
    }
    expect(await client.servers()).not.toHaveProperty('xsrf-test');
  });

  test('name what is wrong with them', async ({ client }) => {
    const unknown = await client.start('some', 'no-such-datalab');
    expect(unknown.status).toBe(404);
    expect(unknown.body.type).toBe(problemType('unknown-datalab'));
    expect(unknown.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(unknown.body.message).toBe(unknown.body.detail);

    const malformed = await client.api<Problem>('POST', client.serverPath('some'), { raw: '{"datalab": "topcat"' });
    expect(malformed.status).toBe(400);
    expect(malformed.body.type).toBe(problemType('bad-request'));

    const extra = await client.api<Problem>('POST', client.serverPath('some'), { body: { datalab: 'topcat', image: 'evil' } });
    expect(extra.status).toBe(400);
    expect(extra.body.type).toBe(problemType('bad-request'));

    const huge = await client.api<Problem>('POST', client.serverPath('some'), { raw: `{"datalab": "${'x'.repeat(4_000_000)}"}` });
    expect(huge.status).toBeGreaterThanOrEqual(400);
    expect(huge.status).toBeLessThan(500);
    expect(await client.servers()).not.toHaveProperty('some');
  });

  for (const name of ['a/b', '..', 'ünïcode', 'UPPER', '-dash', 'x'.repeat(64), 'a b', 'a%00', '<b>', 'lab', 'oauth-state', 'oauth-state-1a2b3c4d']) {
    test(`refuse the session name ${JSON.stringify(name.slice(0, 20))}`, async ({ client, hub }) => {
      const answer = await client.api<Problem>('POST', client.serverPath(encodeURIComponent(name)), { body: { datalab: 'topcat' } });
      // Two dots are resolved by the client itself, so that another route answers: it makes users, and this one exists.
      expect(name === '..' ? [409] : [400, 404, 405]).toContain(answer.status);
      if (answer.status === 400) {
        expect(answer.body.type).toBe(problemType('invalid-name'));
      }
      expect(hub.guests()).toEqual([]);
    });
  }
});

test.describe('other people', () => {
  test('see nothing without a cookie or token', async ({ hub, client }) => {
    const paths = ['/user', `/users/${client.user}`, '/users', '/datalabs', '/volumes', `/users/${client.user}/tokens`, `/users/${client.user}/events`];
    for (const path of paths) {
      expect((await fetch(`${hub.origin}/hub/api${path}`)).status, path).toBe(403);
      expect((await fetch(`${hub.origin}/hub/api${path}`, { headers: { authorization: `token ${'0'.repeat(43)}` } })).status, path).toBe(403);
    }
  });

  test("are refused at a running session, and so is another session's token", async ({ hub, client }) => {
    test.setTimeout(90_000);
    const topcat = await client.ready('topcat', 'topcat');
    const euclid = await client.ready('euclid', 'euclid');
    const own = await client.token([`access:servers!server=${client.user}/topcat`]);
    const other = await client.token([`access:servers!server=${client.user}/euclid`]);
    const status = async (model: ServerModel, path: string, token?: string): Promise<number> => {
      const url = new URL(`${model.url}${path}`, hub.origin);
      return (await fetch(url, { redirect: 'manual', headers: token ? { authorization: `token ${token}` } : {} })).status;
    };
    expect(await status(euclid, 'api/contents', other)).toBe(200);
    for (const token of [undefined, own, '0'.repeat(43)]) {
      expect([302, 401, 403], `contents with ${token}`).toContain(await status(euclid, 'api/contents', token));
    }

    // `opened` is true only when the agent accepted the connection.
    const opened = (token: string): Promise<boolean> =>
      new Promise(resolve => {
        const url = new URL(`${topcat.url}vnc?token=${token}`, hub.origin);
        url.protocol = 'ws:';
        const socket = new WebSocket(url);
        socket.onopen = () => {
          socket.close();
          resolve(true);
        };
        socket.onerror = () => resolve(false);
      });
    expect(await opened(own)).toBe(true);
    for (const token of ['', other, '0'.repeat(43)]) {
      expect(await opened(token), `vnc with "${token}"`).toBe(false);
    }

    // A token that opens one session opens nothing of the hub.
    for (const [method, path] of [['GET', `/users/${client.user}`], ['POST', `/users/${client.user}/tokens`], ['POST', client.serverPath('more')], ['DELETE', client.serverPath('euclid')]] as const) {
      const answer = await new HubClient(hub.origin).api(method, path, { headers: { authorization: `token ${own}` } });
      expect([403, 404], `${method} ${path}`).toContain(answer.status);
    }
    // And nobody gets more scopes than they have.
    const more = await new HubClient(hub.origin).api('POST', `/users/${client.user}/tokens`, {
      headers: { authorization: `token ${own}` },
      body: { scopes: [`servers!user=${client.user}`] }
    });
    expect(more.status).toBe(403);
    await client.remove('topcat');
    await client.remove('euclid');
    await expect.poll(() => hub.guests()).toEqual([]);
  });

  test('do not exist: an unknown user has no session to start', async ({ client }) => {
    for (const name of ['somebody', '..%2f', '%F0%9F%98%80', 'x'.repeat(300)]) {
      const answer = await client.api('POST', `/users/${name}/servers/topcat`, { body: { datalab: 'topcat' } });
      expect([400, 403, 404], name).toContain(answer.status);
    }
    for (const path of ['/user/somebody/api/kernels', '/user/somebody/topcat/']) {
      expect((await client.get(path)).status, path).toBe(404);
    }
    expect((await client.get(`/user/${client.user}/never-started/api`)).status).toBe(424);
  });
});

test('fifty parallel starts of one session give one session', async ({ hub, client }) => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => client.start('many', 'topcat')));
  for (const { status } of answers) {
    expect([201, 202, 400]).toContain(status);
  }
  await client.ready('many', 'topcat');
  expect(hub.sandboxes().filter(({ session }) => session === 'many')).toHaveLength(1);
  await Promise.all(Array.from({ length: 10 }, () => client.remove('many')));
  await expect.poll(() => hub.sandboxes().filter(({ session }) => session === 'many')).toEqual([]);
  await expect.poll(() => client.servers()).not.toHaveProperty('many');
});
