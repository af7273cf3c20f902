import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { launcherCard } from '../src/lab.js';
import { PipelinePage } from '../src/pipeline.js';

/** What an image of the archive says of itself: its first block, the cards in it, and those with a keyword. */
const TOOLS = [
  ['header', 'head -c 2880 {image} > header.txt'],
  ['cards', 'fold -w 80 {header} > cards.txt'],
  ['keywords', 'grep {keyword:string} {cards} > found.txt']
] as const;
const FOLDERS = ['data', 'euclid_q1', 'Q1_R1', 'MER', '102018211', 'VIS'];
const FOUND = 'CRVAL1  =           57.9990741';

test.describe.configure({ mode: 'serial' });

let hub: Hub;
let workspace: string;
let page: Page;
let built = '';

test.beforeAll(async ({ browser }) => {
  hub = await Hub.create();
  await hub.start();
  const client = await hub.login();
  await client.ready('', 'jupyterlab');
  workspace = join(hub.state, 'workspaces', client.user);
  for (const name of ['mouse', 'keys']) {
    mkdirSync(join(workspace, name), { mode: 0o777 });
    // The session is another user.
    chmodSync(join(workspace, name), 0o777);
  }
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  await page.goto(await hub.start().catch(() => hub.link));
});
test.afterAll(async () => {
  await page?.close();
  await hub.dispose();
});

/** JupyterLab with its launcher, in a folder of the workspace. */
async function begin(folder: string): Promise<PipelinePage> {
  await page.goto(new URL(page.url().replace(/\/lab.*/, `/lab/tree/my_workspace/${folder}?reset`), hub.origin).href);
  await expect(page.locator('#jupyterlab-splash')).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Notebook', exact: true })).toBeVisible();
  return new PipelinePage(page);
}

const image = (): string => {
  const folder = join(hub.state, 'sample-data', ...FOLDERS.slice(1));
  return readdirSync(folder).find(name => name.endsWith('.fits'))!;
};
const textOf = (folder: string): string => readFileSync(join(workspace, folder, 'untitled.cwl'), 'utf8');

/** What the last test run gave, as it is opened from its list of outputs. */
const shown = (): Locator => page.locator('.jp-FileEditor:visible .cm-content');

/** The kind of the type of what is chosen. */
const type = (inspector: Locator): Locator => inspector.getByRole('group', { name: 'Type' }).getByRole('combobox').first();

