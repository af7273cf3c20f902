#!/usr/bin/env node
// Compiles everything, bundles the labextensions, packs them into the one wheel.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as paths from './lib/paths.mjs';
import { nodeEnv, run, runMain } from './lib/run.mjs';
import { announce, clearStamp, hashOf, readStamp, withLock, writeStamp } from './lib/steps.mjs';

const { root } = paths;
const ACTION = 'correct the error below, then run it again.';

/** Names below the source trees that a build makes, or that no build reads. */
const GENERATED = new Set(['lib', 'node_modules', 'labextensions', '__pycache__', 'test', 'tests']);
const isGenerated = name => GENERATED.has(name) || /\.spec\.tsx?$/.test(name);

/** Hash of all a build reads. */
export function sourcesHash() {
  return hashOf(
    [
      'extensions', 'spawner', 'pyproject.toml', 'package-lock.json', 'tsconfig.json',
      'tsconfig.base.json', 'tsconfig.browser.json', 'lerna.json', 'scripts/build.mjs'
    ],
    isGenerated
  );
}

/** Folders of the packages that are labextensions. */
function bundles() {
  return readdirSync(join(root, 'extensions'))
    .map(name => join(root, 'extensions', name))
    .filter(folder => existsSync(join(folder, 'package.json')))
    .map(folder => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => manifest.jupyterlab?.extension)
    .map(({ folder, manifest }) => ({
      name: manifest.name,
      folder,
      output: resolve(folder, manifest.jupyterlab.outputDir)
    }));
}

/** Compile and bundle; `projects` are folders to compile, with all they refer to. */
export async function buildAll(onLine, projects = [root]) {
  const options = { log: 'build', action: ACTION, env: nodeEnv({ NX_DAEMON: 'false', FORCE_COLOR: '0' }), onLine };
  rmSync(join(paths.logs, 'build.log'), { force: true });
  await run([paths.node24, join(root, 'node_modules/typescript/bin/tsc'), '-b', ...projects], {
    ...options,
    name: 'The TypeScript compiler'
  });
  rmSync(paths.labextensions, { recursive: true, force: true });
  await run([paths.node24, join(root, 'node_modules/lerna/dist/cli.js'), 'run', 'build'], {
    ...options,
    name: 'The bundler of the extensions'
  });
  for (const { name, output } of bundles()) {
    // Tells `jupyter labextension` and the extension manager which package to uninstall.
    writeFileSync(
      join(output, 'install.json'),
      JSON.stringify(
        {
          packageManager: 'python',
          packageName: 'jupyter-datalabs',
          uninstallInstructions: `Use your Python package manager (pip, conda, etc.) to uninstall the package jupyter-datalabs, which carries ${name}`
        },
        null,
        2
      )
    );
  }
}

/** @returns {string} Path of the wheel. */
export async function buildWheel(onLine, folder = paths.wheels) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run([paths.envProgram('tools', 'python'), '-m', 'hatchling', 'build', '-t', 'wheel', '-d', folder], {
    log: 'wheel', action: ACTION, onLine
  });
  return join(folder, readdirSync(folder).find(file => file.endsWith('.whl')));
}

/** Pack the bundles and install them into the environment of JupyterLab. */
export async function installWheel(onLine) {
  const wheel = await buildWheel(onLine);
  // The server's environment, and that of the kernel in which notebooks call the Python part.
  for (const environment of ['lab', 'euclid']) {
    await run(
      [
        paths.envProgram('tools', 'uv'), 'pip', 'install', '--no-config', '--offline', '--no-deps', '--reinstall',
        '--compile-bytecode', '--python', paths.envProgram(environment, 'python'), wheel
      ],
      { log: 'wheel', action: ACTION, onLine }
    );
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await runMain(() =>
    withLock(async () => {
      if (process.argv.includes('--extensions')) {
        // While developing: the service need not compile. No stamp, the next set-up builds it all.
        clearStamp('build');
        await announce('Build of the JupyterLab extensions', onLine =>
          buildAll(onLine, bundles().map(bundle => bundle.folder)));
        await announce('Extensions into JupyterLab', onLine => installWheel(onLine));
        return;
      }
      const hash = sourcesHash();
      clearStamp('build');
      clearStamp('wheel');
      await announce('Build of the hub and the JupyterLab extensions', onLine => buildAll(onLine));
      writeStamp('build', hash);
      await announce('Extensions into JupyterLab', onLine => installWheel(onLine));
      writeStamp('wheel', `${readStamp('build')} ${readStamp('env-lab')} ${readStamp('env-euclid')}`);
    })
  );
}
