import { describe, expect, test } from '@jest/globals';
import type { Json } from '../text/node.js';
import { fits, isNo } from '../types/assign.js';
import { isOptional, itemsOf, typeFamily, typeText } from '../types/format.js';
import { typeNames } from '../types/names.js';
import { parseType } from '../types/parse.js';
import type { CwlType } from '../types/type.js';
import { writeType } from '../types/write.js';

const type = (value: Json, definitions: Json[] = []): CwlType => parseType(value, typeNames(definitions)).type;
const problems = (value: Json, definitions: Json[] = []): string[] =>
  parseType(value, typeNames(definitions)).problems.map(({ code, path }) => `${code} ${path.join('/')}`.trim());

const READS: Json = { type: 'record', name: 'paired_reads', fields: { forward: 'File', reverse: 'File?' } };

describe('parseType', () => {
  test.each<[Json, string]>([
    ['File', 'File'],
    ['File?', 'File?'],
    ['File[]', 'File[]'],
    ['File[]?', 'File[]?'],
    [{ type: 'array', items: 'File' }, 'File[]'],
    [{ type: 'array', items: { type: 'array', items: 'int' } }, 'int[][]'],
    [{ type: 'array', items: ['null', 'File'] }, '(File?)[]'],
    [['null', 'string'], 'string?'],
    [['string', 'null'], 'string?'],
    [['string', 'int', 'string'], 'string | int'],
    [['null', ['string', 'int']], '(string | int)?'],
    [['null', 'File[]?'], 'File[]?'],
    [['string'], 'string'],
    [{ type: 'enum', symbols: ['a', 'b'] }, 'enum (a, b)'],
    [{ type: 'enum', symbols: ['#main/mode/fast', '#main/mode/slow'] }, 'enum (fast, slow)'],
    [{ type: 'enum', name: 'mode', symbols: ['a'] }, 'enum mode'],
    [{ type: 'record', fields: [{ name: 'a', type: 'int' }, { name: '#main/r/b', type: 'string?' }] }, 'record (a, b)'],
    [{ type: 'record' }, 'record'],
    [READS, 'record paired_reads'],
    [{ type: 'array', items: READS }, '(record paired_reads)[]'],
    ['Any', 'Any'],
    ['stdout', 'stdout']
  ])('%j is %s', (value, text) => {
    const parsed = parseType(value);
    expect(typeText(parsed.type)).toBe(text);
    expect(parsed.problems).toEqual([]);
  });

  test.each<[Json, string, string]>([
    [{ type: 'File' }, 'File', ''], [{ type: { type: 'array', items: 'long' } }, 'long[]', ''], [{ type: 'array', items: { type: ['null', 'int'] } }, '(int?)[]', 'items']
  ])('%j is read as %s, and is a problem', (value, text, path) => {
    const parsed = parseType(value);
    expect(typeText(parsed.type)).toBe(text);
    expect(parsed.problems).toMatchObject([{ code: 'type-nested', path: path === '' ? [] : [path], instead: expect.anything() }]);
  });

  test.each(['paired_reads', '#paired_reads', 'types.yml#paired_reads', '#types.yml/paired_reads'])('finds a named type by %s', name => {
    expect(type(`${name}[]?`, [READS])).toEqual({
      kind: 'union', types: [{ kind: 'primitive', name: 'null' }, { kind: 'array', items: type(READS), name: null }]
    });
  });

  test('a whole name goes before its last part', () => {
    const definitions: Json[] = [{ ...(READS as object), name: '#a.yml/reads' }, { type: 'enum', name: '#b.yml/reads', symbols: ['x'] }];
    expect(type('#b.yml/reads', definitions).kind).toBe('enum');
    expect(type('reads', definitions).kind).toBe('record');
  });

  test('fields as a map, with types as maps', () => {
    expect(type({ type: 'record', fields: { a: { type: 'array', items: 'int' }, b: { type: 'int?', doc: ['one', 'two'], label: 'B' } } })).toEqual({
      kind: 'record', name: null,
      fields: [{ name: 'a', type: type('int[]'), label: null, doc: null }, { name: 'b', type: type('int?'), label: 'B', doc: 'one\ntwo' }]
    });
  });

  test.each<[Json, string]>([
    ['Flie', 'unknown-type'],
    ['Flie[]?', 'unknown-type'],
    ['?', 'unknown-type'],
    ['', 'unknown-type'],
    [null, 'invalid-type'],
    [7, 'invalid-type'],
    [[], 'invalid-type'],
    [{}, 'invalid-type'],
    [{ type: 'array' }, 'invalid-type'],
    [{ type: 'enum' }, 'invalid-type'],
    [{ type: 'record', fields: 'x' }, 'invalid-type fields'],
    [{ type: 'record', fields: [{ type: 'int' }] }, 'invalid-type fields/0'],
    [{ type: 'record', fields: { a: 'itn' } }, 'unknown-type fields/a'],
    [{ type: 'record', fields: [{ name: 'a', type: ['null', 'itn'] }] }, 'unknown-type fields/0/type/1'],
    [{ type: 'array', items: 'itn' }, 'unknown-type items'],
    ['File[][]', 'type-shorthand'],
    [{ type: 'array', items: 'File?' }, 'type-shorthand items'],
    [{ type: 'array', items: { type: 'record', fields: { a: 'File[]?' } } }, ''],
    ['constructor', 'unknown-type'],
    [{ type: '__proto__' }, 'unknown-type type']
  ])('%j has the problem %s', (value, wanted) => {
    expect(problems(value)).toEqual(wanted === '' ? [] : [wanted]);
  });

  test('a type that is defined by itself ends', () => {
    const node: Json = { type: 'record', name: 'node', fields: { next: ['null', 'node'], value: 'int' } };
    expect(problems('node', [node])).toEqual([]);
    expect(problems(node, [node])).toEqual([]);
    expect(typeText(type('node', [node]))).toBe('record node');
    expect(problems({ type: 'record', fields: { a: 'itn' } }, [node])).toEqual(['unknown-type fields/a']);
  });

  test('names that double at each level stay small', () => {
    const definitions = Array.from({ length: 60 }, (_, level): Json =>
      ({ type: 'record', name: `t${level}`, fields: level === 59 ? { a: 'int' } : { a: `t${level + 1}`, b: `t${level + 1}` } }));
    expect(typeText(type('t0', definitions))).toBe('record t0');
  });

  test('a chain of names and a tower of brackets have an end', () => {
    const chain = Array.from({ length: 5000 }, (_, level): Json => ({ type: 'array', name: `t${level}`, items: `t${level + 1}` }));
    expect(type('t0', chain).kind).toBe('array');
    expect(problems(`int${'[]'.repeat(100_000)}`)).toEqual(['type-too-large']);
  });

  test('a name is not missed where an import could not be followed', () => {
    expect(problems('reads', [{ $import: 'types.yml' }])).toEqual([]);
    expect(problems('reads', [READS])).toEqual(['unknown-type']);
  });
});

