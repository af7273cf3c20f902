import type { IMapNode, ISeqNode, YamlNode } from '../text/node.js';
import { offsetAt, positionAt } from '../text/position.js';
import { aliasesTo, parseSource } from '../text/tree.js';
import { entry, nodeAt, nodeAtOffset, pathOf, readJson, toJson, valueOf } from '../text/value.js';

const parse = (text: string) => parseSource(text, 'file:///a.cwl');
const root = (text: string): YamlNode => parse(text).source.root!;
const codes = (text: string): string[] => parse(text).problems.map(({ code }) => code);
const slice = (node: YamlNode | null): string => node!.source.text.slice(node!.from, node!.to);
/** What the node at a path is written as. */
const written = (text: string, ...path: (string | number)[]): string => slice(nodeAt(root(text), path));

describe('the tree of a text', () => {
  it.each([
    ['a block map, without the break of its last line', 'a:\n  b: 1\n  c: 2 # note\nd: 3\n', ['a'], 'b: 1\n  c: 2'],
    ['a list not deeper than its key', 'a:\n- x\n- y\n\nb: 1\n', ['a'], '- x\n- y'],
    ['a list in brackets over lines', 'a: [x, # c\n  y,\n  ]  # d\nb: 1\n', ['a'], '[x, # c\n  y,\n  ]'],
    ['a map in braces', 'a: {x: 1, y, }\n', ['a'], '{x: 1, y, }'],
    ['a pair in a list', 'a: [x: 1, y]\n', ['a', 0], 'x: 1'],
    ['quotes', 'a: "x\\"y"  \nb: \'it\'\'s\'\n', ['b'], "'it''s'"],
    ['a plain scalar over lines', 'a: one\n  two\n\n  three\nb: 1\n', ['a'], 'one\n  two\n\n  three'],
    ['a literal block without the blank lines behind it', 'a: |\n  one\n\n  two\n\n\nb: 1\n', ['a'], '|\n  one\n\n  two'],
    ['a folded block with its header', 'a: >2- # c\n   one\nb: 1\n', ['a'], '>2- # c\n   one'],
    ['a block that keeps its blank lines', 'a: |+\n  one\n\n\nb: 1\n', ['a'], '|+\n  one\n\n'],
    ['a block with nothing in it', 'a: |\nb: 1\n', ['a'], '|'],
    ['a map behind a dash', '- - a: 1\n    b: 2\n  - c\n', [0, 0], 'a: 1\n    b: 2'],
    ['a value on the line below', 'a:\n  one\n', ['a'], 'one'],
    ['CR LF', 'a:\r\n  b: 1\r\n  c: |\r\n    x\r\n', ['a'], 'b: 1\r\n  c: |\r\n    x'],
    ['a byte order mark', '\ufeffa: 1\n', [], 'a: 1'],
    ['a document marker', '--- # c\na: 1\n...\n', [], 'a: 1'],
    ['JSON', '{"a": [1, {"b": null}]}', ['a', 1], '{"b": null}'],
    ['an explicit key', '? a\n: b\n? c\n', ['a'], 'b']
  ])('has the range of %s', (_, text, path, expected) => {
    expect(written(text, ...path)).toBe(expected);
  });

  it('places a value that is not there behind its colon or dash', () => {
    const text = 'a:   # c\nb: &x\nc: [{d, e: }]\nf:\n  -\n  - 1\n';
    const place = (...path: (string | number)[]) => nodeAt(root(text), path)!.from;
    expect(place('a')).toBe(2);
    expect(place('b')).toBe(text.indexOf('&x') + 2);
    expect(place('c', 0, 'd')).toBe(text.indexOf('{d') + 2);
    expect(place('c', 0, 'e')).toBe(text.indexOf('e:') + 2);
    expect(place('f', 0)).toBe(text.indexOf('  -\n') + 3);
  });

  it('keeps anchors, tags and aliases as they are', () => {
    const tree = root('a: !!str &x 5\nb: *x\nc: &y !t {d: 1}\n');
    expect(nodeAt(tree, ['a'])).toMatchObject({ anchor: 'x', tag: '!!str', outerFrom: 3, from: 12, value: '5' });
    expect(nodeAt(tree, ['b'])).toMatchObject({ kind: 'alias', name: 'x', target: nodeAt(tree, ['a']) });
    expect(nodeAt(tree, ['c'])).toMatchObject({ anchor: 'y', tag: '!t' });
    expect(aliasesTo(nodeAt(tree, ['a'])!)).toEqual([nodeAt(tree, ['b'])]);
  });

  it('takes an alias within its own anchor for one of nothing', () => {
    expect(codes('a: &x\n  b: *x\n')).toEqual(['unknown-anchor']);
    expect(toJson(root('a: &x\n  b: *x\n'))).toEqual({ a: { b: null } });
  });

  it.each([
    ['an empty text', ''],
    ['comments only', '# nothing\n'],
    ['a marker only', '---\n']
  ])('reads %s as null', (_, text) => {
    expect(root(text)).toMatchObject({ kind: 'scalar', value: null });
    expect(codes(text)).toEqual([]);
  });

  it('tells where it is not YAML', () => {
    const { source, problems } = parse('a: 1\nb: [1, 2\nc: 3\n');
    expect(source.root).toBeNull();
    expect(problems).toHaveLength(1);
    expect(problems[0].code).toBe('yaml-syntax');
    expect(positionAt(source.text, problems[0].range.from).line).toBe(3);
  });

  it.each([
    ['a second document', 'a: 1\n---\nb: 2\n', 'several-documents'],
    ['a key that is there twice', 'a: 1\na: 2\n', 'duplicate-key'],
    ['a tab behind a colon', 'a:\t1\n', 'tab'],
    ['an alias of nothing', 'a: *x\n', 'unknown-anchor'],
    ['a list as key', '? [a]\n: b\n', 'yaml-syntax'],
    ['nesting without end', '['.repeat(50_000), 'yaml-syntax'],
    ['a null character', 'a: \0\n', 'yaml-syntax']
  ])('tells of %s', (_, text, code) => {
    expect(codes(text)).toEqual([code]);
  });

  it('leaves tabs in texts and comments alone', () => {
    expect(codes('a: "x\ty" # c\tc\nb: |\n  x\ty\nc: x\ty\n')).toEqual([]);
  });

  it('finds a node by its place, and the place of a node', () => {
    const text = 'a:\n  - b: one\n    c: {d: 2}\n';
    const tree = parse(text).source;
    expect(pathOf(nodeAt(tree.root, ['a', 0, 'c', 'd'])!)).toEqual(['a', 0, 'c', 'd']);
    expect(slice(nodeAtOffset(tree, text.indexOf('one') + 1))).toBe('one');
    expect(slice(nodeAtOffset(tree, text.indexOf('d: 2')))).toBe('d');
    expect(nodeAtOffset(tree, text.length + 5)).toBeNull();
  });
});

