// A FITS image of 2 GB: its header, and pictures of it.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { end, summary } from './measure.mjs';
import { client, launchServer, timed } from './volume-server.mjs';
import { show, verdict } from './volume-listings.mjs';

const VOLUME = 'fits';
const SIZE = 22_400;
const GOALS = { header: 300, image: 2000, peak: 400 };

/** Noise, sky and a header of 300 cards; written whole, not with holes. */
const MAKE = `
import os, sys, numpy
from astropy.io import fits
folder, n = sys.argv[1], int(sys.argv[2])
os.makedirs(folder, exist_ok=True)
header = fits.Header([("SIMPLE", True), ("BITPIX", -32), ("NAXIS", 2), ("NAXIS1", n), ("NAXIS2", n)] + [(f"KEY{i}", i, "one of many") for i in range(300)])
block = numpy.random.default_rng(1).normal(100, 10, (100, n)).astype("f4")
with open(f"{folder}/part", "wb") as file:
    file.write(header.tostring().encode())
    for i in range(n // 100):
        file.write((block + i).astype(">f4").tobytes())
    file.write(bytes(-file.tell() % 2880))
os.rename(f"{folder}/part", f"{folder}/image.fits")
`;

export async function previews({ environment, source, scratch, data, rounds, dropCaches }) {
  const folder = join(data, VOLUME);
  if (!existsSync(join(folder, 'image.fits'))) execFileSync(join(environment, 'bin', 'python'), ['-c', MAKE, folder, String(SIZE)]);
  const launched = await launchServer({ environment, source, scratch, data });
  const server = client(launched);
  const file = { volume: VOLUME, path: 'image.fits' };
  const result = { ms: {}, stall: {}, peak: {} };
  const note = async (name, work) => {
    const { ms } = await timed(server, work);
    (result.ms[name] ??= []).push(ms);
    (result.stall[name] ??= []).push(timed.stall);
    (result.peak[name] ??= []).push(server.workerPeakMiB('preview'));
    console.log(`2 GB     ${name.padEnd(10)} ${ms.toFixed(0).padStart(7)} ms, others waited ${timed.stall.toFixed(0)} ms`);
  };
  const image = look => server.image({ ...file, width: 1024, height: 1024, ...look });
  try {
    await server.preview(file);
    for (let i = 0; i < rounds; i++) {
      await server.endWorker('preview');
      await note('coldHeader', () => server.preview(file));
      await server.endWorker('preview');
      await server.prepare('preview');
      await note('prepared', () => server.preview(file));
      await note('header', () => server.preview(file));
      await server.endWorker('preview');
      await note('coldImage', () => image({}));
      await note('image', () => image({ stretch: 'asinh', map: 'viridis' }));
      await note('large', () => image({ width: 2048, height: 2048, interval: 'minmax' }));
      if (dropCaches) {
        writeFileSync('/proc/sys/vm/drop_caches', '3');
        await server.pulse();
        await note('disk', () => image({ map: 'magma' }));
      }
    }
  } finally {
    await end(launched.state);
  }
  return result;
}

const ROWS = [
  ['coldHeader', 'header, worker not running'],
  ['prepared', 'header, the first one of a worker that was prepared when the file was chosen'],
  ['header', 'header'],
  ['coldImage', 'picture of 1024 × 1024, worker not running'],
  ['image', 'picture of 1024 × 1024'],
  ['large', 'picture of 2048 × 2048'],
  ['disk', 'picture of 1024 × 1024, nothing of the file in memory']
];

export function renderPreviews({ ms, stall, peak }) {
  const lines = ROWS.filter(([key]) => ms[key]).map(
    ([key, title]) =>
      `| ${title} | ${show(summary(ms[key]).median)} | ${show(summary(ms[key]).max)} | ${show(summary(stall[key]).max)} | ${Math.max(...peak[key]).toFixed(0)} |`
  );
  const most = Math.max(...Object.values(peak).flat());
  const header = summary(ms.header).median;
  const image = summary(ms.image).median;
  return [
    '| FITS image of 2 GB, ms | median | at most | others waited | peak of the worker, MiB |', '|---|---|---|---|---|', ...lines, '',
    '| goal | measured | |', '|---|---|---|',
    `| header at most ${GOALS.header} ms | ${show(header)} ms | ${verdict(header <= GOALS.header)} |`,
    `| picture at most ${GOALS.image} ms | ${show(image)} ms | ${verdict(image <= GOALS.image)} |`,
    `| memory does not grow with the file: at most ${GOALS.peak} MiB | ${most.toFixed(0)} MiB | ${verdict(most <= GOALS.peak)} |`
  ].join('\n');
}
