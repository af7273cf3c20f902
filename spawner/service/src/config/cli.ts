import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface CommandLine {
  help: boolean;
  stop: boolean;
  /** Whom to make an invitation link for. */
  invite?: { user: string; role: string };
  /** Settings given on the command line; they win over environment and file. */
  values: { port?: string; host?: string; stateDir?: string; config?: string };
  errors: string[];
}

/** A file, because `npm start -- --help` prints it too, before anything is built. */
export const readHelp = (): string => readFileSync(new URL('../../help.txt', import.meta.url), 'utf8');

/** Reads the arguments after the program's name; problems are collected, never thrown. */
export function parseCommandLine(argv: string[]): CommandLine {
  const errors: string[] = [];
  const option = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { port: option, host: option, 'state-dir': option, config: option, invite: option, role: option, help: flag, stop: flag, 'no-setup': flag };
  const parsed = parseArgs({ args: argv, options, strict: false, allowPositionals: true, tokens: true });
  for (const token of parsed.tokens) {
    if (token.kind === 'positional') {
      errors.push(`unexpected argument "${token.value}"; --help lists the options`);
    } else if (token.kind === 'option') {
      const known = (options as Record<string, { type: string } | undefined>)[token.name];
      if (!known) {
        errors.push(`unknown option ${token.rawName}; --help lists the options`);
      } else if (known.type === 'string' && (token.value === undefined || token.value === '')) {
        errors.push(`${token.rawName} needs a value`);
      } else if (known.type === 'boolean' && token.value !== undefined) {
        errors.push(`${token.rawName} takes no value`);
      }
    }
  }
  if (parsed.values['role'] !== undefined && parsed.values['invite'] === undefined) {
    errors.push('--role goes with --invite <name>');
  }
  const values: CommandLine['values'] = {};
  const text = (name: string): string | undefined =>
    typeof parsed.values[name] === 'string' ? (parsed.values[name] as string) : undefined;
  for (const [key, name] of [['port', 'port'], ['host', 'host'], ['stateDir', 'state-dir'], ['config', 'config']] as const) {
    const value = text(name);
    if (value !== undefined && value !== '') {
      values[key] = value;
    }
  }
  const user = text('invite');
  return { ...(user ? { invite: { user, role: text('role') ?? 'user' } } : {}), help: parsed.values['help'] === true, stop: parsed.values['stop'] === true, values, errors };
}
