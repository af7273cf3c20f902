import { writeFileSync } from 'node:fs';
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
    expect(await Promise.race([ended, kernel.run('import time; time.sleep(2); print(7 * 7)').catch(String)])).toBe('49');
    owner.close();
  } finally {
    await hub.dispose();
  }
});
