import { HELP, COMMANDS, parseArguments } from '../../commands/arguments.js';
import { ago, duration, printable, table } from '../../commands/table.js';

it('reads commands and options in any order', () => {
  expect(parseArguments(['--json', 'sessions', 'stop', 'alice/topcat', '--force', '--state-dir', '/tmp/x'])).toMatchObject({ command: 'sessions', rest: ['stop', 'alice/topcat'], json: true, force: true, values: { stateDir: '/tmp/x' }, errors: [] });
  expect(parseArguments([])).toMatchObject({ help: true, errors: [] });
  for (const command of COMMANDS) {
    expect(HELP).toContain(command);
  }
});

it.each([
  [['nonsense'], 'there is no command "nonsense"'],
  [['status', 'x'], 'unexpected argument "x"'],
  [['backup'], 'backup needs a file'],
  [['restore', 'a', 'b'], 'unexpected argument "b"'],
  [['sessions', 'start', 'a/b'], '"sessions stop <owner>/<name>"'],
  [['groups', 'make', 'x'], '"groups add <group>'],
  [['groups', 'add'], '"groups add <group>'],
  [['users', 'quota'], 'users quota needs a user'],
  [['sessions', 'stop'], '"sessions stop <owner>/<name>"'],
  [['status', '--jsn'], "Unknown option '--jsn'"],
  [['status', '--state-dir'], "Option '--state-dir <value>' argument missing"]
])('refuses %j', (argv, sentence) => {
  expect(parseArguments(argv).errors.join()).toContain(sentence);
});

it('writes tables and times for people', () => {
  expect(table(['A', 'LONG'], [['wide cell', 'x'], ['', 'Ω']])).toEqual(['A          LONG', 'wide cell  x', '           Ω']);
  expect([0, 59, 60, 3725, 90_000, -5].map(duration)).toEqual(['0 s', '59 s', '1 min', '1 h 2 min', '1 d 1 h', '0 s']);
  expect(ago('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:01:00Z'))).toBe('1 min ago');
  expect(printable('a\u001b[31mred\nb\u202e')).toBe('a\ufffd[31mred\ufffdb\ufffd');
});
