import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Display } from '../display.js';
import { nudgeDesktopSize } from '../rfb/nudge.js';

describe('nudgeDesktopSize', () => {
  let tmp: string;
  let display: Display;
  let environment: Record<string, string>;

  beforeAll(async () => {
    tmp = await mkdtemp(join(tmpdir(), 'nudge-'));
    const plain = { PATH: process.env.PATH ?? '', HOME: tmp };
    display = await Display.start({ tmp, geometry: '640x480', title: 'Test', environment: plain });
    environment = { ...plain, ...display.environment };
  });

  afterAll(async () => {
    await display.stop();
    await rm(tmp, { recursive: true, force: true });
  });

  const size = async () => {
    const { stdout } = await promisify(execFile)('xwininfo', ['-root'], { env: environment });
    return /-geometry (\d+x\d+)/.exec(stdout)?.[1];
  };

  it('changes the screen and leaves it at its size, again and again', async () => {
    const events = spawn('stdbuf', ['-oL', 'xev', '-root', '-event', 'structure'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore']
    });
    const sizes: string[] = [];
    const lines = createInterface({ input: events.stdout });
    lines.on('line', line => {
      const found = /width (\d+), height (\d+)/.exec(line);
      if (found) {
        sizes.push(`${found[1]}x${found[2]}`);
      }
    });
    try {
      // The watcher says nothing when it is ready; until then it misses changes.
      while (sizes.length < 4) {
        await nudgeDesktopSize(display.rfbPath, AbortSignal.timeout(5000));
        expect(await size()).toBe('640x480');
      }
      expect([...new Set(sizes)].sort()).toEqual(['640x479', '640x480']);
    } finally {
      events.kill();
      await once(events, 'close');
    }
  });

  it('gives up when told to', async () => {
    await expect(nudgeDesktopSize(display.rfbPath, AbortSignal.abort())).rejects.toThrow();
  });
});
