import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { makeGallery, openGallery, preview } from '../src/gallery.js';
import { Hub } from '../src/hub.js';
import { labReady, layoutKept, newNotebook } from '../src/lab.js';

let hub: Hub;
let panel: Locator;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  hub = await Hub.create();
  makeGallery(hub);
  await hub.start();
  page = await browser.newPage();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(hub.link);
  await labReady(page);
  panel = await openGallery(page);
});

test.afterAll(() => hub.dispose());

/** Runs the notebook's current cell; resolves with its output. */
async function runCurrent(notebook: Locator): Promise<string> {
  const cell = notebook.locator('.jp-CodeCell.jp-mod-active');
  const id = (await cell.locator('.cm-content').innerText()).slice(0, 60);
  await cell.locator('.cm-content').click();
  await page.keyboard.press('Control+Enter');
  await expect(cell.locator('.jp-InputPrompt'), id).toHaveText(/\[\d+\]/, { timeout: 60_000 });
  return (await cell.locator('.jp-OutputArea-output').allInnerTexts()).join('\n').trim();
}

test('a FITS image shows without a kernel, as its user wants it', async () => {
  const shown = await preview(page, panel, 'image.fits');
  await expect(shown.getByRole('img')).toBeVisible();
  const source = (): Promise<string | null> => shown.getByRole('img').getAttribute('src');
  await expect(shown.getByRole('tab', { name: /PRIMARY.*1,000 × 1,000/ })).toHaveAttribute('aria-selected', 'true');
  await expect(shown.getByRole('status').filter({ hasText: 'values shown' })).toContainText('1,000 × 1,000 pixels');
  const first = await source();
  const line = await shown.getByRole('status').filter({ hasText: 'values shown' }).innerText();
  await shown.getByLabel('Interval').selectOption('minmax');
  await expect(shown.getByRole('status').filter({ hasText: 'values shown' })).not.toHaveText(line);
  await shown.getByLabel('Stretch').selectOption('asinh');
  await shown.getByLabel('Colours').selectOption('viridis');
  await shown.getByRole('button', { name: 'Larger' }).click();
  await expect(shown.getByRole('status').filter({ hasText: 'values shown' })).toContainText('every pixel');
  expect(await source()).not.toBe(first);
  const natural = await shown.getByRole('img').evaluate((image: HTMLImageElement) => image.naturalWidth);
  expect(natural).toBe(1000);

  await page.getByRole('button', { name: 'Copy path', exact: true }).and(page.locator(':visible')).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('/data/gallery/image.fits');

  await shown.getByRole('tab', { name: 'Header' }).click();
  await shown.getByLabel('Find in header').fill('naxis1');
  await expect(shown.getByRole('row')).toHaveCount(2);
  await shown.getByRole('button', { name: 'Copy card NAXIS1' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^NAXIS1 = 1000/);
  expect(await page.locator('.jp-NotebookPanel').count()).toBe(0);
});

test('what a pixel is, and native pixels around it, by pointer and keyboard', async () => {
  const shown = await preview(page, panel, 'image.fits');
  const pixel = shown.getByRole('status', { name: 'Pixel' });
  const frame = shown.getByRole('region', { name: 'Picture' });
  await shown.getByRole('tab', { name: 'Image', exact: true }).click();
  await shown.getByRole('button', { name: 'Fit' }).click();
  await expect(frame).toHaveAttribute('aria-busy', 'false');
  await shown.getByRole('img').hover();
  await expect(pixel).toContainText(/^x 50\d, y 50\d: .*RA \d+\.\d{6}°, Dec -?\d+\.\d{6}° \(\d\d:\d\d:\d\d/);

  await shown.getByRole('img').click();
  await expect(shown.getByRole('button', { name: '1:1' })).toHaveAttribute('aria-pressed', 'true');
  await expect(frame).toHaveAttribute('aria-busy', 'false');
  // What was clicked is in the middle, and a pixel of the image is one of the screen.
  const place = async (): Promise<number[]> => (await pixel.innerText()).match(/x (\d+), y (\d+)/)!.slice(1).map(Number);
  const box = (await frame.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x + 20, y);
  await expect(pixel).toContainText('RA');
  const [from] = await place();
  expect(Math.abs(from! - 521)).toBeLessThan(3);
  await page.mouse.down();
  await page.mouse.move(x - 80, y, { steps: 4 });
  await page.mouse.up();
  await page.mouse.move(x + 20, y);
  await expect(pixel).toContainText(`x ${from! + 100},`);
  await frame.press('Shift+ArrowRight');
  await expect(pixel).toContainText(`x ${from! + 81},`);
  await frame.press('Escape');
  await expect(shown.getByRole('button', { name: 'Fit' })).toHaveAttribute('aria-pressed', 'true');
});

test('the tables show rows, units and types, to the last row', async () => {
  const fits = await preview(page, panel, 'catalogue.fits');
  await expect(fits.getByRole('grid')).toBeVisible();
  await expect(fits.getByRole('gridcell').first()).not.toBeEmpty();
  await expect(fits.getByRole('columnheader').filter({ hasText: 'deg' }).first()).toBeVisible();

  const stars = await preview(page, panel, 'stars.vot');
  const grid = stars.getByRole('grid');
  await expect(grid).toHaveAttribute('aria-rowcount', /\d+/);
  await expect(stars.getByRole('gridcell').first()).not.toBeEmpty({ timeout: 30_000 });
  await grid.focus();
  await page.keyboard.press('Control+End');
  await expect(stars).toContainText('100,000 of 100,000');
  await expect(grid.locator('[aria-selected="true"]')).not.toBeEmpty({ timeout: 30_000 });

  const parquet = await preview(page, panel, 'catalogue.parquet');
  await expect(parquet.getByRole('gridcell').first()).not.toBeEmpty();
  await parquet.getByLabel('Columns').fill('right_asc');
  await expect(parquet.getByRole('columnheader').filter({ hasText: /RIGHT_ASCENSION/ })).toHaveCount(1);

  const csv = await preview(page, panel, 'list.csv');
  // More digits than a number of JavaScript has.
  await expect(csv.getByRole('gridcell').first()).toHaveText('4611686018427387904');
  await csv.getByLabel('Go to row').fill('250');
  await page.keyboard.press('Enter');
  await expect(csv.getByRole('row', { name: /^.*star 249/ })).toBeVisible();
});

test('pictures and texts show; of a corrupt file it is said what is wrong, and where', async () => {
  const picture = await preview(page, panel, 'look.png');
  await expect(picture.getByRole('img')).toBeVisible();
  await expect(picture).toContainText('2 × 1 pixels');

  const text = await preview(page, panel, `it's "odd"\\n.txt`);
  await expect(text).toContainText('Some text: Straße');

  for (const name of ['cut.fits', 'cut.parquet']) {
    const corrupt = await preview(page, panel, name);
    const alert = corrupt.getByRole('alert');
    await expect(alert).toContainText(/cannot be read|cut off/i);
    await expect(alert.getByRole('button', { name: 'Try again' })).toBeVisible();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await expect(corrupt.getByRole('alert')).toBeVisible();
  }
});

test('code that reads each format runs in the kernel of a notebook behind the previews', async () => {
  test.setTimeout(240_000);
  await page.locator('.lm-TabBar-addButton:visible').first().click();
  const notebook = await newNotebook(page, /Python 3/);
  for (const [name, output] of [
    ['image.fits', /\(1000, 1000\)/],
    ['catalogue.fits', /Table length=5/],
    ['catalogue.parquet', /OBJECT_ID/],
    ['stars.vot', /Table length=5/],
    ['list.csv', /4611686018427387904/],
    [`it's "odd"\\n.txt`, /Some text: Straße/]
  ] as const) {
    await preview(page, panel, name);
    await page.getByRole('button', { name: 'Insert snippet', exact: true }).and(page.locator(':visible')).click();
    await expect(notebook).toBeVisible();
    expect(await runCurrent(notebook), name).toMatch(output);
  }
  await preview(page, panel, 'look.png');
  await page.getByRole('button', { name: 'Insert snippet', exact: true }).and(page.locator(':visible')).click();
  await runCurrent(notebook);
  await expect(notebook.locator('.jp-CodeCell.jp-mod-active .jp-OutputArea-output img')).toBeVisible();
});

test('the page of a volume tells about it, and gives a cell to cite it and a notebook to begin with', async () => {
  await panel.getByRole('button', { name: 'About this volume' }).click();
  const about = page.getByRole('region', { name: 'About the volume gallery' });
  await expect(about.getByRole('heading', { name: 'Gallery' })).toBeVisible();
  for (const words of ['simulated', 'Available', 'BSD-3-Clause', 'A. Stronomer 2026', 'gallery.main']) {
    await expect(about).toContainText(words);
  }
  await about.getByRole('button', { name: 'Copy BibTeX' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^@misc\{skies/);

  await about.getByRole('button', { name: 'Insert “Data used” cell' }).click();
  const notebook = page.locator('.jp-NotebookPanel:visible');
  const cell = notebook.locator('.jp-MarkdownCell.jp-mod-active');
  await expect(cell).toContainText('/data/gallery');
  await cell.click();
  await page.keyboard.press('Control+Enter');
  await expect(cell.getByRole('heading', { name: /Data used/ })).toBeVisible();
  await expect(cell).toContainText(/Simulated data.*Release: Q1.*\d{4}-\d\d-\d\d \d\d:\d\d UTC.*A\. Stronomer/s);

  // Twice: the second copy does not take the place of the first.
  for (const copy of ['first.ipynb', 'first (1).ipynb']) {
    await page.getByRole('tab', { name: 'About Gallery', exact: true }).and(page.locator('.lm-TabBar-tab')).click();
    await about.getByRole('button', { name: 'Copy First look to my workspace' }).click();
    await expect(page.locator('#jp-main-dock-panel').getByRole('tab', { name: copy })).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText('Copied first.ipynb to your workspace.').first()).toBeVisible();
  }
});

test('what was open comes back after a reload', async () => {
  await preview(page, panel, 'image.fits');
  await layoutKept(page, /"current": ?"datalabs-previews:[^}]*image\.fits/);
  await page.reload();
  await expect(page.getByRole('region', { name: 'Preview of image.fits' }).getByRole('img')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('#jp-main-dock-panel').getByRole('tab', { name: 'list.csv' })).toBeVisible();
});
