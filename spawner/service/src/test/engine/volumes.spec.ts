import { jest } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { volumeLinks, warmSpecOf } from '../../builders/environment.js';
import { volumeMounts } from '../../builders/volume-mounts.js';
import type { LocalEngine } from '../../engine/local/index.js';
import { egressProblem } from '../../engine/local/prepare.js';
import { holdVolumes, mountVolume } from '../../engine/local/volumes.js';
import type { RunningSession } from '../../ports/engine.js';
import { processId } from '../../processes/process.js';
import { makePlace, python, quiet, SERVE, specOf, WAIT, type Place } from './support.js';

jest.setTimeout(30_000);

/** Answers each request with the value of the Python expression it holds, or with the name of its error. */
const CALCULATE = SERVE.replace('b"served"', 'answer(self.path)').replace('class Handler', `
import ctypes, errno, mmap, os, urllib.parse
libc = ctypes.CDLL(None, use_errno=True)
def call(function, *arguments):
    if getattr(libc, function)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), "")
kept = []
def answer(path):
    try:
        return repr(eval(urllib.parse.unquote(path[1:]))).encode()
    except OSError as error:
        return errno.errorcode[error.errno].encode()
class Handler`);

function inside(session: RunningSession, expression: string): Promise<string> {
  const socketPath = decodeURIComponent(session.target.slice('http+unix://'.length));
  return new Promise((resolve, reject) => {
    get({ socketPath, path: `/${encodeURIComponent(expression)}` }, response => {
      let body = '';
      response.on('data', chunk => (body += String(chunk))).on('end', () => resolve(body));
    }).on('error', reject);
  });
}

const WHOLE = [{ prefix: '', allowed: true }];
/** All but `secret`, of which `secret/open`. */
const RULES = [...WHOLE, { prefix: 'secret', allowed: false }, { prefix: 'secret/open', allowed: true }];

let place: Place;
let engine: LocalEngine;
let source: string;
beforeEach(() => {
  place = makePlace();
  engine = place.engine({ hubSocketDir: ({ name }) => join(place.base, 'run', name.startsWith('~') ? name : 'hub') });
  source = join(place.base, 'völume of old');
  for (const name of ['pub', 'secret/open', 'secret/own']) mkdirSync(join(source, name), { recursive: true });
  for (const name of ['file', 'pub/file', 'secret/file', 'secret/open/file']) {
    writeFileSync(join(source, name), `archive ${name}`);
    // Writable by everybody on the host: only the mount refuses.
    chmodSync(join(source, name), 0o666);
  }
  chmodSync(source, 0o777);
});
afterEach(async () => {
  for (const session of await engine.list()) await engine.stop(session.key, { graceMs: 0 });
  await engine.close();
  place.remove();
});
const start = (change: Parameters<typeof specOf>[1] = {}) =>
  engine.start(specOf(place.base, { argv: python(CALCULATE), ...change }), { signal: new AbortController().signal, onStep: () => {} });
const mountLate = (session: RunningSession, parts = WHOLE) => engine.mount(session.key, { source, target: '/data/v', parts });

it('is seen by a program that runs, also where public code looks for it, and goes again', async () => {
  const session = await start();
  expect(await inside(session, 'os.path.exists("/data")')).toBe('False');
  await mountLate(session);
  for (const path of ['/data/v/file', '/data/user/v/file', '/media/home/data/v/file']) expect(await inside(session, `open("${path}").read()`)).toBe("'archive file'");
  expect(await engine.unmount(session.key, '/data/v')).toEqual({ busy: [] });
  expect(await inside(session, '[os.listdir(d) for d in ("/data", "/data/user", "/media/home/data")]')).toBe("[['user'], [], []]");
  await mountLate(session);
  expect(await inside(session, 'open("/media/home/data/v/file").read()')).toBe("'archive file'");
});

it('comes beside volumes that were there from the start, which can go too', async () => {
  const session = await start({ mounts: [{ source, target: '/data/first', mode: 'ro' }], links: volumeLinks(['first']) });
  await mountLate(session);
  expect(await inside(session, 'sorted(os.listdir("/data/user")) + sorted(os.listdir("/media/home/data"))')).toBe("['first', 'v', 'first', 'v']");
  expect(await engine.unmount(session.key, '/data/first')).toEqual({ busy: [] });
  expect(await inside(session, 'sorted(os.listdir("/data")) + os.listdir("/data/user") + os.listdir("/media/home/data")')).toBe("['user', 'v', 'v', 'v']");
});

