import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalHomeFiles } from '../../engine/local/index.js';
import { UidMap } from '../../engine/local/uids.js';

const KIB = 1024;
const isRoot = process.getuid?.() === 0;

let base: string;
let home: string;
let files: LocalHomeFiles;
const room = () => ({ owner: 'ann', source: home });
const bytes = (path: string): Buffer => Buffer.from(path);

/** As the engine leaves it: everything belongs to the session's user, and its parents let nobody pass. */
function give(): void {
  if (isRoot) {
    const uid = new UidMap(base).uidOf('ann');
    execFileSync('chown', ['-R', '-h', '-P', `${uid}:${uid}`, home]);
  }
}

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'dl-homefiles-'));
  home = join(base, 'homes', 'ann', 'jupyterlab');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  files = new LocalHomeFiles({ stateDir: base });
});
afterEach(() => rmSync(base, { recursive: true }));

it('counts a file with two names once, and what a link leads to not at all', async () => {
  writeFileSync(join(base, 'foreign'), Buffer.alloc(900 * KIB, 1));
  const before = (await files.sizes([home])).get(home)!;
  writeFileSync(join(home, 'one'), Buffer.alloc(400 * KIB, 1));
  linkSync(join(home, 'one'), join(home, 'two'));
  symlinkSync(join(base, 'foreign'), join(home, 'link'));
  const sizes = await files.sizes([home]);
  expect(sizes.get(home)! - before).toBeGreaterThanOrEqual(400 * KIB);
  expect(sizes.get(home)! - before).toBeLessThan(500 * KIB);
});

it('knows no size when one of a folder is missing', async () => {
  await expect(files.sizes([home, join(base, 'missing')])).rejects.toThrow('1 of 2 folders');
});

it('lists the largest first, whatever they are called, and says which are directories', async () => {
  mkdirSync(join(home, 'deep/er'), { recursive: true });
  writeFileSync(join(home, 'deep/er/big'), Buffer.alloc(300 * KIB, 1));
  const odd = Buffer.from([0x61, 0x0a, 0xff, 0x20, 0x09]);
  writeFileSync(Buffer.concat([bytes(`${home}/`), odd]), Buffer.alloc(200 * KIB, 1));
  writeFileSync(join(home, '-rf'), Buffer.alloc(100 * KIB, 1));
  symlinkSync('deep', join(home, 'to-deep'));
  give();
  const found = (await files.largest(room(), bytes(''), 10))!;
  expect(found.map(({ name, isDirectory }) => [name.toString('latin1'), isDirectory])).toEqual([['deep', true], [odd.toString('latin1'), false], ['-rf', false], ['to-deep', false]]);
  expect(found[0]!.bytes).toBeGreaterThanOrEqual(300 * KIB);
  expect((await files.largest(room(), bytes('deep/er'), 10))!.map(({ name }) => name.toString())).toEqual(['big']);
  expect((await files.largest(room(), bytes(''), 2))!).toHaveLength(2);
  expect(await files.largest(room(), bytes('nowhere'), 2)).toBeNull();
  for (const path of [odd, bytes('-rf'), bytes('deep')]) expect(await files.remove(room(), path)).toBe(true);
  expect(readdirSync(home)).toEqual(['to-deep']);
});

it('removes what is closed to its owner, too', async () => {
  mkdirSync(join(home, 'closed/inner'), { recursive: true });
  writeFileSync(join(home, 'closed/inner/file'), 'x');
  chmodSync(join(home, 'closed/inner'), 0o000);
  give();
  expect(await files.remove(room(), bytes('closed'))).toBe(true);
  expect(readdirSync(home)).toEqual([]);
});

it.each([
  ['a link in the place of a directory', (outside: string) => symlinkSync(outside, join(home, 'link')), 'link/treasure'],
  ['a link that climbs', () => symlinkSync('../../../outside', join(home, 'link')), 'link/treasure'],
  ['the link itself', (outside: string) => symlinkSync(outside, join(home, 'link')), 'link']
])('touches nothing outside the home: %s', async (_what, prepare, path) => {
  const outside = join(base, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'treasure'), 'gold');
  chmodSync(outside, 0o777);
  prepare(outside);
  writeFileSync(join(home, 'own'), 'x');
  give();
  await files.remove(room(), bytes(path));
  await files.largest(room(), bytes('link'), 10).then(found => expect(found).toBeNull());
  expect(existsSync(join(outside, 'treasure'))).toBe(true);
  // Not for want of a room that works.
  expect(await files.remove(room(), bytes('own'))).toBe(true);
  expect(existsSync(join(home, 'own'))).toBe(false);
});

