import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { logs, node24, root, tools } from './paths.mjs';
import { readWords, startTime } from './process.mjs';

/** An error whose message is one sentence for the person at the keyboard, with what to do next. */
export class SetupError extends Error {
  /**
   * @param {string} sentence What happened.
   * @param {string} action What to do next.
   * @param {string} [log] Path of a log whose tail explains it.
   */
  constructor(sentence, action, log) {
    super(sentence);
    this.action = action;
    this.log = log;
  }

  report() {
    const lines = [`\n✗ ${this.message}`, `  Next: ${this.action}`];
    if (this.log) {
      const tail = readFileSync(this.log, 'utf8')
        .replace(/\x1b\[[0-9;]*[A-Za-z]/g, '') // eslint-disable-line no-control-regex
        .split('\n')
        .filter(line => line.trim())
        .slice(-30);
      lines.push(`  Last lines of ${this.log}:`, ...tail.map(line => `    ${line}`));
    }
    return lines.join('\n');
  }
}

const running = new Set();

/** Names the process group a step runs in, for the set-up that comes after one that was killed. */
const CHILD = join(tools, 'setup.child');

function recordChild(pid) {
  if (pid !== undefined) {
    writeFileSync(CHILD, `${pid} ${startTime(pid)}`);
  }
}

/** Ends the installer of a set-up that was killed: nobody else may write where a step is redone. */
export async function endOrphan() {
  const [pid, start] = readWords(CHILD);
  while (pid && startTime(pid) && startTime(pid) === start) {
    try {
      process.kill(-Number(pid), 'SIGKILL');
    } catch {
      // Ended meanwhile.
    }
    await delay(20);
  }
  rmSync(CHILD, { force: true });
}

/** Ends what set-up started, as a group: an interrupted installer must not go on writing. */
export function stopChildren(signal = 'SIGTERM') {
  for (const child of running) {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Already gone.
    }
  }
}

/** Environment with Node 24 first in PATH, so that tools started by tools use it too. */
export function nodeEnv(extra = {}) {
  return { ...process.env, PATH: `${dirname(node24)}:${process.env.PATH}`, ...extra };
}

/**
 * Run a program to its end, its output in a log.
 *
 * @param {string[]} argv
 * @param {{log: string, action: string, name?: string, env?: NodeJS.ProcessEnv, cwd?: string,
 *   onLine?: (line: string) => void}} options `log` is a name below .tools/logs.
 */
export function run(argv, { log, action, name, env = process.env, cwd = root, onLine }) {
  mkdirSync(logs, { recursive: true });
  // Of a script the name of the script, not of the Node that runs it.
  const program = name ?? basename(argv[0] === node24 ? argv[1] : argv[0]);
  const path = join(logs, `${log}.log`);
  const file = createWriteStream(path, { flags: 'a' });
  file.write(`$ ${argv.join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0], argv.slice(1), {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe']
    });
    running.add(child);
    recordChild(child.pid);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        file.write(chunk);
        const line = String(chunk).trimEnd().split(/[\r\n]/).pop();
        if (line) {
          onLine?.(line);
        }
      });
    }
    const finish = sentence => {
      running.delete(child);
      rmSync(CHILD, { force: true });
      file.end(() =>
        sentence ? reject(new SetupError(sentence, action, path)) : resolve()
      );
    };
    child.once('error', error => {
      const why = error.code === 'ENOENT' ? 'is not installed' : `does not start: ${error.message}`;
      finish(`${program} ${why}.`);
    });
    child.once('close', (code, signal) => {
      if (child.pid !== undefined) {
        finish(code === 0 ? '' : `${program} ended with ${signal ?? `exit code ${code}`}.`);
      }
    });
  });
}

/** Runs a script's main function: sentences instead of stack traces, no child left behind. */
export async function runMain(main) {
  let interrupted = false;
  const leave = () => {
    console.log('\nInterrupted; the step under way is redone next time.');
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      interrupted = true;
      if (!running.size) {
        leave();
      }
      // The lock is held until the installers are gone, so that the next set-up finds nobody writing.
      stopChildren();
      setTimeout(() => {
        stopChildren('SIGKILL');
        leave();
      }, 5000).unref();
    });
  }
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (interrupted) {
      leave();
    }
    console.error(error instanceof SetupError ? error.report() : error);
    process.exit(1);
  }
}