it.each([['cold', false], ['warm', true]])('cannot be written, remounted or unmounted by a session that started %s', async (_, warmed) => {
  const spec = specOf(place.base, { argv: python(WAIT + CALCULATE) });
  const { signal } = new AbortController();
  const warm = warmed ? await engine.warm(warmSpecOf(spec), { signal }) : undefined;
  const session = await engine.start(spec, { signal, onStep: () => {}, ...(warm && { warm }) });
  expect(session.warm ?? false).toBe(warmed);
  await mountLate(session, RULES);
  const attempts: [string, string][] = [
    ['open("/data/v/file", "a")', 'EROFS'], ['open("/data/user/v/new", "w")', 'EROFS'], ['os.unlink("/data/v/file")', 'EROFS'], ['os.chmod("/data/v/file", 0)', 'EROFS'],
    ['os.mkdir("/data/v/secret/new")', 'EROFS'], ['open("/data/v/secret/open/file", "a")', 'EROFS'], ['os.mkdir("/data/new")', 'EROFS'], ['os.mkdir("/new")', 'EROFS'],
    ['os.unlink("/data/user/v")', 'EROFS'], ['os.mkdir("/media/home/data/new")', 'EROFS'], ['os.rename("/media/home/data", "/media/home/other")', 'EBUSY'],
    ['call("mount", b"none", b"/data/v", None, 0x20 | 0x1000, None)', 'EPERM'], ['call("umount2", b"/data/v/secret", 2)', 'EPERM'], ['call("umount2", b"/data/v", 2)', 'EPERM'],
    ['call("syscall", 428, -100, b"/data/v", 1)', 'EPERM'], ['call("syscall", 429, -100, b"/data/v/secret", -100, b"/tmp", 0)', 'EPERM'], ['call("syscall", 442, -100, b"/data/v", 0, b"", 0)', 'EPERM']
  ];
  for (const [attempt, refused] of attempts) expect([attempt, await inside(session, attempt)]).toEqual([attempt, refused]);
  expect(readFileSync(join(source, 'file'), 'utf8')).toBe('archive file');
});

it('shows what is allowed and nothing else', async () => {
  const session = await start();
  symlinkSync('secret', join(source, 'by-link'));
  await mountLate(session, RULES);
  expect(await inside(session, 'sorted(os.listdir("/data/v"))')).toBe("['by-link', 'file', 'pub', 'secret']");
  expect(await inside(session, 'os.listdir("/data/v/secret") + os.listdir("/data/v/by-link")')).toBe("['open', 'open']");
  expect(await inside(session, 'open("/data/v/secret/open/file").read()')).toBe("'archive secret/open/file'");
  expect(await inside(session, 'open("/data/v/secret/open/../file")')).toBe('ENOENT');
  await engine.unmount(session.key, '/data/v');
  await mountLate(session, [{ prefix: '', allowed: false }, { prefix: 'secret/open', allowed: true }]);
  expect(await inside(session, '[os.listdir("/data/v"), os.listdir("/data/v/secret"), os.listdir("/data/v/secret/open")]')).toBe("[['secret'], ['open'], ['file']]");
  expect(await inside(session, 'os.mkdir("/data/v/new")')).toBe('EROFS');
});

it('refuses a rule about what is no directory, or lies behind a link', async () => {
  const session = await start();
  symlinkSync(place.base, join(source, 'out'));
  symlinkSync('secret', join(source, 'around'));
  for (const prefix of ['out', 'out/homes', 'around', 'around/own', '..', '../homes', 'nowhere', 'file']) {
    for (const allowed of [true, false]) {
      await expect(mountLate(session, [{ prefix: '', allowed: !allowed }, { prefix, allowed }])).rejects.toMatchObject({ code: 'volume-unreachable' });
    }
  }
  expect(await engine.mounts(session.key)).toEqual([]);
});

it('names who uses it, in whatever way, and takes it out nevertheless when told', async () => {
  const session = await start();
  await mountLate(session);
  const name = (await inside(session, 'open("/proc/self/comm").read().strip()')).slice(1, -1);
  const pid = Number(await inside(session, 'os.getpid()'));
  for (const [use, release] of [
    ['kept.append(open("/data/v/file"))', 'kept.pop().close()'],
    ['os.chdir("/data/v/pub")', 'os.chdir("/")'],
    ['[kept.append(mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)) for f in [open("/data/v/file")] if not f.seek(0)]', 'kept.pop().close()']
  ] as const) {
    await inside(session, use);
    expect([use, await engine.unmount(session.key, '/data/v')]).toEqual([use, { busy: [{ pid, name }] }]);
    await inside(session, release);
  }
  expect(await engine.mounts(session.key)).toEqual(['/data/v']);
  await inside(session, 'kept.append(open("/data/v/file"))');
  expect(await engine.unmount(session.key, '/data/v', { force: true })).toEqual({ busy: [] });
  expect(await inside(session, '[kept[0].read(), os.path.exists("/data/v")]')).toBe("['archive file', False]");
});

