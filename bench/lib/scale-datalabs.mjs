// This hub with the stand-in engine, reached through its public address.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hubArguments } from '../../scripts/lib/paths.mjs';
import { benchConfig } from './hub.mjs';
import { freePort, launch, program } from './measure.mjs';

const PROGRAM = fileURLToPath(new URL('standin-hub.mjs', import.meta.url));

export async function startDatalabs({ repo, node, directory, standInPort }) {
  await mkdir(directory, { recursive: true });
  const { config, token } = await benchConfig(directory, ['logLevel: warn', 'maxStarting: 100', 'maxQueued: 10000']);
  const port = await freePort();
  const stateDir = join(directory, 'state');
  const options = JSON.stringify({ repo, stateDir, port, config, standInPort });
  const hub = program(() => launch(join(node, 'bin', 'node'), [...hubArguments, PROGRAM, options], { cwd: directory }));
  const origin = `http://127.0.0.1:${port}`;
  await hub.healthy('this hub', origin);
  const proxy = JSON.parse(await readFile(join(stateDir, 'proxy.json'), 'utf8'));
  return {
    hub,
    origin,
    token,
    proxy: { pid: proxy.pid, socketPath: proxy.apiSocket, token: proxy.token },
    async close() {
      await hub.close();
      process.kill(proxy.pid, 'SIGTERM');
    }
  };
}