describe('what types are for people and editors', () => {
  test.each<[Json, string]>([
    ['File[]?', 'file'], ['stdout', 'file'], ['Directory', 'directory'], ['double', 'number'], [['int', 'long'], 'number'], ['string?', 'string'],
    ['boolean', 'boolean'], [{ type: 'enum', symbols: [] }, 'enum'], [READS, 'record'], ['Any', 'any'], ['nothing', 'any'], ['null', 'any'], [['string', 'int'], 'mixed']
  ])('%j belongs to the family %s', (value, family) => {
    expect(typeFamily(type(value))).toBe(family);
  });

  test('null makes a type optional, Any does not', () => {
    expect(['int?', 'null', 'Any', 'int'].map(value => isOptional(type(value)))).toEqual([true, true, false, false]);
  });

  test('items of an array and of an optional array', () => {
    expect(itemsOf(type('File[]?'))).toEqual(type('File'));
    expect(itemsOf(type('File'))).toBeNull();
  });

  test('long lists of names are cut', () => {
    expect(typeText(type({ type: 'enum', symbols: ['a', 'b', 'c', 'd', 'e', 'f'] }))).toBe('enum (a, b, c, d, …)');
  });
});

describe('writeType', () => {
  test.each<[Json, Json]>([
    ['File', 'File'],
    [['null', { type: 'array', items: 'File' }], 'File[]?'],
    [{ type: 'array', items: { type: 'array', items: 'File' } }, { type: 'array', items: { type: 'array', items: 'File' } }],
    [{ type: 'array', items: ['null', 'File'] }, { type: 'array', items: ['null', 'File'] }],
    [['string', 'int'], ['string', 'int']],
    [['null', 'string', 'File[]'], ['null', 'string', { type: 'array', items: 'File' }]],
    [{ type: 'enum', name: 'm', symbols: ['a'] }, { type: 'enum', name: 'm', symbols: ['a'] }],
    [READS, { type: 'record', name: 'paired_reads', fields: { forward: 'File', reverse: 'File?' } }],
    [{ type: 'record', fields: { a: { type: { type: 'array', items: ['null', 'int'] } } } }, { type: 'record', fields: { a: { type: { type: 'array', items: ['null', 'int'] } } } }],
    ['types.yml#reads[]', 'types.yml#reads[]']
  ])('%j is written as %j', (value, written) => {
    expect(writeType(type(value))).toEqual(written);
    expect(type(writeType(type(value)))).toEqual(type(value));
  });
});