it.each([['late', false], ['from the start', true]])('keeps hidden what is hidden, for whoever stays inside a volume that came %s', async (_, early) => {
  const { mounts, covers } = volumeMounts({ name: 'v', source, parts: RULES });
  const session = await start(early ? { mounts, covers, links: volumeLinks(['v']) } : {});
  if (!early) await mountLate(session, RULES);
  await inside(session, 'os.chdir("/data/v")');
  expect((await engine.unmount(session.key, '/data/v')).busy).toHaveLength(1);
  await engine.unmount(session.key, '/data/v', { force: true });
  expect(await engine.mounts(session.key)).toEqual([]);
  expect(await inside(session, 'os.path.exists("/data/v/file") or os.path.exists("/data/user/v/file")')).toBe('False');
  // What came late is really let go of.
  if (!early) expect(await inside(session, '[line for line in open("/proc/self/mountinfo") if "/data/v" in line]')).toBe('[]');
  expect(await inside(session, 'open("file").read()')).toBe("'archive file'");
  expect(await inside(session, 'open("secret/file").read()')).toBe('ENOENT');
  expect(await inside(session, 'os.listdir("secret")')).toBe("['open']");
  await inside(session, 'os.chdir("/")');
  // Rights that were changed meanwhile are those of what is mounted next.
  await mountLate(session, [{ prefix: '', allowed: false }, { prefix: 'pub', allowed: true }]);
  expect(await inside(session, 'os.listdir("/data/v")')).toBe("['pub']");
  expect(await engine.unmount(session.key, '/data/v')).toEqual({ busy: [] });
  expect(await engine.mounts(session.key)).toEqual([]);
  expect(await inside(session, 'os.path.exists("/data/v/file")')).toBe('False');
});

it('takes out a volume of which only parts were mounted at the start', async () => {
  const { mounts, covers } = volumeMounts({ name: 'v', source, parts: [{ prefix: '', allowed: false }, { prefix: 'secret/open', allowed: true }] });
  const session = await start({ mounts, covers });
  expect(await engine.mounts(session.key)).toEqual(['/data/v']);
  expect(await engine.unmount(session.key, '/data/v')).toEqual({ busy: [] });
  expect(await engine.mounts(session.key)).toEqual([]);
  expect(await inside(session, 'os.path.exists("/data/v/secret")')).toBe('False');
});

it('leaves a directory of the user alone that is in the place of the links', async () => {
  const own = join(place.base, 'homes', 'ann', 'test', 'data');
  const session = await start();
  await inside(session, '[os.mkdir("/media/home/data"), open("/media/home/data/mine", "w").close()]');
  await mountLate(session);
  expect(await inside(session, '[os.listdir("/media/home/data"), os.path.exists("/data/user/v/file")]')).toBe("[['mine'], True]");
  await engine.unmount(session.key, '/data/v');
  expect(readdirSync(own)).toEqual(['mine']);
});

it('is not led away by links that the user puts in the place of the links', async () => {
  const session = await start();
  await inside(session, '[os.symlink("/run/datalabs/session", "/media/home/data")]');
  await mountLate(session);
  expect(await inside(session, '[os.path.exists("/run/datalabs/session/v"), os.path.exists("/data/v/file")]')).toBe('[False, True]');
});

it('does not come where its source is missing, is no directory or does not answer', async () => {
  const session = await start();
  for (const name of ['nowhere', 'völume of old/file']) {
    await expect(engine.mount(session.key, { source: join(place.base, name), target: '/data/v', parts: WHOLE })).rejects.toMatchObject({ code: 'volume-unreachable' });
  }
  await expect(mountVolume(processId(process.pid)!, { source, target: '/data/v', parts: WHOLE }, 0)).rejects.toMatchObject({ code: 'volume-unreachable' });
  expect(await engine.mounts(session.key)).toEqual([]);
  expect(existsSync('/data/v')).toBe(false);
});

