#!/usr/bin/env node
// Sets up, runs every suite, adds up. The last line is "N passed, N failed[, N skipped]".
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as paths from './lib/paths.mjs';
import { browserTestsImpossible } from './lib/platform.mjs';
import { nodeEnv, run, runMain, SetupError } from './lib/run.mjs';
import { announce, clearStamp, hashOf, readStamp, writeStamp } from './lib/steps.mjs';
import { setUp, setUpPytest } from './setup.mjs';

const { root, node24 } = paths;
const results = join(paths.tools, 'test-results');
const SUITE_LIMIT_MS = 25 * 60_000;
const bin = path => join(root, 'node_modules', path);
const nothing = () => ({ passed: 0, failed: 0, skips: [] });

/** Runs a program with its output shown; never rejects. */
function show(argv, { env = nodeEnv(), cwd = root } = {}) {
  return new Promise(resolve => {
    const child = spawn(argv[0], argv.slice(1), { cwd, env, stdio: 'inherit' });
    const timer = setTimeout(() => child.kill('SIGKILL'), SUITE_LIMIT_MS);
    child.once('error', () => resolve(127));
    child.once('exit', code => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}

const oneTest = code => ({ ...nothing(), passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function jest(kind, env) {
  const output = join(results, `jest-${kind}.json`);
  rmSync(output, { force: true });
  const code = await show(
    [
      node24, bin('jest/bin/jest.js'), '-c', join(root, `jest.${kind}.config.cjs`), '--json',
      '--outputFile', output, '--passWithNoTests', '--forceExit'
    ],
    { env: nodeEnv(env) }
  );
  const report = readJson(output);
  if (!report) {
    return { ...nothing(), failed: 1 };
  }
  const skips = report.testResults.flatMap(file =>
    file.assertionResults
      .filter(test => ['pending', 'todo', 'skipped', 'disabled'].includes(test.status))
      .map(test => test.fullName)
  );
  // A suite that does not even load has no failed tests of its own.
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return { passed: report.numPassedTests, failed: failed || (code ? 1 : 0), skips };
}

/** The browser tests have packages of their own. */
async function prepareUi() {
  const folder = join(root, 'ui-tests');
  if (!existsSync(join(folder, 'package.json'))) {
    return;
  }
  const lock = hashOf(['ui-tests/package-lock.json']);
  if (readStamp('ui-tests') !== lock || !existsSync(join(folder, 'node_modules'))) {
    clearStamp('ui-tests');
    await announce('npm packages of the browser tests', onLine =>
      run(['npm', 'ci', '--ignore-scripts'], {
        log: 'ui-tests', cwd: folder, onLine, action: 'check the network, then run it again.',
        env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' }
      })
    );
    writeStamp('ui-tests', lock);
  }
}

/** Specs, which the bundler and SWC never check. */
async function types() {
  const total = nothing();
  const projects = ['scripts/tsconfig.test.node.json', 'scripts/tsconfig.test.browser.json', 'ui-tests/tsconfig.json']
    .filter(path => existsSync(join(root, path)));
  for (const project of projects) {
    const code = await show([node24, bin('typescript/bin/tsc'), '-p', join(root, project), '--noEmit', '--pretty', 'false']);
    if (code) {
      console.log(`✗ types of ${project}`);
    }
    total[code ? 'failed' : 'passed'] += 1;
  }
  return total;
}

/** The server extension, on real Jupyter servers and kernels. */
async function python() {
  await setUpPytest();
  const output = join(results, 'python.xml');
  rmSync(output, { force: true });
  const code = await show([
    paths.envProgram('pytest', 'python'), '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-rs', '--junit-xml', output,
    join(root, 'extensions/python/tests')
  ]);
  const report = existsSync(output) ? readFileSync(output, 'utf8') : '';
  const number = name => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(report)?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  const skips = [...report.matchAll(/<testcase [^>]*name="([^"]+)"[^>]*><skipped [^>]*message="([^"]*)"/g)].map(
    ([, test, why]) => `${test}: ${why}`
  );
  return { passed: number('tests') - failed - skips.length, failed: failed || (code ? 1 : 0), skips };
}

async function ui({ sandboxProblem }) {
  const folder = join(root, 'ui-tests');
  if (!existsSync(join(folder, 'package.json'))) {
    return nothing();
  }
  const reason = browserTestsImpossible({ sandboxProblem });
  if (reason) {
    return { ...nothing(), skips: [`all browser tests: ${reason}`] };
  }
  const output = join(results, 'ui.json');
  rmSync(output, { force: true });
  const code = await show(
    [node24, join(folder, 'node_modules/@playwright/test/cli.js'), 'test', '--reporter=list,json'],
    { cwd: folder, env: nodeEnv({ PLAYWRIGHT_JSON_OUTPUT_NAME: output, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' }) }
  );
  const report = readJson(output);
  if (!report) {
    return { ...nothing(), failed: 1 };
  }
  const { expected, unexpected, flaky } = report.stats;
  const failed = unexpected + report.errors.length;
  return { passed: expected + flaky, failed: failed || (code ? 1 : 0), skips: skippedSpecs(report.suites) };
}

function skippedSpecs(suites) {
  return suites.flatMap(suite => [
    ...(suite.specs ?? []).flatMap(spec =>
      spec.tests
        .filter(test => test.status === 'skipped')
        .map(test => {
          const why = test.annotations.find(note => ['skip', 'fixme'].includes(note.type))?.description;
          return `${spec.title}: ${why ?? 'not reached, a test before it failed'}`;
        })
    ),
    ...skippedSpecs(suite.suites ?? [])
  ]);
}

const suites = {
  lint: async () =>
    oneTest(await show([node24, bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0'])),
  types,
  node: () =>
    jest('node', { NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' }),
  browser: () => jest('browser', {}),
  python,
  ui
};

await runMain(async () => {
  const at = process.argv.indexOf('--only');
  const wanted = at > 0 ? process.argv[at + 1].split(',') : Object.keys(suites);
  const unknown = wanted.filter(name => !suites[name]);
  if (unknown.length) {
    throw new SetupError(`There is no suite ${unknown.join(', ')}.`, `choose from ${Object.keys(suites).join(', ')}.`);
  }
  const total = nothing();
  let circumstances;
  try {
    circumstances = await setUp({ tests: true });
    await prepareUi();
    mkdirSync(results, { recursive: true });
    const lines = [];
    for (const name of wanted) {
      console.log(`\n── ${name} ──`);
      const started = performance.now();
      const result = await suites[name](circumstances);
      total.passed += result.passed;
      total.failed += result.failed;
      total.skips.push(...result.skips);
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      lines.push(`${name.padEnd(8)} ${result.passed} passed, ${result.failed} failed, ${result.skips.length} skipped (${seconds} s)`);
    }
    console.log(`\n${lines.join('\n')}`);
  } catch (error) {
    console.error(error instanceof SetupError ? error.report() : error);
    total.failed += 1;
  }
  for (const skip of total.skips) {
    console.log(`skipped: ${skip}`);
  }
  const skipped = total.skips.length ? `, ${total.skips.length} skipped` : '';
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  return total.failed ? 1 : 0;
});
