import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { labReady } from '../src/lab.js';
import { repository } from '../src/paths.js';

/** A tool with ports of these types. */
const tool = (label: string, command: string, inputs: Record<string, string>, outputs: Record<string, string>, image = ''): string => `cwlVersion: v1.2
class: CommandLineTool
label: ${label}
baseCommand: [${command}]
${image && `hints:\n  DockerRequirement: {dockerPull: "${image}"}\n`}inputs:
${Object.entries(inputs).map(([name, type]) => `  ${name}: {type: "${type}"}\n`).join('')}outputs:
${Object.entries(outputs).map(([name, glob]) => `  ${name}: {type: File, outputBinding: {glob: "${glob}"}}\n`).join('')}`;

const FILES: Record<string, string> = {
  'tools/reduce.cwl': tool('Reduce an exposure', 'ccdproc', { exposure: 'File', flat: 'File', gain: 'float?' }, { image: '*.fits' }),
  'tools/clean.cwl': tool('Remove cosmic rays', 'lacosmic', { image: 'File', sigma: 'float?' }, { clean: '*.fits', mask: '*.mask' }),
  'tools/coadd.cwl': tool('Stack exposures', 'swarp', { images: 'File[]', masks: 'File[]', name: 'string' }, { stack: '*.fits' }, 'astro/swarp:2.41'),
  'tools/detect.cwl': tool('Detect sources', 'sex', { image: 'File', threshold: 'float' }, { catalogue: '*.cat' }, 'astro/sextractor:2.28'),
  'tools/preview.cwl': tool('Draw a preview', 'stiff', { image: 'File', wanted: 'boolean?' }, { png: '*.png' }),
  'calibrate.cwl': `cwlVersion: v1.2
class: Workflow
label: Calibrate an exposure
inputs:
  exposure: File
  flat: File
outputs:
  image: {type: File, outputSource: clean/clean}
  mask: {type: File, outputSource: clean/mask}
steps:
  reduce:
    run: tools/reduce.cwl
    in: {exposure: exposure, flat: flat}
    out: [image]
  clean:
    run: tools/clean.cwl
    in: {image: reduce/image}
    out: [clean, mask]
`,
  'field.cwl': `# From the exposures of a field to its sources.
cwlVersion: v1.2
class: Workflow
label: Field to catalogue
doc: Calibrates exposures, stacks them and finds sources.
requirements:
  ScatterFeatureRequirement: {}
  SubworkflowFeatureRequirement: {}
  StepInputExpressionRequirement: {}
  InlineJavascriptRequirement: {}

inputs:
  exposures: File[]
  flat: File
  field: string
  threshold: {type: float, default: 3.5}
  make_preview: boolean?

outputs:
  catalogue: {type: File, outputSource: detect/catalogue}
  stack: {type: File, outputSource: coadd/stack}
  preview: {type: File?, outputSource: preview/png}

steps:
  calibrate:
    label: Calibrate
    run: calibrate.cwl
    scatter: exposure   # one job each
    in:
      exposure: exposures
      flat: flat
    out: [image, mask]
  coadd:
    label: Stack exposures
    run: tools/coadd.cwl
    in:
      images: calibrate/image
      masks: calibrate/mask
      name: {source: field, valueFrom: $("stack-" + self)}
    out: [stack]
  detect:
    label: Detect sources
    run: tools/detect.cwl
    in: {image: coadd/stack, threshold: threshold}
    out: [catalogue]
  preview:
    label: Draw a preview
    run: tools/preview.cwl
    when: $(inputs.wanted)
    in: {image: coadd/stack, wanted: make_preview}
    out: [png]
`
};

async function theme(page: Page, name: 'JupyterLab Light' | 'JupyterLab Dark'): Promise<void> {
  await page.getByRole('menuitem', { name: 'Settings', exact: true }).click();
  await page.locator('.lm-Menu-item', { hasText: 'Theme' }).first().hover();
  await page.locator('.lm-Menu-item').getByText(name, { exact: true }).click();
  await expect(page.locator('body')).toHaveAttribute('data-jp-theme-name', name);
}

test('pipelines', async ({ ownHub: hub, page }) => {
  const client = await hub.login();
  await client.ready('', 'jupyterlab');
  const folder = join(hub.state, 'workspaces', client.user, 'field');
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o777 });
    writeFileSync(path, text);
    // The session is another user.
    [folder, dirname(path)].forEach(made => chmodSync(made, 0o777));
    chmodSync(path, 0o666);
  }
  await page.context().addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
  await page.setViewportSize({ width: 1440, height: 720 });
  await page.goto(`${hub.origin}/user/${client.user}/lab?reset`);
  await labReady(page);
  const files = page.getByRole('region', { name: 'File Browser Section' });
  for (const name of ['my_workspace', 'field', 'field.cwl']) {
    await files.getByText(name, { exact: true }).dblclick();
  }
  const step = (name: string) => page.locator('.react-flow__node').filter({ hasText: name });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  await expect(step('Draw a preview')).toBeVisible();
  await expect(page.getByRole('listitem', { name: 'Connections: Done' })).toBeVisible();
  const question = page.locator('.Toastify__toast').filter({ hasText: 'Jupyter news' });
  if ((await question.count()) > 0) {
    await question.getByRole('button', { name: 'No', exact: true }).click();
  }
  await page.locator('.jp-SideBar.jp-mod-left').getByRole('tab', { name: /File Browser/ }).click();
  await expect(files).toBeHidden();

  const both = async (name: string): Promise<void> => {
    for (const [suffix, look] of [['-dark', 'JupyterLab Dark'], ['', 'JupyterLab Light']] as const) {
      await theme(page, look);
      await page.mouse.move(700, 2);
      await expect(page.locator('.Toastify__toast')).toHaveCount(0);
      await page.locator('.jp-DatalabsPipelineDocument').screenshot({ path: join(repository, `docs/images/pipelines-${name}${suffix}.png`), animations: 'disabled', caret: 'hide' });
    }
  };

  await test.step('the graph', async () => {
    await button('Hide the inspector').click();
    await both('graph');
  });

  await test.step('what is chosen, in the inspector', async () => {
    await button('Show the inspector').click();
    await button('Palette and checklist').click();
    await step('Stack exposures').locator('.jp-DatalabsGraph-name').click();
    await expect(page.getByRole('complementary', { name: 'Inspector' }).getByRole('heading', { name: 'Stack exposures' })).toBeVisible();
    await both('inspector');
  });

  await test.step('graph and code, which follow each other', async () => {
    await button('Hide the inspector').click();
    await button('Graph and code').click();
    await expect(page.locator('.cm-line').filter({ hasText: 'Stack exposures' })).toBeVisible();
    await both('split');
  });
});