it('comes into a session with a network of its own', async () => {
  if (egressProblem() !== null) return;
  const session = await start({ network: 'egress' });
  await mountLate(session, RULES);
  expect(await inside(session, '[open("/data/v/file").read(), os.listdir("/data/v/secret")]')).toBe("['archive file', ['open']]");
  expect(await engine.unmount(session.key, '/data/v')).toEqual({ busy: [] });
});

function mountsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/mountinfo`, 'utf8');
  } catch {
    return '';
  }
}

it.each([['cold', false], ['warm', true]])('gets nothing that the machine mounts below a volume later, in a session that started %s, and holds nothing else of the machine', async (_, warmed) => {
  // As systemd has it, where everything is shared: what is mounted there comes to whoever has a copy.
  const disk = join(place.base, 'disk');
  const other = join(disk, 'other');
  const mount = (...words: string[]): void => expect([words, spawnSync('mount', words).status]).toEqual([words, 0]);
  mkdirSync(disk);
  try {
    mount('-t', 'tmpfs', 'archive', disk);
    mount('--make-shared', disk);
    mkdirSync(other);
    mount('-t', 'tmpfs', 'other', other);
    mkdirSync(join(disk, 'volume/late'), { recursive: true });
    const spec = specOf(place.base, { argv: python(WAIT + CALCULATE), mounts: [{ source: join(disk, 'volume'), target: '/data/v', mode: 'ro' }] });
    const { signal } = new AbortController();
    const warm = warmed ? await engine.warm(warmSpecOf(spec), { signal }) : undefined;
    const session = await engine.start(spec, { signal, onStep: () => {}, ...(warm && { warm }) });
    expect(session.warm ?? false).toBe(warmed);
    mount('-t', 'tmpfs', '-o', 'mode=777', 'late', join(disk, 'volume/late'));
    writeFileSync(join(disk, 'volume/late/file'), 'later');
    expect(await inside(session, 'os.listdir("/data/v/late")')).toBe('[]');
    expect(await inside(session, 'open("/data/v/late/mine", "w")')).toBe('EROFS');
    expect(existsSync(join(disk, 'volume/late/mine'))).toBe(false);
    expect(spawnSync('umount', [other]).status).toBe(0);
    const holders = readdirSync('/proc').filter(pid => /^\d+$/.test(pid)).filter(pid => mountsOf(pid).includes(` ${other} `));
    expect(holders).toEqual([]);
  } finally {
    for (const path of [join(disk, 'volume/late'), other, disk]) spawnSync('umount', ['-l', path]);
  }
});

it('closes the volumes that an ordinary user\'s session started with: what came below one is read-only, and nothing more comes', async () => {
  const disk = join(place.base, 'disk');
  const volume = join(disk, 'volume');
  const at = (name: string): string => join(volume, name);
  const mount = (...words: string[]): void => expect([words, spawnSync('mount', words).status]).toEqual([words, 0]);
  mkdirSync(disk);
  // Nothing is staged for an ordinary user: bubblewrap alone, as it is called then.
  let sandbox: ChildProcess | null = null;
  try {
    mount('-t', 'tmpfs', 'archive', disk);
    mount('--make-shared', disk);
    for (const name of ['ear ly', 'late']) mkdirSync(at(name), { recursive: true });
    sandbox = spawn('bwrap', ['--unshare-user', '--unshare-pid', '--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64', '--ro-bind', volume, '/data/v w', '--as-pid-1', '--info-fd', '3', 'sh', '-c', 'echo there; read -r end'], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
    const [info] = await Promise.all([text(sandbox.stdio[3] as Readable), once(sandbox.stdout!, 'data')]);
    const pid = (JSON.parse(info) as { 'child-pid': number })['child-pid'];
    const seen = (name: string): string => `/proc/${pid}/root/data/v w/${name}`;
    mount('-t', 'tmpfs', '-o', 'mode=777', 'early', at('ear ly'));
    writeFileSync(seen('ear ly/mine'), 'the hole');
    const complaints: object[] = [];
    await holdVolumes(processId(pid)!, { ...quiet, warn: fields => complaints.push(fields) });
    expect(complaints).toEqual([]);
    mount('-t', 'tmpfs', '-o', 'mode=777', 'late', at('late'));
    expect(() => writeFileSync(seen('ear ly/more'), 'no')).toThrow('EROFS');
    expect(() => writeFileSync(seen('late/mine'), 'no')).toThrow('EROFS');
    expect(readdirSync(at('late'))).toEqual([]);
  } finally {
    sandbox?.stdin?.end();
    for (const path of [at('ear ly'), at('late'), disk]) spawnSync('umount', ['-l', path]);
  }
});
