import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { labReady, launcherCard, newNotebook, openLauncher, runCell } from '../src/lab.js';

async function theme(page: Page, name: string): Promise<void> {
  await page.getByRole('menuitem', { name: 'Settings', exact: true }).click();
  await page.locator('.lm-Menu-item', { hasText: 'Theme' }).first().hover();
  await page.locator('.lm-Menu-item', { hasText: new RegExp(`^${name}$`) }).click();
}

test('a datalab starts with the volumes that were chosen for it, and with no others', async ({ context }, info) => {
  test.setTimeout(240_000);
  const page = await context.newPage();
  const shot = (name: string): Promise<Buffer> => page.screenshot({ path: info.outputPath(`${name}.png`) });
  const hub = await Hub.create();
  try {
    const about = { mission: 'Gaia', release: 'DR3', description: 'D', licence: 'none', simulated: true };
    const volumes: object[] = [
      { ...about, name: 'away', title: 'Archive of a mission with a rather long name', path: join(hub.state, 'none') },
      { ...about, name: 'others', title: 'Of others', path: 'sample-data', groups: ['others'] }
    ];
    for (let i = 0; i < 11; i++) {
      mkdirSync(join(hub.state, 'sample-data', `survey${i}`), { recursive: true });
      volumes.push({ ...about, name: `survey${i}`, title: `Survey ${i}`, path: `sample-data/survey${i}` });
    }
    writeFileSync(join(hub.state, 'volumes.yaml'), JSON.stringify({ volumes }));
    await hub.start();
    const client = await hub.login();
    await context.addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
    await page.goto(`${hub.origin}/hub/user-redirect/lab?reset`);
    await labReady(page);

    const card = launcherCard(page, 'Datalabs', /Euclid/);
    const dialog = page.getByRole('dialog');
    const list = dialog.getByRole('list', { name: 'Volumes of the session' });

    await test.step('the button on the card, in both themes and a narrow window', async () => {
      await card.hover();
      await shot('card');
      await page.getByTitle('Start Euclid with…').filter({ visible: true }).click();
      await expect(list.getByRole('listitem')).toHaveCount(12);
      await expect(list.getByRole('listitem').first()).toContainText(/Unreachable since .*does not exist|Unreachable since .* starts without it/s);
      await expect(dialog).not.toContainText('Of others');
      await expect(dialog.getByRole('checkbox', { name: 'All 12 volumes' })).toBeChecked();
      await shot('light');
      await page.setViewportSize({ width: 380, height: 640 });
      await shot('narrow');
      await page.setViewportSize({ width: 1280, height: 720 });
      await page.keyboard.press('Escape');
      await expect(dialog).toHaveCount(0);
      await theme(page, 'JupyterLab Dark');
    });

    const opened = context.waitForEvent('page', { timeout: 30_000 });
    await test.step('by keyboard alone, from the menu of the card', async () => {
      await card.focus();
      await page.keyboard.press('Shift+F10');
      const item = page.locator('.lm-Menu-item', { hasText: 'Start with…' });
      await expect(item).toBeVisible();
      await shot('menu-dark');
      for (let i = 0; i < 12 && !(await item.evaluate(node => node.classList.contains('lm-mod-active'))); i++) {
        await page.keyboard.press('ArrowDown');
      }
      await page.keyboard.press('Enter');
      await expect(dialog.getByLabel('Session name')).toBeFocused();
      await expect(dialog.getByLabel('Session name')).toHaveValue('euclid');
      await page.keyboard.type(' deep');
      await expect(dialog.getByRole('alert')).toContainText('Use lower case letters');
      await dialog.getByLabel('Session name').fill('euclid-deep');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await expect(dialog.getByRole('checkbox', { name: 'All 12 volumes' })).toBeFocused();
      await page.keyboard.press('Space');
      await expect(dialog.getByRole('status')).toContainText('None');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.type('survey7');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      // A list that scrolls takes the focus before what is in it, one that does not leaves it out.
      if (!(await dialog.getByRole('checkbox', { name: 'Survey 7' }).evaluate(node => node === document.activeElement))) {
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Space');
      await expect(dialog.getByRole('status')).toContainText('1 of 12 chosen');
      await shot('dark');
      await page.keyboard.press('Enter');
    });

    const tab = await opened;
    await tab.waitForURL(/\/user\/[^/]+\/euclid-deep\/lab/, { timeout: 60_000 });
    await labReady(tab);
    const panel = await newNotebook(tab, /Euclid/);
    expect(await runCell(tab, panel, "import os; print(sorted(os.listdir('/data')))")).toBe("['survey7', 'user']");

    await test.step('the sidebar of what runs tells of it, and the name is taken', async () => {
      await page.bringToFront();
      await page.getByRole('tab', { name: /Running/ }).click();
      await expect(page.locator('.jp-RunningSessions-item[data-context="datalab"] [title*="Volumes chosen: survey7"]').first()).toBeVisible();
      await page.getByRole('tab', { name: /Running/ }).click();
      await openLauncher(page);
      await page.getByRole('menuitem', { name: 'View', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Activate Command Palette' }).click();
      await page.locator('.lm-CommandPalette-input').fill('Start a datalab with');
      await page.keyboard.press('Enter');
      await expect(dialog.getByLabel('Datalab')).toBeFocused();
      await dialog.getByLabel('Datalab').selectOption('TOPCAT');
      await expect(dialog.getByLabel('Session name')).toHaveValue('topcat');
      await dialog.getByLabel('Session name').fill('euclid-deep');
      await expect(dialog.getByRole('alert')).toContainText('runs already');
      await page.keyboard.press('Escape');
    });

    const LIST = /\/hub\/api\/volumes(\?|$)/;
    await test.step('a hub that is away is told, and asked again', async () => {
      await page.route(LIST, route => route.abort());
      await card.hover();
      await page.getByTitle('Start Euclid with…').filter({ visible: true }).click();
      await expect(dialog.getByRole('alert')).toBeVisible();
      await shot('away-dark');
      await page.unroute(LIST);
      await dialog.getByRole('button', { name: 'Try again' }).press('Enter');
      await expect(list.getByRole('listitem')).toHaveCount(12);
    });
  } finally {
    await hub.dispose();
  }
});