describe('fits', () => {
  const judged = (source: Json, sink: Json): string => {
    const fit = fits(type(source), type(sink));
    return fit === 'yes' ? 'yes' : isNo(fit) ? 'no' : 'maybe';
  };
  const record = (fields: Json): Json => ({ type: 'record', fields });
  const symbols = (...names: string[]): Json => ({ type: 'enum', symbols: names });

  test.each<[Json, Json, string]>([
    ['File', 'File', 'yes'], ['File', 'File?', 'yes'], ['File?', 'File', 'maybe'], ['File', 'Directory', 'no'], ['File', 'string', 'no'],
    ['stdout', 'File', 'yes'], ['string', 'string[]', 'no'], ['string[]', 'string', 'no'], 
    ['string[]', ['string', { type: 'array', items: 'string' }], 'yes'],
    ['Any', 'File', 'yes'], ['File?', 'Any', 'yes'], ['null', 'File', 'no'], ['null', 'File?', 'yes'],
    [['string', 'int'], 'int', 'maybe'], [['string', 'int'], ['int', 'string'], 'yes'], [['string', 'int'], ['File', 'int'], 'maybe'],
    [['null', 'int'], ['null', 'string'], 'no'], ['int', ['null', 'string', 'int'], 'yes'],
    ['int', 'long', 'maybe'], ['int', 'double', 'maybe'], ['float', 'double', 'maybe'], ['long', 'int', 'no'], ['double', 'int', 'no'],
    [{ type: 'array', items: ['null', 'File'] }, 'File[]', 'maybe'], ['int[]', 'File[]', 'no'],
    [record({ a: 'int' }), record({ a: 'int' }), 'yes'], [record({ a: 'int', b: 'int' }), record({ a: 'int' }), 'yes'],
    [record({ a: 'int' }), record({ a: 'int', b: 'int?' }), 'yes'], [record({ a: 'int' }), record({ a: 'int', b: 'int' }), 'no'],
    [record({ a: 'int?' }), record({ a: 'int' }), 'maybe'], [record({ a: 'File' }), record({ a: 'int' }), 'no'], [record({}), 'File', 'no'],
    [symbols('a'), symbols('a', 'b'), 'yes'], [symbols('a', 'b'), symbols('a'), 'maybe'], [symbols('a'), symbols('b'), 'no'],
    [symbols('a'), 'string', 'maybe'], ['string', symbols('a'), 'maybe'], ['int', symbols('a'), 'no'], ['nothing', 'File', 'yes']
  ])('%j to %j: %s', (source, sink, wanted) => {
    expect(judged(source, sink)).toBe(wanted);
  });

  test('says why, with the field of a record', () => {
    expect(fits(type(record({ a: 'File' })), type(record({ a: 'int' })))).toEqual({ no: "Field 'a': A source of type 'File' is not compatible with 'int'." });
    expect(fits(type('File?'), type('File'))).toEqual({ maybe: "The source may be null, and null is not of type 'File'." });
  });

  test('types whose names share parts end', () => {
    const definitions = Array.from({ length: 40 }, (_, level): Json =>
      ({ type: 'record', name: `t${level}`, fields: level === 39 ? { a: 'int' } : { a: `t${level + 1}`, b: `t${level + 1}` } }));
    const names = typeNames(definitions);
    for (let level = 39; level >= 0; level -= 1) {
      parseType(`t${level}`, names);
    }
    expect(fits(parseType('t0', names).type, parseType('t0', names).type)).toBe('yes');
  });
});
