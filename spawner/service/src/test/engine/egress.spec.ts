import { jest } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EGRESS } from '../../builders/bwrap-scripts.js';
import { egressProblem } from '../../engine/local/prepare.js';
import { makePlace, python, SERVE, specOf } from './support.js';

jest.setTimeout(30_000);

/** Nothing here sends anything: what is attempted fails at routing, or before a neighbour is found. */
const PROBE = String.raw`
import errno, json, os, socket, struct, time
def address(text): return socket.inet_ntoa(struct.pack("=I", int(text, 16)))
rows = [line.split() for line in open("/proc/net/route").read().splitlines()[1:]]
gateway = os.environ.get("HOST_GATEWAY")
def outcome(target):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.settimeout(5)
    began = time.monotonic()
    try:
        s.connect((target, 9))
        name = "CONNECTED"
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return [name, time.monotonic() - began < 1]
def neighbours(targets):
    for target in targets: send_bound(target)
    return [l.split()[0] for l in open("/proc/net/arp").read().splitlines()[1:] if int(l.split()[2], 16) & 2]
def send_bound(target):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, routed[0].encode())
        s.settimeout(0.3)
        s.connect((target, 9))
        try:
            s.send(b"x"); s.recv(1)
        except OSError: pass
def source(target):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect((target, 53)); return s.getsockname()[0]
routed = [r[0] for r in rows if r[0] != "*"]
own = source("10.0.2.3")
number = struct.unpack("!I", socket.inet_aton(own))[0]
beside = socket.inet_ntoa(struct.pack("!I", number ^ 4))
print(json.dumps({
  "open": sorted((address(r[1]), address(r[7]), address(r[2])) for r in rows if r[0] != "*"),
  "blocked": sorted(address(r[1]) + " " + address(r[7]) for r in rows if r[0] == "*"),
  "gateway": gateway, "attempts": {t: outcome(t) for t in [gateway, beside, "10.0.2.2", "169.254.169.254", "168.63.129.16", "192.168.1.1", "198.18.0.1"] if t},
  "neighbours": neighbours([t for t in [gateway, beside, "198.18.0.1"] if t])
}), flush=True)
`;

function hostGateway(): string | null {
  const rows = readFileSync('/proc/net/route', 'utf8').trim().split('\n').slice(1).map(line => line.split('\t'));
  const hex = rows.find(row => row[1] === '00000000' && row[2] !== '00000000')?.[2];
  return hex === undefined ? null : [...Buffer.from(hex, 'hex').reverse()].join('.');
}

const problem = egressProblem();
const name = 'leaves neither the gateway nor its subnet reachable, and the name server routed';
(problem === null ? it : it.skip)(problem === null ? name : `${name} (skipped: ${problem.what})`, async () => {
  const gateway = hostGateway();
  const place = makePlace();
  const engine = place.engine();
  try {
    const { key } = await engine.start(specOf(place.base, { network: 'egress', argv: python(PROBE + SERVE), environment: gateway === null ? {} : { HOST_GATEWAY: gateway } }), { signal: new AbortController().signal, onStep: () => {} });
    // The log is complete once the session has ended.
    await engine.stop(key);
    const lines = await engine.logTail(key, 50);
    const seen = JSON.parse(lines.find(line => line.startsWith('{')) ?? '{}') as {
      open: unknown[];
      blocked: string[];
      attempts: Record<string, [string, boolean]>;
      neighbours: string[];
    };
    expect(seen.open).toEqual([['0.0.0.0', '0.0.0.0', '192.0.0.8'], ['10.0.2.3', '255.255.255.255', '192.0.0.8']]);
    expect(seen.blocked).toEqual(expect.arrayContaining(['10.0.0.0 255.0.0.0', '192.168.0.0 255.255.0.0', ...(gateway === null ? [] : [`${gateway} 255.255.255.255`])]));
    for (const [target, outcome] of Object.entries(seen.attempts)) {
      expect([target, ...outcome]).toEqual([target, expect.stringMatching(/^(EHOSTUNREACH|ENETUNREACH)$/), true]);
    }
    expect(seen.neighbours).toEqual(['192.0.0.8']);
  } finally {
    for (const session of await engine.list()) await engine.stop(session.key, { graceMs: 0 });
    await engine.close();
    place.remove();
  }
});

const offline = 'starts with its loopback alone where the machine has no network';
(problem === null ? it : it.skip)(problem === null ? offline : `${offline} (skipped: ${problem.what})`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'dl-egress-'));
  try {
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      // What it made for itself is gone before the program starts.
      ['--user', '--map-root-user', '--net', 'sh', '-c', EGRESS, 'datalab-egress', directory, 'sh', '-c', 'ls -A "$1"; cat /proc/net/dev', 'sh', directory],
      { encoding: 'utf8' }
    );
    expect(stdout).not.toContain('egress');
    rmdirSync(directory);
    expect(status).toBe(0);
    expect([...stdout.matchAll(/^ *(\w+):/gm)].map(([, device]) => device)).toEqual(['lo']);
    expect(stderr).toContain('this machine has no network now');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

const killed = 'leaves nothing outside the directory of its session when it is killed';
(problem === null ? it : it.skip)(problem === null ? killed : `${killed} (skipped: ${problem.what})`, async () => {
  const place = mkdtempSync(join(tmpdir(), 'dl-egress-'));
  try {
    const [session, elsewhere, bin] = ['session', 'elsewhere', 'bin'].map(name => join(place, name)) as [string, string, string];
    [session, elsewhere, bin].forEach(directory => mkdirSync(directory));
    // It never gets ready.
    writeFileSync(join(bin, 'pasta'), '#!/bin/sh\necho started >&2\nexec sleep 600\n', { mode: 0o755 });
    const child = spawn('sh', ['-c', EGRESS, 'datalab-egress', session, 'true'], {
      detached: true, env: { PATH: `${bin}:${process.env['PATH']}`, TMPDIR: elsewhere }, stdio: ['ignore', 'ignore', 'pipe']
    });
    await once(child.stderr!, 'data');
    const ended = once(child, 'close');
    process.kill(-child.pid!, 'SIGKILL');
    await ended;
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(readdirSync(session)).toEqual(['egress']);
  } finally {
    rmSync(place, { recursive: true });
  }
});
