import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { labReady } from '../src/lab.js';

const TOOL = `cwlVersion: v1.2
class: CommandLineTool
label: Count lines
requirements:
  InlineJavascriptRequirement: {}
baseCommand: [wc, -l]
inputs:
  text: {type: File, inputBinding: {position: 1}}
stdout: $("count" + ".txt")
outputs:
  count: {type: stdout}
`;
const WORKFLOW = `# How many lines there are; this comment stays.
cwlVersion: v1.2
class: Workflow
inputs:
    text:   File   # with more blanks than needed
outputs:
    lines: {type: File, outputSource: count/count}
steps:
    count:
        run: count.cwl
        in: {text: text}
        out: [count]
`;

let hub: Hub;
let folder: string;
let url: string;
let token: string;

test.beforeAll(async () => {
  hub = await Hub.create();
  await hub.start();
  const client = await hub.login();
  expect((await client.api('POST', client.serverPath(''), { body: {} })).status).toBeLessThan(300);
  ({ url } = await client.ready('', 'jupyterlab'));
  token = await client.token([`access:servers!server=${client.user}/`]);
  folder = join(hub.state, 'workspaces', client.user, 'survey');
  mkdirSync(folder, { mode: 0o777 });
  // The session is another user.
  chmodSync(folder, 0o777);
  for (const [name, text] of [['count.cwl', TOOL], ['lines.cwl', WORKFLOW], ['stars.txt', 'Vega\nDeneb\nAltair\n']] as const) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o666);
  }
});
test.afterAll(() => hub.dispose());

async function ask<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> {
  const response = await fetch(new URL(`${url.replace(/\/lab.*$/, '/')}datalabs/cwl/${path}`, hub.origin), {
    method,
    headers: { Authorization: `token ${token}` },
    ...(body && { body: JSON.stringify(body) })
  });
  return { status: response.status, body: (await response.json()) as T };
}

async function openPipeline(page: Page, name: string): Promise<void> {
  await page.goto(await hub.start().catch(() => hub.link));
  await labReady(page);
  const files = page.getByRole('region', { name: 'File Browser Section' });
  await files.getByText('my_workspace').dblclick();
  await files.getByText('survey').dblclick();
  await files.getByText(name).dblclick();
}

test('cwltool says in the session what it thinks of a pipeline, and runs it with its expressions', async () => {
  test.setTimeout(180_000);
  const path = 'my_workspace/survey/lines.cwl';
  expect((await ask('POST', 'validate', { path })).body).toMatchObject({ verdict: 'valid', messages: [], javascript: true });
  const wrong = await ask<{ messages: object[] }>('POST', 'validate', { path, text: WORKFLOW.replace('count/count', 'count/none') });
  expect(wrong.body).toMatchObject({ verdict: 'invalid' });
  const run = await ask<{ id: string }>('POST', 'runs', { path, inputs: { text: { class: 'File', path: 'stars.txt' } } });
  expect(run.status).toBe(201);
  await expect.poll(async () => (await ask<{ state: string }>('GET', `runs/${run.body.id}`)).body.state, { timeout: 90_000 }).not.toBe('running');
  const done = await ask<{ outputs: { lines: { contents: string } } }>('GET', `runs/${run.body.id}?offset=0`);
  expect(done.body).toMatchObject({ state: 'done', exitCode: 0, steps: [{ step: 'count', state: 'done' }] });
  const output = done.body.outputs.lines.contents;
  expect(readFileSync(join(folder, '..', output.replace(/^my_workspace\//, '')), 'utf8')).toMatch(/^3 /);
});

test('a pipeline opens as a graph and stays as it was; graph and code are one document', async ({ page }) => {
  await openPipeline(page, 'lines.cwl');
  const graph = page.getByRole('application', { name: /^Graph of the pipeline/ });
  await expect(graph.getByText('Count lines').or(graph.getByText('count', { exact: true })).first()).toBeVisible();
  const tab = page.getByRole('tab', { name: /lines\.cwl/ });
  await expect(tab).not.toHaveClass(/jp-mod-dirty/);
  expect(readFileSync(join(folder, 'lines.cwl'), 'utf8')).toBe(WORKFLOW);

  await page.getByRole('tab', { name: 'Table of Contents' }).click();
  const outline = page.locator('.jp-TableOfContents');
  await outline.getByText('count', { exact: true }).click();
  await expect(page.locator('.jp-DatalabsGraph .react-flow__node.selected')).toContainText('count');

  // What is typed is drawn, and taken back in the graph.
  await page.getByRole('button', { name: 'Graph and code' }).click();
  const code = page.locator('.jp-DatalabsPipeline-codeView .cm-content');
  // What was chosen before there was any code is marked in it.
  await expect(code.locator('.jp-DatalabsPipeline-selected').first()).toContainText('count');
  await code.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('    more: {run: count.cwl, in: {text: text}, out: []}\n');
  await expect(graph.getByText('more', { exact: true })).toBeVisible();
  await expect(tab).toHaveClass(/jp-mod-dirty/);
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(graph.getByText('more', { exact: true })).toHaveCount(0);
  await expect(code).not.toContainText('more:');
});
