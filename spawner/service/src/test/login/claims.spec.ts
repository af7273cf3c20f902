import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type ConfigError } from '../../config/load.js';
import { Attempts } from '../../services/identity/login/attempts.js';
import { claim, isAllowed, texts, userName } from '../../services/identity/login/claims.js';
import { Sealer, loadKey } from '../../services/identity/login/sealer.js';
import { TestClock } from '../http/harness.js';

it.each([
  ['Vera.Rubin', 'vera.rubin'], ['vera@example.org', 'vera-example.org'], ['José Müller', 'jose-muller'], ['ＡＤＡ', 'ada'], ['  a  b ', 'a-b'], ['x/../y', 'x-..-y'], ['K\u212Aelvin', 'kkelvin'], ['a.', 'a']
])('makes the user name of %j %j', (text, name) => {
  expect(userName(text)).toBe(name);
});
it.each(['', '..', '-', '日本', 'x'.repeat(64), '\u0000', '@'])('makes no user name of %j', text => {
  expect(() => userName(text)).toThrow(expect.objectContaining({ code: 'login-refused' }));
});

it('reads claims by name or path, and nothing that an object only inherits', () => {
  const claims = { 'https://x.org/roles': ['a'], realm_access: { roles: ['b', 1, ''] }, groups: 'one' };
  expect(texts(claims, 'https://x.org/roles')).toEqual(['a']);
  expect(texts(claims, 'realm_access.roles')).toEqual(['b']);
  expect(texts(claims, 'groups')).toEqual(['one']);
  expect([claim(claims, 'constructor'), claim(claims, 'realm_access.__proto__'), claim(claims, 'a.b')]).toEqual([undefined, undefined, undefined]);
});

it('lets somebody in for any rule that fits, and for an address only once it is verified', () => {
  const rules = [{ claim: 'groups', values: ['euclid'] }, { claim: 'email', values: ['v@x.org'] }];
  expect(isAllowed({ groups: ['a', 'euclid'] }, rules)).toBe(true);
  expect(isAllowed({ groups: ['euclid-x'] }, rules)).toBe(false);
  expect(isAllowed({ email: 'v@x.org' }, rules)).toBe(false);
  expect(isAllowed({ email: 'v@x.org', email_verified: true }, rules)).toBe(true);
  expect(isAllowed({}, [])).toBe(false);
});

it('knows groups by the name they have here, and no other claim: a user name "/ada" is not "ada"', () => {
  const rules = [{ claim: 'groups', values: ['euclid', '/gaia'] }, { claim: 'preferred_username', values: ['ada'] }];
  const allowed = (claims: object): boolean => isAllowed({ ...claims }, rules, 'groups');
  expect([{ groups: ['/euclid'] }, { groups: ['euclid'] }, { groups: ['/gaia'] }, { preferred_username: 'ada' }].map(allowed)).toEqual([true, true, true, true]);
  expect([{ groups: ['/a/euclid'] }, { groups: ['euclid/a'] }, { groups: ['//euclid'] }, { preferred_username: '/ada' }].map(allowed)).toEqual([false, false, false, false]);
});

it('opens what it sealed, for what it was sealed for, and nothing else', () => {
  const sealer = new Sealer(randomBytes(32));
  const sealed = sealer.seal('a secret', 'vera');
  expect(sealer.open(sealed, 'vera')).toBe('a secret');
  expect(sealer.seal('a secret', 'vera')).not.toBe(sealed);
  const flipped = Buffer.from(sealed, 'base64url');
  flipped[flipped.length - 1]! ^= 1;
  for (const [text, owner] of [[sealed, 'henry'], [flipped.toString('base64url'), 'vera'], ['', 'vera'], ['x', 'vera']]) {
    expect(sealer.open(text!, owner!)).toBeNull();
  }
  expect(new Sealer(randomBytes(32)).open(sealed, 'vera')).toBeNull();
});

it('keeps its key in a file of its own that nobody else reads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'login-key-'));
  try {
    const file = join(folder, 'login.key');
    const key = loadKey(file);
    expect([key.length, statSync(file).mode & 0o777]).toEqual([32, 0o600]);
    expect(loadKey(file).equals(key)).toBe(true);
    writeFileSync(file, 'abc');
    expect(() => loadKey(file)).toThrow(`The key ${file} is damaged: it has 3 bytes and needs 32.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('lets guesses through slower and slower, forgives a success, and forgets', () => {
  const clock = new TestClock();
  const attempts = new Attempts(clock, { free: 2, firstMs: 1000, longestMs: 4000 });
  const waits = (): boolean => {
    try {
      attempts.begin('vera');
      return false;
    } catch {
      return true;
    }
  };
  expect([waits(), waits(), waits(), waits()]).toEqual([false, false, false, true]);
  for (const pause of [1000, 2000, 4000, 4000]) {
    clock.advance(pause - 1);
    expect(waits()).toBe(true);
    clock.advance(1);
    expect(waits()).toBe(false);
  }
  clock.advance(4000);
  attempts.succeed('vera');
  expect([waits(), waits(), waits(), waits()]).toEqual([false, false, false, true]);
  clock.advance(8000);
  expect([waits(), waits()]).toEqual([false, false]);
});

describe('login settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'login-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const load = (yaml: string, environment: Record<string, string> = {}): ReturnType<typeof loadConfig> => {
    writeFileSync(join(folder, 'c.yaml'), yaml);
    return loadConfig({ environment: { HOME: '/h', ...environment }, commandLine: { config: 'c.yaml' }, repo: '/repo', osUser: { name: 'vera', root: false }, cwd: folder });
  };
  const problems = (yaml: string, environment?: Record<string, string>): string[] => {
    try {
      load(yaml, environment);
    } catch (error) {
      return (error as ConfigError).problems;
    }
    return [];
  };
  const OIDC = 'login: {kind: oidc, issuer: "https://id.example.org", clientId: hub';

  it('are the link when nothing is said', () => {
    expect(load('port: 1').login).toEqual({ kind: 'link' });
    expect(load('', { DATALABS_LOGIN_KIND: 'accounts' }).login).toEqual({ kind: 'accounts', invitationHours: 72, proxies: 0 });
  });

  it('take the secret from the file a variable names', () => {
    writeFileSync(join(folder, 'secret'), 'shh\n');
    expect(load(`${OIDC}, allowAll: true}`, { DATALABS_LOGIN_CLIENT_SECRET_FILE: join(folder, 'secret') }).login).toMatchObject({ clientSecret: 'shh', usernameClaim: 'preferred_username', existingUsers: 'refuse' });
  });

  it.each([
    [`${OIDC}}`, /login\.allow: say who may log in/],
    [`${OIDC}, allowAll: true, allow: [{claim: groups, values: [x]}]}`, /one of the two/],
    [`${OIDC}, allowAll: true, alow: 1}`, /login\.alow: unknown setting/],
    ['login: {kind: oidc, issuer: "http://id.example.org", clientId: hub, allowAll: true}', /must be https/],
    ['login: {kind: oidc, issuer: nonsense, clientId: hub, allowAll: true}', /login\.issuer/],
    [`${OIDC}, allowAll: true, scopes: [email]}`, /must contain "openid"/],
    ['login: {kind: magic}', /login/],
    ['login: {kind: link, issuer: x}', /login\.issuer: unknown setting/]
  ])('refuse %s', (yaml, says) => {
    expect(problems(yaml).join('\n')).toMatch(says);
  });
});
