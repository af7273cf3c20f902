import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { configSchema, type Config } from '../../config/schema.js';
import { loginHost } from '../../services/identity/login/host.js';
import type { IdentityProvider } from '../../ports/identity-provider.js';
import { hubLogin } from '../../services/identity/login/login.js';
import { OidcLogin } from '../../services/identity/login/oidc.js';
import { Sealer } from '../../services/identity/login/sealer.js';
import type { HubLogin } from '../../services/identity/login/types.js';
import { startHub, type Harness } from '../http/harness.js';
import { Browser, type Page } from './browser.js';
import { startIdp, type Idp } from './idp.js';

type OidcConfig = Extract<Config['login'], { kind: 'oidc' }>;

const HOUR = 3600_000;
const KEY = randomBytes(32);

let idp: Idp;
let hub: Harness;
let login: HubLogin;
let browser: Browser;
const opened: (() => void)[] = [];

/** A hub whose clock shows the provider's time. */
async function open(settings: Partial<OidcConfig> = {}, { skew = 0, registered = false }: { skew?: number; registered?: boolean } = {}): Promise<void> {
  const config = configSchema.shape.login.parse({ kind: 'oidc', issuer: idp.issuer, clientId: 'hub', clientSecret: 'hub-secret', name: 'Example Institute', recheckMinutes: 0, ...(settings.allow ? {} : { allowAll: true }), ...settings });
  hub = await startHub({
    prepare(context, { identity, store, clock }) {
      clock.advance(Date.now() + skew - clock.now());
      login = hubLogin({ login: config, store, host: loginHost({ users: identity.users, logins: identity.logins, store }), key: () => KEY, clock, logger: context.logger });
      context.login = login;
      const start = context.sessions.start.bind(context.sessions);
      context.sessions.start = async options => {
        await login.mayStart(options.owner);
        return start(options);
      };
    }
  });
  opened.push(() => login.close());
  if (!registered) {
    idp.register(hub.url);
  }
}

beforeEach(async () => {
  idp = await startIdp();
  idp.people.set('s-vera', { subject: 's-vera', claims: { preferred_username: 'Vera.Rubin', name: 'Vera Rubin', email: 'vera@example.org', email_verified: true, groups: ['euclid', 'staff'] } });
  idp.people.set('s-henry', { subject: 's-henry', claims: { preferred_username: 'henry', name: 'Henry Draper', email: 'henry@example.org', email_verified: false, groups: ['visitors'] } });
  idp.person = 's-vera';
  browser = new Browser();
});
afterEach(async () => {
  opened.splice(0).forEach(close => close());
  await hub.close();
  await idp.close();
});

const logIn = (who = browser, next = ''): Promise<Page> => who.follow(`${hub.url}/hub/login/start${next}`);
/** The address with which the provider sends the browser back, not yet opened. */
async function wayBack(who = browser): Promise<URL> {
  const page = await who.follow(`${hub.url}/hub/login/start`, next => next.pathname === '/hub/login/callback');
  return new URL(page.location!, page.url);
}
const me = async (who = browser): Promise<{ name: string; admin: boolean } | null> => {
  const { 'datalabs-session': cookie } = who.cookies(hub.url);
  const answer = await hub.fetch('/hub/api/user', { headers: { cookie: `datalabs-session=${cookie}` } });
  return answer.status === 200 ? ((await answer.json()) as never) : null;
};
const groups = async (): Promise<string[]> => (await hub.store.groups.of(['vera.rubin'])).get('vera.rubin') ?? [];

