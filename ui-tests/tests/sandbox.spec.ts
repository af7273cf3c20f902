import { existsSync, readdirSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { HubClient } from '../src/client.js';
import { expect, test } from '../src/fixtures.js';
import type { Hub } from '../src/hub.js';
import { Kernel } from '../src/kernel.js';

/** Each attempt prints its outcome; "refused: …" names the error the kernel or the file system gave. */
function probe(port: number, store: string): string {
  return `
import ctypes, errno, glob, json, os, socket, subprocess
libc = ctypes.CDLL(None, use_errno=True)
result = {}
def attempt(name, action):
    try:
        value = action()
        result[name] = 'done' if value is None else f'done: {value}'
    except OSError as error:
        result[name] = 'refused: ' + errno.errorcode.get(error.errno, str(error))
def call(value):
    if value == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(3)
        s.connect(address)
def opened(family, kind, protocol=0):
    socket.socket(family, kind, protocol).close()
attempt('host loopback', lambda: connect(socket.AF_INET, ('127.0.0.1', ${port})))
attempt('host address', lambda: connect(socket.AF_INET, ('10.0.2.2', ${port})))
attempt('cloud metadata', lambda: connect(socket.AF_INET, ('169.254.169.254', 80)))
attempt('hub store', lambda: open(${JSON.stringify(store)}, 'rb').read(1).hex())
attempt('state directory', lambda: os.listdir(${JSON.stringify(join(store, '..', 'homes'))}))
attempt('other entrances', lambda: os.listdir(${JSON.stringify(join(store, '..', 'run'))}))
attempt('proc sys', lambda: open('/proc/sys/kernel/core_pattern', 'w').write('x'))
attempt('sysrq', lambda: open('/proc/sysrq-trigger', 'w').write('h'))
attempt('ptrace', lambda: call(libc.ptrace(16, os.getppid(), 0, 0)))
attempt('unshare user', lambda: call(libc.unshare(0x10000000)))
attempt('unshare mount', lambda: call(libc.unshare(0x00020000)))
attempt('mount', lambda: call(libc.mount(b'none', b'/media/home', b'tmpfs', 0, None)))
attempt('remount', lambda: call(libc.mount(b'none', b'/data/euclid_q1', None, 32, None)))
attempt('bpf', lambda: call(libc.syscall(321, 0, 0, 0)))
attempt('keyctl', lambda: call(libc.syscall(250, 0, 0, 0)))
attempt('raw socket', lambda: opened(socket.AF_INET, socket.SOCK_RAW, 1))
attempt('packet socket', lambda: opened(17, socket.SOCK_RAW))
attempt('vsock', lambda: opened(40, socket.SOCK_STREAM))
attempt('write volume', lambda: open('/data/euclid_q1/new', 'w').close())
attempt('write link', lambda: open('/data/user/euclid_q1/new', 'w').close())
attempt('chmod volume', lambda: os.chmod('/data/euclid_q1', 0o777))
attempt('write usr', lambda: open('/usr/new', 'w').close())
attempt('out of the volume', lambda: open('/data/euclid_q1/../../etc/shadow').read())
attempt('setuid', lambda: os.setuid(0))
result['uid'] = [os.getuid(), os.getgid(), os.getgroups()]
result['home'] = [os.environ['HOME'], os.path.realpath('/media/user'), os.path.realpath('/data/user/euclid_q1')]
result['pid 1'] = open('/proc/1/comm').read().strip()
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
result['caps'] = [status[k].strip() for k in ('CapEff', 'CapPrm', 'CapBnd')]
result['guards'] = [status[k].strip() for k in ('NoNewPrivs', 'Seccomp')]
commands = [open(p, 'rb').read() for p in glob.glob('/proc/[0-9]*/cmdline')]
token = os.environ.get('JUPYTERHUB_API_TOKEN', 'absent').encode()
result['token in a command line'] = any(token in c for c in commands)
print(json.dumps(result))
`;
}

async function kernelIn(hub: Hub, client: HubClient): Promise<Kernel> {
  const session = await client.ready('euclid', 'euclid');
  const token = await client.token([`access:servers!server=${client.user}/euclid`]);
  return Kernel.start(new URL(session.url, hub.origin).href, token, 'euclid');
}

test.describe('from inside a sandbox', () => {
  let kernel: Kernel;

  test.beforeAll(async ({ hub, client }) => {
    kernel = await kernelIn(hub, client);
  });
  test.afterAll(async ({ client }) => {
    await client.remove('euclid');
  });

  test('host, store, other sessions, kernel and volumes are out of reach', async ({ hub }) => {
    const listener = createServer(socket => socket.end());
    await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
    const store = join(hub.state, 'hub.sqlite');
    expect(existsSync(store)).toBe(true);
    try {
      const output = await kernel.run(probe((listener.address() as AddressInfo).port, store));
      const { uid, home, caps, guards, 'pid 1': init, 'token in a command line': leaked, ...attempts } = JSON.parse(output);
      for (const [name, outcome] of Object.entries(attempts)) {
        // A timed out connection is an OSError without a number.
        expect(outcome, name).toMatch(/^refused: /);
      }
      expect(attempts['write volume']).toBe('refused: EROFS');
      expect(attempts['write link']).toBe('refused: EROFS');
      expect(uid.slice(0, 2)).toEqual([1000, 1000]);
      expect(home).toEqual(['/media/home', '/media/home/my_workspace', '/data/euclid_q1']);
      expect(caps).toEqual(Array(3).fill('0000000000000000'));
      expect(guards).toEqual(['1', '2']);
      expect(init).toBe('tini');
      expect(leaked).toBe(false);
    } finally {
      listener.close();
    }
  });

  test("the session's own token reaches nothing but its activity", async ({ client }) => {
    const output = await kernel.run(`
import json, os, urllib.error, urllib.request
api, token, user = (os.environ[k] for k in ('JUPYTERHUB_API_URL', 'JUPYTERHUB_API_TOKEN', 'JUPYTERHUB_USER'))
def status(method, path, body=None):
    request = urllib.request.Request(api + path, None if body is None else json.dumps(body).encode(), {'Authorization': 'token ' + token, 'Content-Type': 'application/json'}, method=method)
    try:
        return urllib.request.urlopen(request, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code
now = '2000-01-01T00:00:00Z'
print(json.dumps([
    status('GET', '/user'),
    status('POST', f'/users/{user}/activity', {'servers': {'euclid': {'last_activity': now}}}),
    status('POST', f'/users/{user}/activity', {'servers': {'topcat': {'last_activity': now}}}),
    status('POST', f'/users/{user}/tokens', {'scopes': [f'servers!user={user}']}),
    status('POST', f'/users/{user}/servers/more', {'datalab': 'topcat'}),
    status('DELETE', f'/users/{user}/server'),
    status('GET', '/users')
]))
`);
    const [self, activity, otherActivity, ...refused] = JSON.parse(output) as number[];
    expect(self).toBe(200);
    expect(activity).toBe(200);
    expect([400, 403]).toContain(otherActivity);
    for (const status of refused) {
      expect(status).toBe(403);
    }
    expect(await client.servers()).not.toHaveProperty('more');
  });

  test('two thousand connections to the hub shut nobody out but the session that made them', async ({ hub, client }) => {
    const topcat = await client.ready('topcat', 'topcat');
    const descriptors = (): number => readdirSync(`/proc/${hub.pid}/fd`).length;
    const before = descriptors();
    // Every answer within a second, from the hub itself and from another session that has to ask the hub about a token it has never seen.
    const answersOthers = async (): Promise<void> => {
      const token = await client.token([`access:servers!server=${client.user}/topcat`]);
      for (const [url, headers] of [[`${hub.origin}/hub/health`, {}], [new URL(`${topcat.url}status`, hub.origin).href, { authorization: `token ${token}` }]] as const) {
        const since = performance.now();
        expect((await fetch(url, { headers })).status, url).toBe(200);
        expect(performance.now() - since, url).toBeLessThan(1000);
      }
    };
    await answersOthers();

    const made = await kernel.run(`
import resource, socket, threading
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
def knock():
    s = socket.socket(socket.AF_UNIX)
    s.connect('/run/datalabs/hub/hub.sock')
    return s
held = [knock() for _ in range(2000)]
print(len(held))
`);
    expect(made).toBe('2000');
    await answersOthers();
    expect(descriptors() - before).toBeLessThan(100);

    // Not only many at once, but without end.
    await kernel.run(`
stop = threading.Event()
def storm():
    while not stop.is_set():
        try: knock().close()
        except OSError: pass
for _ in range(4): threading.Thread(target=storm, daemon=True).start()
`);
    for (let round = 0; round < 10; round++) {
      await answersOthers();
    }
    expect(descriptors() - before).toBeLessThan(100);
    await kernel.run('stop.set()');

    // Who connects and says nothing is shown out, so that the session itself has its way to the hub again although it still holds all of them.
    const reached = await kernel.run(`
import json, os, time, urllib.request
for left in range(40, -1, -1):
    try:
        print(json.load(urllib.request.urlopen(os.environ['JUPYTERHUB_API_URL'], timeout=5))['version'], len(held))
        break
    except OSError:
        if left == 0: raise
        time.sleep(0.5)
`);
    expect(reached).toBe('5.5.4 2000');
    await client.remove('topcat');
  });

  test('a session that writes a gigabyte of log fills no disk', async ({ hub }) => {
    await kernel.run(`
import os, sys
chunk = (b'x' * 1023 + b'\\n') * 64
# What the kernel's own stderr was before its output went to the notebook: the session's log.
log = sys.stderr._original_stdstream_copy
written = 0
while written < 2**30:
    written += os.write(log, chunk)
`);
    const bytes = (folder: string): number =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    const kept = bytes(join(hub.state, 'logs'));
    expect(kept).toBeGreaterThan(2 ** 20);
    expect(kept).toBeLessThan(64 * 2 ** 20);
    expect(await kernel.run("print('alive')")).toBe('alive');
  });
});
