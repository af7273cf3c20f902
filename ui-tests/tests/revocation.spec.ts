import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { Kernel } from '../src/kernel.js';

/** What the other side sends at the end. */
const closed = (socket: WebSocket): Promise<[number, string]> =>
  new Promise(resolve => socket.addEventListener('close', ({ code, reason }) => resolve([code, reason]), { once: true }));

async function open(address: string, token: string, origin: string): Promise<WebSocket> {
  const url = new URL(`${address}?token=${token}`, origin);
  url.protocol = 'ws:';
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  return socket;
}

test('a kernel leaves the hands of whoever held a token that is revoked, and of nobody else', async ({}, info) => {
  test.setTimeout(60_000);
  const file = info.outputPath('config.yaml');
  writeFileSync(file, 'jupyterArguments: ["--HubOAuth.cache_max_age=1", "--SocketRights.period=0.1"]\n');
  const hub = await Hub.create({ arguments: ['--config', file] });
  try {
    await hub.start();
    const client = await hub.login();
    const { url } = await client.ready('euclid', 'euclid');
    const scopes = [`access:servers!server=${client.user}/euclid`];
    const kept = await client.token(scopes);
    const created = await client.api<{ id: string; token: string }>('POST', `/users/${client.user}/tokens`, { body: { scopes } });
    const kernel = await Kernel.start(new URL(url, hub.origin).href, kept, 'python3');
    const channels = `${url}api/kernels/${kernel.id}/channels`;
    const owner = await open(channels, kept, hub.origin);
    const ended = closed(owner);
    const visitor = await open(channels, created.body.token, hub.origin);
    const end = closed(visitor);
    expect((await client.api('DELETE', `/users/${client.user}/tokens/${created.body.id}`)).status).toBe(204);
    expect(await end).toEqual([4401, expect.stringContaining('log in')]);
    expect(await kernel.run('print(6 * 7)')).toBe('42');
    expect(owner.readyState).toBe(WebSocket.OPEN);

    // A hub that is away has revoked nothing.
    await hub.kill();
    const log = join(hub.state, 'logs', `${client.user}~euclid.log`);
    const unanswered = (): number => readFileSync(log, 'utf8').split('Error connecting to').length - 1;
    // The second look at its socket, at least.
    await expect.poll(unanswered).toBeGreaterThan(1);
    expect(await Promise.race([ended, kernel.run('print(7 * 7)').catch(String)])).toBe('49');
    expect(owner.readyState).toBe(WebSocket.OPEN);
    owner.close();
  } finally {
    await hub.dispose();
  }
});

test('a volume whose group somebody has left stays in the session that has it, and comes into no other', async () => {
  test.setTimeout(60_000);
  const hub = await Hub.create();
  try {
    hub.environment = { DATALABS_WARM_SANDBOXES: '2' };
    const volume = join(hub.state, 'sample-data', 'survey');
    mkdirSync(volume, { recursive: true });
    writeFileSync(join(volume, 'secret'), 'dark matter');
    const file = join(hub.state, 'volumes.yaml');
    writeFileSync(file, JSON.stringify({ volumes: [{ name: 'survey', title: 'Survey', mission: 'None', description: 'Not yet public', licence: 'none', simulated: true, path: volume, groups: ['insiders'] }] }));
    await hub.start();
    const client = await hub.login();
    const group = { body: { users: [client.user] } };
    expect((await client.api('POST', '/groups/insiders')).status).toBe(201);
    expect((await client.api('POST', '/groups/insiders/users', group)).status).toBe(200);
    const look = async (): Promise<string> => {
      const { url } = await client.ready('', 'jupyterlab');
      const token = await client.token([`access:servers!server=${client.user}/`]);
      const kernel = await Kernel.start(new URL(url, hub.origin).href, token, 'python3');
      return kernel.run('import os; print(os.path.exists("/data/survey"), open("/data/survey/secret").read() if os.path.exists("/data/survey") else None)');
    };
    const volumes = async (): Promise<string[]> => (await client.api<{ volumes: { name: string }[] }>('GET', '/volumes')).body.volumes.map(({ name }) => name);
    expect(await look()).toBe('True dark matter');
    expect(await volumes()).toEqual(['survey']);

    // What is made ready for the next start has the volume, too, and must not be it.
    expect((await client.api('POST', `/users/${client.user}/warm`, { body: { datalab: 'jupyterlab' } })).status).toBe(202);
    expect((await client.api('DELETE', '/groups/insiders/users', group)).status).toBe(200);
    expect(await volumes()).toEqual([]);
    expect(await look()).toBe('True dark matter');
    await client.remove('');
    expect(await look()).toBe('False None');
  } finally {
    await hub.dispose();
  }
});
