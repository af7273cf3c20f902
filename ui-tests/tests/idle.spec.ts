import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { desktop, labReady, launcherCard, newNotebook, openLauncher } from '../src/lab.js';

const statusItem = (page: Page) => page.getByRole('button', { name: /^Idle stop/ });
const details = (page: Page) => page.getByRole('dialog', { name: 'When this session stops' });
/** Messages in the corner, not those kept in the notification centre. */
const notice = (page: Page, text: RegExp) => page.locator('.Toastify__toast').filter({ hasText: text });

/** A datalab that is a web application, in a folder of its own. */
function webApplication(folder: string): string {
  const serve = [
    'import http.server as h, socketserver as s',
    'class H(h.BaseHTTPRequestHandler):',
    '  def do_GET(self): self.send_response(200); self.end_headers()',
    '  def log_message(self, *_): pass',
    "s.ThreadingUnixStreamServer('/run/datalabs/session/server.sock', H).serve_forever()"
  ].join('\n');
  mkdirSync(join(folder, 'survey'), { recursive: true });
  writeFileSync(
    join(folder, 'survey', 'datalab.yaml'),
    `title: Survey\nalternateName: survey\nabstract: A program for tests.\nversion: 1.0.0\ncreator: {name: Tests}\ncontactPoint: {email: tests@example.org}\nkind: web\n` +
      `command: [/usr/bin/python3, -c, ${JSON.stringify(serve)}]\nresources: {cpu: 1, memory: 256Mi}\n`
  );
  return folder;
}

async function withHub(environment: Record<string, string> | ((hub: Hub) => Record<string, string>), use: (hub: Hub) => Promise<void>): Promise<void> {
  const hub = await Hub.create();
  try {
    hub.environment = typeof environment === 'function' ? environment(hub) : environment;
    await hub.start();
    await use(hub);
  } finally {
    await test.info().attach('hub output', { body: hub.output, contentType: 'text/plain' });
    await hub.dispose();
  }
}

test('the deadline stands in the status bar, is warned of, and moves when it is extended, until that is used up', async ({ page }) => {
  test.setTimeout(120_000);
  await withHub({ DATALABS_LIFETIME_IDLE_MINUTES: '2.1', DATALABS_LIFETIME_EXTENSION_MINUTES: '5', DATALABS_LIFETIME_EXTENSIONS_TOTAL_MINUTES: '5' }, async hub => {
    await page.goto(hub.link);
    await labReady(page);
    await expect(statusItem(page)).toHaveText(/^Idle stop in [23] min$/);
    await launcherCard(page, 'Datalabs', /TOPCAT/).click();
    await expect(desktop(page, 'TOPCAT')).toBeVisible({ timeout: 60_000 });

    await expect(notice(page, /^This session will be stopped at \d/)).toBeVisible({ timeout: 90_000 });
    await expect(notice(page, /^TOPCAT will be stopped at \d[^,]*, because nothing is done in it/)).toBeVisible({ timeout: 90_000 });
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
  test.setTimeout(150_000);
  // Reports come every 4 s then, of looks every 5 s.
  await withHub({ DATALABS_LIFETIME_IDLE_MINUTES: '0.3' }, async hub => {
    await page.goto(hub.link);
    await labReady(page);
    await launcherCard(page, 'Datalabs', /TOPCAT/).click();
    await expect(desktop(page, 'TOPCAT')).toBeVisible({ timeout: 60_000 });
    await openLauncher(page);
    const notebook = await newNotebook(page, /Python 3/);
    const begun = Date.now();
    await notebook.locator('.jp-CodeCell .cm-content').first().click();
    await page.keyboard.insertText('import time; time.sleep(30); print("over")');
    await page.keyboard.press('Shift+Enter');
    await expect(notice(page, /^TOPCAT: Stopped after 18 seconds without activity at \d\d:\d\d UTC\. Files are kept\.$/)).toBeVisible({ timeout: 60_000 });
    await expect(notebook.getByText('over', { exact: true })).toBeVisible({ timeout: 100_000 });
    expect(Date.now() - begun).toBeGreaterThan(29_000);
    expect(hub.sandboxes()).toHaveLength(1);

    // The page stays open and goes on polling.
    const stopped = page.getByRole('dialog', { name: 'JupyterLab was stopped' });
    await expect(stopped).toContainText('This session was stopped, because nothing was done in it. Files are kept.', { timeout: 60_000 });
    await expect.poll(() => hub.sandboxes()).toEqual([]);
    await page.screenshot({ path: test.info().outputPath('stopped.png') });
    // JupyterLab keeps further dialogs behind the first.
    await stopped.getByRole('button', { name: 'Close' }).click();
    await expect(page.locator('.jp-Dialog')).toHaveCount(0);
    await page.reload();
    await page.getByRole('link', { name: 'Start', exact: true }).click();
    await expect(notice(page, /^Stopped after 18 seconds without activity at \d\d:\d\d UTC\. Files are kept\./)).toBeVisible({ timeout: 60_000 });
  });
});

test('a web application, which reports nothing, lives while it is asked for, and is stopped when it is no more', async () => {
  const settings = (hub: Hub): Record<string, string> => {
    const folder = webApplication(join(hub.state, 'datalabs-of-tests'));
    return { DATALABS_LIFETIME_IDLE_MINUTES: '0.05', DATALABS_DATALABS_DIR: folder, DATALABS_HOME_DATALAB: 'survey' };
  };
  await withHub(settings, async hub => {
    const client = await hub.login();
    const { url } = await client.ready('survey', 'survey');
    const token = await client.token([`access:servers!server=${client.user}/survey`]);
    const begun = Date.now();
    const used = async (): Promise<number> => {
      expect((await fetch(new URL(url, hub.origin), { headers: { authorization: `token ${token}` } })).status).toBe(200);
      return Date.now() - begun;
    };
    await expect.poll(used, { intervals: [250], timeout: 30_000 }).toBeGreaterThan(8_000);
    expect(hub.sandboxes()).toHaveLength(1);
    await expect.poll(() => hub.sandboxes(), { timeout: 30_000 }).toEqual([]);
    const { body } = await client.api<{ reason: { code: string } }>('GET', `/users/${client.user}/servers/survey/timeline`);
    expect(body.reason.code).toBe('idle');
  });
});