describe('the value of a text', () => {
  it('is that of the core schema', () => {
    const text = 'a: [1, -0o7, 0o17, 0xff, 1.5, .5, 1e3, .inf, ~, null, True, yes, 017, 2020-01-01, 1_000]\n';
    expect(valueOf(root(text), 'a') && toJson(valueOf(root(text), 'a'))).toEqual([1, '-0o7', 15, 255, 1.5, 0.5, 1000, Infinity, null, null, true, 'yes', 17, '2020-01-01', '1_000']);
  });

  it('has what merge keys bring in, the own before the others, the first before the second', () => {
    const tree = root('x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 3\nq: {"<<": 1}\n');
    expect(toJson(nodeAt(tree, ['z']))).toEqual({ a: 3, b: 1, c: 2 });
    expect(slice(entry(nodeAt(tree, ['z']), 'c')!.value)).toBe('2');
    expect(toJson(nodeAt(tree, ['q']))).toEqual({ '<<': 1 });
  });

  it('takes any key for a key', () => {
    const value = toJson(root('__proto__: 1\nconstructor: 2\n1.0: 3\n')) as object;
    expect(Object.entries(value)).toEqual([['__proto__', 1], ['constructor', 2], ['1.0', 3]]);
    expect(entry(root('a: 1\n'), 'toString')).toBeNull();
  });

  it('ends within its bound for a text that stands for billions', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++) bomb.push(`a${i}: &a${i} [${Array(10).fill(`*a${i - 1}`).join(', ')}]`);
    const { complete } = readJson(root(bomb.join('\n')), 10_000);
    expect(complete).toBe(false);
  });

  it('ends within its bound for merges of merges', () => {
    const lines = ['m0: &m0 {k0: 0}'];
    for (let i = 1; i < 3_000; i++) lines.push(`m${i}: &m${i}\n  <<: [*m${i - 1}, *m${i - 1}]\n  k${i}: 0`);
    const tree = root(lines.join('\n')) as IMapNode;
    expect(entry(tree.entries.at(-1)!.value, 'k2999')).not.toBeNull();
  });
});

describe('places in a text', () => {
  it('counts lines of any break', () => {
    const text = 'a\r\nbc\rd\n\ne';
    expect([0, 3, 4, 6, 8, 9, 99].map(offset => positionAt(text, offset))).toEqual([
      { line: 1, column: 1 }, { line: 2, column: 1 }, { line: 2, column: 2 }, { line: 3, column: 1 }, { line: 4, column: 1 }, { line: 5, column: 1 }, { line: 5, column: 2 }
    ]);
    for (let offset = 0; offset <= text.length; offset++) if (text[offset - 1] !== '\r' || text[offset] !== '\n') expect(offsetAt(text, positionAt(text, offset))).toBe(offset);
  });
});

it('reads items of a list in order', () => {
  expect((root('[a, b]') as ISeqNode).items.map(slice)).toEqual(['a', 'b']);
});
