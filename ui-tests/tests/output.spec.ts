import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import type { Hub } from '../src/hub.js';
import { labReady, newNotebook } from '../src/lab.js';

const lines = (name: string): string[] => Array.from({ length: 20 }, (_, index) => `${name} ${index}`);
const count = (name: string, pause = 0.5): string =>
  `import time\nfor n in range(20):\n    print('${name}', n, flush=True)\n    time.sleep(${pause})`;

/** Types code into the last cell and starts it, without waiting for its end. */
async function startCell(page: Page, panel: Locator, code: string): Promise<void> {
  await panel.locator('.jp-CodeCell').last().locator('.cm-content').click();
  await page.keyboard.insertText(code);
  await page.keyboard.press('Shift+Enter');
}

const shown = async (panel: Locator, index: number): Promise<string[]> =>
  (await panel.locator('.jp-CodeCell').nth(index).locator('.jp-OutputArea-output').allInnerTexts())
    .join('\n')
    .split('\n')
    .filter(line => line !== '');

async function openLab(page: Page, hub: Hub): Promise<Locator> {
  await page.goto(hub.link);
  await labReady(page);
  return newNotebook(page, /Python 3/);
}

/** The notebook as a new tab shows it; questions that get in the way fail the test. */
async function reopen(page: Page, path: string): Promise<Locator> {
  await page.goto(path);
  const panel = page.locator('.jp-NotebookPanel:visible');
  await expect(panel.locator('.jp-CodeCell').first()).toBeVisible({ timeout: 30_000 });
  return panel;
}

async function pathOf(page: Page): Promise<string> {
  await expect(page).toHaveURL(/\/lab\/tree\/.*\.ipynb/);
  return page.url();
}

test('a tab closed while cells run: the notebook opened again goes on, and has all lines once', async ({ ownHub: hub, page, context }) => {
  const panel = await openLab(page, hub);
  await startCell(page, panel, count('first', 0.4));
  await startCell(page, panel, count('second', 0.05));
  await startCell(page, panel, "from IPython.display import HTML\nHTML('<b>rich</b> output')");
  await expect.poll(() => shown(panel, 0)).toContain('first 3');
  const path = await pathOf(page);
  await page.close({ runBeforeUnload: false });

  const tab = await context.newPage();
  const again = await reopen(tab, path);
  await expect.poll(() => shown(again, 0), { timeout: 30_000 }).toEqual(lines('first'));
  await expect.poll(() => shown(again, 1), { timeout: 30_000 }).toEqual(lines('second'));
  await expect(again.locator('.jp-CodeCell').nth(2).locator('.jp-OutputArea-output')).toContainText('rich output');
  await expect(tab.getByRole('dialog')).toHaveCount(0);

  await test.step('once more after the end: now from the file', async () => {
    await tab.close({ runBeforeUnload: false });
    const later = await context.newPage();
    const last = await reopen(later, path);
    await expect.poll(() => shown(last, 0)).toEqual(lines('first'));
    await expect.poll(() => shown(last, 1)).toEqual(lines('second'));
    // Trusted as it was: its markup is shown.
    await expect(last.locator('.jp-CodeCell').nth(2).locator('b')).toHaveText('rich');
  });
});

test('the network cut while a cell runs: the tab shows all lines once and saves without a question', async ({ ownHub: hub, page }) => {
  const panel = await openLab(page, hub);
  await startCell(page, panel, count('line', 0.4));
  await expect.poll(() => shown(panel, 0)).toContain('line 3');
  // All sockets die; the hub brings the proxy back, and JupyterLab connects again.
  hub.killProxy();
  await expect.poll(() => shown(panel, 0), { timeout: 60_000 }).toEqual(lines('line'));
  await expect(panel.locator('.jp-CodeCell').first().locator('.jp-InputPrompt')).toHaveText(/\[1\]/);
  await page.keyboard.press('Control+s');
  // Asked at the first save of a new notebook; no other question follows.
  await page.getByRole('button', { name: 'Rename and Save' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.locator('#jp-main-dock-panel .lm-TabBar-tab.jp-mod-dirty')).toHaveCount(0);
  const path = await pathOf(page);
  await page.goto('about:blank');
  const again = await reopen(page, path);
  await expect.poll(() => shown(again, 0)).toEqual(lines('line'));
});
