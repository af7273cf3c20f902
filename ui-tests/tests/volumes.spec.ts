import type { Locator, Page } from '@playwright/test';
import type { HubClient } from '../src/client.js';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { labReady, layoutKept, newNotebook, runCell } from '../src/lab.js';
import { drawnRows, framesWhile, makeSurvey, MANY, manyName, openVolumes, volumesPanel } from '../src/volumes.js';

test.describe('archive volumes', () => {
  let hub: Hub;
  let client: HubClient;
  test.beforeAll(async () => {
    hub = await Hub.create();
    makeSurvey(hub);
    await hub.start();
    client = await hub.login();
    await client.ready('', 'jupyterlab');
  });
  test.afterAll(() => hub.dispose());

  /** A JupyterLab of its own for each test, at its panel of volumes. */
  async function open(page: Page): Promise<Locator> {
    await page.context().addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
    await page.goto(`${hub.origin}/user/${client.user}/lab?reset`);
    await labReady(page);
    return openVolumes(page);
  }
  const row = (within: Locator, name: string): Locator => within.getByRole('row').filter({ hasText: name });
  const shot = (page: Page, name: string): Promise<unknown> => page.screenshot({ path: test.info().outputPath(`${name}.png`), animations: 'disabled' });

  async function openFolder(panel: Locator, name: string): Promise<Locator> {
    if (await panel.getByRole('option').first().isVisible()) {
      await panel.getByRole('option', { name: /Survey/ }).click();
    }
    await row(panel, name).dblclick();
    await expect(panel.getByRole('navigation', { name: 'Folder' })).toContainText(name);
    return panel.getByRole('grid', { name });
  }

  test('a hundred thousand files are scrolled, filtered and sorted, and nothing is listed by the contents API', async ({ page }) => {
    const contents: string[] = [];
    page.on('request', request => {
      if (/\/api\/contents\/data/.test(request.url())) {
        contents.push(request.url());
      }
    });
    const panel = await open(page);
    await shot(page, 'list');
    const grid = await openFolder(panel, 'many');
    await expect(panel.getByText('100,000 entries')).toBeVisible();
    await expect(grid).toHaveAttribute('aria-rowcount', String(MANY + 1));

    await test.step('only a window of the rows is drawn, at any place', async () => {
      const frames = await framesWhile(grid, 960);
      test.info().annotations.push({ type: 'frames', description: JSON.stringify(frames) });
      expect(frames.rows).toBeGreaterThan(1000);
      expect(await drawnRows(grid)).toBeLessThan(120);
      await grid.evaluate(node => void (node.scrollTop = node.scrollHeight));
      await expect(row(grid, manyName(MANY - 1))).toBeInViewport();
      await expect(row(grid, manyName(MANY - 1))).toHaveAttribute('aria-rowindex', String(MANY + 1));
      expect(await drawnRows(grid)).toBeLessThan(120);
    });

    await test.step('part of a name in either case, a pattern, and what kind', async () => {
      const filter = panel.getByRole('textbox', { name: 'Filter by name' });
      await filter.fill('tile0043');
      await expect(panel.getByText('100 of 100,000 entries')).toBeVisible();
      await expect(row(grid, manyName(4300))).toBeInViewport();
      await filter.fill('*4321.FITS');
      await expect(panel.getByText('10 of 100,000 entries')).toBeVisible();
      await panel.getByRole('combobox', { name: 'What to show' }).selectOption('Folders');
      await expect(panel.getByText('Nothing matches')).toBeVisible();
      await shot(page, 'nothing');
      await panel.getByRole('button', { name: 'Clear the filter' }).last().click();
      await expect(panel.getByText('100,000 entries')).toBeVisible();
    });

    await test.step('the largest first, and the last name first', async () => {
      await panel.getByRole('button', { name: 'Size' }).click();
      await expect(grid.getByRole('row').nth(1)).toContainText(manyName(4321));
      await expect(panel.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'descending');
      await panel.getByRole('button', { name: 'Name' }).click();
      await panel.getByRole('button', { name: 'Name' }).click();
      await expect(grid.getByRole('row').nth(1)).toContainText(manyName(MANY - 1));
    });
    expect(contents).toEqual([]);
  });

  test('odd names are seen as they are and can be opened; what cannot be read says so', async ({ page }) => {
    const panel = await open(page);
    const grid = await openFolder(panel, 'odd');
    for (const name of ['raw\\xff.txt', 'two\\nlines.txt', 'turned\\u202etxt.exe']) {
      await expect(row(grid, name)).toBeVisible();
    }
    await shot(page, 'odd');
    const prepared = page.waitForRequest(/\/datalabs\/volumes\/prepare\b/);
    await row(grid, 'raw\\xff.txt').dblclick();
    await prepared;
    await expect(page.getByRole('tab', { name: /raw/ })).toBeVisible();
    await expect(page.locator('#jp-main-dock-panel').getByText('# Notes').first()).toBeVisible();
    await row(grid, 'notes.md').dblclick();
    await expect(page.getByRole('tab', { name: 'notes.md' })).toBeVisible();

    await panel.getByRole('button', { name: 'Survey', exact: true }).click();
    await openFolder(panel, 'empty');
    await expect(panel.getByText('This folder is empty')).toBeVisible();
    await panel.getByRole('button', { name: 'Survey', exact: true }).click();
    await row(panel, 'closed').dblclick();
    await expect(panel.getByRole('alert')).toContainText('The archive does not let you read this.');
    await shot(page, 'closed');
  });

  test('with the keyboard alone', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: hub.origin });
    const panel = await open(page);
    await expect(panel.getByRole('option').first()).toBeVisible();
    await panel.getByRole('listbox').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect(panel.getByRole('grid', { name: 'Survey' })).toBeFocused();
    await page.keyboard.type('many');
    await expect(row(panel, 'many')).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    const grid = panel.getByRole('grid', { name: 'many' });
    await expect(grid).toBeFocused();
    const current = async (): Promise<string> =>
      grid.evaluate(node => document.getElementById(node.getAttribute('aria-activedescendant') ?? '')?.textContent ?? '');
    await page.keyboard.press('End');
    await expect.poll(current).toContain(manyName(MANY - 1));
    await page.keyboard.press('PageUp');
    await expect.poll(current).not.toContain(manyName(MANY - 1));
    await page.keyboard.type('EUC_MER_TILE05');
    await expect.poll(current).toContain(manyName(50_000));
    await expect(row(grid, manyName(50_000))).toBeInViewport();
    await page.keyboard.press('Shift+ArrowDown');
    await expect(panel.getByText('2 selected')).toBeVisible();
    await page.keyboard.press('Control+c');
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe([50_000, 50_001].map(i => `/data/survey/many/${manyName(i)}`).join('\n'));
    await page.keyboard.press('ContextMenu');
    await expect(page.getByRole('menuitem', { name: 'Copy to my workspace…' })).toBeVisible();
    await expect(page.getByRole('menuitem', { name: 'Copy paths', exact: true })).toBeVisible();
    await page.getByRole('menuitem', { name: 'Copy paths as Python' }).hover();
    await shot(page, 'menu');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^\[\n {4}'\/data\/survey\/many\/.*',\n {4}'.*',\n\]$/);
    await grid.focus();
    await page.keyboard.press('Control+a');
    await expect(panel.getByText('100,000 selected')).toBeVisible();
    await page.keyboard.press('Backspace');
    await expect(panel.getByRole('grid', { name: 'Survey' })).toBeFocused();
    await expect(row(panel, 'many')).toHaveClass(/jp-mod-active/);
    const list = panel.getByRole('listbox');
    for (const focused of [panel.getByRole('grid', { name: 'Survey' }), list]) {
      await page.keyboard.press('Shift+F10');
      await expect(page.getByRole('menuitem', { name: 'Copy path', exact: true })).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(focused).toBeFocused();
      await page.keyboard.press('Backspace');
      await expect(list).toBeFocused();
    }
    await page.getByRole('tab', { name: 'Launcher' }).click();
    await page.keyboard.press('Control+Shift+C');
    await page.locator('#modal-command-palette input').fill('Show Archive Volumes');
    await page.keyboard.press('Enter');
    await expect(list).toBeFocused();
  });

  test('a tab and the panel come back after a reload, in both themes and narrow', async ({ page }) => {
    const panel = await open(page);
    await openFolder(panel, 'many');
    await panel.getByRole('button', { name: 'Open in a tab' }).click();
    const tab = page.getByRole('tab', { name: 'many' });
    await expect(tab).toBeVisible();
    const area = page.getByRole('region', { name: 'Folder /data/survey/many' });
    await expect(area.getByText('100,000 entries')).toBeVisible();
    await shot(page, 'tab');
    await panel.getByRole('button', { name: 'Survey', exact: true }).click();
    await openFolder(panel, 'odd');
    await layoutKept(page, /"widgets": ?\[[^\]]*many/, /"datalabs-volumes:panel": ?\{[^}]*"odd"/);
    await page.goto(`${hub.origin}/user/${client.user}/lab`);
    await expect(area.getByText('100,000 entries')).toBeVisible();
    await expect(row(volumesPanel(page), 'notes.md')).toBeVisible();
    await page.locator('.lm-MenuBar-item').filter({ hasText: 'Settings' }).click();
    await page.locator('.lm-Menu-item', { hasText: /^Theme$/ }).hover();
    await page.locator('.lm-Menu-item', { hasText: /^JupyterLab Dark$/ }).click();
    await expect(page.locator('body')).toHaveAttribute('data-jp-theme-name', 'JupyterLab Dark');
    await row(volumesPanel(page), 'notes.md').click();
    await shot(page, 'dark');
    await page.setViewportSize({ width: 720, height: 450 });
    await shot(page, 'twice-as-large');
  });

  test('a file is dragged into a notebook as its path, and copied to the workspace', async ({ page }) => {
    const panel = await open(page);
    const notebook = await newNotebook(page, /Python 3/);
    const grid = await openFolder(panel, 'odd');
    await row(grid, 'notes.md').dragTo(notebook.locator('.jp-CodeCell .cm-content').first());
    await expect(notebook.locator('.jp-CodeCell .cm-content').first()).toHaveText("'/data/survey/odd/notes.md'");

    await row(grid, 'notes.md').click();
    await row(grid, 'two\\nlines.txt').click({ modifiers: ['ControlOrMeta'] });
    // Browsers refuse to drop on text that is selected, as what was dropped is.
    await notebook.locator('.jp-CodeCell .cm-content').first().press('End');
    await row(grid, 'notes.md').dragTo(notebook.locator('.jp-CodeCell .cm-content').first());
    await expect(notebook.locator('.jp-CodeCell .cm-content').first()).toContainText(/\[.*notes\.md.*two\\nlines\.txt/);
    await row(grid, 'notes.md').click();
    await expect(grid.getByRole('row', { selected: true })).toHaveCount(1);

    await row(grid, 'notes.md').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy to my workspace…' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('from-survey');
    await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).click();
    await expect(page.getByText('Copied notes.md to your workspace.')).toBeVisible();
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(page.locator('.jp-DirListing-item.jp-mod-selected')).toContainText('notes.md');
    await expect(page.getByRole('tab', { name: 'notes.md' })).toHaveCount(0);
    await shot(page, 'copied');
    await notebook.locator('.jp-CodeCell .cm-content').first().press('ControlOrMeta+a');
    await notebook.locator('.jp-CodeCell .cm-content').first().press('Delete');
    expect(await runCell(page, notebook, "print(open('/media/user/from-survey/notes.md').read())")).toContain('# Notes');
  });

  test('a volume is taken out of the running session and brought back; what uses it is named', async ({ page }) => {
    test.setTimeout(180_000);
    const panel = await open(page);
    const notebook = await newNotebook(page, /Python 3/);
    const gaia = panel.getByRole('option', { name: /Gaia DR3/ });
    const menu = async (item: string): Promise<void> => {
      await gaia.click({ button: 'right' });
      await page.getByRole('menuitem', { name: item, exact: true }).click();
    };
    expect(await runCell(page, notebook, "import os, glob\nheld = open([f for f in glob.glob('/data/gaia_dr3/**', recursive=True) if os.path.isfile(f)][0], 'rb')\nprint('held')")).toBe('held');
    await menu('Open in a tab');
    const area = page.getByRole('region', { name: 'Folder /data/gaia_dr3' });
    await expect(area.getByRole('grid')).toBeVisible();

    await menu('Unmount');
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(/python.*Kernels run for Untitled.*\.ipynb/);
    await shot(page, 'busy');
    await dialog.getByRole('button', { name: 'Leave it mounted' }).click();
    await expect(gaia).toHaveAccessibleName(/, mounted,/);
    await menu('Unmount');
    await dialog.getByRole('button', { name: 'Force' }).click();
    await expect(gaia).toHaveAccessibleName(/not mounted/);
    await expect(area.getByRole('alert')).toContainText('not mounted');
    await shot(page, 'unmounted');

    await area.getByRole('button', { name: 'Mount' }).click();
    await expect(area.getByRole('grid')).toBeVisible();
    await expect(gaia).toHaveAccessibleName(/, mounted,/);
    await page.getByRole('tab', { name: /Untitled/ }).click();
    expect(await runCell(page, notebook, "print(len(os.listdir('/data/gaia_dr3')) > 0)")).toBe('True');
  });
});
