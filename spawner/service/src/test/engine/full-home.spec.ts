import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SAFE_ENVIRONMENT } from '../../builders/safe.js';
import { makePlace, python, SERVE, specOf, type Place } from './support.js';

const isRoot = process.getuid?.() === 0;
const whenRoot = isRoot ? describe : describe.skip;
/** Writes what a server writes before it serves: below every directory that its environment names. */
const WRITE = `
import os
names = ["HOME"] if "PYTHONNOUSERSITE" not in os.environ else [name for name in os.environ if name.endswith(("_DIR", "DIR", "_HOME"))]
for name in sorted(names):
    os.makedirs(os.environ[name], exist_ok=True)
    with open(os.path.join(os.environ[name], "written"), "w") as file: file.write("x" * 100_000)
    print("wrote", name, flush=True)
`;

whenRoot('a home without a byte left (needs root, which mounts a small disk)', () => {
  let place: Place;
  let home: string;

  beforeEach(() => {
    place = makePlace();
    home = join(place.base, 'homes', 'ann', 'test');
    mkdirSync(home, { recursive: true, mode: 0o700 });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', home]);
    spawnSync('dd', ['if=/dev/zero', `of=${join(home, 'filler')}`, 'bs=4k']);
  });
  afterEach(() => {
    execFileSync('umount', ['-l', home]);
    place.remove();
  });

  const start = async (environment: Record<string, string>) => {
    const engine = place.engine();
    const spec = specOf(place.base, { home, argv: python(WRITE + SERVE), environment });
    try {
      const running = await engine.start(spec, { signal: new AbortController().signal, onStep: () => undefined });
      const log = await engine.logTail(spec.key, 50);
      await engine.stop(spec.key, { graceMs: 0 });
      return { running, log };
    } finally {
      await engine.close();
    }
  };

  it('is named where a program cannot write to it', async () => {
    await expect(start({ HOME: '/media/home' })).rejects.toMatchObject({ code: 'home-full', details: { action: expect.stringContaining('safe start') } });
  }, 30_000);

  it('keeps no safe start from coming up', async () => {
    const { running, log } = await start({ HOME: '/media/home', ...SAFE_ENVIRONMENT });
    expect(running.target).toBeTruthy();
    expect(log).toEqual(expect.arrayContaining(['wrote JUPYTER_DATA_DIR', 'wrote JUPYTER_RUNTIME_DIR', 'wrote IPYTHONDIR', 'wrote TMPDIR', 'wrote XDG_CONFIG_HOME']));
    expect(statSync(join(home, 'filler')).size).toBeGreaterThan(900_000);
  }, 30_000);
});
