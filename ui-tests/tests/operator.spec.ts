import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../src/fixtures.js';
import { Hub, hubProgram } from '../src/hub.js';
import { hubMain, hubNode, repository } from '../src/paths.js';

const stackTrace = /\n\s+at .+:\d+:\d+/;

test('--help says everything and starts nothing', async () => {
  const { code, output } = await hubProgram('--help');
  expect(code).toBe(0);
  for (const option of ['--port', '--host', '--state-dir', '--config', '--no-setup']) {
    expect(output).toContain(option);
  }
});

test('a bad configuration lists every error and exits with 78', async ({}, info) => {
  const file = info.outputPath('config.yaml');
  writeFileSync(file, 'prot: 8000\nlogLevel: loud\nstartTimeoutSeconds: -1\n');
  const { code, output } = await hubProgram('--config', file, '--state-dir', info.outputPath('state'));
  expect(code).toBe(78);
  for (const name of ['prot', 'logLevel', 'startTimeoutSeconds']) {
    expect(output).toContain(name);
  }
  expect(output).not.toMatch(stackTrace);
});

test('an occupied port is named, and nothing is left running', async ({ hub }) => {
  const port = new URL(hub.origin).port;
  const second = await Hub.create();
  try {
    const { code, output } = await hubProgram('--port', port, '--state-dir', second.state);
    expect(code).toBeGreaterThan(0);
    expect(output).toContain(port);
    expect(output).toMatch(/--port|in use|occupied/);
    expect(output).not.toMatch(stackTrace);
    await expect.poll(() => second.leftovers()).toEqual([]);
  } finally {
    await second.dispose();
  }
});

test('a machine without user namespaces is named, and nothing is left running', async () => {
  const hub = await Hub.create();
  try {
    // A namespace with a limit of its own: nothing changes outside, and bubblewrap is refused as on a machine without them.
    const refused = ['echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --inh-caps=-all --ambient-caps=-all "$@"', 'refused'];
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['--user', '--map-user=1000', '--keep-caps', 'sh', '-c', ...refused, hubNode, hubMain, '--port', '0', '--state-dir', hub.state],
      { encoding: 'utf8' }
    );
    expect(status).toBe(1);
    expect(stderr).toContain('user namespaces');
    expect(stderr).toContain('sysctl');
    expect(stdout + stderr).not.toMatch(stackTrace);
    await expect.poll(() => hub.leftovers()).toEqual([]);
  } finally {
    await hub.dispose();
  }
});

test('the terminal of the hub tells Ctrl-C, which keeps sessions, from the end of everything', async () => {
  const hub = await Hub.create();
  try {
    await hub.start();
    await (await hub.login()).ready('topcat', 'topcat');
    await hub.interrupt();
    await expect.poll(() => hub.output).toMatch(/The hub has stopped\. .* on without it/);

    await hub.start();
    await hub.stop();
    await expect.poll(() => hub.output).toMatch(/The hub has stopped: "npm run stop" ends /);
    expect(hub.output.match(/ on without it/g)).toHaveLength(1);
    expect(hub.sandboxes()).toEqual([]);
  } finally {
    await hub.dispose();
  }
});

test('a second start on the same state directory points at the running hub and harms nothing', async ({ hub, client }) => {
  const { code, output } = await hubProgram('--port', '0', '--state-dir', hub.state);
  expect(code).toBe(0);
  expect(output).toContain('running already');
  expect(output).toContain(hub.origin);
  expect((await client.api('GET', '/user')).status).toBe(200);
});

test('a state directory with spaces works', async () => {
  const hub = await Hub.create({ name: 'dl with spaces-' });
  try {
    await hub.start();
    const client = await hub.login();
    await client.ready('topcat', 'topcat');
    expect(hub.sandboxes().filter(({ session }) => session === 'topcat')).toHaveLength(1);
  } finally {
    await hub.dispose();
  }
});

