import { jest } from '@jest/globals';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { LocalEngine } from '../../engine/local/index.js';
import { warmSpecOf } from '../../builders/environment.js';
import { listenUnix, makePlace, python, SERVE, specOf, WAIT, type Place } from './support.js';

jest.setTimeout(60_000);

/** Each attempt prints `name: refused …` or `name: DONE`; written in Python because that is what a user has. */
const ATTEMPTS = String.raw`
import ctypes, errno, fcntl, os, socket, struct, sys, urllib.request
libc = ctypes.CDLL(None, use_errno=True)
def call(function, *arguments):
    if getattr(libc, function)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def syscall(number, *arguments):
    call("syscall", number, *arguments)
def attempt(name, action):
    try:
        action()
        print(name + ": DONE", flush=True)
    except Exception as error:
        print(name + ": refused " + errno.errorcode.get(getattr(error, "errno", None) or 0, type(error).__name__), flush=True)
def write(path):
    with open(path, "a") as out:
        out.write("0"); out.flush()
def connect(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as s:
        s.settimeout(2); s.connect(address)
def child_clone():
    # CLONE_NEWUSER | SIGCHLD through the plain call
    import platform
    number = {"x86_64": 56, "aarch64": 220}[platform.machine()]
    syscall(number, 0x10000000 | 17, 0, 0, 0, 0)
master, slave = os.openpty()
import platform
X = platform.machine() == "x86_64"
attempt("host loopback", lambda: connect(socket.AF_INET, ("127.0.0.1", int(os.environ["HOST_PORT"]))))
attempt("abstract socket", lambda: connect(socket.AF_UNIX, "\0" + os.environ["ABSTRACT"]))
attempt("state directory", lambda: os.listdir(os.environ["STATE"]))
attempt("store", lambda: open(os.environ["STATE"] + "/hub.sqlite"))
attempt("other socket", lambda: connect(socket.AF_UNIX, os.environ["OTHER"]))
attempt("write /proc/sys", lambda: write("/proc/sys/kernel/hostname"))
attempt("write sysrq", lambda: write("/proc/sysrq-trigger"))
attempt("write /data", lambda: write("/data/v/file"))
attempt("create in /data", lambda: write("/data/v/new"))
attempt("create in /data root", lambda: os.mkdir("/data/new"))
for link in sorted(os.listdir("/data/v/links")):
    attempt("through " + link, lambda: os.stat("/data/v/links/" + link))
attempt("create through a link", lambda: write("/data/v/links/new"))
attempt("create in /dev", lambda: os.mkdir("/dev/new"))
attempt("write /usr", lambda: write("/usr/bin/env"))
attempt("write /etc", lambda: write("/etc/passwd"))
attempt("remount", lambda: call("mount", b"none", b"/data/v", None, 0x20 | 0x1000, None))
attempt("mount", lambda: call("mount", b"none", b"/tmp", b"tmpfs", 0, None))
attempt("umount", lambda: call("umount2", b"/data/v", 2))
attempt("unshare user", lambda: call("unshare", 0x10000000))
attempt("unshare net", lambda: call("unshare", 0x40000000))
attempt("setns", lambda: call("setns", os.open("/proc/self/ns/net", 0), 0))
attempt("clone user", child_clone)
attempt("clone3", lambda: syscall(435, 0, 0))
attempt("ptrace", lambda: call("ptrace", 0, 0, 0, 0))
attempt("process_vm_readv", lambda: call("process_vm_readv", os.getppid(), 0, 0, 0, 0, 0))
attempt("bpf", lambda: syscall(321 if X else 280, 0, 0, 0))
attempt("io_uring", lambda: syscall(425, 1, 0))
attempt("userfaultfd", lambda: syscall(323 if X else 282, 0))
attempt("perf", lambda: syscall(298 if X else 241, 0, 0, -1, -1, 0))
attempt("keyctl", lambda: syscall(250 if X else 219, 0, -3, 0))
attempt("raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt("packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
attempt("vsock", lambda: socket.socket(40, socket.SOCK_STREAM))
attempt("netlink audit", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9))
attempt("hidden family", lambda: syscall(41 if X else 198, ctypes.c_ulong((1 << 32) | 40), 1, 0))
attempt("device node", lambda: os.mknod("/tmp/disk", 0o060600, os.makedev(254, 0)))
attempt("TIOCSTI", lambda: fcntl.ioctl(slave, 0x5412, b"x"))
attempt("TIOCSTI high bits", lambda: call("ioctl", slave, ctypes.c_ulong((1 << 32) | 0x5412), b"x"))
attempt("TIOCLINUX", lambda: fcntl.ioctl(slave, 0x541C, b"\x02"))
attempt("setuid root", lambda: os.setuid(0))
attempt("see host processes", lambda: {p: 1 for p in os.listdir("/proc") if p.isdigit() and int(p) > 99}.popitem())
print("me:", os.getuid(), os.getgid(), __import__("pwd").getpwuid(os.getuid()).pw_name, os.environ["HOME"], flush=True)
print("files of pid 1:", sorted(os.listdir("/proc/1/fd")), flush=True)
size = lambda path: os.statvfs(path).f_blocks * os.statvfs(path).f_frsize // 2**20
print("MiB:", [size(path) for path in ("/tmp", "/var/tmp", "/dev/shm")], flush=True)
print("environment:", sorted(os.environ), flush=True)
print("hub:", urllib.request.urlopen("http://127.0.0.1:8081/hub/api").read().decode(), flush=True)
`;

