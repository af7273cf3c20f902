import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { desktop, labReady, launcherCard, layoutKept, newNotebook, openLauncher, runCell } from '../src/lab.js';

/** What the page's own JupyterLab may ask of the hub. */
function callHub<T>(page: Page, method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
  return page.evaluate(
    async ([method, path, body]) => {
      const config = JSON.parse(document.getElementById('jupyter-config-data')!.textContent!) as Record<string, string>;
      const response = await fetch(`/hub/api/users/${config['hubUser']}${path}`, {
        method,
        headers: { Authorization: `token ${config['token']}`, 'Content-Type': 'application/json' },
        ...(body ? { body } : {})
      });
      const text = await response.text();
      return { status: response.status, body: (text ? JSON.parse(text) : null) as T };
    },
    [method, path, body === undefined ? '' : JSON.stringify(body)] as const
  );
}

/** Counts the event streams that the windows ask for from now on. */
function countStreams(context: BrowserContext): () => number {
  let count = 0;
  context.on('request', request => (count += /\/hub\/api\/users\/[^/]+\/events$/.test(new URL(request.url()).pathname) ? 1 : 0));
  return () => count;
}

/** A session in a window's Running sidebar. */
const runningItem = (page: Page, title: string) => page.locator('.jp-RunningSessions-itemLabel').getByText(title, { exact: true });

const showRunning = (page: Page): Promise<void> => page.getByRole('tab', { name: /Running/ }).click();

test('eight windows of JupyterLab share one event stream, and lose nothing when the one that has it closes', async ({ ownHub: hub, page, context }) => {
  test.setTimeout(240_000);
  const streams = countStreams(context);
  await page.goto(hub.link);
  await labReady(page);
  const home = page.url().replace(/lab.*/, '');

  const windows: Page[] = [];
  for (let i = 1; i <= 8; i += 1) {
    const tab = await context.newPage();
    await tab.goto(`${home}lab/workspaces/q${i}`);
    await labReady(tab);
    await expect(launcherCard(tab, 'Datalabs', /TOPCAT/)).toBeVisible({ timeout: 10_000 });
    windows.push(tab);
  }
  for (const tab of [page, ...windows]) {
    expect(await tab.evaluate(async () => (await fetch('/hub/health', { signal: AbortSignal.timeout(5_000) })).status)).toBe(200);
    await showRunning(tab);
  }
  expect(streams()).toBe(1);

  expect((await callHub(windows[2]!, 'POST', '/servers/topcat', { datalab: 'topcat' })).status).toBeLessThan(300);
  for (const tab of [page, ...windows]) {
    await expect(runningItem(tab, 'TOPCAT')).toBeVisible();
  }

  await page.close();
  // At once: what happens until another window has the stream must not be lost.
  expect((await callHub(windows[5]!, 'DELETE', '/servers/topcat', { remove: true })).status).toBeLessThan(300);
  for (const tab of windows) {
    await expect(runningItem(tab, 'TOPCAT')).toHaveCount(0);
  }
  expect(streams()).toBe(2);

  await hub.kill();
  await hub.start();
  expect((await callHub(windows[7]!, 'POST', '/servers/euclid', { datalab: 'euclid' })).status).toBeLessThan(300);
  for (const tab of windows) {
    await expect(runningItem(tab, 'Euclid')).toBeVisible();
  }
});