test('a run directory that somebody else made first is refused', async ({}, info) => {
  // Too long a state directory for a UNIX socket: its run directory is in /tmp, under a name that can be guessed.
  const state = join(info.outputPath('x'.repeat(90)), 'state');
  const digest = createHash('sha256').update(state).digest('hex').slice(0, 16);
  const foreign = `/tmp/jupyter-datalabs-${digest}`;
  mkdirSync(foreign);
  try {
    chmodSync(foreign, 0o777);
    const { code, output } = await hubProgram('--port', '0', '--state-dir', state);
    expect(code).toBe(1);
    expect(output).toContain(foreign);
    expect(output).toContain('--state-dir');
    expect(output).not.toMatch(stackTrace);
  } finally {
    rmSync(foreign, { recursive: true });
  }
});

test('a missing volume and a broken datalab are reported, the others work', async ({}, info) => {
  const datalabs = info.outputPath('datalabs');
  for (const id of ['jupyterlab', 'topcat']) {
    cpSync(join(repository, 'kernels-images', id), join(datalabs, id), { recursive: true });
  }
  mkdirSync(join(datalabs, 'broken'));
  writeFileSync(join(datalabs, 'broken', 'datalab.yaml'), 'title: Broken\nkind: toaster\n');
  const volumes = info.outputPath('volumes.yaml');
  writeFileSync(
    volumes,
    `volumes:
  - {name: euclid_q1, title: Euclid, mission: Euclid, description: Here, simulated: true, path: sample-data/euclid_q1, licence: BSD-3-Clause, groups: []}
  - {name: gone, title: Gone, mission: None, description: Nowhere, simulated: true, path: /no/such/place, licence: BSD-3-Clause, groups: []}
`
  );
  const config = info.outputPath('config.yaml');
  writeFileSync(config, `datalabsDir: ${JSON.stringify(datalabs)}\nvolumesFile: ${JSON.stringify(volumes)}\n`);
  const hub = await Hub.create({ arguments: ['--config', config] });
  try {
    await hub.start();
    const client = await hub.login();
    const catalogue = await client.api<{ datalabs: { id: string }[]; problems: { file: string; line: number | null; message: string }[] }>('GET', '/datalabs');
    expect(catalogue.body.datalabs.map(({ id }) => id).sort()).toEqual(['jupyterlab', 'topcat']);
    expect(catalogue.body.problems.length).toBeGreaterThan(0);
    for (const problem of catalogue.body.problems) {
      expect(problem.file).toContain('broken');
      expect(problem.message).not.toBe('');
    }
    expect(catalogue.body.problems.map(({ line }) => line)).toContain(2);

    const listed = await client.api<{ volumes: { name: string; available: boolean; reason: string | null }[] }>('GET', '/volumes');
    const gone = listed.body.volumes.find(({ name }) => name === 'gone')!;
    expect(gone.available).toBe(false);
    expect(gone.reason).toBeTruthy();
    expect(listed.body.volumes.find(({ name }) => name === 'euclid_q1')!.available).toBe(true);
    await client.ready('topcat', 'topcat');
  } finally {
    await hub.dispose();
  }
});

test('a full disk while starting is named, leaves nothing half-started, and stopping still works', async () => {
  test.skip(process.getuid?.() !== 0, 'needs root to mount a small file system');
  const parent = mkdtempSync(join(tmpdir(), 'dl-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=0755', 'tmpfs', parent]);
  try {
    const hub = await Hub.create({ parent });
    try {
      await hub.start();
      const client = await hub.login();
      await client.ready('before', 'topcat');
      const filler = join(parent, 'filler');
      // Ends with "No space left on device".
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']);
      const failure = await client.ready('topcat', 'topcat').then(
        () => 'ready',
        (error: Error) => error.message
      );
      expect(failure).toMatch(/"code":"(disk-full|home-full)"/);
      expect(hub.guests().map(({ session }) => session)).toEqual(['before']);
      rmSync(filler);
      await client.ready('topcat', 'topcat');
      expect(hub.guests()).toHaveLength(2);

      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']);
      await hub.stop();
      await expect.poll(() => hub.sandboxes()).toEqual([]);
      await expect.poll(() => hub.leftovers()).toEqual([]);
    } finally {
      await hub.dispose();
    }
  } finally {
    execFileSync('umount', ['-l', parent]);
    rmSync(parent, { recursive: true });
  }
});
