import { checksOf, type Machine } from '../../commands/checks.js';
import { doctor, type Finding } from '../../commands/doctor.js';
import { DomainError } from '../../domain/errors.js';

const GIB = 2 ** 30;
const NOW = Date.parse('2026-03-01T12:00:00Z');
const ROUTES = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n';

const FILES: Record<string, string> = {
  '/proc/net/route': ROUTES,
  '/proc/stat': `cpu 1\nbtime ${NOW / 1000 - 1000}\n`,
  '/proc/uptime': '1000.20 5\n',
  '/proc/sys/fs/inotify/max_user_instances': '1024\n',
  '/proc/sys/fs/inotify/max_user_watches': '524288\n',
  '/proc/sys/user/max_user_namespaces': '63000\n',
  '/proc/self/limits': 'Limit   Soft Limit   Hard Limit   Units\nMax open files            1048576              1048576              files\n'
};

function machine(changes: Partial<Machine> & { files?: Record<string, string | null> } = {}): Machine {
  const { files = {}, ...rest } = changes;
  const all: Record<string, string | null> = { ...FILES, ...files };
  return {
    stateDir: '/state', host: '127.0.0.1', port: 8000, otherOwner: () => null, read: file => all[file] ?? null, now: () => NOW,
    disk: () => ({ free: 50 * GIB, total: 100 * GIB, inodes: 1000, inodesFree: 900 }),
    sandbox: async () => ({ ok: true, problems: [], warnings: [] }), cgroupProblem: () => null, egressProblem: () => null, hubProcess: null, proxyProcess: null,
    health: async () => 200, portProblem: async () => null, settingProblems: () => [], datalabs: async () => ({ datalabs: [{}], problems: [] }), volumes: async () => [], checkKey: () => undefined, store: async () => null, fileClockSkew: () => 3,
    versions: async () => [{ name: 'Node', found: '24.1.0', wanted: '24.', mend: '' }], modes: () => [{ file: '/state/hub.sqlite', mode: 0o600, most: 0o600 }], ...rest
  };
}

const run = (changes?: Parameters<typeof machine>[0]): ReturnType<typeof doctor> => doctor(checksOf(machine(changes)));
const volume = (available: boolean, reason: string | null, groups: string[] = []): NonNullable<Awaited<ReturnType<Machine['volumes']>>>[number] => ({ name: 'gaia', title: 'Gaia', mission: 'Gaia', description: '', licence: '', simulated: false, path: '/data/gaia', available, reason, groups, state: available ? 'ok' : 'unreachable', since: null, origin: 'file', declared: true, checked: null, absent_groups: groups.filter(name => name !== 'euclid'), entry: { name: 'gaia', title: 'Gaia', mission: 'Gaia', description: 'd', licence: 'l', simulated: false, path: '/archive/gaia', groups, rules: [], examples: [], roots: [], urls: [], tables: [] } });

it('finds nothing wrong with a machine that is well', async () => {
  const { lines, code, json } = await run();
  expect(code).toBe(0);
  expect(lines.at(-1)).toBe('All is well.');
  expect((json as { findings: Finding[] }).findings.map(({ area, verdict }) => [area, verdict])).toEqual(
    ['settings', 'sandbox', 'cgroups', 'network of sessions', 'ports', 'disk', 'store', 'clock', 'datalabs', 'volumes', 'versions', 'kernel limits', 'secrets'].map(area => [area, 'ok'])
  );
});

