import { mkdtempSync } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, request as call, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { systemClock } from '../../clock.js';
import { socketTarget } from '../../config/paths.js';
import type { Routes } from '../../ports/routes.js';
import { request } from '../../routes/chp/api.js';
import { boundLog, ChpRoutes, readRecord, type ChpOptions } from '../../routes/chp/chp-routes.js';
import { isAlive, signalProcess } from '../../processes/process.js';
import { FakeRoutes } from '../../routes/fake/fake-routes.js';

const quiet = { info: () => undefined, warn: () => undefined };
const directory = mkdtempSync(path.join(tmpdir(), 'dl-routes-'));
let count = 0;
const chpOptions = (changes: Partial<ChpOptions> = {}): ChpOptions => {
  const own = path.join(directory, `p${++count}`);
  return {
    host: '127.0.0.1',
    port: 0,
    node: process.execPath,
    directory: own,
    recordFile: `${own}.json`,
    cookieFile: `${own}.cookies`,
    logFile: `${own}.log`,
    defaultTarget: socketTarget(path.join(directory, 'hub.sock')),
    token: null,
    clock: systemClock,
    logger: quiet,
    ...changes
  };
};
const opened: ChpRoutes[] = [];
const open = async (options: ChpOptions): Promise<ChpRoutes> => {
  const routes = new ChpRoutes(options);
  await routes.open();
  opened.push(routes);
  return routes;
};
const serve = (socket: string, text: string): Promise<Server> =>
  new Promise(resolve => {
    const server = createServer((asked, answer) => answer.end(`${text} ${asked.url} ${asked.headers['x-forwarded-host'] ?? ''}`));
    server.listen(socket, () => resolve(server));
  });
const get = (routes: ChpRoutes, where: string) => request({ ...routes.address, path: where, timeoutMs: 5000 });
const servers: Server[] = [];

beforeAll(async () => {
  servers.push(await serve(path.join(directory, 'hub.sock'), 'hub'), await serve(path.join(directory, 'session.sock'), 'session'));
});
afterAll(async () => {
  await Promise.all(opened.map(routes => routes.close({ end: true })));
  servers.forEach(server => server.close());
  await rm(directory, { recursive: true, force: true });
});

const implementations: [string, () => Promise<Routes>][] = [
  ['fake', async () => new FakeRoutes()],
  ['configurable-http-proxy', () => open(chpOptions())]
];

describe.each(implementations)('routes: %s', (_, make) => {
  it('sets, replaces, lists and removes, each as often as one likes', async () => {
    const routes = await make();
    expect(await routes.list()).toEqual([]);
    const route = { prefix: '/user/vera/topcat/', target: 'http+unix://%2Fa' };
    await routes.set(route);
    await routes.set(route);
    await routes.set({ prefix: '/user/vera/', target: 'http+unix://%2Fb' });
    await routes.set({ prefix: '/user/vera/', target: 'http+unix://%2Fc' });
    const listed = (await routes.list()).map(({ prefix, target }) => [prefix, target]).sort();
    expect(listed).toEqual([['/user/vera/', 'http+unix://%2Fc'], ['/user/vera/topcat/', 'http+unix://%2Fa']]);
    await routes.remove('/user/vera/');
    await routes.remove('/user/vera/');
    expect((await routes.list()).map(({ prefix }) => prefix)).toEqual(['/user/vera/topcat/']);
  });
});

