// This hub with the stand-in engine, reached through its public address.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { end, freePort, launch, until } from './measure.mjs';

const PROGRAM = fileURLToPath(new URL('standin-hub.mjs', import.meta.url));

export async function startDatalabs({ repo, node, directory, standInPort }) {
  await mkdir(directory, { recursive: true });
  const port = await freePort();
  const token = randomBytes(32).toString('hex');
  const stateDir = join(directory, 'state');
  const config = join(directory, 'datalabs.yaml');
  await writeFile(join(directory, 'token'), token, { mode: 0o600 });
  await writeFile(
    config,
    ['logLevel: warn', 'maxStarting: 100', 'maxQueued: 10000', 'warm: { memory: "0" }',
      'services:', '  - name: bench', `    apiTokenFile: ${join(directory, 'token')}`, '    scopes: [admin:users, admin:servers, access:servers]'].join('\n')
  );
  const options = JSON.stringify({ repo, stateDir, port, config, standInPort });
  const start = () => launch(join(node, 'bin', 'node'), [PROGRAM, options], { cwd: directory });
  let hub = start();
  const origin = `http://127.0.0.1:${port}`;
  try {
    await until('this hub', async () => (await fetch(`${origin}/hub/health`)).ok);
  } catch (error) {
    await end(hub);
    throw new Error(`${error.message}\n${hub.output.slice(-2000)}`);
  }
  const record = JSON.parse(await readFile(join(stateDir, 'proxy.json'), 'utf8'));
  return {
    origin,
    token,
    get pid() {
      return hub.child.pid;
    },
    routes: { socketPath: record.apiSocket, token: record.token },
    async kill() {
      hub.child.kill('SIGKILL');
      await hub.exited;
    },
    restart() {
      hub = start();
    },
    async close() {
      await end(hub);
      process.kill(record.pid, 'SIGTERM');
    }
  };
}
