// Frames while somebody scrolls a folder in JupyterLab's sidebar, in a real browser against a real hub.
import { chmod, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startToLink, stopAll } from './hub.mjs';

/** Pixels a frame: reading along, and as fast as a wheel goes. */
const SPEEDS = [
  [0, 'nothing moves'],
  [120, '5 rows a frame, 300 a second'],
  [960, '40 rows a frame, 2,400 a second']
];
const GOAL = 60;

/** Runs in the page: scrolls for two seconds, and counts. */
function scroll(grid, by) {
  grid.scrollTop = 0;
  return new Promise(resolve => {
    const begin = performance.now();
    let [last, frames, longest] = [begin, 0, 0];
    const frame = now => {
      longest = Math.max(longest, now - last);
      last = now;
      frames += 1;
      grid.scrollTop += by;
      if (now - begin < 2000) requestAnimationFrame(frame);
      else resolve({ perSecond: (frames / (now - begin)) * 1000, longest });
    };
    requestAnimationFrame(frame);
  });
}

export async function frames({ repo, scratch, entries, rounds }) {
  const { chromium } = await import(pathToFileURL(join(repo, 'ui-tests/node_modules/playwright/index.mjs')).href);
  const { chromiumPath, chromiumArguments } = await import(pathToFileURL(join(repo, 'ui-tests/src/chromium.ts')).href);
  const stateDir = join(scratch, 'hub');
  const folder = join(stateDir, 'sample-data', 'bench', 'many');
  await mkdir(folder, { recursive: true });
  // Sessions read it as another user.
  await Promise.all([scratch, stateDir].map(directory => chmod(directory, 0o755)));
  for (let i = 0; i < entries; i++) await (await open(join(folder, `EUC_MER_TILE${String(i).padStart(7, '0')}.fits`), 'w')).close();
  const volume = { name: 'bench', title: 'Bench', mission: 'None', description: 'Empty files.', simulated: true, path: 'sample-data/bench', licence: 'none' };
  await writeFile(join(stateDir, 'volumes.yaml'), JSON.stringify({ volumes: [volume] }));
  const hub = await startToLink({ repo, stateDir, setUp: false });
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments() });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(hub.link);
    await page.getByRole('heading', { name: 'Notebook', exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Archive volumes' }).click();
    await page.getByRole('option', { name: /Bench/ }).click();
    await page.getByRole('row').filter({ hasText: 'many' }).dblclick();
    const grid = page.getByRole('grid', { name: 'many' });
    await grid.getByText('EUC_MER_TILE0000000').first().waitFor();
    const results = [];
    for (const [speed, what] of SPEEDS) {
      const runs = [];
      for (let i = 0; i < rounds; i++) runs.push(await grid.evaluate(scroll, speed));
      results.push({ what, runs });
    }
    return { entries, results };
  } finally {
    await browser.close();
    await hub.stop();
    await stopAll({ repo, stateDir });
  }
}

const median = values => [...values].sort((a, b) => a - b)[values.length >> 1];

export function renderFrames({ entries, results }) {
  const reading = median(results[1].runs.map(({ perSecond }) => perSecond));
  return [
    `| scrolling ${entries.toLocaleString('en')} entries | frames per second, median | least | longest frame, ms |`,
    '|---|---|---|---|',
    ...results.map(({ what, runs }) => {
      const rates = runs.map(({ perSecond }) => perSecond);
      return `| ${what} | ${median(rates).toFixed(0)} | ${Math.min(...rates).toFixed(0)} | ${Math.max(...runs.map(({ longest }) => longest)).toFixed(0)} |`;
    }),
    '',
    '| goal | measured | |',
    '|---|---|---|',
    `| ${GOAL} frames per second | ${reading.toFixed(0)} | ${Math.round(reading) >= GOAL ? 'met' : '**missed**'} |`
  ].join('\n');
}