const hub = { hubProcess: { pid: 3, url: 'http://x' }, proxyProcess: { pid: 4, host: '127.0.0.1', port: 8000 } };
it.each<[string, Parameters<typeof machine>[0], string, 'bad' | 'note', string, string]>([
  ["somebody else's hub", { otherOwner: () => 'datalabs' }, 'user', 'bad', '/state belongs to datalabs', 'Run it as datalabs.'],
  ['no user namespaces', { sandbox: async () => ({ ok: false, problems: ['Sandboxes cannot start here (bwrap: No permissions): allow unprivileged user namespaces.'], warnings: [] }) }, 'sandbox', 'bad', 'Sandboxes cannot start', 'Allow unprivileged user namespaces.'],
  ['no cgroups', { cgroupProblem: () => 'the control groups are not writable' }, 'cgroups', 'note', 'not writable', 'Delegate=yes'],
  ['no tun', { egressProblem: () => ({ what: '/dev/net/tun cannot be opened', action: 'Load the tun module.' }) }, 'network of sessions', 'bad', '/dev/net/tun', 'Load the tun module.'],
  ['no route', { files: { '/proc/net/route': 'Iface\n' } }, 'network of sessions', 'note', 'no default route', 'Connect'],
  ['a taken port', { portProblem: async () => '127.0.0.1:8000 is in use by another program' }, 'ports', 'bad', 'in use', '--port'],
  ['a silent proxy', { ...hub, health: async () => null }, 'ports', 'bad', 'nothing answers at 127.0.0.1:8000', 'proxy.log'],
  ['a hub behind a broken proxy', { ...hub, health: async () => 503 }, 'ports', 'bad', 'answers 503', 'proxy.log'],
  ['a full disk', { disk: () => ({ free: GIB / 2, total: GIB, inodes: 0, inodesFree: 0 }) }, 'disk', 'bad', '512 MiB of 1.0 GiB', 'Make room'],
  ['no inodes', { disk: () => ({ free: 50 * GIB, total: 100 * GIB, inodes: 1000, inodesFree: 3 }) }, 'disk', 'bad', 'only 3 of 1000', 'small files'],
  ['a damaged store', { store: () => Promise.reject(new DomainError('bad-request', '/state/hub.sqlite cannot be read as a store', { action: 'Restore a backup.' })) }, 'store', 'bad', 'cannot be read as a store', 'Restore a backup.'],
  ['a clock an hour back', { store: async () => ({ schema: '1', lastWrite: NOW + 3600_000, users: 1, bytes: 1 }) }, 'clock', 'bad', '1 h from now', 'NTP'],
  ['a file server behind', { fileClockSkew: () => 120_000 }, 'clock', 'note', '2 min behind', 'NTP'],
  ['a clock that was set', { files: { '/proc/uptime': '400.0 5' } }, 'clock', 'note', 'set by 10 min', 'NTP'],
  ['a volume away', { volumes: async () => [volume(true, null), volume(false, 'Its storage does not answer.')] }, 'volumes', 'bad', 'gaia: Its storage does not answer.', 'volumes.yaml'],
  ['a volume for a group that is not there', { volumes: async () => [volume(true, null, ['euclid', 'euklid'])] }, 'volumes', 'note', 'gaia is for the group "euklid"', 'make the group'],
  ['settings that name what is not there', { settingProblems: () => ['volumesFile: there is no file /v.yaml'], volumes: async () => null, datalabs: async () => null }, 'settings', 'bad', '/v.yaml', 'does not start'],
  ['a broken datalab', { datalabs: async () => ({ datalabs: [{}], problems: [{ file: '/d/x/datalab.yaml', line: 2, message: 'kind: toaster' }] }) }, 'datalabs', 'bad', '/d/x/datalab.yaml:2: kind: toaster', 'Mend the file'],
  ['a broken list of volumes', { volumes: () => Promise.reject(new DomainError('bad-request', 'The list of volumes has errors.', { action: 'a', log: ['v.yaml:1: a', 'v.yaml:2: b'] })) }, 'volumes', 'bad', 'has errors', 'Mend v.yaml:1: a; v.yaml:2: b'],
  ['a volume for a group that is none', { volumes: async () => [volume(true, null, ['euclid', 'no-such-group'])] }, 'volumes', 'note', 'gaia is for the group "no-such-group"', 'make the group'],
  ['a damaged key', { checkKey: () => { throw new DomainError('internal', 'The key /state/login.key is damaged', { action: 'Restore it.' }); } }, 'login key', 'bad', '/state/login.key is damaged', 'Restore it.'],
  ['missing software', { versions: async () => [{ name: 'bubblewrap', found: null, mend: 'Install it.' }] }, 'versions', 'bad', 'bubblewrap is missing', 'Install it.'],
  ['other software', { versions: async () => [{ name: 'jupyterhub-singleuser', found: '4.1.0', wanted: '5.', mend: 'Run setup.' }] }, 'versions', 'note', 'is 4.1.0', 'Run setup.'],
  ['few watches', { files: { '/proc/sys/fs/inotify/max_user_instances': '128' } }, 'kernel limits', 'note', 'max_user_instances is 128', 'sysctl fs.inotify.max_user_instances=512'],
  ['no namespaces', { files: { '/proc/sys/user/max_user_namespaces': '0' } }, 'kernel limits', 'bad', 'max_user_namespaces is 0', 'sysctl'],
  ['few files', { files: { '/proc/self/limits': 'Max open files            1024                 4096                 files' } }, 'kernel limits', 'note', '1024 files', 'LimitNOFILE'],
  ['an open secret', { modes: () => [{ file: '/state/hub.sqlite', mode: 0o644, most: 0o600 }] }, 'secrets', 'bad', 'mode 644', 'chmod 600 /state/hub.sqlite']
])('finds %s, and says how to mend it', async (_what, changes, area, verdict, found, mend) => {
  const { lines, code, json } = await run(changes);
  const findings = (json as { findings: Finding[] }).findings.filter(finding => finding.verdict !== 'ok');
  expect(findings).toEqual([{ area: expect.stringContaining(area), verdict, found: expect.stringContaining(found), mend: expect.stringContaining(mend) }]);
  expect(code).toBe(verdict === 'bad' ? 1 : 0);
  expect(lines.join('\n')).toContain(verdict === 'bad' ? '✗ ' : '! ');
  expect(lines.join('\n')).toContain('→ ');
});
