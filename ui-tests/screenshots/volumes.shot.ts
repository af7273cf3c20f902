import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import type { Hub } from '../src/hub.js';
import { labReady, newNotebook } from '../src/lab.js';
import { repository } from '../src/paths.js';
import { openVolumes } from '../src/volumes.js';

const TILE = 'Q1_R1/MER/102018211';
const CATALOGUE = 'Q1_R1/catalogs/MER_FINAL_CATALOG/102018211';

const nameIn = (hub: Hub, folder: string, part: string): string => readdirSync(join(hub.state, 'sample-data/euclid_q1', folder)).find(name => name.includes(part))!;

async function picture(page: Page, name: string, of?: Locator): Promise<void> {
  // A message under the pointer stays, and a row under it is coloured.
  await page.mouse.move(700, 2);
  await expect(page.locator('.Toastify__toast')).toHaveCount(0);
  const box = await of?.boundingBox();
  await page.screenshot({ path: join(repository, `docs/images/${name}.png`), animations: 'disabled', caret: 'hide', ...(box ? { clip: box } : {}) });
}

/** From the volume on, folder by folder. */
async function goTo(panel: Locator, folder: string): Promise<void> {
  for (const name of folder.split('/')) {
    await panel.getByRole('row').filter({ hasText: name }).dblclick();
    await expect(panel.getByRole('navigation', { name: 'Folder' })).toContainText(name);
  }
}

async function command(page: Page, label: string): Promise<void> {
  await page.keyboard.press('Control+Shift+C');
  await page.locator('#modal-command-palette input').fill(label);
  await page.keyboard.press('Enter');
}

test('archive volumes', async ({ ownHub: hub, page }) => {
  const client = await hub.login();
  await client.ready('', 'jupyterlab');
  expect((await client.api('DELETE', `/users/${client.user}/server/volumes/gaia_dr3`)).status).toBe(204);
  await page.context().addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
  await page.setViewportSize({ width: 1120, height: 600 });
  await page.goto(`${hub.origin}/user/${client.user}/lab?reset`);
  await labReady(page);
  const toolbar = (label: string): Locator => page.getByRole('button', { name: label, exact: true }).and(page.locator(':visible'));
  const preview = async (file: Locator, name: string): Promise<Locator> => {
    await file.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Preview', exact: true }).click();
    return page.getByRole('region', { name: `Preview of ${name}` });
  };
  const panel = await openVolumes(page);
  const volume = panel.getByRole('option', { name: /Euclid Q1/ });
  await expect(panel.getByRole('option', { name: /Gaia DR3.*not mounted/ })).toBeVisible();

  await test.step('the list, and the page of a volume', async () => {
    await volume.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'About this volume' }).click();
    await expect(page.getByRole('region', { name: 'About the volume euclid_q1' })).toContainText('BSD-3-Clause');
    await picture(page, 'volumes-page');
  });

  await test.step('a folder in a tab, and what can be done with a file', async () => {
    await volume.click();
    await goTo(panel, `${TILE}/NISP`);
    await panel.getByRole('button', { name: 'Open in a tab' }).click();
    const tab = page.getByRole('region', { name: `Folder /data/euclid_q1/${TILE}/NISP` });
    await expect(tab.getByText('3 entries')).toBeVisible();
    await tab.getByRole('row').filter({ hasText: 'NIR-J' }).click({ button: 'right' });
    await expect(page.getByRole('menuitem', { name: 'Preview', exact: true })).toBeVisible();
    await page.screenshot({ path: join(repository, 'docs/images/volumes-folder.png'), animations: 'disabled' });
    await page.keyboard.press('Escape');
  });

  const mosaic = nameIn(hub, `${TILE}/VIS`, 'MOSAIC-VIS');
  await test.step('an image', async () => {
    await panel.getByRole('button', { name: TILE.split('/').at(-1)! }).click();
    await goTo(panel, 'VIS');
    // Noise is what makes the file large.
    await page.setViewportSize({ width: 1120, height: 560 });
    const shown = await preview(panel.getByRole('row').filter({ hasText: mosaic }), mosaic);
    await shown.getByLabel('Stretch').selectOption('linear');
    await shown.getByLabel('Interval').selectOption('percentile');
    await shown.getByLabel('Colours').selectOption('gray_r');
    await expect(shown.getByRole('img')).toBeVisible();
    await expect(shown.getByText('Drawing…')).toHaveCount(0);
    await picture(page, 'volumes-image');
    await page.setViewportSize({ width: 1120, height: 600 });
  });

  const catalogue = nameIn(hub, CATALOGUE, '.parquet');
  await test.step('a table', async () => {
    await panel.getByRole('button', { name: 'Euclid Q1', exact: true }).click();
    await goTo(panel, CATALOGUE);
    const shown = await preview(panel.getByRole('row').filter({ hasText: catalogue }), catalogue);
    await shown.getByLabel('Columns').fill('flux');
    await expect(shown.getByRole('gridcell').first()).not.toBeEmpty();
    await shown.getByRole('gridcell').nth(2).click();
    await picture(page, 'volumes-table');
  });

  await test.step('in a notebook', async () => {
    // Room for the code.
    await page.locator('.jp-SideBar.jp-mod-left').getByRole('tab', { name: /Archive volumes/ }).click();
    await page.locator('.lm-TabBar-addButton:visible').first().click();
    const notebook = await newNotebook(page, /Python 3/);
    await page.getByRole('tab', { name: mosaic }).click();
    await toolbar('Insert snippet').click();
    const cell = notebook.locator('.jp-CodeCell.jp-mod-active');
    await cell.locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    await expect(cell.locator('.jp-OutputArea-output')).toContainText('(', { timeout: 60_000 });
    await page.locator('#jp-main-dock-panel').getByRole('tab', { name: 'Euclid Q1' }).click();
    await toolbar('Insert “Data used” cell').click();
    await notebook.locator('.jp-MarkdownCell.jp-mod-active').click();
    await page.keyboard.press('Control+Enter');
    await expect(notebook.getByRole('heading', { name: /Data used/ })).toBeVisible();
    await picture(page, 'volumes-notebook');
  });

  await test.step('references of an archive', async () => {
    await command(page, 'Resolve archive');
    const area = page.getByRole('textbox', { name: /References/ });
    await area.fill(
      [
        'file_path\tfile_name',
        `/euclid/repository_idr/iqr1/${TILE}/VIS\t${mosaic}`,
        `\t${catalogue}`,
        '/data/gaia_dr3/gaia_source\tGaiaSource_simulated.vot',
        '/euclid/repository_idr/iqr1/Q1_R1/MER/102018213/VIS\tEUC_MER_BGSUB-MOSAIC-VIS_TILE102018213-0C1A5D_20241018T142710.000000Z_00.00.fits'
      ].join('\n')
    );
    await area.press('Control+Enter');
    await expect(page.getByRole('region', { name: 'Results' }).getByRole('listitem')).toHaveCount(4);
    await picture(page, 'volumes-resolve');
  });
});
