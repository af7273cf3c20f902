import type { Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { desktop, labReady, launcherCard, newNotebook, openLauncher } from '../src/lab.js';

const statusItem = (page: Page) => page.getByRole('button', { name: /^Idle stop/ });
const details = (page: Page) => page.getByRole('dialog', { name: 'When this session stops' });
/** Messages in the corner, not those kept in the notification centre. */
const notice = (page: Page, text: RegExp) => page.locator('.Toastify__toast').filter({ hasText: text });

async function withHub(environment: Record<string, string>, use: (hub: Hub) => Promise<void>): Promise<void> {
  const hub = await Hub.create();
  try {
    hub.environment = environment;
    await hub.start();
    await use(hub);
  } finally {
    await test.info().attach('hub output', { body: hub.output, contentType: 'text/plain' });
    await hub.dispose();
  }
}

test('the deadline stands in the status bar, is warned of, and moves when it is extended, until that is used up', async ({ page }) => {
  test.setTimeout(240_000);
  await withHub({ DATALABS_LIFETIME_IDLE_MINUTES: '2.5', DATALABS_LIFETIME_EXTENSION_MINUTES: '5', DATALABS_LIFETIME_EXTENSIONS_TOTAL_MINUTES: '5' }, async hub => {
    await page.goto(hub.link);
    await labReady(page);
    await expect(statusItem(page)).toHaveText(/^Idle stop in [23] min$/);
    await launcherCard(page, 'Datalabs', /TOPCAT/).click();
    await expect(desktop(page, 'TOPCAT')).toBeVisible({ timeout: 60_000 });

    await expect(notice(page, /^This session will be stopped in 2 min/)).toBeVisible({ timeout: 90_000 });
    await expect(notice(page, /^TOPCAT will be stopped in 2 min, because nothing is done in it/)).toBeVisible({ timeout: 90_000 });
    await page.screenshot({ path: test.info().outputPath('warned.png') });
    const own = notice(page, /^This session will be stopped/);
    await own.getByRole('button', { name: 'Extend by 5 min' }).click();
    await expect(own).toHaveCount(0);
    await expect(statusItem(page)).toHaveText(/^Idle stop in [67] min$/);

    await statusItem(page).focus();
    await page.keyboard.press('Enter');
    const popup = details(page);
    await expect(popup.getByText('All extensions are used.')).toBeVisible();
    await expect(popup.getByRole('button', { name: 'Extend', exact: true })).toBeDisabled();
    await page.screenshot({ path: test.info().outputPath('light.png') });
    await popup.getByRole('button', { name: 'Extend by 5 min' }).click();
    await expect(popup.getByRole('heading', { name: /^TOPCAT: Idle stop in [67] min$/ })).toBeVisible();
    await expect(notice(page, /^TOPCAT will be stopped/)).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(popup).toHaveCount(0);
    await expect(statusItem(page)).toBeFocused();

    await page.getByRole('menuitem', { name: 'Settings' }).click();
    await page.getByText('Theme', { exact: true }).click();
    await page.getByText('JupyterLab Dark', { exact: true }).click();
    await page.setViewportSize({ width: 700, height: 600 });
    await statusItem(page).click();
    await expect(popup).toBeVisible();
    await page.screenshot({ path: test.info().outputPath('dark.png') });
  });
});

test('a kernel that works without a word keeps its session; once it is done the session is stopped, and says why', async ({ page }) => {
  test.setTimeout(240_000);
  await withHub({ DATALABS_LIFETIME_IDLE_MINUTES: '0.5' }, async hub => {
    await page.goto(hub.link);
    await labReady(page);
    await launcherCard(page, 'Datalabs', /TOPCAT/).click();
    await expect(desktop(page, 'TOPCAT')).toBeVisible({ timeout: 60_000 });
    await openLauncher(page);
    const notebook = await newNotebook(page, /Python 3/);
    const begun = Date.now();
    await notebook.locator('.jp-CodeCell .cm-content').first().click();
    await page.keyboard.insertText('import time; time.sleep(60); print("over")');
    await page.keyboard.press('Shift+Enter');
    await expect(notice(page, /^TOPCAT: Stopped after 30 seconds without activity at \d\d:\d\d UTC\. Files are kept\.$/)).toBeVisible({ timeout: 60_000 });
    await expect(notebook.getByText('over', { exact: true })).toBeVisible({ timeout: 100_000 });
    expect(Date.now() - begun).toBeGreaterThan(59_000);
    expect(hub.sandboxes()).toHaveLength(1);

    // The page stays open and goes on polling.
    const stopped = page.getByRole('dialog', { name: 'Session stopped' });
    await expect(stopped).toContainText('This session was stopped, because nothing was done in it. Files are kept.', { timeout: 90_000 });
    await expect.poll(() => hub.sandboxes()).toEqual([]);
    await page.screenshot({ path: test.info().outputPath('stopped.png') });
    await stopped.getByRole('button', { name: 'Start again' }).click();
    await expect(page.getByRole('heading', { name: /is not running/ })).toBeVisible();
    await page.getByRole('link', { name: 'Start', exact: true }).click();
    await expect(notice(page, /^Stopped after 30 seconds without activity at \d\d:\d\d UTC\. Files are kept\./)).toBeVisible({ timeout: 60_000 });
  });
});
