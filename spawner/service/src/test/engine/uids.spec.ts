import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UidMap } from '../../engine/local/uids.js';

let base: string;
const stateDir = (name: string) => {
  const directory = join(base, name);
  mkdirSync(directory, { recursive: true });
  return directory;
};
beforeEach(() => (base = mkdtempSync('/tmp/datalabs-uids-')));
afterEach(() => rmSync(base, { recursive: true }));

it('gives an owner the same number for ever, and nobody else', () => {
  const directory = stateDir('hub');
  const ann = new UidMap(directory).uidOf('ann');
  expect(new UidMap(directory).uidOf('bob')).toBe(ann + 1);
  expect(new UidMap(directory).uidOf('ann')).toBe(ann);
  expect(JSON.parse(readFileSync(join(directory, 'uids.json'), 'utf8'))).toEqual({ ann, bob: ann + 1 });
});

it('keeps the owners of hubs side by side apart', () => {
  // Paths as they are: what they give is decided by them alone.
  const blocks = ['/srv/one', '/srv/two', '/home/ann/.local/state/jupyter-datalabs'].map(path => new UidMap(path).first);
  expect(new Set(blocks).size).toBe(3);
  for (const first of blocks) {
    expect(first).toBeGreaterThanOrEqual(1_900_000_000);
    expect(first + 10_000).toBeLessThan(2 ** 31);
    for (const other of blocks) expect(Math.abs(first - other) % 10_000).toBe(0);
  }
});

it('stays in its numbers when the state directory was moved', () => {
  const directory = stateDir('old');
  const ann = new UidMap(directory).uidOf('ann');
  const moved = stateDir('new');
  cpSync(directory, moved, { recursive: true });
  expect(new UidMap(moved).uidOf('ann')).toBe(ann);
  expect(new UidMap(moved).uidOf('bob')).toBe(ann + 1);
});
