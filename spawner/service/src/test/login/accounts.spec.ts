import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../clock.js';
import { doorDirectory } from '../../config/paths.js';
import { configSchema } from '../../config/schema.js';
import { SessionDoors } from '../../http/doors.js';
import { Accounts } from '../../services/identity/login/accounts.js';
import { loginHost } from '../../services/identity/login/host.js';
import { Passwords, requireGoodPassword } from '../../services/identity/login/passwords.js';
import type { HubLogin } from '../../services/identity/login/types.js';
import { startHub, USER, type Harness } from '../http/harness.js';
import { Browser, hidden, type Page } from './browser.js';

const CHEAP = { N: 2 ** 10, r: 8, p: 1 };
const PASSWORD = 'nine moons of neptune';
const HOUR = 3600_000;

let hub: Harness;
let accounts: Accounts;
let browser: Browser;

beforeEach(async () => {
  hub = await startHub({
    prepare(context, { identity, store, clock }) {
      accounts = new Accounts({
        store, host: loginHost({ users: identity.users, logins: identity.logins, store }), passwords: new Passwords(CHEAP), invitationMs: 72 * HOUR, clock, logger: context.logger
      });
      const login: HubLogin = { accounts, mayStart: async () => undefined, open: async () => null, close: () => undefined };
      context.login = login;
      context.config.login = configSchema.shape.login.parse({ kind: 'accounts' });
    }
  });
  browser = new Browser();
});
afterEach(() => hub.close());

async function invited(user: string, role = 'user'): Promise<string> {
  const { token } = await accounts.invite({ user, role, createdBy: USER });
  return `${hub.url}/hub/invitation?token=${token}`;
}
async function accept(link: string, password = PASSWORD, who = browser): Promise<Page> {
  return who.post(`${hub.url}/hub/invitation`, { ...hidden(await who.get(link)), password, again: password });
}
async function logIn(user: string, password: string, who = browser, headers: Record<string, string> = {}): Promise<Page> {
  const form = hidden(await who.get(`${hub.url}/hub/login?next=/hub/home`));
  return who.post(`${hub.url}/hub/login`, { ...form, username: user, password }, headers);
}
const isIn = async (who = browser): Promise<boolean> => (await who.get(`${hub.url}/hub/home`)).status === 200;

describe('invitation', () => {
  it('leads by a chosen password to an account, and from then on by the password', async () => {
    const link = await invited('vera', 'author');
    const page = await browser.get(link);
    expect(page.text).toContain('invites you to this hub as <strong>vera</strong>');
    expect((await accept(link)).location).toBe('/hub/');
    expect(await isIn()).toBe(true);
    expect((await hub.store.users.get('vera'))?.role).toBe('author');
    const later = new Browser();
    expect((await logIn('vera', PASSWORD, later)).location).toBe('/hub/home');
    expect(await isIn(later)).toBe(true);
  });

  it('works once, also for two at the same moment, for a time, and until a newer one', async () => {
    const link = await invited('vera');
    const [a, b] = [new Browser(), new Browser()];
    const forms = [hidden(await a.get(link)), hidden(await b.get(link))];
    const pages = await Promise.all([a, b].map((who, index) => who.post(`${hub.url}/hub/invitation`, { ...forms[index], password: PASSWORD, again: PASSWORD })));
    expect(pages.map(page => page.status).sort()).toEqual([303, 403]);
    expect((await browser.get(link)).text).toContain('has been used already, has expired, or has been replaced');
    const old = await invited('henry');
    const newer = await invited('henry');
    expect((await browser.get(old)).status).toBe(403);
    hub.clock.advance(73 * HOUR);
    expect((await browser.get(newer)).status).toBe(403);
  });

  it('is not used up by looking at it, or by a password that is refused', async () => {
    const link = await invited('vera');
    await browser.get(link);
    for (const [password, says] of [['short', 'at least 10 characters'], ['vera vera vera', 'contains your user name'], ['aaaaaaaaaaaa', 'hardly any different']]) {
      const page = await accept(link, password);
      expect([page.status, page.text.includes(says!)]).toEqual([400, true]);
    }
    const unlike = await browser.post(`${hub.url}/hub/invitation`, { ...hidden(await browser.get(link)), password: PASSWORD, again: 'another one here' });
    expect(unlike.text).toContain('are not the same');
    expect((await accept(link)).status).toBe(303);
  });

  it('gives a new password, ends the other logins, and takes no right away', async () => {
    await accept(await invited('vera', 'admin'));
    const again = new Browser();
    const link = await invited('vera');
    expect((await again.get(link)).text).toContain('Choose a new password');
    expect((await accept(link, 'ten rings of saturn', again)).status).toBe(303);
    expect([await isIn(), await isIn(again)]).toEqual([false, true]);
    expect((await logIn('vera', PASSWORD, new Browser())).status).toBe(403);
    expect((await hub.store.users.get('vera'))?.role).toBe('admin');
  });

  it('is for no name that only looks like another', async () => {
    await accept(await invited('vera'));
    await expect(invited('VERA')).rejects.toMatchObject({ code: 'conflict' });
    await expect(invited('../x')).rejects.toMatchObject({ code: 'invalid-name' });
    await expect(accounts.invite({ user: 'x', role: 'king', createdBy: USER })).rejects.toMatchObject({ code: 'bad-request' });
  });
});

