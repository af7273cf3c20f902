// npm run bench:volumes [-- --entries 100000,1000000 --rounds 5 --data <folder> --drop-caches --contents 100000 --no-previews --print]
// Listings of large folders by the session's own endpoint and by Jupyter's contents API, same folder, same server, same run;
// and headers and pictures of a large FITS file.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine, writeReport } from './lib/report.mjs';
import { frames, renderFrames } from './lib/volume-frames.mjs';
import { listings, renderListings } from './lib/volume-listings.mjs';
import { previews, renderPreviews } from './lib/volume-previews.mjs';

const repo = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(repo, '.tools', 'node_modules', `node-linux-${process.arch}`);
// The same Node measures everywhere: the set-up's takes over from an older one.
if (Number(process.versions.node.split('.')[0]) < 22 && existsSync(join(node, 'bin', 'node'))) {
  const { status } = spawnSync(join(node, 'bin', 'node'), process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    entries: { type: 'string', default: '100000,1000000' },
    rounds: { type: 'string', default: '5' },
    data: { type: 'string' },
    'drop-caches': { type: 'boolean', default: false },
    contents: { type: 'string', default: '100000' },
    previews: { type: 'boolean', default: true },
    frames: { type: 'boolean', default: true },
    print: { type: 'boolean', default: false }
  }
});

/** As many as a browser draws pixel by pixel. */
const FRAMES_ENTRIES = 100_000;

const scratch = await mkdtemp(join(tmpdir(), 'datalabs-bench-'));
try {
  const common = {
    environment: join(repo, '.tools', 'envs', 'lab'),
    source: join(repo, 'extensions', 'python'),
    scratch,
    // Kept for the next run when a place is named: a million files take their time.
    data: resolve(options.data ?? join(scratch, 'data')),
    rounds: Number(options.rounds),
    dropCaches: options['drop-caches']
  };
  const entries = options.entries.split(',').filter(Boolean).map(Number);
  const parts = [];
  if (entries.length) parts.push(renderListings(await listings({ ...common, entries, contents: Number(options.contents) })));
  if (options.previews) parts.push(renderPreviews(await previews(common)));
  if (options.frames) parts.push(renderFrames(await frames({ repo, scratch, entries: FRAMES_ENTRIES, rounds: common.rounds })));
  const text = `Measured ${machine()}. \`npm run bench:volumes\`.\n\n${parts.join('\n\n')}`;
  console.log(`\n${text}`);
  if (!options.print) await writeReport(join(repo, 'bench', 'README.md'), text, 'volumes');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