test('a pipeline of three steps is built by mouse, validated and tried on an image of the archive', async () => {
  test.setTimeout(180_000);
  const pipeline = await begin('mouse');
  const { graph, inspector, inputs } = pipeline;
  await launcherCard(page, 'Other', 'CWL pipeline').click();
  await expect(graph.getByRole('heading', { name: 'This pipeline has no steps yet' })).toBeVisible();

  for (const [name, command] of TOOLS) {
    await page.getByRole('button', { name: 'Shell command' }).click();
    const form = page.getByRole('form', { name: 'New tool' });
    await form.getByLabel('Command').fill(command);
    await form.getByLabel('Name of the new file').fill(name);
    await form.getByRole('button', { name: 'Make and add' }).click();
    await expect(pipeline.node(`step:${name}`)).toHaveClass(/selected/);
  }
  // One more by dragging it from the list, and back.
  await page.getByRole('option', { name: /^cards/ }).dragTo(graph, { targetPosition: { x: 120, y: 80 } });
  await expect(pipeline.node('step:cards_2')).toHaveClass(/selected/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(pipeline.node('step:cards_2')).toHaveCount(0);

  // From the checklist to the place of what is missing.
  await page.getByRole('button', { name: 'Show: Connections' }).click();
  await expect(inspector.getByRole('heading', { name: 'image' })).toBeVisible();

  await pipeline.draw('step:header/out:header', 'step:cards/in:header');
  await pipeline.draw('step:cards/out:cards', 'step:keywords/in:cards');
  await expect(graph.locator('.react-flow__edge')).toHaveCount(2);
  await pipeline.draw('step:header/in:image', { dx: -60, dy: -60 });
  await page.getByRole('option', { name: 'New input of the pipeline' }).click();
  await expect(pipeline.node('input:image')).toHaveClass(/selected/);
  await page.getByRole('button', { name: 'Add an input' }).click();
  await inspector.getByLabel('Name').fill('keyword');
  await inspector.getByLabel('Name').press('Enter');
  await type(inspector).selectOption('string');
  // All of it is in sight then.
  await page.getByRole('button', { name: 'Arrange anew' }).click();
  await expect(pipeline.port('step:keywords/out:found')).toBeInViewport();
  await pipeline.draw('input:keyword/out:keyword', 'step:keywords/in:keyword');
  await pipeline.draw('step:keywords/out:found', { dx: 20, dy: 100 });
  await page.getByRole('option', { name: 'New output of the pipeline' }).click();
  await expect(pipeline.item('Outputs', 'Done')).toBeVisible();
  await expect(graph.locator('.react-flow__edge')).toHaveCount(5);

  await page.getByRole('button', { name: 'Validate: Validate' }).click();
  await expect(pipeline.item('Validate', 'Done')).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Test run: Test run' }).click();
  await inputs.getByRole('button', { name: 'Choose image…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByTitle('/media/home').click();
  for (const folder of FOLDERS) {
    await dialog.getByText(folder, { exact: true }).dblclick();
  }
  await dialog.getByText(image(), { exact: true }).click();
  await dialog.getByRole('button', { name: 'Select' }).click();
  await inputs.getByLabel(/^keyword/).fill('CRVAL');
  await inputs.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(pipeline.item('Test run', 'Done')).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: /^found\.txt/ }).click();
  await expect(shown()).toContainText(FOUND);
  built = textOf('mouse');
});

test('the same pipeline is built by keyboard alone', async () => {
  test.setTimeout(180_000);
  const pipeline = await begin('keys');
  const { graph, inspector, inputs } = pipeline;
  const { keyboard } = page;
  await keyboard.press('Control+Shift+C');
  await expect(page.getByRole('textbox', { name: 'SEARCH' })).toBeFocused();
  await keyboard.type('New CWL Pipeline');
  await keyboard.press('Enter');
  await expect(graph).toBeFocused();
  await pipeline.tabTo(graph.getByRole('button', { name: 'Add a step' }));
  await keyboard.press('Enter');
  for (const [name, command] of TOOLS) {
    await pipeline.tabTo(page.getByRole('button', { name: 'Shell command' }));
    await keyboard.press('Enter');
    const form = page.getByRole('form', { name: 'New tool' });
    await expect(form.getByLabel('Command')).toBeFocused();
    await keyboard.type(command);
    await pipeline.tabTo(form.getByLabel('Name of the new file'));
    await keyboard.type(name);
    await keyboard.press('Enter');
    await expect(pipeline.node(`step:${name}`)).toHaveClass(/selected/);
  }

  await pipeline.tabTo(graph);
  const connect = async (step: string, to: string): Promise<void> => {
    await keyboard.press('Control+F');
    await keyboard.type(step);
    await keyboard.press('Escape');
    await expect(graph).toBeFocused();
    await keyboard.press('c');
    await keyboard.type(to);
    await keyboard.press('Enter');
    await expect(graph).toBeFocused();
  };
  await connect('header.cwl', 'cards · header');
  await connect('cards.cwl', 'keywords · cards');
  await expect(graph.locator('.react-flow__edge')).toHaveCount(2);

  // The rest in the list, as who does not see the graph does it.
  await pipeline.tabTo(page.getByRole('button', { name: 'List', exact: true }), 'Shift+Tab');
  await keyboard.press('Enter');
  const row = (name: string | RegExp): Locator => page.getByRole('treeitem', { name });
  const walkTo = async (...names: RegExp[]): Promise<void> => {
    await pipeline.tabTo(page.locator('[role=treeitem][tabindex="0"]'));
    await keyboard.press('Home');
    for (const name of names) {
      await pipeline.tabTo(row(name).first(), 'ArrowDown');
      if ((await row(name).first().getAttribute('aria-expanded')) === 'false') {
        await keyboard.press('ArrowRight');
      }
    }
  };
  const choose = async (target: string): Promise<void> => {
    await keyboard.press('c');
    await keyboard.type(target);
    await keyboard.press('Enter');
  };
  await walkTo(/^header header\.cwl/, /^image File, not connected/);
  await choose('New input');
  await expect(row(/^image File, 1 connection/)).toHaveCount(2);
  await walkTo(/^Inputs/);
  await pipeline.tabTo(page.getByRole('button', { name: 'Add input' }).first());
  await keyboard.press('Enter');
  await pipeline.tabTo(inspector.getByLabel('Name'));
  await keyboard.type('keyword');
  await keyboard.press('Enter');
  await pipeline.tabTo(type(inspector));
  await keyboard.type('string');
  await expect(row(/^keyword string/)).toBeVisible();
  await pipeline.tabTo(page.locator('[role=treeitem][tabindex="0"]'), 'Shift+Tab');
  await walkTo(/^keyword string/);
  await choose('keywords · keyword');
  await walkTo(/^keywords keywords\.cwl/, /^found File, not connected/);
  await choose('New output');
  await expect(pipeline.item('Outputs', 'Done')).toBeVisible();

  await keyboard.press('Control+S');
  await expect(pipeline.item('Validate', 'Done')).toBeVisible({ timeout: 60_000 });
  expect(textOf('keys')).toBe(built);
  await pipeline.tabTo(page.getByRole('tab', { name: /^Problems/ }));
  await keyboard.press('ArrowRight');
  await pipeline.tabTo(inputs.getByLabel(/^image/));
  await keyboard.type(`/${FOLDERS.join('/')}/${image()}`);
  await pipeline.tabTo(inputs.getByLabel(/^keyword/));
  await keyboard.type('CRVAL');
  await keyboard.press('Enter');
  await expect(pipeline.item('Test run', 'Done')).toBeVisible({ timeout: 60_000 });
  await pipeline.tabTo(page.getByRole('button', { name: /^found\.txt/ }));
  await keyboard.press('Enter');
  await expect(shown()).toContainText(FOUND);
});