describe('login by OpenID Connect', () => {
  it('goes to the provider and back with PKCE, state and nonce, and opens where it was asked for', async () => {
    await open({ groupsClaim: 'groups', admins: { claim: 'groups', values: ['staff'] } });
    const page = await browser.get(`${hub.url}/hub/login?next=/hub/home`);
    expect(page.text).toContain('Log in with Example Institute');
    const start = await browser.get(`${hub.url}/hub/login/start?next=/hub/home`);
    const asked = new URL(start.location!);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', state: expect.any(String), nonce: expect.any(String), redirect_uri: `${hub.url}/hub/login/callback` });
    expect(start.headers.get('set-cookie')).toMatch(/Path=\/hub\/login\/callback;.*HttpOnly; SameSite=Lax/);
    expect(start.headers.get('set-cookie')).not.toContain(asked.searchParams.get('state'));
    const done = await logIn(browser, '?next=/hub/home');
    expect([done.status, done.headers.get('refresh')]).toEqual([200, '0;url=/hub/home']);
    expect(await me()).toMatchObject({ name: 'vera.rubin', admin: true });
    expect(await groups()).toEqual(['euclid', 'staff']);
    expect(await hub.store.users.get('vera.rubin')).toMatchObject({ displayName: 'Vera Rubin', email: 'vera@example.org', role: 'admin' });
  });

  it('knows somebody by the subject: a new name at the provider is the same user, and rights that went are gone', async () => {
    await open({ groupsClaim: 'groups', admins: { claim: 'groups', values: ['staff'] } });
    await logIn();
    idp.people.get('s-vera')!.claims = { ...idp.people.get('s-vera')!.claims, preferred_username: 'cooper', groups: ['euclid'] };
    const later = new Browser();
    await logIn(later);
    expect(await me(later)).toMatchObject({ name: 'vera.rubin', admin: false });
    expect(await groups()).toEqual(['euclid']);
  });

  it.each([
    ['another case', 'VERA.RUBIN'],
    ['another Unicode form', 'ｖera.rubin'],
    ['an accent', 'véra.rubin'],
    ['the same', 'vera.rubin']
  ])('refuses a second person whose name differs by %s', async (_how, name) => {
    await open();
    await logIn();
    idp.people.set('s-other', { subject: 's-other', claims: { preferred_username: name } });
    idp.person = 's-other';
    const other = new Browser();
    const page = await logIn(other);
    expect([page.status, await me(other)]).toEqual([403, null]);
    expect(page.text).toContain('belongs to somebody else');
  });

  it('takes over a user made beforehand only where the operator says so', async () => {
    await open();
    await hub.identity.users.ensure({ name: 'vera.rubin' });
    expect((await logIn()).text).toContain('belongs to somebody else');
    await hub.close();
    await open({ existingUsers: 'adopt' });
    await hub.identity.users.ensure({ name: 'vera.rubin', role: 'reviewer' });
    await logIn();
    expect(await me()).toMatchObject({ name: 'vera.rubin' });
    expect((await hub.store.users.get('vera.rubin'))?.role).toBe('reviewer');
  });

  it('starts nothing for a link on another site by way of a login', async () => {
    await open();
    const foreign = { 'sec-fetch-site': 'cross-site' };
    expect((await browser.get(`${hub.url}/hub/login?next=/hub/spawn/vera/x?datalab=topcat`, foreign)).text).toContain('start?next=%2Fhub%2Fhome"');
    expect((await browser.get(`${hub.url}/hub/login?next=/hub/spawn/vera/x`)).text).toContain('start?next=%2Fhub%2Fspawn%2Fvera%2Fx"');
  });

  it('is one user for two tabs that log in for the first time at once', async () => {
    await open();
    // The provider's two answers come at the very same moment, which a real one cannot be made to do.
    let count = 0;
    const provider = {
      newSecrets: () => ({ state: `state${count++}`, nonce: 'n', verifier: 'v' }),
      authorize: async () => new URL('https://id.example.org/'),
      redeem: async () => ({ issuer: 'https://id.example.org', subject: 's', claims: { preferred_username: 'ada' }, refreshToken: null, idToken: null })
    } as unknown as IdentityProvider;
    const { identity, store, clock } = hub;
    const settings = { name: 'x', usernameClaim: 'preferred_username', usernameDomain: null, existingUsers: 'refuse' as const, allow: [], allowAll: true, groupsClaim: null, admins: null, recheckMs: 0, trustMs: 0, logoutAtProvider: false };
    const host = loginHost({ users: identity.users, logins: identity.logins, store });
    const oidc = new OidcLogin({ provider, identities: store.identities, host, sealer: new Sealer(KEY), settings, clock, logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined } });
    const tabs = [await oidc.begin({ redirectUri: `${hub.url}/hub/login/callback`, next: '/' }), await oidc.begin({ redirectUri: `${hub.url}/hub/login/callback`, next: '/' })];
    const done = await Promise.all(tabs.map(({ cookie }, index) => oidc.finish({ address: new URL(`${hub.url}/?state=state${index}`), cookie: cookie.value })));
    expect(done.map(({ login: { owner } }) => owner)).toEqual(['ada', 'ada']);
  });
});

