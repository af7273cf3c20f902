import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, watch } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, readDesktopConfig } from '../config.js';
import { receiveSession } from '../warm.js';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'datalabs-agent-warm-'));
  path = join(directory, 'warm.sock');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function say(text: string): Promise<void> {
  await new Promise<void>(resolve => {
    const watcher = watch(directory, () => existsSync(path) && (watcher.close(), resolve()));
    if (existsSync(path)) {
      watcher.close();
      resolve();
    }
  });
  const socket = connect(path);
  await once(socket, 'connect');
  socket.resume().end(text);
  await once(socket, 'close');
}

describe('a waiting agent', () => {
  it('hears once whose session it is, and takes its socket away', async () => {
    const heard = receiveSession(path);
    await say(JSON.stringify({ environment: { JUPYTERHUB_API_TOKEN: 'secret' }, argv: ['node', 'main.js'] }));
    expect(await heard).toEqual({ JUPYTERHUB_API_TOKEN: 'secret' });
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each(['', '{', '{"environment": {"A": 1}, "argv": []}', '[]'])('ends for a message that is none: %j', async text => {
    const heard = receiveSession(path).catch((error: unknown) => error);
    await say(text);
    expect(await heard).toBeInstanceOf(Error);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('knows its screen and application without a session, the same as with one', () => {
    const early = { DATALABS_APP: '["clock"]', DATALABS_TITLE: 'Clock', DATALABS_SOCKET: '/run/s', HOME: '/media/home', TZ: 'UTC' };
    const late = {
      ...early, JUPYTERHUB_SERVICE_PREFIX: '/user/vera/clock/', JUPYTERHUB_API_URL: 'http://127.0.0.1:8081/hub/api', JUPYTERHUB_API_TOKEN: 't',
      JUPYTERHUB_CLIENT_ID: 'c', JUPYTERHUB_OAUTH_ACCESS_SCOPES: '[]'
    };
    expect(readDesktopConfig(early)).toEqual({ argv: ['clock'], title: 'Clock', geometry: '1024x768', tmp: '/tmp', appEnvironment: { HOME: '/media/home', TZ: 'UTC' } });
    expect(readConfig(late)).toMatchObject(readDesktopConfig(early));
    const intervals = [undefined, '300', '7'].map(JUPYTERHUB_ACTIVITY_INTERVAL => readConfig({ ...late, JUPYTERHUB_ACTIVITY_INTERVAL }).activityInterval);
    expect(intervals).toEqual([60_000, 60_000, 7000]);
  });
});
