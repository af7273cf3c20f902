import { writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import { fileURLToPath } from 'node:url';

import { systemClock } from './clock.js';
import { parseCommandLine, readHelp } from './config/cli.js';
import { fileProblems } from './config/files.js';
import { ConfigError, loadConfig } from './config/load.js';
import { statePaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import { DomainError } from './domain/errors.js';
import { runHub } from './hub.js';
import { invite } from './invite.js';
import { readHub, takeInstance, type HubRecord } from './instance.js';
import { signalProcess } from './processes/process.js';
import { isScope } from './services/identity/scopes.js';
import { prepareState } from './state.js';
import { stopEverything } from './stop.js';

/** sysexits.h EX_CONFIG */
const EXIT_CONFIG = 78;
/** See StatePaths.reserve. */
const RESERVE_BYTES = 2 ** 20;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.help) {
    process.stdout.write(readHelp());
    return 0;
  }
  if (process.platform !== 'linux') {
    complain('Sessions run in Linux sandboxes (bubblewrap), which this system does not have. Run the hub in a Linux virtual machine or container.');
    return 1;
  }
  const config = configuration(commandLine);
  if (config === null) {
    return EXIT_CONFIG;
  }
  await prepareState(config);
  if (commandLine.stop) {
    say(await stopEverything(config));
    return 0;
  }
  if (commandLine.invite) {
    (await invite(config, commandLine.invite)).forEach(say);
    return 0;
  }
  const paths = statePaths(config.stateDir);
  const other = takeInstance(paths.hubFile);
  if (other) {
    await tellHowToGetIn(other, paths.hubFile, config);
    return 0;
  }
  // A disk that is full already is the business of whatever needs room first.
  await writeFile(paths.reserve, Buffer.alloc(RESERVE_BYTES)).catch(() => undefined);
  return runHub(config, { say, complain });
}

function configuration(commandLine: ReturnType<typeof parseCommandLine>): Config | null {
  const problems = [...commandLine.errors];
  let config: Config | null = null;
  try {
    config = loadConfig({
      environment: process.env,
      commandLine: commandLine.values,
      repo: fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, ''),
      osUser: { name: userName(), root: process.getuid?.() === 0 },
      cwd: process.cwd()
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    problems.push(...error.problems);
  }
  // What is stopped or invited to runs already.
  if (config && !commandLine.stop && !commandLine.invite) {
    problems.push(...fileProblems(config, isScope));
  }
  if (problems.length > 0) {
    complain(`The hub cannot start with these settings:\n${problems.map(problem => `  - ${problem}`).join('\n')}`);
    return null;
  }
  return config;
}

/** Containers run programs as users that have no name. */
function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return 'astronomer';
  }
}

/** Asks the running hub for a fresh link: only who may signal it and read its private file gets one. */
async function tellHowToGetIn(hub: HubRecord, file: string, config: Config): Promise<void> {
  say(`The hub of ${config.stateDir} is running already${hub.url ? ` at ${hub.url}` : ''} (process ${hub.pid}).`);
  if (hub.url === null) {
    say('It is just starting and prints its link in its own terminal.');
    return;
  }
  const before = readHub(file)?.login ?? null;
  if (signalProcess(hub, 'SIGUSR2')) {
    for (const deadline = systemClock.now() + 3000; systemClock.now() < deadline; await systemClock.sleep(50)) {
      const login = readHub(file)?.login ?? null;
      if (login !== null && login !== before) {
        say(`Open ${login}`);
        return;
      }
    }
  }
  say(`Where you are logged in already, open ${hub.url}/hub/; else stop it with "npm run stop" and start it again.`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof DomainError) {
    complain([error.message, error.details.action].filter(Boolean).join(' '));
    for (const line of error.details.log ?? []) {
      complain(`  ${line}`);
    }
  } else {
    complain(`The hub ended with an error: ${error instanceof Error ? (process.env['DEBUG'] ? error.stack : error.message) : String(error)}`);
  }
  process.exitCode = 1;
}
// A handle somebody forgot must not keep an ended hub in the terminal.
process.exit();
