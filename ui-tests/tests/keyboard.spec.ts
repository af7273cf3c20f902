import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { labReady, launcherCard } from '../src/lab.js';

/** More than any way round the page is long. */
const TABS = 60;

/** Presses Tab until the element has the focus, as somebody without a pointer has to. */
async function tabTo(page: Page, element: Locator): Promise<void> {
  await expect(element).toBeVisible();
  for (let i = 0; i < TABS; i++) {
    await page.keyboard.press('Tab');
    if (await element.evaluate(node => node.matches(':focus, :focus-within'))) {
      return;
    }
  }
  throw new Error(`${TABS} presses of Tab did not reach ${element.toString()}`);
}

/** Opens a panel of the left sidebar from its tab. */
async function openSidebar(page: Page, name: RegExp): Promise<void> {
  const tabs = page.locator('.jp-SideBar.jp-mod-left');
  await tabTo(page, tabs);
  const tab = tabs.getByRole('tab', { name });
  const count = await tabs.getByRole('tab').count();
  for (let i = 0; i < count && !(await tab.evaluate(node => node === document.activeElement)); i++) {
    await page.keyboard.press('ArrowDown');
  }
  await expect(tab).toBeFocused();
  await page.keyboard.press('Enter');
}

test('a datalab is started, cancelled and stopped, and a volume opened, without a pointer', async ({ ownHub: hub, page, context }) => {
  await page.goto(hub.link);
  await labReady(page);
  const card = launcherCard(page, 'Datalabs', /Euclid/);
  await expect(card).toBeVisible();

  await test.step('Cancel in the progress message takes back a start, and its tab', async () => {
    // The hub's answer is kept back, so that the message is there for as long as it takes to reach it.
    const start = /\/servers\/euclid(\?|$)/;
    let release = (): void => undefined;
    const held = new Promise<void>(resolve => (release = resolve));
    await page.route(start, async route => {
      await held;
      await route.continue();
    });
    await tabTo(page, card);
    await page.keyboard.press('Enter');
    const message = page.locator('.Toastify__toast').filter({ hasText: 'Starting Euclid' });
    await page.bringToFront();
    await tabTo(page, message.getByRole('button', { name: 'Cancel' }));
    await page.keyboard.press('Enter');
    release();
    await expect(page.getByText('Euclid was not started.')).toBeVisible();
    await expect.poll(() => hub.guests()).toEqual([]);
    await expect.poll(() => context.pages().length).toBe(1);
    await page.unroute(start);
  });

  await test.step('Enter on a card starts the datalab in a tab of its own', async () => {
    const opened = context.waitForEvent('page');
    await tabTo(page, card);
    await page.keyboard.press('Enter');
    const tab = await opened;
    await tab.waitForURL(/\/user\/[^/]+\/euclid\/lab/);
    await labReady(tab);
    // Its way back says that it is the home, not "JupyterLab" twice.
    await expect(launcherCard(tab, 'Datalabs', /JupyterLab/)).toHaveText(/JupyterLab\s*Home/);
    await tab.close();
  });

  await test.step('arrows and Enter look into a volume, and the focus follows', async () => {
    await openSidebar(page, /Archive volumes/);
    const list = page.getByRole('listbox', { name: 'Archive volumes' });
    await tabTo(page, list);
    await page.keyboard.press('ArrowDown');
    await expect(list.getByRole('option', { name: /gaia_dr3/ })).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const files = page.getByRole('grid', { name: 'Euclid Q1' });
    await expect(files.getByRole('row', { name: /Q1_R1/ })).toBeVisible();
    await expect(files).toBeFocused();
  });

  await test.step('the file browser goes to an archive by its path', async () => {
    await page.keyboard.press('Control+Shift+C');
    await expect(page.locator('.lm-CommandPalette input')).toBeFocused();
    await page.keyboard.type('Open from Path');
    await expect(page.locator('.lm-CommandPalette-item.lm-mod-active')).toContainText('Open from Path');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog').getByRole('textbox')).toBeFocused();
    await page.keyboard.type('/data/euclid_q1');
    await page.keyboard.press('Enter');
    await expect(page.locator('.jp-DirListing').getByRole('listitem', { name: /Q1_R1/ })).toHaveCount(1);
  });

  await test.step('the launcher stays where files can be made: a notebook opens while an archive is shown', async () => {
    await expect(page.locator('.jp-Launcher-cwd')).toHaveText('my_workspace');
    await tabTo(page, launcherCard(page, 'Notebook', /Python 3/));
    await page.keyboard.press('Enter');
    await expect(page.locator('.jp-NotebookPanel:visible').getByRole('textbox').first()).toBeVisible();
    await expect(page.getByRole('tab', { name: 'Untitled.ipynb' })).toHaveAttribute('title', /my_workspace\/Untitled\.ipynb/);
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  await test.step('a session is stopped from its row in the Running sidebar', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Shift+B');
    const row = page.getByRole('treeitem', { name: /Euclid/ });
    await tabTo(page, row);
    const stop = row.locator('jp-button[title="Stop"]');
    await page.keyboard.press('Tab');
    await expect(stop).toBeFocused();
    // JupyterLab's tree keeps Enter for its rows.
    await page.keyboard.press('Space');
    await expect(row).toHaveCount(0);
    await expect.poll(() => hub.guests()).toEqual([]);
  });

  await test.step('the menu File > New, too, makes its file where it can while an archive is shown, and says where', async () => {
    await tabTo(page, page.getByRole('menuitem', { name: 'File', exact: true }));
    await page.keyboard.press('Enter');
    for (const name of ['New', 'Text File']) {
      const entry = page.locator('.lm-Menu-item').filter({ has: page.getByText(name, { exact: true }) });
      await expect(entry).toBeVisible();
      for (let i = 0; i < TABS && !(await entry.evaluate(node => node.classList.contains('lm-mod-active'))); i++) {
        await page.keyboard.press('ArrowDown');
      }
      await page.keyboard.press(name === 'New' ? 'ArrowRight' : 'Enter');
    }
    await expect(page.getByText('/data/euclid_q1 is read-only. The new file is my_workspace/untitled.txt.')).toBeVisible();
    await expect(page.getByRole('tab', { name: 'untitled.txt' })).toHaveAttribute('title', /my_workspace\/untitled\.txt/);
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });
});
