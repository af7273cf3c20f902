import { Raw } from '../text/change.js';
import type { Op } from '../text/change.js';
import { applyChanges, splice } from '../text/splice.js';
import { parseSource } from '../text/tree.js';

const attempt = (text: string, ...ops: Op[]) => splice(parseSource(text, 'file:///a.cwl').source, ops);

/** The text after ops, or the code of the refusal. */
function after(text: string, ...ops: Op[]): string {
  const result = attempt(text, ...ops);
  return result.ok ? applyChanges(text, result.changes) : result.code;
}

const set = (path: (string | number)[], value: Extract<Op, { op: 'set' }>['value'], where?: string | null): Op =>
  where === undefined ? { op: 'set', path, value } : { op: 'set', path, value, after: where };
const remove = (...path: (string | number)[]): Op => ({ op: 'remove', path });
const rename = (path: (string | number)[], key: string): Op => ({ op: 'rename', path, key });
const insert = (path: (string | number)[], index: number, value: Extract<Op, { op: 'insert' }>['value']): Op => ({ op: 'insert', path, index, value });

describe('a value in the place of another', () => {
  it.each<[string, string, Op, string]>([
    ['keeps the comment behind it', 'a: 1   # c\nb: 2\n', set(['a'], 5), 'a: 5   # c\nb: 2\n'],
    ['keeps its quotes', 'a: "x"\n', set(['a'], 'y'), 'a: "y"\n'],
    ['gets quotes where it needs them', 'a: x\n', set(['a'], 'yes'), "a: 'yes'\n"],
    ['gets the quotes of the others', 'a: "x y"\nb: x\n', set(['b'], 'a: b'), 'a: "x y"\nb: "a: b"\n'],
    ['stands where nothing was', 'a: # c\nb: 1\n', set(['a'], 'x'), 'a: x # c\nb: 1\n'],
    ['becomes a map below the comment', 'a: x # c\nb:\n    c: 1\n', set(['a'], { d: 1 }), 'a: # c\n    d: 1\nb:\n    c: 1\n'],
    ['takes the place of a block', 'a: # c\n  - 1\n  # two\n  - 2\n  # end\nb: 1\n', set(['a'], 'x'), 'a: x # c\nb: 1\n'],
    ['takes the place of a text block', 'a: |- # c\n  one\n\n  two\n\nb: 1\n', set(['a'], 'x'), 'a: x # c\n\nb: 1\n'],
    ['is a text block if it has lines', 'a: x\nb: 1\n', set(['a'], 'one\n\n  two\n'), 'a: |\n  one\n\n    two\nb: 1\n'],
    ['is in quotes if a text block cannot hold it', 'a: x\n', set(['a'], ' one\ntwo'), 'a: " one\\ntwo"\n'],
    ['is a list where lists are', 'a: x\nb:\n- 1\n', set(['a'], ['y']), 'a:\n- y\nb:\n- 1\n'],
    ['is in brackets where its like are', 's:\n  - out: [x]\n  - out: y\n', set(['s', 1, 'out'], ['y', 'z']), 's:\n  - out: [x]\n  - out: [y, z]\n'],
    ['stays behind its dash', '- 1 # c\n- 2\n', set([0], { a: 1, b: [2] }), '- a: 1 # c\n  b:\n    - 2\n- 2\n'],
    ['changes only what differs', 'a: {x: 1,   y: 2} # c\nb:\n  c: 1 # one\n  d: 2 # two\n', set(['b'], { c: 1, d: 3, e: 4 }), 'a: {x: 1,   y: 2} # c\nb:\n  c: 1 # one\n  d: 3 # two\n  e: 4\n'],
    ['changes only the items that differ', 'a:\n  - x # one\n  - y\n  - z # three\n', set(['a'], ['x', 'q', 'z']), 'a:\n  - x # one\n  - q\n  - z # three\n'],
    ['follows the short form', 'in: {a: x, b: y}\n', set(['in', 'a'], { source: 'x', default: 1 }), 'in: {a: {source: x, default: 1}, b: y}\n'],
    ['is JSON in JSON', '{"a": "x", "b": 1}', set(['b'], ['y', null]), '{"a": "x", "b": ["y", null]}'],
    ['has lines in JSON with lines', '{\n  "a": 1\n}\n', set(['a'], { b: 1 }), '{\n  "a": {\n    "b": 1\n  }\n}\n'],
    ['is the whole document', '# head\na: 1\n# end\n', set([], { b: 2 }), '# head\nb: 2\n# end\n']
  ])('%s', (_, text, op, expected) => {
    expect(after(text, op)).toBe(expected);
  });

  it('changes nothing if it means the same', () => {
    const result = attempt('a: "x"\nb: [1,2]\n', set(['a'], 'x'), set(['b'], [1, 2]));
    expect(result).toMatchObject({ ok: true, changes: [] });
  });
});