describe('password', () => {
  beforeEach(async () => {
    await accept(await invited('vera'));
    browser = new Browser();
  });

  it('is asked for in the same words whether or not there is such an account', async () => {
    const pages = [await logIn('vera', 'wrong password'), await logIn('nobody', 'wrong password'), await logIn(USER, 'wrong password')];
    const alerts = pages.map(page => [page.status, /role="alert">([^<]*)/.exec(page.text)?.[1]]);
    expect(alerts).toEqual(Array(3).fill([403, expect.stringContaining('User name or password is wrong')]));
  });

  it('belongs to the account in whatever case its name is typed', async () => {
    expect((await logIn('Vera ', PASSWORD)).status).toBe(303);
    expect((await browser.get(`${hub.url}/hub/home`)).text).toContain('>vera<');
  });

  it('is guessed slower and slower, by account and by address, and the right one waits too', async () => {
    const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': `1.1.1.1, ${address}` });
    for (let attempt = 0; attempt < 6; attempt++) {
      expect((await logIn('vera', `wrong ${attempt}`, browser, from(`10.0.0.${attempt}`))).status).toBe(403);
    }
    const refused = await logIn('VERA', PASSWORD, browser, from('10.0.1.1'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    expect(refused.text).toContain('Try again in 5 s');
    hub.clock.advance(5000);
    expect((await logIn('vera', PASSWORD, browser, from('10.0.1.1'))).status).toBe(303);
    const stranger = new Browser();
    for (let attempt = 0; attempt < 31; attempt++) {
      expect((await logIn(`name${attempt}`, 'wrong', stranger, from('10.0.2.2'))).status).toBe(403);
    }
    expect((await logIn('another', 'wrong', new Browser(), from('10.0.2.2'))).status).toBe(429);
    expect((await logIn('another', 'wrong', new Browser(), from('10.0.3.3'))).status).toBe(403);
  });

  it('is not guessed from inside a session as from many addresses', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'login-door-'));
    const doors = new SessionDoors(folder, systemClock);
    try {
      doors.serve(hub.app);
      await doors.open({ owner: 'vera', name: 'x' });
      const socketPath = join(doorDirectory(folder, { owner: 'vera', name: 'x' }), 'hub.sock');
      const form = hidden(await browser.get(`${hub.url}/hub/login`));
      const cookie = Object.entries(browser.cookies(hub.url)).map(([name, value]) => `${name}=${value}`).join('; ');
      const guess = (count: number): Promise<number> =>
        new Promise((resolve, reject) => {
          const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': `10.0.0.${count}` };
          const asked = request({ socketPath, path: '/hub/login', method: 'POST', headers, agent: false }, answer => resolve(answer.resume().statusCode!));
          asked.once('error', reject).end(new URLSearchParams({ ...form, username: `user${count}`, password: 'wrong' }).toString());
        });
      const statuses: number[] = [];
      for (let count = 0; count < 33; count++) {
        statuses.push(await guess(count));
      }
      expect([statuses.filter(status => status === 403).length, statuses.at(-1)]).toEqual([31, 429]);
    } finally {
      doors.closeAll();
      rmSync(folder, { recursive: true });
    }
  });

  it('is not tried many times by asking all at once', async () => {
    const form = hidden(await browser.get(`${hub.url}/hub/login`));
    const pages = await Promise.all(Array.from({ length: 20 }, (_, index) => browser.post(`${hub.url}/hub/login`, { ...form, username: 'vera', password: `guess ${index}` })));
    expect(pages.filter(page => page.status === 403)).toHaveLength(6);
    expect(pages.filter(page => page.status === 429)).toHaveLength(14);
  });

  it('is changed by whoever knows it, and the other browsers are out', async () => {
    const [one, two] = [new Browser(), new Browser()];
    await logIn('vera', PASSWORD, one);
    await logIn('vera', PASSWORD, two);
    const form = hidden(await one.get(`${hub.url}/hub/account`));
    const change = (current: string, password = 'ten rings of saturn'): Promise<Page> => one.post(`${hub.url}/hub/account`, { ...form, current, password, again: password });
    expect((await change('not it at all')).status).toBe(403);
    expect((await change(PASSWORD, 'short')).status).toBe(400);
    expect((await change(PASSWORD)).text).toContain('Password changed');
    expect([await isIn(one), await isIn(two)]).toEqual([true, false]);
    expect((await logIn('vera', 'ten rings of saturn', two)).status).toBe(303);
  });

  it('is hashed anew at a login when the cost has been raised', async () => {
    const before = (await hub.store.accounts.get('vera'))!.password;
    expect(before).toMatch(/^scrypt\$1024\$8\$1\$/);
    await logIn('vera', PASSWORD);
    expect((await hub.store.accounts.get('vera'))!.password).toBe(before);
    const dearer = new Passwords({ N: 2 ** 11, r: 8, p: 1 });
    Object.assign(accounts, { options: { ...(accounts as unknown as { options: object }).options, passwords: dearer } });
    expect((await logIn('vera', PASSWORD, new Browser())).status).toBe(303);
    const after = (await hub.store.accounts.get('vera'))!.password;
    expect(after).toMatch(/^scrypt\$2048\$8\$1\$/);
    expect(await dearer.verify(PASSWORD, after)).toEqual({ ok: true, outdated: false });
  });

  it('opens nothing for a user who was deleted, nor for the next of that name', async () => {
    await hub.identity.users.remove('vera');
    expect((await logIn('vera', PASSWORD)).status).toBe(403);
    await hub.identity.users.ensure({ name: 'vera' });
    expect((await logIn('vera', PASSWORD)).status).toBe(403);
  });

  it('is taken from the own page alone', async () => {
    const form = hidden(await browser.get(`${hub.url}/hub/login`));
    const send = (fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> =>
      browser.post(`${hub.url}/hub/login`, { ...fields, username: 'vera', password: PASSWORD }, headers);
    expect((await send({})).status).toBe(403);
    expect((await send(form, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await send(form, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await send({ ...form, next: '//evil.example' })).location).toBe('/hub/');
  });

  it('stands in no log', async () => {
    await logIn('vera', PASSWORD);
    await logIn('vera', 'a wrong password', new Browser());
    expect(JSON.stringify(hub.logged)).not.toMatch(/neptune|a wrong password/);
  });
});

describe('page of accounts', () => {
  it('is for admins: makes links, shows them once, withdraws them', async () => {
    await accept(await invited('vera', 'admin'));
    expect((await browser.get(`${hub.url}/hub/home`)).text).toMatch(/href="\/hub\/account".*href="\/hub\/accounts"/);
    const page = await browser.get(`${hub.url}/hub/accounts`);
    const made = await browser.post(`${hub.url}/hub/accounts`, { ...hidden(page), user: 'henry', role: 'user' });
    const link = /value="(http[^"]*\/hub\/invitation\?token=[^"]+)"/.exec(made.text)![1]!;
    expect((await browser.get(link)).text).toContain('<strong>henry</strong>');
    expect((await browser.get(`${hub.url}/hub/accounts`)).text).not.toContain('token=');
    const bad = await browser.post(`${hub.url}/hub/accounts`, { ...hidden(page), user: 'no/way', role: 'user' });
    expect([bad.status, bad.text.includes('role="alert"')]).toEqual([400, true]);
    expect((await browser.post(`${hub.url}/hub/accounts`, { user: 'x' })).status).toBe(403);
    const { _xsrf } = hidden(page);
    await browser.post(`${hub.url}/hub/accounts`, { _xsrf: _xsrf!, withdraw: 'henry' });
    expect((await browser.get(link)).status).toBe(403);
  });

  it('is not for others', async () => {
    await accept(await invited('vera'));
    expect((await browser.get(`${hub.url}/hub/accounts`)).status).toBe(403);
    expect((await browser.post(`${hub.url}/hub/accounts`, { _xsrf: browser.cookies(hub.url)._xsrf!, user: 'x' })).status).toBe(403);
  });
});

it('takes the same password in another Unicode form', async () => {
  const passwords = new Passwords(CHEAP);
  const stored = await passwords.hash('Ångström crater');
  expect((await passwords.verify('A\u030Angstro\u0308m crater', stored)).ok).toBe(true);
  expect((await passwords.verify('Angstrom crater', stored)).ok).toBe(false);
  expect(() => requireGoodPassword('日本語のパスワードです', 'vera')).not.toThrow();
});
