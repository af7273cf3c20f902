import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { createLogger } from '../../telemetry/logger.js';
import { LINE_LIMIT, redactFields, redactText, redactUrl } from '../../telemetry/redact.js';
import { startHub, USER, type Harness } from '../http/harness.js';

/** What must never be in the log, wherever it was sent; each in a place of its own. */
const SECRETS = ['COOKIEVALUE1', 'BEARERVALUE2', 'QUERYVALUE3', 'NEXTVALUE4', 'ERRORVALUE5', 'DEEPVALUE6', 'FORMVALUE7', 'XSRFVALUE8', 'CAUSEVALUE9'];
const MEGABYTE = 'x'.repeat(2 ** 20);

let folder: string;
let file: string;
let hub: Harness;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'dl-logs-'));
  file = path.join(folder, 'hub.log');
  hub = await startHub({ prepare: context => void (context.logger = createLogger({ file, level: 'trace' })) });
});
afterEach(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});

function lines(): string[] {
  return readFileSync(file, 'utf8').split('\n').filter(line => line !== '');
}

function expectClean(): void {
  const all = lines();
  for (const line of all) {
    expect(() => JSON.parse(line) as unknown).not.toThrow();
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_LIMIT);
    for (const secret of SECRETS) {
      expect(line).not.toContain(secret);
    }
  }
}

/** An error as libraries throw them: with the request, its headers and the whole of what went wrong. */
function broken(): Error {
  const error = new Error(`GET /hub/login?token=QUERYVALUE3 failed, Cookie: datalabs-session=COOKIEVALUE1; other=ERRORVALUE5\nAuthorization: Bearer ERRORVALUE5, password="ERRORVALUE5" ${MEGABYTE}`, {
    cause: new Error('with token CAUSEVALUE9CAUSEVALUE9', { cause: { headers: { authorization: 'CAUSEVALUE9' } } })
  });
  return Object.assign(error, { config: { headers: { Authorization: 'token DEEPVALUE6', cookie: 'DEEPVALUE6' } }, request: { body: MEGABYTE, apiToken: 'DEEPVALUE6' }, code: 'EBROKEN' });
}

it('tells of failures inside the hub without secrets, in lines that collectors take', async () => {
  const { cookie } = await hub.login();
  const token = await hub.token();
  hub.sessions.start = () => Promise.reject(broken());
  hub.sessions.list = () => Promise.reject(broken());
  const query = `?token=QUERYVALUE3&next=${encodeURIComponent('/hub/x?token=NEXTVALUE4')}&${'pad=1&'.repeat(500)}`;
  const answers = await Promise.all([
    hub.fetch(`/hub/api/users/${USER}/server${query}`, { method: 'POST', headers: { authorization: `token ${token}`, cookie: `${cookie}; other=COOKIEVALUE1`, 'x-xsrftoken': 'XSRFVALUE8' }, body: '{"datalab":"topcat"}' }),
    hub.fetch(`/hub/api/user${query}`, { headers: { authorization: `token ${token}` } }),
    hub.fetch(`/hub/home${query}`, { headers: { cookie: `${cookie}; other=COOKIEVALUE1`, accept: 'text/html' } })
  ]);
  expect(answers.map(({ status }) => status)).toEqual([500, 500, 500]);
  for (const answer of answers) {
    const text = await answer.text();
    SECRETS.filter(secret => secret !== 'QUERYVALUE3').forEach(secret => expect(text).not.toContain(secret));
  }
  // Not known, but sent.
  await hub.fetch(`/hub/api/user${query}`, { headers: { authorization: 'Bearer BEARERVALUE2', cookie: 'datalabs-session=COOKIEVALUE1' } });
  await hub.fetch('/hub/login', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'username=alice&password=FORMVALUE7' });
  expectClean();
  const text = lines().join('\n');
  expect(text).not.toContain(token);
  expect(text).not.toContain(cookie.split('=')[1]!);
  const failures = lines().map(line => JSON.parse(line) as { level: number; err?: { code?: string; stack?: string; cause?: { message?: string } } }).filter(({ level }) => level === 50);
  expect(failures).toHaveLength(3);
  // Still worth reading.
  expect(failures[0]!.err).toMatchObject({ code: 'EBROKEN', stack: expect.stringContaining('logs.spec'), cause: { message: expect.stringContaining('with token hidden') } });
});

it('keeps its lines short whatever name somebody has', async () => {
  const token = await hub.token();
  const headers = { authorization: `token ${token}` };
  const long = 'n'.repeat(400 * 1024);
  hub.identity.users.create = names => Promise.reject(new Error(`cannot create ${names.join()}`));
  await hub.store.users.update(USER, { role: 'admin' });
  const admin = await hub.token();
  const answers = await Promise.all([
    hub.fetch('/hub/api/users', { method: 'POST', headers, body: JSON.stringify({ usernames: [MEGABYTE] }) }),
    hub.fetch('/hub/api/users', { method: 'POST', headers: { authorization: `token ${admin}` }, body: JSON.stringify({ usernames: [long] }) }),
    hub.fetch('/hub/login', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `username=${MEGABYTE}` }),
    hub.fetch(`/hub/api/users/${'é'.repeat(2000)}`.replaceAll('é', '%C3%A9'), { headers })
  ]);
  expect(answers.map(({ status }) => status)).toEqual([413, expect.any(Number), expect.any(Number), expect.any(Number)]);
  const logger = createLogger({ file });
  for (const name of [MEGABYTE, '\u0000'.repeat(2 ** 20), '\ud800'.repeat(2 ** 20), '🌌'.repeat(2 ** 18), '"\\'.repeat(2 ** 18)]) {
    logger.error({ user: name, [name]: name, list: Array.from({ length: 100 }, () => name), err: new Error(name, { cause: new Error(name) }), url: `/hub/${name}?token=QUERYVALUE3` }, name);
  }
  logger.error(new Error(MEGABYTE) as never);
  expectClean();
  expect(lines().length).toBeGreaterThanOrEqual(6);
});

it('knows a secret by the name of its field, and leaves alone what only sounds like one', () => {
  const loop: Record<string, unknown> = { token: 'a' };
  loop['self'] = loop;
  expect(redactFields({
    headers: { Authorization: 'x', 'Set-Cookie': ['x'], 'x-xsrftoken': 'x', host: 'h' }, apiToken: 'x', api_token: 'x', clientSecret: 'x', refresh_token: 'x', password: null, tokenId: 't1', tokens: 3, session: 'topcat', loop, big: 1n
  })).toEqual({
    headers: { Authorization: 'hidden', 'Set-Cookie': 'hidden', 'x-xsrftoken': 'hidden', host: 'h' }, apiToken: 'hidden', api_token: 'hidden', clientSecret: 'hidden', refresh_token: 'hidden', password: null, tokenId: 't1', tokens: 3,
    session: 'topcat', loop: { token: 'hidden', self: '…' }, big: '1'
  });
  expect(redactText('The token has expired; the cookie is missing. See /a?code=abc&x=1')).toBe('The token has expired; the cookie is missing. See /a?code=hidden&x=1');
  expect(redactUrl(`/hub/${'a'.repeat(5000)}`).length).toBeLessThan(1100);
});
