import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Cgroups, killCgroups, members, removeCgroups, wasOutOfMemory, type SessionCgroups } from '../../engine/local/cgroups.js';

const LIMITS = { cpu: 0.5, memoryBytes: 64 * 2 ** 20, pids: 20 };
const name = `jupyter-datalabs-test-${process.pid}`;
const cgroups = new Cgroups({ name });

/** In all groups before it runs anything, and in a session of its own. */
async function enter(groups: SessionCgroups, script: string): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', `while [ "$1" != -- ]; do echo 0 >"$1" || exit 126; shift; done; trap '' TERM; echo joined; ${script}`, 'member',
    ...groups.directories.map(directory => join(directory, 'cgroup.procs')), '--'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  return child;
}

it('says why where there are none', () => {
  const root = mkdtempSync('/tmp/datalabs-cgroups-');
  try {
    const none = new Cgroups({ name, root });
    expect(none.problem).toMatch(/not writable$/);
    expect(none.create('one', LIMITS)).toBeNull();
  } finally {
    rmSync(root, { recursive: true });
  }
});

const [onMachine, reason] = cgroups.problem === null ? [describe, ''] : [describe.skip, ` (skipped: ${cgroups.problem})`];
onMachine(`control groups of this machine${reason}`, () => {
  it('leave nothing behind before the first session', () => {
    const groups = cgroups.create('one', LIMITS) as SessionCgroups;
    const bases = groups.directories.map(directory => dirname(directory));
    expect(removeCgroups(groups)).toBe(true);
    const again = new Cgroups({ name });
    expect(again.problem).toBeNull();
    expect(bases.filter(existsSync)).toEqual([]);
  });

  it('end all members at once, whatever they ignore', async () => {
    const groups = cgroups.create('one', LIMITS) as SessionCgroups;
    const children = await Promise.all([1, 2, 3].map(() => enter(groups, 'exec sleep 1000')));
    expect(members(groups).sort()).toEqual(children.map(child => child.pid).sort());
    expect(removeCgroups(groups)).toBe(false);
    const ends = children.map(child => once(child, 'exit'));
    killCgroups(groups);
    expect(await Promise.all(ends)).toEqual(children.map(() => [null, 'SIGKILL']));
    expect(wasOutOfMemory(groups)).toBe(false);
    expect(removeCgroups(groups)).toBe(true);
  });

  it('tell of a member killed for its memory', async () => {
    const groups = cgroups.create('one', LIMITS) as SessionCgroups;
    const child = await enter(groups, 'exec python3 -c "bytearray(200 * 2**20)"');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(wasOutOfMemory(groups)).toBe(true);
    expect(removeCgroups(groups)).toBe(true);
  });
});
