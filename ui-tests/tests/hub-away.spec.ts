import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';

test('a session goes on answering those it knows while the hub is away, and nobody whom the hub refuses', async ({}, info) => {
  const config = info.outputPath('config.yaml');
  // So that the server asks the hub anew within the test.
  writeFileSync(config, 'jupyterArguments: ["--HubOAuth.cache_max_age=1"]\n');
  const hub = await Hub.create({ arguments: ['--config', config] });
  try {
    await hub.start();
    const client = await hub.login();
    await client.ready('', 'jupyterlab');
    const made = await client.api<{ id: string; token: string }>('POST', `/users/${client.user}/tokens`, { body: { note: 'away', expires_in: 600 } });
    const status = async (token: string): Promise<number> =>
      (await fetch(`${hub.origin}/user/${client.user}/api/contents`, { headers: { authorization: `token ${token}` } })).status;
    const log = (): string => {
      const directory = join(hub.state, 'logs');
      return readdirSync(directory).map(name => readFileSync(join(directory, name), 'utf8')).join('\n');
    };
    expect(await status(made.body.token)).toBe(200);

    await hub.kill();
    // Its own memory of one second is over once the server has asked a hub that is not there.
    await expect
      .poll(async () => {
        expect(await status(made.body.token)).toBe(200);
        return log();
      })
      .toContain('The hub cannot be reached');
    expect(await status(`x${made.body.token}`)).toBeGreaterThanOrEqual(400);

    await hub.start();
    expect(await status(made.body.token)).toBe(200);
    expect((await client.api('DELETE', `/users/${client.user}/tokens/${made.body.id}`)).status).toBe(204);
    await expect.poll(() => status(made.body.token)).toBe(403);
  } finally {
    await hub.dispose();
  }
});
