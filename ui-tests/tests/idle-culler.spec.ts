import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerModel } from '../src/client.js';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { repository } from '../src/paths.js';

const culler = join(repository, '.tools/envs/programs/bin/jupyterhub-idle-culler');
const SCOPES = ['list:users', 'read:users:activity', 'read:servers', 'delete:servers'];

test('an unmodified jupyterhub-idle-culler, as a service, ends a session that nobody uses', async ({}, info) => {
  test.skip(!existsSync(culler), 'its environment is missing: node scripts/setup.mjs --tests');
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'culler-'));
  const token = randomBytes(32).toString('hex');
  const config = join(folder, 'config.yaml');
  writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
  writeFileSync(config, JSON.stringify({ warm: { sandboxes: 0 }, services: [{ name: 'idle-culler', apiTokenFile: join(folder, 'token'), scopes: SCOPES }] }));
  const hub = await Hub.create({ arguments: ['--config', config] });
  let program;
  let log = '';
  try {
    await hub.start();
    const client = await hub.login();
    const servers = async (): Promise<Record<string, ServerModel>> => (await client.api<{ servers: Record<string, ServerModel> }>('GET', `/users/${client.user}`)).body.servers;
    expect((await client.api('POST', `/users/${client.user}/server`)).status).toBeLessThan(300);
    await expect.poll(async () => (await servers())['']?.ready, { timeout: 60_000 }).toBe(true);
    expect(hub.sandboxes()).toHaveLength(1);

    program = spawn(culler, [`--url=${hub.origin}/hub/api`, '--timeout=1', '--cull-every=1'], {
      env: { PATH: process.env.PATH, JUPYTERHUB_API_TOKEN: token }, cwd: folder, stdio: ['ignore', 'pipe', 'pipe']
    });
    program.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
    program.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await expect.poll(servers, { timeout: 30_000 }).toEqual({});
    await expect.poll(() => hub.sandboxes()).toEqual([]);
    expect(log).toContain(`Culling server ${client.user}`);
    expect(log).not.toMatch(/Traceback|HTTP 4\d\d|HTTP 5\d\d/);
    const self = await fetch(`${hub.origin}/hub/api/user`, { headers: { authorization: `token ${token}` } });
    expect(await self.json()).toMatchObject({ kind: 'service', name: 'idle-culler' });
  } finally {
    await info.attach('log of the culler', { body: log, contentType: 'text/plain' });
    if (program && program.exitCode === null) {
      const ended = once(program, 'exit');
      program.kill();
      await ended;
    }
    await hub.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
});