describe('an entry more', () => {
  it.each<[string, string, Op, string]>([
    ['is the last', 'a:\n    x: 1 # c\n\nb: 2\n', set(['a', 'y'], 2), 'a:\n    x: 1 # c\n    y: 2\n\nb: 2\n'],
    ['is behind another, and behind the comments of that', 'a: 1\n  # of a\n# of b\nb: 2\n', set(['c'], 3, 'a'), 'a: 1\n  # of a\nc: 3\n# of b\nb: 2\n'],
    ['is the first, below the head of the document', '#!/usr/bin/env cwl-runner\n# head\na: 1\n', set(['b'], 2, null), '#!/usr/bin/env cwl-runner\n# head\nb: 2\na: 1\n'],
    ['is the first behind a dash', '- a: 1\n  b: 2\n', set([0, 'c'], 3, null), '- c: 3\n  a: 1\n  b: 2\n'],
    ['has a blank line where all have', 'a: 1\n\nb: 2\n', set(['c'], 3), 'a: 1\n\nb: 2\n\nc: 3\n'],
    ['has a key in quotes if it must', 'a: 1\n', set(['x: y'], 2), "a: 1\n'x: y': 2\n"],
    ['has a key in the quotes of the others', '"a": 1\n', set(['b'], 2), '"a": 1\n"b": 2\n'],
    ['comes to a text without a last break', 'a: 1\nb: 2', set(['c'], [1]), 'a: 1\nb: 2\nc:\n  - 1'],
    ['ends its lines as the others', 'a: 1\r\n', set(['b'], { c: 'x\ny\n' }), 'a: 1\r\nb:\r\n  c: |\r\n    x\r\n    y\r\n'],
    ['comes to braces', 'a: { x: 1 } # c\n', set(['a', 'y'], 'a,b'), "a: { x: 1, y: 'a,b' } # c\n"],
    ['comes to braces over lines', 'a: {\n    x: 1, # one\n    y: 2 # two\n  }\n', set(['a', 'z'], 3), 'a: {\n    x: 1, # one\n    y: 2, # two\n    z: 3\n  }\n'],
    ['comes to braces that are empty', 'a: {}  # c\n', set(['a', 'x'], { y: 1 }), 'a:  # c\n  x:\n    y: 1\n'],
    ['comes to brackets that are empty', 'outputs: []\n', set(['outputs', 'x'], 'File'), 'outputs:\n  x: File\n'],
    ['comes to nothing', 'a:\nb: 1\n', set(['a', 'x'], 1), 'a:\n  x: 1\nb: 1\n'],
    ['comes to an empty text', '', set(['a'], 1), 'a: 1\n'],
    ['comes to a text of comments', '# c', set(['a'], 1), '# c\na: 1'],
    ['comes to JSON', '{"a":1}', set(['b'], 'x'), '{"a":1, "b":"x"}'],
    ['comes to JSON with lines', '{\n    "a": 1\n}\n', set(['b'], [1]), '{\n    "a": 1,\n    "b": [\n        1\n    ]\n}\n'],
    ['comes before the marker of the end', 'a: 1\n...\n', set(['b'], 2), 'a: 1\nb: 2\n...\n'],
    ['is among keys that are marked', '? a\n: b\n? c\n: - d\n', set(['e'], 1, 'a'), '? a\n: b\ne: 1\n? c\n: - d\n'],
    ['is behind a list that is not deeper than its key', 'a:\n- 1\nb: 2\n', set(['c'], 3, 'a'), 'a:\n- 1\nc: 3\nb: 2\n']
  ])('%s', (_, text, op, expected) => {
    expect(after(text, op)).toBe(expected);
  });

  it('comes with its comments as a piece of YAML', () => {
    const piece = new Raw('# about it\nrun: x.cwl # here\nin:\n  a: "b"\nout: [c]', { run: 'x.cwl', in: { a: 'b' }, out: ['c'] });
    expect(after('steps:\n    a:\n        run: y\n', set(['steps', 'b'], piece))).toBe(
      'steps:\n    a:\n        run: y\n    b:\n        # about it\n        run: x.cwl # here\n        in:\n          a: "b"\n        out: [c]\n'
    );
    expect(after('- id: a\n', insert([], 1, new Raw('id: b # c\nrun: x', { id: 'b', run: 'x' })))).toBe('- id: a\n- id: b # c\n  run: x\n');
    expect(after('{"a": {"b": 1}}', set(['c'], new Raw('x: y', { x: 'y' })))).toBe('{"a": {"b": 1}, "c": {"x": "y"}}');
  });
});

