import { existsSync } from 'node:fs';
import * as os from 'node:os';
import { fileURLToPath } from 'node:url';

import { systemClock } from './clock.js';
import { HELP, parseArguments, type Arguments } from './commands/arguments.js';
import { backup, restore } from './commands/backup.js';
import { checksOf } from './commands/checks.js';
import { NotRunning, socketApi } from './commands/client.js';
import { doctor } from './commands/doctor.js';
import { groups } from './commands/groups.js';
import { sessions, stopSession, users, type Outcome } from './commands/people.js';
import { quota } from './commands/quota.js';
import { NOT_RUNNING, status } from './commands/status.js';
import { ConfigError, loadConfig } from './config/load.js';
import { statePaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import { DomainError } from './domain/errors.js';
import { releaseInstance, takeInstance } from './instance.js';
import { hubProcess, machineOf, proxyProcess } from './machine.js';

/** sysexits.h EX_USAGE and EX_CONFIG */
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  const given = parseArguments(process.argv.slice(2));
  if (given.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (given.errors.length > 0 || given.command === null) {
    given.errors.forEach(error => complain(`datalabs: ${error}`));
    complain('--help lists what there is.');
    return EXIT_USAGE;
  }
  let config: Config;
  try {
    config = loadConfig({
      environment: process.env, commandLine: given.values, repo: fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, ''),
      osUser: { name: os.userInfo().username, root: process.getuid?.() === 0 }, cwd: process.cwd()
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    error.problems.forEach(problem => complain(`  - ${problem}`));
    return EXIT_CONFIG;
  }
  const { lines, json, code } = await run(given, config);
  if (given.json) {
    say(JSON.stringify(json, null, 2));
  } else {
    lines.forEach(say);
  }
  return code;
}

async function run({ command, rest, force }: Arguments, config: Config): Promise<Outcome> {
  const paths = statePaths(config.stateDir);
  const hub = socketApi(paths.operatorSocket);
  const now = systemClock.now();
  switch (command) {
    case 'status':
      return status({ stateDir: paths.stateDir, hub, hubProcess: hubProcess(paths), proxyProcess: await proxyProcess(paths) });
    case 'users':
      return rest.length > 1 ? quota(hub, rest[1]!, rest.slice(2)) : users(hub, rest[0], now);
    case 'groups':
      return groups(hub, rest);
    case 'sessions':
      return rest.length === 0 ? sessions(hub, now) : stopSession(hub, rest[1]!, force);
    case 'doctor':
      return doctor(checksOf(await machineOf(config, paths)));
    case 'backup':
      return backup(paths.store, rest[0]!);
    default:
      return restore({
        store: paths.store, backup: rest[0]!, stamp: new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, ''),
        take: () => (existsSync(paths.stateDir) ? (takeInstance(paths.hubFile)?.pid ?? null) : null),
        release: () => releaseInstance(paths.hubFile)
      });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof NotRunning) {
    complain('The hub is not running, and this needs it: start it with "npm start". Without it work doctor, backup, restore and status.');
    process.exitCode = NOT_RUNNING;
  } else if (error instanceof DomainError) {
    complain([error.message, error.details.action].filter(Boolean).join(' '));
    process.exitCode = 1;
  } else {
    complain(`That failed: ${error instanceof Error ? (process.env['DEBUG'] ? error.stack : error.message) : String(error)}`);
    process.exitCode = 1;
  }
}