test('JupyterLab opens and computes while the hub is away, and comes to life when it is back', async ({ ownHub: hub, page }) => {
  test.setTimeout(180_000);
  await page.goto(hub.link);
  await labReady(page);
  await launcherCard(page, 'Datalabs', /TOPCAT/).click();
  await expect(desktop(page, 'TOPCAT').locator('canvas')).toBeVisible({ timeout: 30_000 });
  await layoutKept(page, /"widgets": ?\[[^\]]*datalabs-desktop/);

  await hub.kill();
  await page.reload();
  await expect(page.locator('#jupyterlab-splash')).toHaveCount(0, { timeout: 15_000 });
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.locator('.jp-DatalabsDesktopPanel')).toContainText('Waiting for the hub');
  await openLauncher(page);
  await expect(launcherCard(page, 'Datalabs', /Waiting for the hub/)).toBeVisible();
  const panel = await newNotebook(page, /Python 3/);
  expect(await runCell(page, panel, 'print(6 * 7)')).toBe('42');

  await hub.start();
  await page.getByRole('tab', { name: 'TOPCAT', exact: true }).click();
  await expect(desktop(page, 'TOPCAT').locator('canvas')).toBeVisible({ timeout: 30_000 });
  await openLauncher(page);
  await expect(launcherCard(page, 'Datalabs', /Euclid/)).toBeVisible();
  await expect(launcherCard(page, 'Datalabs', /Waiting/)).toHaveCount(0);
  await expect(page.getByRole('tab', { name: 'Archive volumes' })).toBeVisible();
});

test('a card says that another datalab runs under its name, and takes its place', async ({ ownHub: hub, page }) => {
  await page.goto(hub.link);
  await labReady(page);
  await showRunning(page);
  expect((await callHub(page, 'POST', '/servers/topcat', { datalab: 'euclid' })).status).toBeLessThan(300);
  await expect(runningItem(page, 'Euclid')).toBeVisible();
  await launcherCard(page, 'Datalabs', /TOPCAT/).click();
  const message = page.getByText(/"topcat" runs Euclid/);
  await expect(message).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open Euclid', exact: true })).toBeVisible();
  await expect(page.locator('.jp-DatalabsDesktopPanel')).toHaveCount(0);
  await page.getByRole('button', { name: 'Stop it and start TOPCAT' }).click();
  await expect(desktop(page, 'TOPCAT').locator('canvas')).toBeVisible({ timeout: 45_000 });
});

test('a window whose token was revoked says so where the datalabs were, and asks no more', async ({ ownHub: hub, page, context }) => {
  const streams = countStreams(context);
  await page.goto(hub.link);
  await labReady(page);
  await expect(launcherCard(page, 'Datalabs', /TOPCAT/)).toBeVisible();
  const tokens = await callHub<{ api_tokens: { id: string; oauth_client: string | null }[] }>(page, 'GET', '/tokens');
  for (const { id } of tokens.body.api_tokens.filter(({ oauth_client: client }) => client !== null)) {
    await callHub(page, 'DELETE', `/tokens/${id}`);
  }
  await hub.kill();
  await hub.start();
  const card = launcherCard(page, 'Datalabs', /Not available/);
  await expect(card).toBeVisible();
  const asked = streams();
  expect(asked).toBeGreaterThan(1);
  await card.click();
  await expect(page.getByRole('dialog')).toContainText(/[Rr]eload/);
  expect(streams()).toBe(asked);
});

test('a window whose session is stopped says so and starts it again, also where no other window hears of it', async ({ ownHub: hub, page, context }) => {
  await page.goto(hub.link);
  await labReady(page);
  const opened = context.waitForEvent('page');
  await launcherCard(page, 'Datalabs', /Euclid/).click();
  const euclid = await opened;
  await euclid.waitForURL(/\/euclid\/lab/);
  await labReady(euclid);
  expect((await callHub(page, 'DELETE', '/servers/euclid', { remove: true })).status).toBeLessThan(300);
  const dialog = euclid.getByRole('dialog');
  // Before JupyterLab has noticed by itself, which takes it several seconds.
  await expect(dialog).toContainText('Euclid was stopped', { timeout: 3_000 });
  await euclid.reload();
  await expect(euclid.getByRole('heading', { name: 'Euclid is not running' })).toBeVisible();
  await euclid.close();

  const sessions = await context.newPage();
  await sessions.goto(`${hub.origin}/hub/home`);
  await sessions.getByRole('button', { name: /Stop/ }).first().click();
  await expect(page.getByRole('dialog')).toContainText('JupyterLab was stopped', { timeout: 3_000 });
  await page.bringToFront();
  await page.getByRole('button', { name: 'Start again' }).click();
  await page.waitForURL(/\/spawn-pending\/|\/lab/);
  await labReady(page);
});
