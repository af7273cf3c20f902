// npm run bench:cwl [-- --rounds 8 --only size,paint,keys,pan,library --print]
// Size and speed of the pipeline editor in a real JupyterLab in a real browser, and of the CWL library alone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { long, nested, survey, surveyInFiles } from './lib/cwl-documents.mjs';
import { firstPaint, keystrokes, launchEditor, panning, sizes } from './lib/cwl-editor.mjs';
import { inBrowser, inNode } from './lib/cwl-library.mjs';
import { renderCwl } from './lib/cwl-report.mjs';
import { machine, writeReport } from './lib/report.mjs';

const repo = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(repo, '.tools', 'node_modules', `node-linux-${process.arch}`);
// The same Node measures everywhere: the set-up's takes over from an older one.
if (Number(process.versions.node.split('.')[0]) < 24 && existsSync(join(node, 'bin', 'node'))) {
  const { status } = spawnSync(join(node, 'bin', 'node'), process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    only: { type: 'string', default: 'size,paint,keys,pan,library' },
    print: { type: 'boolean', default: false }
  }
});
const rounds = Number(options.rounds);
const progress = text => console.error(`… ${text}`);
const parts = new Set(options.only.split(','));

const scratch = await mkdtemp(join(tmpdir(), 'datalabs-bench-'));
try {
  const { chromium } = await import(pathToFileURL(join(repo, 'ui-tests/node_modules/playwright/index.mjs')).href);
  const { chromiumPath, chromiumArguments } = await import(pathToFileURL(join(repo, 'ui-tests/src/chromium.ts')).href);
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments() });
  try {
    const result = { browser: browser.version() };
    const documents = { edited: long(), checked: survey() };
    if (parts.has('library')) {
      progress('the library');
      // Each alone: one would wait for the other's processor.
      result.node = await inNode({ repo, rounds: rounds * 3, ...documents });
      result.page = await inBrowser({ repo, browser, rounds: rounds * 3, ...documents });
    }
    if (['size', 'paint', 'keys', 'pan'].some(part => parts.has(part))) {
      const inFiles = Object.entries(surveyInFiles()).flatMap(([name, text]) => [0, 1].map(copy => [`files/${copy}/${name}`, text]));
      const lab = await launchEditor({ repo, scratch, documents: { 'one/survey-0.cwl': survey(), 'one/survey-1.cwl': survey(), 'one/nested.cwl': nested(), ...Object.fromEntries(inFiles) } });
      try {
        if (parts.has('size')) progress('what is loaded');
        if (parts.has('size')) result.sizes = await sizes({ browser, lab });
        if (parts.has('paint')) {
          progress('first paint');
          const names = ['one/survey-0.cwl', 'one/survey-1.cwl'];
          result.paint = await firstPaint({ browser, lab, rounds, folder: 'one', names });
          result.paintUnlisted = await firstPaint({ browser, lab, rounds, folder: '', names: names.slice(0, 1) });
          result.paintFiles = await firstPaint({ browser, lab, rounds, folder: 'files/0', names: ['files/0/pipeline.cwl', 'files/1/pipeline.cwl'] });
        }
        if (parts.has('keys')) progress('keys');
        if (parts.has('keys')) result.keys = await keystrokes({ browser, lab });
        if (parts.has('pan')) progress('panning');
        if (parts.has('pan')) result.panning = await panning({ browser, lab, rounds: Math.min(rounds, 5), steps: 300 });
      } finally {
        await lab.close();
      }
    }
    const text = `Measured ${machine()}; Chromium ${result.browser} without a graphics card, Node ${process.versions.node}. \`npm run bench:cwl\`.\n\n${renderCwl(result)}`;
    console.log(`\n${text}`);
    if (!options.print) await writeReport(join(repo, 'bench', 'README.md'), text, 'cwl');
  } finally {
    await browser.close();
  }
} catch (error) {
  console.error(error.stack);
  process.exitCode = 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
