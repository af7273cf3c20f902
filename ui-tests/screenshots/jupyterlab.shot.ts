import { join } from 'node:path';
import { repository } from '../src/paths.js';
import { expect, test } from '../src/fixtures.js';
import { desktop, labReady, launcherCard, newNotebook, openLauncher, runCell, settledLook } from '../src/lab.js';

const title = '# A mosaic of Euclid\nRead in place from the archive volume `/data/euclid_q1` (simulated).';

const plot = `
from pathlib import Path
import matplotlib.pyplot as plt
from astropy.io import fits
from astropy.visualization import ImageNormalize, AsinhStretch, PercentileInterval
from astropy.wcs import WCS

path = sorted(Path("/data/euclid_q1/Q1_R1/MER").glob("*/VIS/*MOSAIC-VIS*.fits"))[0]
with fits.open(path) as hdus:
    image, header = hdus[0].data, hdus[0].header
norm = ImageNormalize(image, interval=PercentileInterval(99.5), stretch=AsinhStretch(0.1))
figure = plt.figure(figsize=(5.6, 4.8), layout="constrained")
axes = figure.add_subplot(projection=WCS(header))
axes.imshow(image, norm=norm, origin="lower", cmap="gray")
axes.set(xlabel="RA", ylabel="Dec", title=path.parent.parent.name)
plt.show()
`.trim();

test('a notebook on archive data with TOPCAT beside it', async ({ ownHub: hub, page, context }) => {
  await page.goto(hub.link);
  await labReady(page);
  const opened = context.waitForEvent('page');
  await launcherCard(page, 'Datalabs', /Euclid/).click();
  const lab = await opened;
  await lab.setViewportSize({ width: 1600, height: 900 });
  await labReady(lab);

  const notebook = await newNotebook(lab, /Euclid/);
  const first = notebook.locator('.jp-Cell').first();
  await first.locator('.cm-content').click();
  await lab.keyboard.insertText(title);
  await lab.keyboard.press('Escape');
  await lab.keyboard.press('m');
  await lab.keyboard.press('Shift+Enter');
  await expect(first.getByRole('heading')).toBeVisible();
  await runCell(lab, notebook, plot);
  await expect(notebook.locator('.jp-OutputArea-output img')).toBeVisible({ timeout: 60_000 });

  await openLauncher(lab);
  await launcherCard(lab, 'Datalabs', /TOPCAT/).click();
  const panel = desktop(lab, 'TOPCAT');
  const canvas = panel.locator('canvas');
  await expect(canvas).toBeVisible({ timeout: 30_000 });
  await settledLook(canvas, ({ colours }) => colours > 60);
  await lab.getByRole('tab', { name: /Untitled/ }).first().click();
  await notebook.locator('.jp-OutputArea-output img').scrollIntoViewIfNeeded();
  await lab.getByRole('tab', { name: 'Archive volumes' }).click();
  await expect(lab.getByText('/data/euclid_q1').first()).toBeVisible();
  await settledLook(canvas);
  // JupyterLab's question about news is not what the picture is about; the others go by themselves.
  const question = lab.locator('.Toastify__toast').filter({ hasText: 'Jupyter news' });
  if ((await question.count()) > 0) {
    await question.getByRole('button', { name: 'No', exact: true }).click();
  }
  // A message under the pointer stays.
  await lab.mouse.move(120, 600);
  await expect(lab.locator('.Toastify__toast')).toHaveCount(0);
  await lab.screenshot({ path: join(repository, 'docs/images/jupyterlab.png'), animations: 'disabled', caret: 'hide' });
});
