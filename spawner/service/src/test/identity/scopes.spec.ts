import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ROLES } from '../../domain/roles.js';
import { allows, covers, expand, intersect, isScope, mayGive, roleScopes, usersIn } from '../../services/identity/scopes.js';

const PYTHON = fileURLToPath(new URL('../../../../../.tools/envs/lab/bin/python', import.meta.url));

it("brings along with each scope what JupyterHub's own does", () => {
  const program = 'import json; from jupyterhub.scopes import scope_definitions as d; print(json.dumps({k: v.get("subscopes", []) for k, v in d.items()}))';
  const theirs = JSON.parse(execFileSync(PYTHON, ['-c', program], { encoding: 'utf8' })) as Record<string, string[]>;
  const whole = (name: string): string[] => [name, ...theirs[name]!.flatMap(whole)];
  // Stopping the hub is the terminal's business; the others are not scopes but ways to say some.
  const left = ['(no_scope)', 'inherit', 'self', 'shutdown'];
  const names = Object.keys(theirs).filter(name => !left.includes(name));
  expect(names.filter(name => !isScope(name))).toEqual([]);
  for (const name of names) {
    expect(expand([name])).toEqual([...new Set(whole(name))].sort());
  }
});

it('gives each role what the one before it has, and more', () => {
  const [user, author, reviewer, admin] = ROLES.map(role => roleScopes(role, 'alice'));
  for (const [less, more] of [[user, author], [author, reviewer], [reviewer, admin]] as const) {
    expect(less!.filter(scope => !covers(more!, scope))).toEqual([]);
    expect(more!.filter(scope => !covers(less!, scope))).not.toEqual([]);
  }
  expect(ROLES.filter(role => mayGive(reviewer!, role))).toEqual(['user', 'author', 'reviewer']);
});

it('leaves of what was asked what is held', () => {
  const held = ['servers!user=alice', 'list:users', 'access:servers!server=bob/x'];
  expect(intersect(['servers!user=alice'], held)).toEqual(['servers!user=alice']);
  expect(intersect(['servers', 'list:users'], held)).toEqual(expect.arrayContaining(['servers!user=alice', 'list:users']));
  expect(intersect(['servers', 'admin:users'], held)).not.toContain('servers');
  expect(intersect(['servers!server=alice/x'], held)).toEqual(['servers!server=alice/x']);
  expect(intersect(['servers!user=bob', 'tokens!user=alice'], held)).toEqual(['read:users:name!user=bob']);
  expect(allows(intersect(['admin:users'], held), 'list:users')).toBe(true);
  expect(intersect(['access:servers'], held)).toEqual(['access:servers!server=bob/x']);
  expect(intersect(['shares!user=bob'], held)).toEqual(['access:servers!server=bob/x']);
});

it('reads filters by group with their members', () => {
  const members = new Map([['euclid', new Set(['alice'])]]);
  const held = ['servers!group=euclid', 'read:groups!group=euclid'];
  expect(allows(held, 'servers', { user: 'alice', server: 'x' }, members)).toBe(true);
  expect(allows(held, 'servers', { user: 'bob' }, members)).toBe(false);
  expect(allows(held, 'servers', { user: 'alice' })).toBe(false);
  expect(allows(held, 'read:groups', { group: 'euclid' })).toBe(true);
  expect(allows(held, 'read:groups', { group: 'gaia' })).toBe(false);
  expect(usersIn(held, 'read:servers', members)).toEqual(['alice']);
  expect(usersIn(['read:servers', ...held], 'read:servers', members)).toBeNull();
});

it.each(['servers!', 'servers!user', 'servers!user=', 'servers!user=a/b', 'servers!server=a', 'servers!other=a', 'nothing', '', 'servers!user=a!user=b/c', 'servers!user=a!b', 'servers!server=a/b!user=a', 'toString'])('takes %j for no scope', scope => {
  expect(isScope(scope)).toBe(false);
  expect(covers(['servers', 'admin:users'], scope)).toBe(false);
});