describe('an item more', () => {
  it.each<[string, string, Op, string]>([
    ['is the first', 'a:\n  # one\n  - 1\n', insert(['a'], 0, 0), 'a:\n  - 0\n  # one\n  - 1\n'],
    ['is between others', 'a:\n- x: 1\n  y: 2\n- z\n', insert(['a'], 1, { p: 1, q: 2 }), 'a:\n- x: 1\n  y: 2\n- p: 1\n  q: 2\n- z\n'],
    ['is the last in brackets', 'a: [x, y]\n', insert(['a'], 2, 'z'), 'a: [x, y, z]\n'],
    ['is the first in brackets', 'a: [ x ]\n', insert(['a'], 0, 'w'), 'a: [ w, x ]\n'],
    ['stays in brackets that were empty', 'out: []\n', insert(['out'], 0, 'x'), 'out: [x]\n'],
    ['is a block where brackets are no use', 'steps: []\n', insert(['steps'], 0, { id: 'a', in: {} }), 'steps:\n  - id: a\n    in: {}\n'],
    ['is in a list in a list', '- - a\n  - b\n', insert([0], 0, 'z'), '- - z\n  - a\n  - b\n']
  ])('%s', (_, text, op, expected) => {
    expect(after(text, op)).toBe(expected);
  });
});

describe('one less', () => {
  it.each<[string, string, Op[], string]>([
    ['takes its comments along', 'a: 1\n# of b\n# too\nb: # x\n  c: 1\n  # below\nd: 2\n', [remove('b')], 'a: 1\nd: 2\n'],
    ['leaves the comments of others', 'a: 1\n\n# a group\n\nb: 2\n# of c\nc: 3\n', [remove('b')], 'a: 1\n\n# a group\n\n# of c\nc: 3\n'],
    ['leaves the head of the document', '#!/bin/cwl\n# head\na: 1\nb: 2\n', [remove('a')], '#!/bin/cwl\n# head\nb: 2\n'],
    ['leaves one blank line of two', 'a: 1\n\nb: 2\n\nc: 3\n', [remove('b')], 'a: 1\n\nc: 3\n'],
    ['leaves braces of the last', 'a: # c\n  b: 1\nd: 2\n', [remove('a', 'b')], 'a: {} # c\nd: 2\n'],
    ['leaves brackets of the last', 'a:\n- b\n', [remove('a', 0)], 'a: []\n'],
    ['moves the next behind the dash', '- a: 1 # one\n  b: 2\n', [remove(0, 'a')], '- b: 2\n'],
    ['leaves the comments of the next', '- a: 1\n  # of b\n  b: 2\n', [remove(0, 'a')], '-\n  # of b\n  b: 2\n'],
    ['is the last of a text without a last break', 'a: 1\nb: 2', [remove('b')], 'a: 1'],
    ['is in brackets', 'a: [x, y, z]\n', [remove('a', 0), remove('a', 2)], 'a: [y]\n'],
    ['is in brackets over lines', 'a: [\n  x, # one\n  y # two\n  ]\n', [remove('a', 1)], 'a: [\n  x # one\n  ]\n'],
    ['leaves the blank lines of a text above', 'a: |+\n  x\n\n\nb: 1\n', [remove('b')], 'a: |+\n  x\n\n\n'],
    ['is all of JSON', '{"a": [1]}', [remove('a', 0)], '{"a": []}'],
    ['with another in its place', 'a:\n  b: 1\n', [remove('a', 'b'), set(['a', 'c'], 2)], 'a:\n  c: 2\n']
  ])('%s', (_, text, ops, expected) => {
    expect(after(text, ...ops)).toBe(expected);
  });
});

