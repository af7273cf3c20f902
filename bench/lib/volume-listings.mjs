// Large folders.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { end, summary } from './measure.mjs';
import { client, launchServer, timed } from './volume-server.mjs';

export const verdict = met => (met ? 'met' : '**missed**');
const GOALS = { 100_000: 200, 1_000_000: 1500 };
const STALL_MS = 50;

/** Names as long and as alike as an archive's, made in no order. */
const MAKE = `
import os, random, sys
os.makedirs(sys.argv[1]); os.chdir(sys.argv[1]); r = random.Random(1)
for i in range(int(sys.argv[2])):
    os.mknod(f"EUC_MER_BGSUB-MOSAIC-VIS_TILE{r.getrandbits(28):09d}-{i:07d}_20241105T{r.getrandbits(16):06d}.fits", 0o644)
`;

export async function listings({ environment, source, scratch, data, entries, rounds, dropCaches, contents }) {
  for (const count of entries) {
    if (!existsSync(join(data, `n${count}`))) execFileSync(join(environment, 'bin', 'python'), ['-c', MAKE, join(data, `n${count}`), String(count)]);
  }
  const launched = await launchServer({ environment, source, scratch, data });
  const server = client(launched);
  const results = [];
  try {
    for (const count of entries) {
      const volume = `n${count}`;
      const result = { count, ms: {}, stall: {} };
      const note = async (name, work) => {
        const { ms, found } = await timed(server, work);
        (result.ms[name] ??= []).push(ms);
        (result.stall[name] ??= []).push(timed.stall);
        console.log(`${String(count).padEnd(8)} ${name.padEnd(10)} ${ms.toFixed(0).padStart(7)} ms, others waited ${timed.stall.toFixed(0)} ms`);
        return found;
      };
      await server.list({ volume });
      for (let i = 0; i < rounds; i++) {
        if (dropCaches) {
          writeFileSync('/proc/sys/vm/drop_caches', '3');
          await server.pulse();
          await note('disk', () => server.list({ volume, refresh: true }));
        }
        await server.endWorker('listing');
        await note('start', () => server.list({ volume }));
        await server.endWorker('listing');
        await server.prepare('listing');
        await note('prepared', () => server.list({ volume }));
        const { index } = await note('first', () => server.list({ volume, refresh: true }));
        await note('again', () => server.list({ volume }));
        const deep = await note('deep', () => server.list({ volume, index, offset: Math.floor(count * (0.1 + 0.15 * i)) % count }));
        await note('prefix', () => server.list({ volume, prefix: deep.entries[0].name.slice(0, 32) }));
        await note('glob', () => server.list({ volume, glob: `*77${i}*.fits` }));
        await note('size', () => server.list({ volume, sort: 'size', glob: i % 2 ? '*' : '*.fits', prefix: 'EUC'.slice(0, 1 + (i % 3)) }));
      }
      result.memory = server.workerMiB('listing');
      if (count <= contents) result.bytes = await note('contents', () => server.contents(volume));
      results.push(result);
    }
  } finally {
    await end(launched.state);
  }
  return results;
}

const ROWS = [
  ['disk', 'first page of 200, nothing of the folder in memory'],
  ['start', 'first page, worker not running'],
  ['prepared', 'first page of a worker that was prepared when the volumes were shown'],
  ['first', 'first page, folder read anew'],
  ['again', 'first page, listing kept'],
  ['deep', 'a page far down'],
  ['prefix', 'filter by the beginning'],
  ['glob', 'filter by a pattern'],
  ['size', 'sorted by size: every entry looked at'],
  ['contents', 'Jupyter’s `/api/contents`, all of it']
];

export const show = ms => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));

export function renderListings(results) {
  const head = results.map(({ count }) => `${count.toLocaleString('en')} entries | at most | others waited |`).join(' ');
  const lines = ROWS.filter(([key]) => results.some(({ ms }) => ms[key])).map(([key, title]) => {
    const cells = results.map(({ ms, stall }) =>
      ms[key] ? `${show(summary(ms[key]).median)} | ${show(summary(ms[key]).max)} | ${show(summary(stall[key]).max)} |` : '– | – | – |'
    );
    return `| ${title} | ${cells.join(' ')}`;
  });
  const goals = results.flatMap(({ count, ms, stall }) => {
    const first = summary(ms.prepared).median;
    const wait = Math.max(...Object.entries(stall).filter(([key]) => key !== 'contents').flatMap(([, values]) => values));
    return [
      ...(GOALS[count] ? [`| first page of ${count.toLocaleString('en')} at most ${GOALS[count]} ms | ${show(first)} ms | ${verdict(first <= GOALS[count])} |`] : []),
      `| others wait at most ${STALL_MS} ms meanwhile | ${show(wait)} ms | ${verdict(wait <= STALL_MS)} |`
    ];
  });
  const memory = results.map(({ count, memory }) => `${count.toLocaleString('en')}: ${memory.toFixed(0)} MiB`).join(', ');
  return [
    `| ms, median | ${head}`, `|---|${'---|'.repeat(3 * results.length)}`, ...lines, '',
    `Memory of the worker after these, with several listings kept: ${memory}.`, '',
    '| goal | measured | |', '|---|---|---|', ...goals
  ].join('\n');
}
