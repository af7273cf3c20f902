/** Values, styles and ops by chance: what is written means what was wanted, and nothing else changes. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Op, TextChange } from '../text/change.js';
import { compose, inverse, mapOver } from '../text/compose.js';
import { History } from '../text/history.js';
import type { ISource, Json, YamlNode } from '../text/node.js';
import { applyChanges, splice } from '../text/splice.js';
import { parseSource } from '../text/tree.js';
import { pathOf, toJson } from '../text/value.js';
import { mapOf, opOf, placesOf, randomOf, scalarOf, textOf } from './random.js';
import type { IRandom } from './random.js';

const SEEDS = 150;
const OPS = 20;

const read = (text: string): ISource => parseSource(text, 'file:///a.cwl').source;
/** With the order of keys. */
const said = (value: Json): string => JSON.stringify(value);
const linesOf = (text: string): string[] => text.split(/\r\n|\n|\r/);

/** With keys in an order of their own: where what merges bring in comes among the others says nothing. */
const sorted = (value: Json): Json =>
  Array.isArray(value) ? value.map(sorted)
    : value !== null && typeof value === 'object' ? objectOf(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]))
      : value;

/** The value with a change at a path, made without looking at any text. */
function changed(value: Json, path: readonly (string | number)[], change: (at: Json) => Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item, i) => (i === step ? changed(item, rest, change) : item));
  return objectOf(Object.entries(value as object).map(([key, item]) => [key, key === step ? changed(item as Json, rest, change) : (item as Json)]));
}

function objectOf(entries: [string, Json][]): Json {
  const object = Object.create(null) as { [key: string]: Json };
  for (const [key, item] of entries) object[key] = item;
  return object;
}

function carriedOut(value: Json, op: Op): Json {
  if (op.op === 'insert') return changed(value, op.path, list => (list as Json[]).toSpliced(op.index, 0, op.value as Json));
  const last = op.path.at(-1)!;
  return changed(value, op.path.slice(0, -1), at => {
    if (Array.isArray(at)) return op.op === 'remove' ? at.toSpliced(last as number, 1) : at.with(last as number, (op as { value: Json }).value);
    const entries = Object.entries((at ?? {}) as { [key: string]: Json });
    if (op.op === 'remove') return objectOf(entries.filter(([key]) => key !== last));
    if (op.op === 'rename') return objectOf(entries.map(([key, item]) => [key === last ? op.key : key, item]));
    const index = entries.findIndex(([key]) => key === last);
    if (index >= 0) return objectOf(entries.with(index, [last as string, op.value as Json]));
    const place = op.after === undefined ? entries.length : op.after === null ? 0 : entries.findIndex(([key]) => key === op.after) + 1;
    return objectOf(entries.toSpliced(place, 0, [last as string, op.value as Json]));
  });
}

/** A document by chance: its value, and a text that means it. */
function documentOf(random: IRandom): { value: Json; text: string } {
  const value = mapOf(random, 1 + random.below(6), 3);
  return { value, text: textOf(value, random) };
}