describe('what does not belong to the login under way', () => {
  beforeEach(() => open());

  it('is refused: another state, none, or one that another browser began', async () => {
    const back = await wayBack();
    const other = new Browser();
    const foreign = await wayBack(other);
    for (const [address, who] of [[back, other], [foreign, browser]] as const) {
      const page = await who.get(address.href);
      expect([page.status, await me(who)]).toEqual([403, null]);
      expect(page.text).toContain('not begun in this browser');
    }
    back.searchParams.set('state', foreign.searchParams.get('state')!);
    expect((await browser.get(back.href)).status).toBe(403);
    back.searchParams.delete('state');
    expect((await browser.get(back.href)).status).toBe(403);
    expect(idp.asked).not.toContain('/token');
  });

  it('is refused: the code of somebody else under the own state, by the nonce and the proof of the code', async () => {
    const mine = await wayBack();
    const stolen = await wayBack(new Browser());
    mine.searchParams.set('code', stolen.searchParams.get('code')!);
    const page = await browser.get(mine.href);
    expect([page.status, await me()]).toEqual([403, null]);
    expect(idp.asked).toContain('/token');
  });

  it('is refused: the same way back a second time, with the cookie of the first', async () => {
    const back = await wayBack();
    const cookie = Object.entries(browser.cookies(hub.url)).map(([name, value]) => `${name}=${value}`).join('; ');
    expect((await browser.get(back.href)).status).toBe(200);
    const replayed = await new Browser().get(back.href, { cookie });
    expect(replayed.status).toBe(403);
    expect(replayed.text).toContain('finished already');
    expect((await browser.get(back.href)).status).toBe(403);
    expect(await me()).toMatchObject({ name: 'vera.rubin' });
  });

  it('is refused: one that took too long, and a cookie that was changed', async () => {
    const back = await wayBack();
    const [[name, value]] = Object.entries(browser.cookies(hub.url)).filter(([key]) => key.startsWith('datalabs-login-')) as [[string, string]];
    const changed = `${value.slice(0, -4)}AAAA`;
    expect((await new Browser().get(back.href, { cookie: `${name}=${changed}` })).status).toBe(403);
    hub.clock.advance(16 * 60_000);
    const page = await browser.get(back.href);
    expect(page.text).toContain('took too long');
  });

  it('says so when the person cancels at the provider', async () => {
    idp.person = '';
    const page = await logIn();
    expect(page.status).toBe(403);
    expect(page.text).toContain('did not let you in, or you cancelled');
    expect(page.text).toContain('href="/hub/login/start"');
  });
});

it('checks the nonce itself, not the provider alone', async () => {
  await open();
  const start = await browser.get(`${hub.url}/hub/login/start`);
  const asked = new URL(start.location!);
  asked.searchParams.set('nonce', 'of-somebody-else');
  const page = await browser.follow(asked.href);
  expect([page.status, await me()]).toEqual([403, null]);
  expect(idp.asked).toContain('/token');
  expect(page.text).toContain('does not belong to this login');
});

it('names groups as the hub can: without the "/" before them, and tells of those that can be none', async () => {
  await open({ groupsClaim: 'groups', allow: [{ claim: 'groups', values: ['euclid'] }], admins: { claim: 'groups', values: ['/staff'] } });
  idp.people.get('s-vera')!.claims.groups = ['/euclid', '/staff', '/euclid/vis', 'Euclid Team'];
  await logIn();
  expect(await groups()).toEqual(['euclid', 'staff']);
  expect(await me()).toMatchObject({ admin: true });
  expect(hub.logged).toContainEqual(expect.objectContaining({ user: 'vera.rubin', leftOut: ['/euclid/vis', 'Euclid Team'] }));
});

