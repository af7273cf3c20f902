import { parseArgs } from 'node:util';

export const COMMANDS = ['status', 'users', 'groups', 'sessions', 'doctor', 'backup', 'restore'] as const;
export type CommandName = (typeof COMMANDS)[number];

export interface Arguments {
  help: boolean;
  json: boolean;
  command: CommandName | null;
  /** What follows the command's name. */
  rest: string[];
  force: boolean;
  values: { stateDir?: string; config?: string; host?: string; port?: string };
  errors: string[];
}

export const HELP = `Usage: npm run datalabs -- <command> [options]

  status                        the hub, its proxy and what runs
  users [<part of a name>]      users, their roles and sessions
  users quota <user>            what a user may have at the same time, why, and what of it is used; group:<name> is each member of a group
  users quota <user> sessions=2 cpu=4 memory=8Gi home=20Gi
                                changes these limits, "=none" ends one, and what the groups or the default say holds again; to exempt somebody
                                give a very large one (sessions=100000); "none" alone takes the whole entry away
  groups                        groups and who is in them
  groups add <group> [<user> ...]
                                makes the group if there is none, and lets users in
  groups remove <group> [<user> ...]
                                puts users out; without any takes the group away
  sessions                      sessions of all users
  sessions stop <owner>/<name>  stops one; <owner>/ is the home. --force: at once
  doctor                        looks for what keeps this machine from running sessions well, and says how to mend it
  backup <file>                 a consistent copy of the store, also while the hub runs
  restore <file>                puts a backup in its place; not while the hub runs

Options
  --json              for programs: one JSON value
  --state-dir <dir>   whose hub; --config <file>: with which settings
  --help              this text

Exit codes: 0 done, 1 something is wrong, 3 the hub is not running, 64 wrong arguments, 78 wrong settings.
`;

/** Words after a command: fewest and most. */
const WORDS: Record<CommandName, [number, number]> = { status: [0, 0], users: [0, 6], groups: [0, 1000], sessions: [0, 2], doctor: [0, 0], backup: [1, 1], restore: [1, 1] };

export function parseArguments(argv: string[]): Arguments {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { 'state-dir': text, config: text, host: text, port: text, json: flag, force: flag, help: { ...flag, short: 'h' } } as const;
  const result: Arguments = { help: false, json: false, command: null, rest: [], force: false, values: {}, errors: [] };
  let parsed;
  try {
    parsed = parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    result.errors.push((error as Error).message.split('. ')[0]!);
    return result;
  }
  const { values, positionals } = parsed;
  Object.assign(result, { help: values.help ?? false, json: values.json ?? false, force: values.force ?? false });
  for (const [key, name] of [['stateDir', 'state-dir'], ['config', 'config'], ['host', 'host'], ['port', 'port']] as const) {
    if (values[name] !== undefined) {
      result.values[key] = values[name];
    }
  }
  const [command, ...rest] = positionals;
  result.rest = rest;
  if (command === undefined) {
    result.help = true;
  } else if (!(COMMANDS as readonly string[]).includes(command)) {
    result.errors.push(`there is no command "${command}"; there are ${COMMANDS.join(', ')}`);
  } else {
    result.command = command as CommandName;
    const [fewest, most] = WORDS[result.command];
    if (rest.length < fewest) {
      result.errors.push(`${command} needs a file`);
    } else if (rest.length > most) {
      result.errors.push(`unexpected argument "${rest[most]}"`);
    } else if (command === 'users' && rest.length === 1 && rest[0] === 'quota') {
      result.errors.push('users quota needs a user, or group:<name>');
    } else if (command === 'users' && rest.length > 1 && rest[0] !== 'quota') {
      result.errors.push('it is "users", "users <part of a name>" or "users quota <user>"');
    } else if (command === 'groups' && rest.length > 0 && (!['add', 'remove'].includes(rest[0]!) || rest.length < 2)) {
      result.errors.push('it is "groups", "groups add <group> [<user> ...]" or "groups remove <group> [<user> ...]"');
    } else if (command === 'sessions' && rest.length > 0 && (rest[0] !== 'stop' || rest.length !== 2)) {
      result.errors.push('it is "sessions" or "sessions stop <owner>/<name>"');
    }
  }
  return result;
}
