import { renamedScope } from '../../store/scopes.js';

it.each([
  ['servers!user=alice', 'servers!user=bob'],
  ['access:servers!server=alice/x', 'access:servers!server=bob/x'],
  ['access:servers!server=alice/', 'access:servers!server=bob/'],
  ['read:users!user=alicia', 'read:users!user=alicia'],
  ['access:servers!server=alicia/x', 'access:servers!server=alicia/x'],
  ['read:groups!group=alice', 'read:groups!group=alice'],
  ['list:users', 'list:users'],
  // What is no scope stays what it is: half of it could be one.
  ['servers!user=alice!group=x', 'servers!user=alice!group=x'],
  ['access:servers!server=alice/x!user=alice', 'access:servers!server=alice/x!user=alice'],
  ['access:servers!server=alice/x/y', 'access:servers!server=alice/x/y'],
  ['servers!user=alice/x', 'servers!user=alice/x'],
  ['servers!server=alice', 'servers!server=alice'],
  ['servers!', 'servers!'],
  ['', '']
])('%s of alice, who is called bob now, is %s', (scope, renamed) => {
  expect(renamedScope(scope, 'alice', 'bob')).toBe(renamed);
});