it('goes through no link, not even to what is in the home: its own folder would have another name', async () => {
  symlinkSync('/', join(home, 'root'));
  symlinkSync('.', join(home, 'here'));
  mkdirSync(join(home, 'kept'));
  give();
  for (const path of ['root/files', 'root/files/kept', 'here/kept', 'here/here/kept']) expect(await files.remove(room(), bytes(path))).toBe(false);
  for (const path of ['root/files', 'root/proc', 'here']) expect(await files.largest(room(), bytes(path), 10)).toBeNull();
  expect(readdirSync(home).sort()).toEqual(['here', 'kept', 'root']);
});

it('touches nothing outside the home while a session exchanges a directory for a link', async () => {
  const outside = join(base, 'outside');
  // One for each try: nothing can be put back while they are exchanged.
  const targets = Array.from({ length: 60 }, (_, index) => `target${index}`);
  for (const target of targets) {
    mkdirSync(join(outside, target), { recursive: true });
    writeFileSync(join(outside, target, 'treasure'), 'gold');
    mkdirSync(join(home, 'real', target), { recursive: true });
  }
  execFileSync('chmod', ['-R', '0777', outside]);
  symlinkSync(outside, join(home, 'evil'));
  give();
  const swap = `import os, sys
os.chdir(sys.argv[1])
while True:
    for a, b in (("real", "name"), ("name", "real"), ("evil", "name"), ("name", "evil")):
        try: os.rename(a, b)
        except OSError: pass`;
  const { spawn } = await import('node:child_process');
  const attacker = spawn('/usr/bin/python3', ['-c', swap, home], { stdio: 'ignore' });
  let removed = 0;
  try {
    for (const [round, target] of targets.entries()) {
      if (round >= 15 && removed > 0) break;
      if (await files.remove(room(), bytes(`name/${target}`))) removed++;
    }
  } finally {
    attacker.kill('SIGKILL');
  }
  // Not for want of a removal that hit the directory itself.
  expect(removed).toBeGreaterThan(0);
  for (const target of targets) expect(readdirSync(join(outside, target))).toEqual(['treasure']);
}, 30_000);

it('moves a home aside, and removes it with all that is in it', async () => {
  writeFileSync(join(home, 'file'), 'x');
  const aside = join(base, 'homes/ann/.reset/jupyterlab 2026');
  expect(await files.move(home, aside)).toBe(true);
  expect(await files.move(home, aside)).toBe(false);
  expect(readdirSync(join(base, 'homes/ann/.reset'))).toEqual(['jupyterlab 2026']);
  expect(await files.removeRoom({ owner: 'ann', source: aside })).toBe(true);
  expect(lstatSync(join(base, 'homes/ann/.reset')).isDirectory()).toBe(true);
});

const look = () => files.look({ home: join(base, 'homes/ann'), workspace: join(base, 'workspaces/ann') });

it('tells what there is of a user, none of what is in it, and the disk it lies on', async () => {
  mkdirSync(join(home, 'inner'));
  mkdirSync(join(base, 'homes/ann/.reset/jupyterlab 2026/inner'), { recursive: true });
  mkdirSync(join(base, 'workspaces'));
  const found = await look();
  expect([...found.keys()].map(path => path.slice(base.length)).sort()).toEqual(['/homes', '/homes/ann', '/homes/ann/.reset/jupyterlab 2026', '/homes/ann/jupyterlab', '/workspaces']);
  const disk = found.get(home)!;
  expect(disk.total).toBeGreaterThan(disk.free);
  expect(found.get(join(base, 'workspaces'))!.total).toBe(disk.total);
  const disksOf = async (datalab: string) => [...(await files.look({ home: join(base, 'homes/ann'), workspace: join(base, 'workspaces/ann'), datalab })).keys()].map(path => path.slice(base.length));
  expect(await disksOf('jupyterlab')).toEqual(['/homes/ann/jupyterlab', '/workspaces']);
  expect(await disksOf('new')).toEqual(['/homes/ann', '/workspaces']);
  expect([...(await files.look({ home: join(base, 'none/bob'), workspace: join(home, 'a/b') })).keys()]).toEqual([]);
});

it('does not take what it cannot look at for missing', async () => {
  await expect(files.look({ home: join(base, 'x'.repeat(300)), workspace: join(base, 'w') })).rejects.toThrow('name too long');
});

(isRoot ? it : it.skip)('makes room on a disk without a byte left (needs root, which mounts a small one)', async () => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', home]);
  try {
    mkdirSync(join(home, 'cache'));
    expect(() => writeFileSync(join(home, 'cache/big'), Buffer.alloc(2 * 2 ** 20, 1))).toThrow('ENOSPC');
    give();
    expect((await look()).get(home)!.free).toBe(0);
    expect((await files.largest(room(), bytes(''), 5))!.map(({ name }) => name.toString())).toEqual(['cache']);
    expect(await files.remove(room(), bytes('cache'))).toBe(true);
    expect((await look()).get(home)!.free).toBeGreaterThan(900 * KIB);
  } finally {
    execFileSync('umount', ['-l', home]);
  }
});
