import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { volumeMounts } from '../../builders/volume-mounts.js';
import { buildSandboxOptions } from '../../builders/bwrap.js';
import { partsFor } from '../../services/volumes/access.js';
import { makePlace, python, SERVE, specOf, type Place } from './support.js';

/** What lies in /data/v, and what comes of writing there. */
const SHOW = `
import os
for top, _, files in sorted(os.walk("/data/v")):
    for name in sorted(files): print("file", os.path.join(top, name)[8:], flush=True)
for path in ("/data/v", "/data/v/open", "/data/v/closed", "/data/v/closed/part", "/data"):
    try: open(path + "/new", "w"); print("WROTE", path, flush=True)
    except OSError as error: print("refused", path, error.strerror, flush=True)
`;
const RULES = [{ prefix: 'closed', groups: ['in'] }, { prefix: 'closed/part', groups: [] }, { prefix: 'open/inner', groups: ['in'] }];

let place: Place;
beforeAll(() => (place = makePlace()));
afterAll(() => place.remove());

async function seen(groups: string[], of: string[]): Promise<string[]> {
  const source = join(place.base, 'volume');
  for (const file of ['root', 'open/a', 'open/inner/b', 'closed/c', 'closed/deep/d', 'closed/part/e']) {
    mkdirSync(dirname(join(source, file)), { recursive: true });
    writeFileSync(join(source, file), '');
  }
  const { mounts, covers } = volumeMounts({ name: 'v', source, parts: partsFor({ groups, rules: RULES }, new Set(of)) });
  const engine = place.engine();
  const spec = specOf(place.base, { mounts, covers, argv: python(SHOW + SERVE) });
  await engine.start(spec, { signal: new AbortController().signal, onStep: () => {} });
  await engine.stop(spec.key);
  const lines = await engine.logTail(spec.key, 100);
  await engine.close();
  expect(lines.filter(line => line.startsWith('WROTE'))).toEqual([]);
  expect(lines.filter(line => line.startsWith('refused')).length).toBe(5);
  return lines.filter(line => line.startsWith('file')).map(line => line.slice(5));
}

it('who may see all of a volume does', async () => {
  expect(await seen([], ['in'])).toEqual(['root', 'closed/c', 'closed/deep/d', 'closed/part/e', 'open/a', 'open/inner/b']);
});
it('what a rule keeps back is empty and read-only, but for what another gives', async () => {
  expect(await seen([], [])).toEqual(['root', 'closed/part/e', 'open/a']);
});
it('of a volume for others there is what a rule gives, and nothing beside it', async () => {
  expect(await seen(['others'], [])).toEqual(['closed/part/e']);
});

it('covers come after what they hide and before what is seen in them', () => {
  const { mounts, covers } = volumeMounts({ name: 'v', source: '/a', parts: partsFor({ groups: [], rules: RULES }, new Set()) });
  const options = buildSandboxOptions({
    argv: [], environment: {}, binds: mounts, covers, links: [], network: 'none', socketDir: '/s', hubSocketDir: '/h', etcDir: '/e', systemLinks: [], systemPaths: [], memoryBytes: 1, rlimits: null
  }).join(' ');
  expect(options).toContain('--ro-bind /a /data/v --tmpfs /data/v/closed --ro-bind /a/closed/part /data/v/closed/part --tmpfs /data/v/open/inner --remount-ro /data/v/closed --remount-ro /data/v/open/inner');
});