describe('configurable-http-proxy', () => {
  it('sends a session\'s path to its socket and the rest to the hub', async () => {
    const routes = await open(chpOptions());
    await routes.set({ prefix: '/user/vera/', target: socketTarget(path.join(directory, 'session.sock')) });
    expect((await get(routes, '/user/vera/api')).body).toMatch(/^session \/user\/vera\/api 127\.0\.0\.1:\d+$/);
    expect((await get(routes, '/user/other/api')).body).toMatch(/^hub \/user\/other\/api /);
  });

  it('tells when something last came through a route', async () => {
    const routes = await open(chpOptions());
    await routes.set({ prefix: '/user/vera/app/', target: socketTarget(path.join(directory, 'session.sock')) });
    const last = async (): Promise<number> => (await routes.list())[0]!.lastActivity!;
    const made = await last();
    expect(made).toBeGreaterThan(0);
    while ((await last()) === made) {
      await get(routes, '/user/vera/app/');
    }
    expect(await last()).toBeGreaterThan(made);
  });

  it('keeps its secret out of its arguments and its record private', async () => {
    const options = chpOptions();
    await open(options);
    const record = (await readRecord(options.recordFile))!;
    const { readFileSync, statSync } = await import('node:fs');
    expect(readFileSync(`/proc/${record.pid}/cmdline`, 'utf8')).not.toContain(record.token);
    expect(statSync(options.recordFile).mode & 0o777).toBe(0o600);
    expect((await request({ socketPath: record.apiSocket, path: '/api/routes', timeoutMs: 2000 })).status).toBe(403);
  });

  it('is adopted by the next hub, with its routes and on its port', async () => {
    const options = chpOptions();
    const first = await open(options);
    const { address } = first;
    await first.set({ prefix: '/user/vera/', target: 'http+unix://%2Fa' });
    const { pid } = (await readRecord(options.recordFile))!;
    await first.close({ end: false });
    const second = await open(options);
    expect(second.address).toEqual(address);
    expect((await readRecord(options.recordFile))!.pid).toBe(pid);
    expect(await second.list()).toHaveLength(1);
  });

  it('is said to keep the rules of another version until it is started anew', async () => {
    const options = chpOptions();
    const first = await open(options);
    expect(first.warning).toBeNull();
    const record = (await readRecord(options.recordFile))!;
    await first.close({ end: false });
    for (const [rules, warning] of [[record.rules, null], ['0123456789abcdef', expect.stringContaining(`kill ${record.pid}`)], [undefined, expect.any(String)]]) {
      await writeFile(options.recordFile, JSON.stringify({ ...record, rules }));
      const next = new ChpRoutes(options);
      await next.open();
      expect(next.warning).toEqual(warning);
      await next.close({ end: false });
    }
    const last = await open(options);
    const renewed = new Promise<void>(resolve => last.onReset(resolve));
    signalProcess(record, 'SIGTERM');
    await renewed;
    expect(last.warning).toBeNull();
  });

  it('comes back within two seconds when it is killed, and asks for its routes', async () => {
    const options = chpOptions();
    const routes = await open(options);
    const { address } = routes;
    const reset = new Promise<void>(resolve => routes.onReset(resolve));
    const record = (await readRecord(options.recordFile))!;
    const killed = systemClock.now();
    signalProcess(record, 'SIGKILL');
    await reset;
    await routes.set({ prefix: '/user/vera/', target: socketTarget(path.join(directory, 'session.sock')) });
    expect((await get(routes, '/user/vera/x')).body).toMatch(/^session/);
    expect(systemClock.now() - killed).toBeLessThan(2000);
    expect(routes.address).toEqual(address);
    expect(isAlive(record)).toBe(false);
  });

  it('says that the hub is not running while it is not', async () => {
    const routes = await open(chpOptions({ defaultTarget: socketTarget(path.join(directory, 'nobody.sock')) }));
    const answer = await get(routes, '/hub/');
    expect(answer.status).toBe(503);
    expect(answer.body).toContain('The hub is not running; your sessions go on');
  });

  it('names an occupied port in a sentence, and starts where a record is left over', async () => {
    const taken = createServer();
    const port = await new Promise<number>(resolve => taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)));
    await expect(open(chpOptions({ port }))).rejects.toMatchObject({ code: 'proxy-down', message: expect.stringContaining(`Port ${port}`) });
    taken.close();
    const options = chpOptions();
    await writeFile(options.recordFile, JSON.stringify({ pid: process.pid, startTime: '1', token: 'x', apiSocket: '/x', host: '127.0.0.1', port: 1 }));
    await open(options);
  });

  it('does not take somebody who has the port in its place for itself', async () => {
    const port = await new Promise<number>(resolve => {
      const free = createServer().listen(0, '127.0.0.1', () => {
        resolve((free.address() as { port: number }).port);
        free.close();
      });
    });
    // Takes the port after it was found free, before the proxy has it.
    const squatter = path.join(directory, 'squatter.mjs');
    const pidFile = path.join(directory, 'squatter.pid');
    await writeFile(squatter, `
      import { createServer } from 'node:http';
      import { writeFileSync } from 'node:fs';
      createServer((request, response) => response.end('OK')).listen(${port}, '127.0.0.1', () => {
        writeFileSync('${pidFile}', String(process.pid));
        console.log('listening');
        process.stdout.end();
      });
    `);
    const node = path.join(directory, 'node.sh');
    await writeFile(node, `#!/bin/sh\n( "${process.execPath}" "${squatter}" & ) | head -n 1 >/dev/null\nexec "${process.execPath}" "$@"\n`, { mode: 0o755 });
    await expect(open(chpOptions({ port, node }))).rejects.toMatchObject({ code: 'proxy-down', message: expect.stringContaining(`Port ${port}`) });
    process.kill(Number(await readFile(pidFile, 'utf8')));
  });

  it('loses no answer to clients that close their connection, and keeps no target waiting for one that expects something', async () => {
    const routes = await open(chpOptions());
    const post = (headers: Record<string, string>): Promise<{ status: number; connection: string | undefined }> =>
      new Promise((resolve, reject) => {
        const asked = call({ ...routes.address, agent: false, method: 'POST', path: '/hub/x', headers }, answer => {
          answer.resume().once('end', () => resolve({ status: answer.statusCode!, connection: answer.headers.connection }));
        });
        asked.once('error', reject).end('body');
      });
    for (let count = 0; count < 200; count++) {
      expect(await post({ connection: 'close' })).toEqual({ status: 200, connection: 'close' });
    }
    expect(await post({ expect: '100-continue' })).toMatchObject({ status: 200 });
  });

  it('answers an address that nobody can read, and writes no word about it', async () => {
    const options = chpOptions();
    const routes = await open(options);
    for (const address of ['/%?A', '/user/%ff/', '/user/vera/%E0%A4%A']) {
      expect((await get(routes, address)).status).toBe(400);
    }
    expect(await readFile(options.logFile, 'utf8')).toBe('');
  });

  it('has a log of bounded size', async () => {
    const file = path.join(directory, 'long.log');
    await writeFile(file, 'x'.repeat(1000));
    await boundLog(file, 1000);
    expect((await stat(file)).size).toBe(1000);
    await boundLog(file, 999);
    expect([(await stat(file)).size, (await stat(`${file}.1`)).size]).toEqual([0, 1000]);
  });
});
