#!/usr/bin/env node
// Runs with the system's Node (≥ 20): completes the set-up, then hands over to the hub in Node 24.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as paths from './lib/paths.mjs';
import { nodeEnv, runMain, SetupError } from './lib/run.mjs';
import { isComplete, setUp } from './setup.mjs';

/** The hub's own text, which is there before anything is built. */
const HELP = join(paths.root, 'spawner/service/help.txt');

/** Value of `--name value` or `--name=value`. */
function option(argv, name) {
  const at = argv.findIndex(arg => arg === name || arg.startsWith(`${name}=`));
  return at < 0 ? undefined : argv[at] === name ? argv[at + 1] : argv[at].slice(name.length + 1);
}

/** The state directory the hub will take, as far as the sample data needs to know it beforehand. */
export function stateDirOf(argv, env = process.env) {
  let chosen = option(argv, '--state-dir') ?? env.DATALABS_STATE_DIR;
  const config = option(argv, '--config') ?? env.DATALABS_CONFIG;
  if (!chosen && config && existsSync(config)) {
    const line = readFileSync(config, 'utf8').match(/^stateDir:\s*(['"]?)([^'"#\n]+?)\1\s*(?:#.*)?$/m);
    chosen = line?.[2];
  }
  return chosen ? resolve(chosen) : paths.defaultStateDir();
}

/**
 * Runs the hub's main program to its end.
 *
 * @returns {Promise<number>} Its exit code.
 */
export function runHub(argv) {
  // In a process group of its own: Ctrl-C in a terminal reaches npm and this process, which would
  // otherwise make two or three signals of one.
  const child = spawn(paths.node24, [...paths.hubArguments, paths.serviceMain, ...argv], {
    stdio: 'inherit',
    detached: true,
    env: nodeEnv()
  });
  let last = -Infinity;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      // The same key press, forwarded once more by npm.
      if (performance.now() - last > 300) {
        last = performance.now();
        child.kill(signal);
      }
    });
  }
  return new Promise((done, fail) => {
    child.once('error', error =>
      fail(new SetupError(`The hub does not start: ${error.message}.`, 'run npm start without --no-setup.'))
    );
    child.once('exit', (code, signal) => done(signal ? 1 : (code ?? 1)));
  });
}

async function main() {
  const argv = process.argv.slice(2);
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(readFileSync(HELP, 'utf8'));
    return 0;
  }
  if (argv.includes('--no-setup')) {
    if (!isComplete()) {
      throw new SetupError('The set-up is not complete.', 'run npm start without --no-setup.');
    }
  } else {
    await setUp({ stateDir: stateDirOf(argv) });
  }
  return runHub(argv.filter(arg => arg !== '--no-setup'));
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  await runMain(main);
}
