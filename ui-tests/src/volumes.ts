import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { Hub } from './hub.js';

/** Files of the large folder: more than any browser could draw at once. */
export const MANY = 100_000;

export const manyName = (i: number): string => `EUC_MER_TILE${String(i).padStart(6, '0')}.fits`;

/** Declares a simulated volume `survey` with a folder of very many files, one of odd names, and one nobody may read. */
export function makeSurvey(hub: Hub, files = MANY): string {
  const root = join(hub.state, 'sample-data', 'survey');
  const many = join(root, 'many');
  mkdirSync(many, { recursive: true });
  for (let i = 0; i < files; i++) {
    const file = openSync(join(many, manyName(i)), 'w');
    // One is larger than the others.
    if (i === 4321) {
      writeSync(file, 'x'.repeat(5000));
    }
    closeSync(file);
  }
  const odd = join(root, 'odd');
  mkdirSync(odd);
  for (const name of [
    Buffer.from('raw\xff.txt', 'latin1'),
    Buffer.from('two\nlines.txt'),
    Buffer.from('turned\u202etxt.exe'),
    Buffer.from(`${'long'.repeat(62)}.txt`),
    Buffer.from('notes.md')
  ]) {
    writeFileSync(Buffer.concat([Buffer.from(`${odd}/`), name]), '# Notes\n');
  }
  mkdirSync(join(root, 'empty'));
  mkdirSync(join(root, 'closed'), { mode: 0o000 });
  writeFileSync(
    join(hub.state, 'volumes.yaml'),
    `volumes:
  - name: survey
    title: Survey
    mission: Euclid
    release: Q1
    description: Simulated, with very many files.
    simulated: true
    path: sample-data/survey
    licence: BSD-3-Clause
  - name: gaia_dr3
    title: Gaia DR3
    mission: Gaia
    description: Simulated stars.
    simulated: true
    path: sample-data/gaia_dr3
    licence: BSD-3-Clause
`
  );
  return root;
}

export const volumesPanel = (page: Page): Locator => page.locator('#jp-datalabs-volumes');

export async function openVolumes(page: Page): Promise<Locator> {
  await page.locator('.jp-SideBar.jp-mod-left').getByRole('tab', { name: /Archive volumes/ }).click();
  const panel = volumesPanel(page);
  await expect(panel).toBeVisible();
  return panel;
}

/** The rows that a grid draws now, by number. */
export const drawnRows = (grid: Locator): Promise<number> => grid.locator('[data-row]').count();

/** Scrolls a grid by so many pixels a frame for two seconds: frames per second, the longest frame in milliseconds, and the row it came to. */
export const framesWhile = (grid: Locator, step: number): Promise<{ perSecond: number; longest: number; rows: number }> =>
  grid.evaluate(
    (node, by) =>
      new Promise(resolve => {
        const begin = performance.now();
        let [last, frames, longest] = [begin, 0, 0];
        const frame = (now: number): void => {
          longest = Math.max(longest, now - last);
          last = now;
          frames += 1;
          node.scrollTop += by;
          if (now - begin < 2000) {
            requestAnimationFrame(frame);
          } else {
            resolve({ perSecond: Math.round((frames / (now - begin)) * 1000), longest: Math.round(longest), rows: Math.floor(node.scrollTop / 24) });
          }
        };
        requestAnimationFrame(frame);
      }),
    step
  );