let place: Place;
let engine: LocalEngine;
const servers: { close(): unknown }[] = [];
const listen = (where: string | number): Promise<Server> => {
  const server = createServer(socket => socket.end('host'));
  servers.push(server);
  return new Promise(resolve => (typeof where === 'number' ? server.listen(where, '127.0.0.1', () => resolve(server)) : server.listen(where, () => resolve(server))));
};

beforeEach(() => {
  place = makePlace();
  engine = place.engine({ hubSocketDir: ({ name }) => join(place.base, 'run', name.startsWith('~') ? name : 'hub') });
});
afterEach(async () => {
  for (const session of await engine.list()) await engine.stop(session.key, { graceMs: 0 });
  await engine.close();
  for (const server of servers.splice(0)) server.close();
  place.remove();
});

async function report(owner: string, warmed: boolean): Promise<string[]> {
  const volume = join(place.base, 'volume');
  mkdirSync(volume, { recursive: true });
  writeFileSync(join(volume, 'file'), 'archive');
  // Writable by everybody on the host: only the mount refuses.
  chmodSync(volume, 0o777);
  chmodSync(join(volume, 'file'), 0o666);
  const store = join(place.base, 'hub.sqlite');
  writeFileSync(store, '', { mode: 0o666 });
  // What an archive could hold by mistake: none of it may lead to a file of the host.
  const links = join(volume, 'links');
  mkdirSync(links);
  for (const [name, target] of Object.entries({ absolute: store, upwards: '../../hub.sqlite', far: `${'../'.repeat(30)}${store}`, file: '/etc/hostname', through: '/proc/1/root/etc/hostname', new: join(place.base, 'new') })) {
    symlinkSync(target, join(links, name));
  }
  const tcp = await listen(0);
  const abstract = `datalabs-test-${process.pid}-${owner}`;
  await listen(`\0${abstract}`);
  const start = async (change: Parameters<typeof specOf>[1], warmed = false) => {
    const spec = specOf(place.base, change);
    const { signal } = new AbortController();
    const warm = warmed ? await engine.warm(warmSpecOf(spec), { signal }) : undefined;
    const running = await engine.start(spec, { signal, onStep: () => {}, ...(warm && { warm }) });
    expect(running.warm ?? false).toBe(warmed);
    return running;
  };
  const other = await start({ key: { owner: 'bob', name: owner }, home: join(place.base, 'homes', 'bob', owner) });
  const key = { owner, name: 'probe' };
  await start({
    key,
    home: join(place.base, 'homes', owner, 'test'),
    argv: python(WAIT + ATTEMPTS + SERVE),
    mounts: [{ source: volume, target: '/data/v', mode: 'ro' }],
    environment: {
      STATE: place.base,
      HOST_PORT: String((tcp.address() as { port: number }).port),
      ABSTRACT: abstract,
      OTHER: decodeURIComponent(other.target.slice('http+unix://'.length))
    }
  }, warmed);
  // The log is complete once the session has ended.
  await engine.stop(key);
  return engine.logTail(key, 100);
}

it.each([['ordinary', false], ['warm', true]])('refuses every way out of an %s sandbox', async (_, warmed) => {
  servers.push(await listenUnix(join(place.base, 'run', 'hub', 'hub.sock'), 'hub answers'));
  chmodSync(join(place.base, 'run', 'hub', 'hub.sock'), 0o666);
  const lines = await report('ann', warmed);
  const attempts = lines.filter(line => /: (refused|DONE)/.test(line));
  expect(attempts.length).toBe(46);
  expect(attempts.filter(line => !/: refused/.test(line))).toEqual([]);
  const whyNot = Object.fromEntries(attempts.map(line => line.split(': refused ')));
  expect(whyNot).toMatchObject({
    'host loopback': 'ECONNREFUSED', 'state directory': 'ENOENT', store: 'ENOENT', 'other socket': 'ENOENT',
    'write /data': 'EROFS', 'create in /data': 'EROFS', 'create in /data root': 'EROFS',
    'through absolute': 'ENOENT', 'through upwards': 'ENOENT', 'through far': 'ENOENT', 'create through a link': 'ENOENT', 'create in /dev': 'EROFS',
    mount: 'EPERM', 'unshare user': 'EPERM', setns: 'EPERM', 'clone user': 'EPERM', clone3: 'ENOSYS', ptrace: 'EPERM', io_uring: 'EPERM',
    'raw socket': 'EPERM', 'packet socket': 'EAFNOSUPPORT', vsock: 'EAFNOSUPPORT', 'hidden family': 'EAFNOSUPPORT', TIOCSTI: 'EPERM', 'TIOCSTI high bits': 'EPERM', TIOCLINUX: 'EPERM'
  });
  expect(lines).toContain('me: 1000 1000 datalab /media/home');
  expect(lines.find(line => line.startsWith('files of pid 1'))).toBe("files of pid 1: ['0', '1', '2']");
  expect(lines).toContain('MiB: [256, 128, 128]');
  expect(lines.find(line => line.startsWith('environment:'))).not.toMatch(/NODE|npm|JEST/);
  expect(lines).toContain('hub: hub answers');
});
