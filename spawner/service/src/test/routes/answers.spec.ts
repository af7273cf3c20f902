import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { systemClock } from '../../clock.js';
import { socketTarget } from '../../config/paths.js';
import { request } from '../../routes/chp/api.js';
import { ChpRoutes } from '../../routes/chp/chp-routes.js';

const directory = mkdtempSync(path.join(tmpdir(), 'dl-answers-'));
const socket = path.join(directory, 'session.sock');
/** What the session says to every request, byte by byte. */
let says = '';
let session: Server;

const routes = new ChpRoutes({
  host: '127.0.0.1',
  port: 0,
  node: process.execPath,
  directory: path.join(directory, 'proxy'),
  recordFile: path.join(directory, 'proxy.json'),
  cookieFile: path.join(directory, 'cookies'),
  logFile: path.join(directory, 'proxy.log'),
  defaultTarget: socketTarget(path.join(directory, 'hub.sock')),
  token: null,
  clock: systemClock,
  logger: { info: () => undefined, warn: () => undefined }
});

beforeAll(async () => {
  session = createServer(connection => connection.on('error', () => undefined).once('data', () => connection.end(Buffer.from(says, 'latin1'))));
  await new Promise<void>(resolve => session.listen(socket, resolve));
  await routes.open();
  await routes.set({ prefix: '/user/vera/raw/', target: socketTarget(socket) });
});
afterAll(async () => {
  await routes.close({ end: true });
  session.close();
  await rm(directory, { recursive: true, force: true });
});

const get = (text: string) => {
  says = text;
  return request({ ...routes.address, path: '/user/vera/raw/', timeoutMs: 2000 });
};

it.each([
  ['a status below all others', 'HTTP/1.1 099 Odd\r\n\r\nbody'],
  ['no status', 'HTTP/1.1 000 \r\nset-cookie: datalabs-session=evil\r\n\r\n'],
  ['a status line with a control character', 'HTTP/1.1 200 O\x01K\r\n\r\nbody'],
  ['a protocol nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\nbody']
])('%s is told to the browser as what it is', async (_, text) => {
  const { status, body } = await get(text);
  expect(status).toBe(502);
  expect(body).toContain('The session gave an answer that is not valid');
  expect(body).not.toContain('evil');
});

it.each([
  ['garbage', 'hello\r\n\r\n'],
  ['a header with a control character', 'HTTP/1.1 200 OK\r\nx-a: b\x01d\r\n\r\nbody'],
  ['a header name with a blank', 'HTTP/1.1 200 OK\r\nx a: b\r\n\r\nbody'],
  ['nothing', '']
])('%s is as no answer', async (_, text) => {
  expect((await get(text)).status).toBe(503);
});

it('unusual answers pass', async () => {
  expect(await get('HTTP/1.1 200 Caf\xe9\r\nx-a: caf\xe9\r\ncontent-length: 4\r\n\r\nbody')).toMatchObject({ status: 200, body: 'body' });
  expect(await get('HTTP/1.1 799 Odd\r\ncontent-length: 4\r\n\r\nbody')).toMatchObject({ status: 799, body: 'body' });
});
