#!/usr/bin/env node
// Writes the locked requirements anew from their .in files, hash-checked and without download addresses.
import { join } from 'node:path';
import { envProgram, root } from './lib/paths.mjs';
import { findPython } from './lib/platform.mjs';
import { run, runMain } from './lib/run.mjs';

// Building a grammar at import, they take half of every server start; jsonschema works without them.
const LEFT_OUT = ['rfc3987-syntax', 'lark'];

await runMain(async () => {
  for (const [name, leftOut] of [
    ['scripts/requirements-tools', LEFT_OUT],
    ['kernels-images/jupyterlab/requirements', LEFT_OUT],
    ['kernels-images/euclid/requirements', LEFT_OUT],
    ['extensions/python/tests/requirements', LEFT_OUT],
    ['scripts/requirements-test', LEFT_OUT],
    // The contestant comes as pip delivers it.
    ['bench/requirements', []]
  ]) {
    await run(
      [
        envProgram('tools', 'uv'), 'pip', 'compile', '--universal', '--python-version', '3.11', '--python',
        findPython(), '--generate-hashes', '--no-emit-index-url', '--no-header', '--no-annotate', '--upgrade',
        ...leftOut.flatMap(left => ['--no-emit-package', left]),
        join(root, `${name}.in`), '--output-file', join(root, `${name}.txt`)
      ],
      { log: 'lock', action: 'read the lines below; the registry may be out of reach.' }
    );
  }
});