describe.each(Array.from({ length: SEEDS / 10 }, (_, i) => i * 10))('documents by chance from %i', start => {
  const seeds = Array.from({ length: 10 }, (_, i) => start + i);

  it('mean what they were written for', () => {
    for (const seed of seeds) {
      const { value, text } = documentOf(randomOf(seed));
      expect(`${seed} ${said(toJson(read(text).root))}`).toBe(`${seed} ${said(value)}`);
    }
  });

  it('mean the wanted value after each op, keep other comments, and come back byte for byte', () => {
    for (const seed of seeds) {
      const random = randomOf(seed);
      const document = documentOf(random);
      const { text: original } = document;
      let { value, text } = document;
      const history = new History();
      for (let count = 0; count < OPS; count++) {
        const op = opOf(value, random);
        const result = splice(read(text), [op]);
        if (!result.ok) {
          expect(`${seed} ${result.code}`).toBe(`${seed} exists`);
          continue;
        }
        history.did(text, result.changes);
        const now = applyChanges(text, result.changes);
        value = carriedOut(value, op);
        expect(`${seed} ${said(toJson(read(now).root))}`).toBe(`${seed} ${said(value)}`);
        const isAddition = op.op === 'insert' || op.op === 'rename' || (op.op === 'set' && 'after' in op);
        if (isAddition) for (const comment of text.match(/# (?:about|note) \d+/g) ?? []) expect(now).toContain(comment);
        text = now;
      }
      for (let changes = history.undo(text); changes; changes = history.undo(text)) text = applyChanges(text, changes);
      expect(text).toBe(original);
    }
  });

  it('change in one or two lines for a scalar, and in no more places than it takes', () => {
    for (const seed of seeds) {
      const random = randomOf(seed);
      const { value, text } = documentOf(random);
      const scalars = placesOf(value).filter(place => place.path.length && typeof place.value !== 'object' && !String(place.value).includes('\n'));
      if (!scalars.length) continue;
      const { path } = random.pick(scalars);
      const wanted = scalarOf(random);
      if (typeof wanted === 'string' && wanted.includes('\n')) continue;
      const result = splice(read(text), [{ op: 'set', path, value: wanted }]);
      const now = result.ok ? linesOf(applyChanges(text, result.changes)) : [];
      const before = linesOf(text);
      expect(now).toHaveLength(before.length);
      expect(now.filter((line, i) => line !== before[i]).length).toBeLessThanOrEqual(2);
    }
  });

  it('take several ops at once as one after the other', () => {
    for (const seed of seeds) {
      const random = randomOf(seed);
      const { value, text } = documentOf(random);
      const places = placesOf(value).filter(({ path, value: at }) => path.length && (at === null || typeof at !== 'object'));
      const ops: Op[] = [];
      for (const { path } of places) if (random.chance(0.3)) ops.push({ op: 'set', path, value: scalarOf(random) });
      const result = splice(read(text), ops);
      const wanted = ops.reduce(carriedOut, value);
      expect(`${seed} ${result.ok ? said(toJson(result.parsed.source.root)) : result.code}`).toBe(`${seed} ${said(wanted)}`);
    }
  });

  it('change in no other place than the named one where there are aliases, or not at all', () => {
    let made = 0;
    for (const seed of seeds) {
      const random = randomOf(seed);
      let text = textOf(mapOf(random, 3 + random.below(6), 3), random, true);
      for (let count = 0; count < OPS && text.length < 20_000; count++) {
        const source = read(text);
        const value = toJson(source.root);
        const op = opOf(value, random);
        const result = splice(source, [op]);
        if (!result.ok) {
          expect(['exists', 'shared-by-anchor', 'not-found']).toContain(result.code);
          continue;
        }
        made++;
        text = applyChanges(text, result.changes);
        expect(`${seed} ${said(sorted(toJson(read(text).root)))}`).toBe(`${seed} ${said(sorted(carriedOut(value, op)))}`);
      }
    }
    expect(made).toBeGreaterThan(20);
  });

  it('take what is gone and what is new in a collection at once', () => {
    for (const seed of seeds) {
      const random = randomOf(seed);
      const { value, text } = documentOf(random);
      const lists = placesOf(value).filter((place): place is { path: (string | number)[]; value: Json[] } => Array.isArray(place.value) && place.value.length > 0);
      if (!lists.length) continue;
      const { path, value: list } = random.pick(lists);
      const gone = new Set(list.map((_, i) => i).filter(() => random.chance(0.5)));
      const added = list.map((_, i) => i).filter(() => random.chance(0.4));
      const ops: Op[] = [...[...gone].map((i): Op => ({ op: 'remove', path: [...path, i] })), ...added.map((i): Op => ({ op: 'insert', path, index: i, value: `new ${i}` }))];
      const wanted = changed(value, path, () => list.flatMap((item, i) => [...(added.includes(i) ? [`new ${i}`] : []), ...(gone.has(i) ? [] : [item])]));
      const result = splice(read(text), ops);
      expect(`${seed} ${result.ok ? said(toJson(result.parsed.source.root)) : result.code}`).toBe(`${seed} ${said(wanted)}`);
    }
  });
});

/** Changes of a text by chance. */
function changesOf(random: IRandom, length: number, insert: string): TextChange[] {
  const changes: TextChange[] = [];
  for (let at = random.below(4); at < length && changes.length < 4; at += 2 + random.below(5)) {
    const to = Math.min(length, at + random.below(4));
    changes.push({ from: at, to, insert: insert.repeat(random.below(3)) });
    at = to;
  }
  return changes;
}

describe('changes by chance', () => {
  it('are one change for several, and come back', () => {
    for (let seed = 0; seed < 500; seed++) {
      const random = randomOf(seed);
      const text = 'abcdefghijklmnopqrstuvwxyz';
      const first = changesOf(random, text.length, '1');
      const middle = applyChanges(text, first);
      const second = changesOf(random, middle.length, '2');
      const end = applyChanges(middle, second);
      expect(applyChanges(text, compose(text, [first, second]))).toBe(end);
      expect(applyChanges(end, inverse(middle, second))).toBe(middle);
    }
  });

  it('are undone around what somebody else typed, all of which stays', () => {
    for (let seed = 0; seed < 500; seed++) {
      const random = randomOf(seed);
      const text = 'abcdefghijklmnopqrstuvwxyz';
      const own = changesOf(random, text.length, 'O');
      const middle = applyChanges(text, own);
      const theirs = changesOf(random, middle.length, 'T').map(change => ({ ...change, to: change.from }));
      const end = applyChanges(middle, theirs);
      const undone = applyChanges(end, mapOver(inverse(text, own), theirs, 'before'));
      expect(undone.replaceAll('T', '')).toBe(text);
      expect(undone.match(/T/g)?.length).toBe(end.match(/T/g)?.length);
    }
  });
});

it('undoes steps by chance with what others typed in between', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = randomOf(seed);
    const original = 'abcdefghijklmnopqrstuvwxyz';
    let text = original;
    const history = new History();
    for (let count = 0; count < 8; count++) {
      const isOwn = random.chance(0.5);
      const changes = isOwn ? changesOf(random, text.length, 'O') : changesOf(random, text.length, 'T').map(change => ({ ...change, to: change.from }));
      if (isOwn) history.did(text, changes);
      else history.othersDid(changes);
      text = applyChanges(text, changes);
    }
    const theirs = (text.match(/T/g) ?? []).length;
    const back = (step: (text: string) => TextChange[] | null) => {
      for (let changes = step(text); changes; changes = step(text)) text = applyChanges(text, changes);
    };
    const end = text;
    // What of theirs was cut out by a step of ours later on comes back with it.
    back(current => history.undo(current));
    expect(text.replaceAll('T', '')).toBe(original);
    expect((text.match(/T/g) ?? []).length).toBeGreaterThanOrEqual(theirs);
    back(current => history.redo(current));
    expect(text.replaceAll('T', '')).toBe(end.replaceAll('T', ''));
    expect((text.match(/T/g) ?? []).length).toBe(theirs);
  }
});

