import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../src/fixtures.js';
import type { Hub } from '../src/hub.js';
import { hubNode, repository } from '../src/paths.js';

const stackTrace = /\n\s+at .+:\d+:\d+/;

/** The operator's command line, as `npm run datalabs` runs it. */
function datalabs(hub: Hub, ...words: string[]): Promise<{ code: number; output: string }> {
  const file = join(repository, 'scripts/datalabs.mjs');
  return new Promise(resolve =>
    execFile(hubNode, [file, ...words, '--state-dir', hub.state], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout + stderr })
    )
  );
}

async function json<T>(hub: Hub, ...words: string[]): Promise<T> {
  const { code, output } = await datalabs(hub, ...words, '--json');
  expect(code, output).toBe(0);
  return JSON.parse(output) as T;
}

test('an operator sees who runs what, stops a session, and takes the store back to a backup', async ({ ownHub: hub }) => {
  const client = await hub.login();
  await client.ready('topcat', 'topcat');

  const status = await datalabs(hub, 'status');
  expect(status).toMatchObject({ code: 0, output: expect.stringContaining(hub.origin) });
  expect((await datalabs(hub, 'users')).output).toContain(client.user);
  const named = `${client.user}/topcat`;
  expect((await datalabs(hub, 'sessions')).output).toMatch(new RegExp(`${named} +topcat +ready`));

  const backup = join(hub.state, 'store.backup');
  expect(await datalabs(hub, 'backup', backup)).toMatchObject({ code: 0 });
  // It holds what lets people in, if as hashes only.
  expect(statSync(backup).mode & 0o077).toBe(0);

  const whileRunning = await datalabs(hub, 'restore', backup);
  expect(whileRunning.code).toBe(1);
  expect(whileRunning.output).not.toMatch(stackTrace);

  expect(await datalabs(hub, 'sessions', 'stop', named)).toMatchObject({ code: 0 });
  expect(hub.guests()).toEqual([]);
  expect(await json<unknown[]>(hub, 'sessions')).toEqual([]);

  await hub.interrupt();
  for (const command of ['users', 'sessions']) {
    const { code, output } = await datalabs(hub, command);
    expect([command, code]).toEqual([command, 3]);
    expect(output).toContain('npm start');
    expect(output).not.toMatch(stackTrace);
  }
  expect(await datalabs(hub, 'restore', backup)).toMatchObject({ code: 0 });
  // What was logged in when the backup was made is logged in again; the session it knew of ended since, and that is what the hub tells.
  await hub.start();
  expect(Object.values(await client.servers()).filter(({ ready }) => ready)).toEqual([]);
  expect(existsSync(join(hub.state, 'homes', client.user, 'topcat'))).toBe(true);
});

test('the doctor finds what is wrong with a machine and ends with 1, or says that all is well', async ({ hub }) => {
  const checks = await datalabs(hub, 'doctor');
  expect(checks.output).not.toMatch(stackTrace);
  expect([0, 1]).toContain(checks.code);
  for (const topic of ['sandbox', 'disk', 'clock', 'volumes', 'store']) {
    expect(checks.output).toMatch(new RegExp(`^[✓✗!] ${topic}`, 'm'));
  }
  expect((await datalabs(hub, 'dance')).code).toBe(64);
});
