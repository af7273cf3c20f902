// The CWL library alone, the same code in Node and in Chromium.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Milliseconds of each edit of a document and of each check, for all that came up. Runs in Node and, as its text, in a page: `library` is
 * the library's module.
 */
export function measureLibrary(library, { edited, checked, rounds }) {
  const timed = work => {
    const since = performance.now();
    const result = work();
    return [performance.now() - since, result];
  };
  // In the middle, far from what has just been looked at. Each takes its predecessor back, so that the document stays as long.
  const [step, other] = ['step110', 'step111'];
  const kinds = [
    { kind: 'set-label', step, label: 'Another name' },
    { kind: 'set-label', step, label: 'Step 110' },
    { kind: 'rename-step', step, id: 'renamed' },
    { kind: 'rename-step', step: 'renamed', id: step },
    { kind: 'disconnect', from: { step, output: 'out0' }, to: { output: 'extra' } },
    { kind: 'connect', from: { step, output: 'out0' }, to: { output: 'extra' } },
    { kind: 'duplicate-step', step: other, id: 'copy' },
    { kind: 'remove-step', step: 'copy' },
    { kind: 'set-scatter', step, scatter: ['in0'], method: null },
    { kind: 'set-scatter', step, scatter: [], method: null }
  ];
  const document = library.open(edited, { uri: 'file:///bench/long.cwl' });
  const [opened] = timed(() => document.graph());
  const prepared = document.apply({ kind: 'add-output', id: 'extra', type: 'File', from: { step, output: 'out0' } });
  if (!prepared.ok) throw new Error(prepared.message);
  const edits = {};
  for (let round = 0; round < rounds; round++) {
    for (const edit of kinds) {
      // As in the editor: what is drawn is there before somebody changes it.
      document.graph();
      const [ms, result] = timed(() => document.apply(edit));
      if (!result.ok) throw new Error(`${edit.kind}: ${result.message}`);
      (edits[edit.kind] ??= []).push(ms);
    }
  }
  const checks = [];
  const survey = library.open(checked, { uri: 'file:///bench/survey.cwl' });
  const at = checked.indexOf('Step 28');
  for (let round = 0; round < rounds * 2; round++) {
    survey.change([{ from: at, to: at + 1, insert: round % 2 ? 'S' : 's' }]);
    survey.graph();
    checks.push(timed(() => survey.check())[0]);
  }
  return { opened, edits, checks };
}

export async function inNode({ repo, ...options }) {
  const library = await import(pathToFileURL(join(repo, 'extensions/cwl/lib/index.js')).href);
  return measureLibrary(library, options);
}

const ORIGIN = 'http://bench.invalid';

/** On an empty page, with the library's modules as they are compiled. */
export async function inBrowser({ repo, browser, ...options }) {
  const page = await browser.newPage();
  try {
    await page.route(`${ORIGIN}/**`, route => {
      const { pathname } = new URL(route.request().url());
      return pathname === '/'
        ? route.fulfill({ contentType: 'text/html', body: '<!doctype html><script type="importmap">{"imports":{"js-yaml":"/node_modules/js-yaml/dist/js-yaml.mjs"}}</script>' })
        : route.fulfill({ contentType: 'text/javascript', path: join(repo, 'extensions/cwl', pathname) });
    });
    await page.goto(`${ORIGIN}/`);
    return await page.evaluate(
      async ({ measure, given }) => (0, eval)(`(${measure})`)(await import('/lib/index.js'), given),
      { measure: measureLibrary.toString(), given: options }
    );
  } finally {
    await page.close();
  }
}
