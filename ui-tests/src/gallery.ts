import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { Hub } from './hub.js';
import { openVolumes } from './volumes.js';

/** One white pixel beside one black. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGP4zwAAAgEBADK6K5IAAAAASUVORK5CYII=';

const NOTEBOOK = { cells: [{ cell_type: 'code', id: 'first', metadata: {}, source: '"first look"', outputs: [], execution_count: null }], metadata: { kernelspec: { name: 'python3', display_name: 'Python 3 (ipykernel)' } }, nbformat: 4, nbformat_minor: 5 };

const CITATION = 'A. Stronomer 2026, Simulated skies\n\n@misc{skies,\n  title = {Simulated skies}\n}';

/** Declares a volume `gallery` with a file of every format in one folder, made of the simulated archives. */
export function makeGallery(hub: Hub): string {
  const samples = join(hub.state, 'sample-data');
  const root = join(samples, 'gallery');
  mkdirSync(root);
  const tile = join(samples, 'euclid_q1/Q1_R1/MER/102018211/VIS');
  const catalogue = join(samples, 'euclid_q1/Q1_R1/catalogs/MER_FINAL_CATALOG/102018211');
  const only = (folder: string, end: string): string => join(folder, readdirSync(folder).find(name => name.endsWith(end))!);
  copyFileSync(only(tile, '.fits'), join(root, 'image.fits'));
  copyFileSync(only(catalogue, '.fits'), join(root, 'catalogue.fits'));
  copyFileSync(only(catalogue, '.parquet'), join(root, 'catalogue.parquet'));
  copyFileSync(join(samples, 'gaia_dr3/gaia_source/GaiaSource_simulated.vot'), join(root, 'stars.vot'));
  writeFileSync(join(root, 'cut.fits'), readFileSync(join(root, 'image.fits')).subarray(0, 2000));
  writeFileSync(join(root, 'cut.parquet'), readFileSync(join(root, 'catalogue.parquet')).subarray(0, 2000));
  writeFileSync(join(root, 'list.csv'), `id,ra,name\n${Array.from({ length: 250 }, (_, i) => `${4611686018427387904n + BigInt(i)},${i / 4},star ${i}\n`).join('')}`);
  writeFileSync(join(root, 'look.png'), Buffer.from(PNG, 'base64'));
  writeFileSync(join(root, `it's "odd"\n.txt`), 'Some text: Straße\n');
  writeFileSync(join(root, 'first.ipynb'), JSON.stringify(NOTEBOOK));
  const about = { title: 'Gallery', mission: 'Euclid', release: 'Q1', description: 'A file of every kind.', licence: 'BSD-3-Clause', simulated: true, path: 'sample-data/gallery' };
  writeFileSync(
    join(hub.state, 'volumes.yaml'),
    JSON.stringify({
      volumes: [
        { ...about, name: 'gallery', citation: CITATION, examples: [{ title: 'First look', path: 'first.ipynb' }], tables: [{ service: 'https://example.org/tap', table: 'gallery.main' }] },
        { ...about, name: 'gone', title: 'Gone', path: 'sample-data/gone' }
      ]
    })
  );
  return root;
}

/** The volume's folder in the sidebar. */
export async function openGallery(page: Page): Promise<Locator> {
  const panel = await openVolumes(page);
  await panel.getByRole('option', { name: /Gallery/ }).click();
  await expect(panel.getByText('image.fits', { exact: true })).toBeVisible();
  return panel;
}

/** Opens a file's preview from its context menu; resolves with the preview. */
export async function preview(page: Page, panel: Locator, name: string): Promise<Locator> {
  await panel.getByText(name, { exact: true }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Preview', exact: true }).click();
  const region = page.getByRole('region', { name: `Preview of ${name}` });
  await expect(region).toBeVisible();
  return region;
}