/** The nodes of a document, keys left out. */
function nodesOf(node: YamlNode | null): YamlNode[] {
  if (node?.kind === 'map') return [node, ...node.entries.flatMap(({ value }) => nodesOf(value))];
  return node?.kind === 'seq' ? [node, ...node.items.flatMap(nodesOf)] : node ? [node] : [];
}

const folder = process.env.CWL_CONFORMANCE;
if (!folder) console.info('The conformance documents are not tried: CWL_CONFORMANCE does not name their folder.');

(folder ? describe : describe.skip)('the conformance documents', () => {
  const files = folder ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.cwl')).map(file => join(folder, file)) : [];
  const documents = files.map(file => ({ file, text: readFileSync(file, 'utf8') })).filter(({ text }) => parseSource(text, '').problems.length === 0);

  it('are there and can be read', () => {
    expect(files.length).toBeGreaterThan(0);
    expect(documents.length / files.length).toBeGreaterThan(0.98);
  });

  it('do not change when a value is set to itself', () => {
    for (const { file, text } of documents) {
      const source = read(text);
      const ops = nodesOf(source.root).filter(({ kind }) => kind === 'scalar').slice(0, 50).map((node): Op => ({ op: 'set', path: pathOf(node), value: toJson(node) }));
      const result = splice(source, ops);
      expect([file, result.ok ? result.changes : result.code]).toEqual([file, result.ok ? [] : 'shared-by-anchor']);
    }
  });

  /** What two ops one after the other make of a text. */
  const twice = (text: string, one: Op, two: Op): string => {
    const first = splice(read(text), [one]);
    if (!first.ok) return first.code;
    const second = splice(first.parsed.source, [two]);
    return second.ok ? applyChanges(first.parsed.source.text, second.changes) : second.code;
  };

  const backAndForth = (pairs: (node: YamlNode) => [Op, Op] | null): { same: number; other: string[] } => {
    let same = 0;
    const other: string[] = [];
    for (const { file, text } of documents) {
      for (const node of nodesOf(read(text).root).slice(0, 60)) {
        const pair = pairs(node);
        if (!pair) continue;
        const result = twice(text, ...pair);
        if (result === text) same++;
        else if (result !== 'shared-by-anchor') other.push(`${file} ${pathOf(node).join('/')} ${result.length < 30 ? result : ''}`);
      }
    }
    return { same, other };
  };

  it('are the same bytes after a key got another name and its own again', () => {
    const { same, other } = backAndForth(node => {
      const path = pathOf(node);
      const key = path.at(-1);
      return typeof key === 'string' ? [{ op: 'rename', path, key: 'renamed_here' }, { op: 'rename', path: [...path.slice(0, -1), 'renamed_here'], key }] : null;
    });
    expect(other).toEqual([]);
    expect(same).toBeGreaterThan(documents.length);
  });

  it('are the same bytes after an entry came and went', () => {
    const { same, other } = backAndForth(node => {
      if (node.kind !== 'map' || !node.entries.length) return null;
      const path = [...pathOf(node), 'added_here'];
      return [{ op: 'set', path, value: { a: ['b'], c: 'one\ntwo\n' } }, { op: 'remove', path }];
    });
    expect(other).toEqual([]);
    expect(same).toBeGreaterThan(documents.length);
  });

  it('are the same bytes after an item came and went', () => {
    const { same, other } = backAndForth(node => {
      if (node.kind !== 'seq' || !node.items.length) return null;
      const path = pathOf(node);
      const index = node.items.length;
      return [{ op: 'insert', path, index, value: { a: 1, b: ['c'] } }, { op: 'remove', path: [...path, index] }];
    });
    expect(other).toEqual([]);
    expect(same).toBeGreaterThan(100);
  });
});