describe('who may come in', () => {
  it('is said by groups or other claims', async () => {
    await open({ allow: [{ claim: 'groups', values: ['euclid'] }, { claim: 'preferred_username', values: ['ada'] }] });
    await logIn();
    expect(await me()).toMatchObject({ name: 'vera.rubin' });
    idp.person = 's-henry';
    const henry = new Browser();
    const page = await logIn(henry);
    expect([page.status, await me(henry), await hub.store.users.get('henry')]).toEqual([403, null, null]);
    expect(page.text).toContain('not among those that may use this hub');
  });

  it('is nobody whose address is not verified, where names come from addresses or rules look at them', async () => {
    await open({ usernameClaim: 'email' });
    await logIn();
    expect(await me()).toMatchObject({ name: 'vera-example.org' });
    idp.person = 's-henry';
    const page = await logIn(new Browser());
    expect(page.status).toBe(403);
    expect(page.text).toContain('not verified your e-mail address');
    await hub.close();
    await open({ allow: [{ claim: 'email', values: ['henry@example.org'] }] });
    expect((await logIn(new Browser())).status).toBe(403);
  });

  it('is told, and the log too, when what decides about it did not come', async () => {
    await open({ allow: [{ claim: 'roles', values: ['euclid'] }] });
    const page = await logIn();
    expect([page.status, page.text.includes('did not say its &#34;roles&#34;'), page.text.includes('login.scopes')]).toEqual([403, true, true]);
    expect(hub.logged).toContainEqual(expect.objectContaining({ code: 'login-refused', reason: expect.stringContaining('"roles"') }));
  });

  it('is told from who lost groups and rights because those claims did not come', async () => {
    await open({ groupsClaim: 'teams', admins: { claim: 'groups', values: ['staff'] } });
    await logIn();
    expect(hub.logged).toContainEqual(expect.objectContaining({ user: 'vera.rubin', missing: ['teams'] }));
  });

  it('has a name within one domain where the hub is for one', async () => {
    await open({ usernameClaim: 'email', usernameDomain: 'example.org' });
    await logIn();
    expect(await me()).toMatchObject({ name: 'vera' });
    idp.people.set('s-x', { subject: 's-x', claims: { email: 'vera@elsewhere.org', email_verified: true } });
    idp.person = 's-x';
    expect((await logIn(new Browser())).text).toContain('for people at example.org');
  });
});

it('lets in, once, who was at the provider while the hub was restarted', async () => {
  await open();
  const back = await wayBack();
  const cookie = Object.entries(browser.cookies(hub.url)).map(([name, value]) => `${name}=${value}`).join('; ');
  await hub.close();
  // Another process: it has the key of the state directory, and no memory of the one before.
  await open({}, { registered: true });
  const finish = (): Promise<Response> => hub.fetch(`/hub/login/callback${back.search}`, { headers: { cookie } });
  const done = await finish();
  expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('Welcome, vera.rubin')]);
  expect((await finish()).status).not.toBe(200);
});