describe('another name', () => {
  it('keeps place, quotes and comments', () => {
    expect(after('a: 1\n"b": # c\n  x: 1\n', rename(['b'], 'e f'), rename(['a'], '- x'))).toBe('"- x": 1\n"e f": # c\n  x: 1\n');
  });

  it('goes with a change of the value', () => {
    expect(after('a: {b: 1}\n', rename(['a'], 'c'), set(['a', 'b'], 2))).toBe('c: {b: 2}\n');
  });

  it('can be that of another that goes or changes its own', () => {
    expect(after('a: 1\nb: 2\n', rename(['a'], 'b'), rename(['b'], 'a'))).toBe('b: 1\na: 2\n');
    expect(after('a: 1\nb: 2\n', rename(['a'], 'b'))).toBe('exists');
  });
});

describe('what is not done', () => {
  const shared = 'a: &x\n  b: {c: 1}\nd: *x\ne:\n  <<: *x\n  f: 1\n';

  it.each<[string, Op]>([
    ['a value under an alias', set(['d', 'b'], 1)],
    ['a value that others use', set(['a', 'b', 'c'], 2)],
    ['what a merge brings in', set(['e', 'b'], 2)],
    ['something within what a merge brings in', set(['e', 'b', 'c'], 2)],
    ['the removal of what others use', remove('a')],
    ['the removal of what a merge brings in', remove('e', 'b')]
  ])('is %s', (_, op) => {
    expect(after(shared, op)).toBe('shared-by-anchor');
  });

  it('is not an alias itself, nor what is beside a merge', () => {
    expect(after(shared, set(['d'], 1), set(['e', 'f'], 2), set(['e', 'g'], 3))).toBe('a: &x\n  b: {c: 1}\nd: 1\ne:\n  <<: *x\n  f: 2\n  g: 3\n');
  });

  it.each<[string, Op[]]>([
    ['conflict', [remove('a'), set(['a', 'b', 'c'], 2)]],
    ['conflict', [set(['g'], 1), set(['g'], 2)]],
    ['not-found', [remove('z')]],
    ['not-found', [set(['a', 'z', 'y'], 1)]],
    ['not-found', [set(['g'], 1, 'z')]],
    ['not-found', [insert(['a'], 0, 1)]],
    ['not-found', [set(['constructor', 'x'], 1)]]
  ])('is a %s', (code, ops) => {
    expect(after('a:\n  b: {c: 1}\n', ...ops)).toBe(code);
  });

  it('is anything to a text that cannot be read', () => {
    expect(after('a: [', set(['a'], 1))).toBe('not-readable');
  });
});

it('refuses what would come out as something else', () => {
  // A pair in brackets has no braces to put a second one in.
  expect(after('a: [b: 1]\n', set(['a', 0, 'c'], 2))).toBe('would-break');
});

it('writes the value of a piece of YAML that is something else where it goes', () => {
  expect(after('a: &x 1\nb: *x\n', set(['c'], new Raw('&x 5', 5)))).toBe('a: &x 1\nb: *x\nc: 5\n');
  expect(after('a: 1\n', set(['c'], new Raw('x', 'y')))).toBe('a: 1\nc: y\n');
});

it('changes as many places as a batch names, and no more', () => {
  const text = Array.from({ length: 5_000 }, (_, i) => `step_${i}: {a: ${i}} # c`).join('\n');
  const result = attempt(text, set(['step_17', 'a'], 'x'), remove('step_4000'), rename(['step_20'], 'other'));
  expect(result.ok && result.changes.map(({ insert: inserted }) => inserted)).toEqual(['x', 'other', '']);
});
