import { isAlive } from '../src/processes.js';
import { expect, test } from '../src/fixtures.js';
import { canvasLook, countKeysPressed, desktop, labReady, launcherCard, launcherSection, newNotebook, openLauncher, runCell, settledLook } from '../src/lab.js';

const openImage = `
from pathlib import Path
from astropy.io import fits
from astropy.wcs import WCS
path = sorted(Path('/data/euclid_q1/Q1_R1/MER').glob('*/VIS/EUC_MER_BGSUB-MOSAIC-VIS_TILE*.fits'))[0]
with fits.open(path) as hdus:
    image = hdus[0].data.astype(float)
    wcs = WCS(hdus[0].header)
print('axes', image.ndim, 'structure', bool(image.max() > image.mean() + 5 * image.std()), 'sky', wcs.wcs.ctype[0][:4])
`.trim();

const writeImage = `
for target in (path.parent / 'new.fits', path):
    try:
        target.open('ab').write(b'x')
        print('written')
    except OSError as error:
        print(error.strerror)
`.trim();

test('from the login link to archive data in a notebook with TOPCAT beside it', async ({ ownHub: hub, page, context }) => {
  test.setTimeout(300_000);
  const keysPressed = countKeysPressed(page);

  await test.step('the link opens JupyterLab with the datalabs in its launcher', async () => {
    await page.goto(hub.link);
    await labReady(page);
    expect(new URL(page.url()).pathname).toMatch(/^\/user\/[^/]+\/lab/);
    expect(page.url()).not.toContain('token=');
    await expect(launcherSection(page, 'Datalabs').getByRole('button')).toHaveCount(2);
    await expect(launcherCard(page, 'Datalabs', /Euclid/)).toBeVisible();
    await expect(launcherCard(page, 'Datalabs', /TOPCAT/)).toBeVisible();
  });

  const euclid = await test.step('the Euclid card opens a JupyterLab of its own in a new tab', async () => {
    const opened = context.waitForEvent('page', { timeout: 30_000 });
    await launcherCard(page, 'Datalabs', /Euclid/).click();
    const tab = await opened;
    await tab.waitForURL(/\/user\/[^/]+\/euclid\/lab/, { timeout: 30_000 });
    await labReady(tab);
    // A layout of its own, restored after a reload: the two tabs must not take each other for the same JupyterLab.
    expect(tab.url()).not.toContain('/workspaces/');
    return tab;
  });

  const notebook = await test.step('a notebook there reads the archive and cannot write to it', async () => {
    const panel = await newNotebook(euclid, /Euclid/);
    expect(await runCell(euclid, panel, openImage)).toBe('axes 2 structure True sky RA--');
    expect(await runCell(euclid, panel, writeImage)).toMatch(/^Read-only file system\n(Read-only file system|Permission denied)$/);
    expect(await runCell(euclid, panel, 'kept = 6 * 7')).toBe('');
    return panel;
  });

  await page.bringToFront();
  const home = await newNotebook(page, /Python 3/);

  await test.step('the volumes are listed and can be looked into', async () => {
    await page.getByRole('tab', { name: 'Archive volumes' }).click();
    const volumes = page.getByRole('region', { name: 'Archive volumes' });
    await expect(volumes.getByRole('option')).toHaveCount(2);
    await expect(volumes.getByRole('option', { name: /simulated.*\/data\/gaia_dr3/ })).toBeVisible();
    await volumes.getByRole('option', { name: /simulated.*\/data\/euclid_q1/ }).click();
    await expect(volumes.getByRole('row', { name: /Q1_R1/ })).toBeVisible();
  });

  const panel = desktop(page, 'TOPCAT');
  const canvas = panel.locator('canvas');

  await test.step('the TOPCAT card docks a panel right of the notebook', async () => {
    await openLauncher(page);
    await launcherCard(page, 'Datalabs', /TOPCAT/).click();
    await expect(canvas).toBeVisible({ timeout: 30_000 });
    await expect(page.locator('.jp-Launcher:visible, .jp-NotebookPanel:visible').first()).toBeVisible();
    const left = (await page.locator('.jp-Launcher:visible, .jp-NotebookPanel:visible').first().boundingBox())!;
    const right = (await panel.boundingBox())!;
    expect(right.x).toBeGreaterThanOrEqual(left.x + left.width - 1);
  });

  await test.step("the canvas shows TOPCAT's window, full panel", async () => {
    const look = await settledLook(canvas, ({ colours, dominant }) => colours > 60 && dominant < 0.97);
    const box = (await panel.boundingBox())!;
    expect(Math.abs(look.width - box.width)).toBeLessThan(24);
    const programs = hub
      .sandboxes()
      .filter(({ session }) => session === 'topcat')
      .flatMap(({ pids }) => pids);
    expect(programs.length).toBeGreaterThan(2);
  });

  await test.step('the keyboard goes to TOPCAT and is given back', async () => {
    const before = await settledLook(canvas);
    await canvas.click({ position: { x: 8, y: before.height - 8 } });
    // Opens TOPCAT's File menu, which the browser knows nothing of.
    await page.keyboard.press('Alt+f');
    await expect.poll(async () => (await canvasLook(canvas)).signature).not.toBe(before.signature);
    expect(keysPressed()).toBe(2);

    await page.getByRole('button', { name: 'Release keyboard' }).click();
    await expect(canvas).not.toBeFocused();
    await page.getByRole('tab', { name: /Untitled/ }).first().click();
    expect(await runCell(page, home, "print('typed here')")).toBe('typed here');
    expect(keysPressed()).toBe(2);
  });

  const sandboxes = hub.sandboxes().map(({ entrance }) => entrance).sort();
  expect(sandboxes).toHaveLength(3);

  await test.step('Ctrl-C and a second start lose no session, no kernel and no picture', async () => {
    const proxy = hub.proxy().pid;
    await hub.interrupt();
    expect(hub.sandboxes().map(({ entrance }) => entrance).sort()).toEqual(sandboxes);
    await hub.start();
    expect(isAlive(proxy)).toBe(true);
    expect(hub.sandboxes().map(({ entrance }) => entrance).sort()).toEqual(sandboxes);

    await euclid.bringToFront();
    expect(await runCell(euclid, notebook, 'print(kept)')).toBe('42');
    await euclid.reload();
    await expect(euclid.locator('.jp-NotebookPanel:visible')).toBeVisible({ timeout: 30_000 });
    expect(euclid.url()).not.toContain('/workspaces/');
    const second = await context.newPage();
    await second.goto(new URL('lab', euclid.url().replace(/lab.*/, '')).href);
    await second.waitForURL(/\/euclid\/lab\/workspaces\/auto-\w\?reset/);
    await labReady(second);
    await second.close();
    await page.bringToFront();
    await expect(canvas).toBeVisible();
    // The live list of sessions has found the new hub: the running TOPCAT opens from its card again.
    await page.reload();
    await expect(desktop(page, 'TOPCAT').locator('canvas')).toBeVisible({ timeout: 30_000 });
    await settledLook(desktop(page, 'TOPCAT').locator('canvas'), ({ colours }) => colours > 60);
  });

  await test.step('stop ends everything', async () => {
    await hub.stop();
    await expect.poll(() => hub.sandboxes()).toEqual([]);
    await expect.poll(() => hub.leftovers()).toEqual([]);
  });
});