describe('a provider that is not well', () => {
  it('that is down gives a page with a sentence and Retry, and works again by itself', async () => {
    await open();
    idp.mood = 'down';
    const first = login.open();
    expect(await first).toContain('cannot be asked');
    const page = await browser.get(`${hub.url}/hub/login/start?next=/hub/home`);
    expect([page.status, page.text.includes('href="/hub/login/start?next=%2Fhub%2Fhome"'), page.text.includes('Retry')]).toEqual([503, true, true]);
    expect(page.text).not.toMatch(/\bat .*\.[jt]s:\d+|TypeError/);
    idp.mood = 'well';
    await logIn();
    expect(await me()).toMatchObject({ name: 'vera.rubin' });
  });

  it('that calls itself otherwise than configured is named', async () => {
    await open({ issuer: idp.issuer.replace('127.0.0.1', 'localhost') });
    expect(await login.open()).toContain('calls itself otherwise than login.issuer');
  });

  it.each([['a wrong path', '/nowhere', 404], ['another site', '/', 200], ['a page', '/', 302]])('whose address is %s is told as that', async (_what, path, status) => {
    const site = createServer((_request, response) => void response.writeHead(status, { 'content-type': 'application/json', location: '/x' }).end('{}'));
    await new Promise<void>(resolve => site.listen(0, '127.0.0.1', resolve));
    opened.push(() => site.close());
    await open({ issuer: `http://127.0.0.1:${(site.address() as AddressInfo).port}${path}` });
    expect(await login.open()).toContain('no OpenID Connect provider at login.issuer');
    const page = await browser.get(`${hub.url}/hub/login/start`);
    expect([page.status, page.text.includes('to check login.issuer')]).toEqual([503, true]);
  });

  it('that answers with an error for a while is not taken for a wrong address', async () => {
    const site = createServer((_request, response) => void response.writeHead(502).end());
    await new Promise<void>(resolve => site.listen(0, '127.0.0.1', resolve));
    opened.push(() => site.close());
    await open({ issuer: `http://127.0.0.1:${(site.address() as AddressInfo).port}` });
    expect(await login.open()).toContain('it answers with an error (502)');
  });

  it("that refuses the hub's secret is told as that", async () => {
    await open({ clientSecret: 'wrong' });
    const page = await logIn();
    expect([page.status, page.text.includes('does not accept this hub'), page.text.includes('login.clientSecret'), await me()]).toEqual([403, true, true, null]);
    expect(hub.logged).toContainEqual(expect.objectContaining({ code: 'login-failed', reason: expect.stringContaining('does not accept this hub') }));
  });

  it.each(['down', 'slow'] as const)('that is %s between there and back leaves nothing, and the next login works', async mood => {
    await open();
    const there = await browser.follow(`${hub.url}/hub/login/start?next=/hub/home`, next => next.pathname === '/hub/login/callback');
    idp.mood = mood;
    const back = browser.get(new URL(there.location!, there.url).href);
    if (mood === 'slow') {
      await idp.held();
      hub.clock.advance(10_000);
    }
    const page = await back;
    expect([page.status, page.text.includes('Try again in a minute'), page.text.includes('href="/hub/login/start?next=%2Fhub%2Fhome"')]).toEqual([503, true, true]);
    expect(Object.keys(browser.cookies(hub.url)).filter(name => name.startsWith('datalabs-'))).toEqual([]);
    idp.release();
    expect([await hub.store.users.get('vera.rubin'), await hub.store.identities.ofUser('vera.rubin')]).toEqual([null, null]);
    await logIn();
    expect(await me()).toMatchObject({ name: 'vera.rubin' });
  });

  it('that is slow is given up after the deadline, at every stage', async () => {
    await open();
    idp.mood = 'slow';
    const discovery = browser.get(`${hub.url}/hub/login/start`);
    await idp.held();
    hub.clock.advance(10_000);
    expect(await discovery).toMatchObject({ status: 503, text: expect.stringContaining('did not answer within 10 s') });
    idp.release();
    const back = await wayBack();
    idp.mood = 'slow';
    const token = browser.get(back.href);
    await idp.held();
    hub.clock.advance(10_000);
    expect(await token).toMatchObject({ status: 503, text: expect.stringContaining('Retry') });
    idp.release();
  });

  it.each([[HOUR, 'ahead'], [-HOUR, 'behind']])('or a clock an hour off is told as that (%d, %s)', async skew => {
    await open({}, { skew });
    const page = await browser.get(`${hub.url}/hub/login/start`);
    expect([page.status, page.text.includes('60 minutes apart')]).toEqual([503, true]);
  });
});

describe('before a start', () => {
  const start = async (): Promise<{ status: number; code?: string; action?: string }> => {
    const { 'datalabs-session': cookie, _xsrf: xsrf } = browser.cookies(hub.url);
    const answer = await hub.fetch('/hub/api/users/vera.rubin/servers/topcat', {
      method: 'POST', headers: { cookie: `datalabs-session=${cookie}`, 'x-xsrftoken': xsrf! }, body: '{"datalab":"topcat"}'
    });
    return { status: answer.status, ...((await answer.json()) as object) };
  };

  it('the provider is asked again, and says what has changed', async () => {
    await open({ groupsClaim: 'groups' });
    await logIn();
    idp.people.get('s-vera')!.claims.groups = ['gaia'];
    expect(await start()).toMatchObject({ status: 202 });
    expect(await groups()).toEqual(['gaia']);
    expect(await start()).toMatchObject({ status: 202 });
  });

  it('a closed account is refused with what to do, and its logins end', async () => {
    await open();
    await logIn();
    idp.people.delete('s-vera');
    expect(await start()).toMatchObject({ status: 403, code: 'login-ended', action: expect.stringContaining('log in again') });
    expect(hub.sessions.starts).toHaveLength(0);
    expect(await me()).toBeNull();
    await expect(login.mayStart('vera.rubin')).rejects.toMatchObject({ code: 'login-ended' });
  });

  it('somebody who is not allowed any more is refused', async () => {
    await open({ allow: [{ claim: 'groups', values: ['euclid'] }] });
    await logIn();
    idp.people.get('s-vera')!.claims.groups = ['visitors'];
    expect(await start()).toMatchObject({ status: 403, code: 'login-refused' });
    expect(hub.sessions.starts).toHaveLength(0);
  });

  it('a provider that cannot be asked stops nobody whom it vouched for lately, and everybody after that', async () => {
    await open({ trustMinutes: 60 });
    await logIn();
    idp.mood = 'down';
    expect(await start()).toMatchObject({ status: 202 });
    hub.clock.advance(2 * HOUR);
    expect(await start()).toMatchObject({ status: 503, code: 'identity-provider-down' });
    idp.mood = 'well';
    hub.clock.advance(-2 * HOUR);
    expect(await start()).toMatchObject({ status: 202 });
  });

  it('a login without a refresh token counts for a time', async () => {
    await open({ trustMinutes: 60 });
    idp.refreshTokens = false;
    await logIn();
    expect((await hub.store.identities.ofUser('vera.rubin'))?.refreshToken).toBeNull();
    expect(await start()).toMatchObject({ status: 202 });
    hub.clock.advance(2 * HOUR);
    expect(await start()).toMatchObject({ status: 403, code: 'login-ended' });
    hub.clock.advance(-2 * HOUR);
  });

  it('a user who has never come by the provider is not asked about', async () => {
    await open();
    await hub.identity.users.ensure({ name: 'henry' });
    await login.mayStart('henry');
    expect(idp.asked).toEqual([]);
  });

  it('many starts at once ask once, as a refresh token is good for one use', async () => {
    await open();
    await logIn();
    const before = idp.asked.filter(path => path === '/token').length;
    await Promise.all([1, 2, 3, 4].map(() => login.mayStart('vera.rubin')));
    expect(idp.asked.filter(path => path === '/token').length - before).toBe(1);
    await login.mayStart('vera.rubin');
  });

  it('an answer is good for a while', async () => {
    await open({ recheckMinutes: 5 });
    await logIn();
    const before = idp.asked.length;
    await login.mayStart('vera.rubin');
    expect(idp.asked).toHaveLength(before);
  });
});

it('ends the login at the provider too, and keeps no readable token in the store', async () => {
  await open();
  await logIn();
  const row = (await hub.store.identities.ofUser('vera.rubin'))!;
  expect(row.idToken).not.toContain('eyJ');
  expect(row.refreshToken).toMatch(/^[\w-]{60,}$/);
  const page = await browser.get(`${hub.url}/hub/logout`);
  const away = new URL(page.location!);
  expect([away.origin, away.pathname]).toEqual([idp.issuer, '/session/end']);
  expect(away.searchParams.get('post_logout_redirect_uri')).toBe(`${hub.url}/hub/logged-out`);
  const there = await browser.get(away.href);
  expect(there.status).toBe(200);
  expect(await me()).toBeNull();
  expect((await browser.get(`${hub.url}/hub/logged-out`)).text).toContain('href="/hub/login"');
});

it('writes no secret of a login to the log', async () => {
  await open();
  const back = await wayBack();
  await browser.get(back.href);
  const text = JSON.stringify(hub.logged);
  for (const secret of [back.searchParams.get('code')!, back.searchParams.get('state')!, 'hub-secret']) {
    expect(text).not.toContain(secret);
  }
});

