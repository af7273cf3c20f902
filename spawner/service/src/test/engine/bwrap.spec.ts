import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildInsideCommand, buildLaunchCommand, buildSandboxOptions, type LaunchPlan, type SandboxPlan } from '../../builders/bwrap.js';

const plan: SandboxPlan = {
  argv: ['jupyterhub-singleuser', '--ServerApp.sock=/run/datalabs/session/server.sock'],
  environment: { JUPYTERHUB_API_TOKEN: 'secret', JUPYTERHUB_USER: 'ann' },
  binds: [
    { source: '/state/workspaces/ann', target: '/media/home/my_workspace', mode: 'rw' },
    { source: '/state/homes/ann/euclid', target: '/media/home', mode: 'rw' },
    { source: '/archive/q1', target: '/data/euclid_q1', mode: 'ro' }
  ],
  links: [
    { path: '/media/user', target: '/media/home/my_workspace' },
    { path: '/data/user/euclid_q1', target: '/data/euclid_q1' },
    { path: '/media/home/data/euclid_q1', target: '/data/euclid_q1' }
  ],
  network: 'none',
  socketDir: '/state/run/s/abc',
  hubSocketDir: '/state/run/hub',
  etcDir: '/state/run/etc',
  systemLinks: [{ path: '/bin', target: 'usr/bin' }],
  systemPaths: ['/etc/ssl/certs'],
  memoryBytes: 4096,
  rlimits: null
};
const launch: LaunchPlan = {
  log: '/state/logs/ann~euclid.log',
  endMarker: '/state/run/p/abc.ended',
  cgroups: ['/sys/fs/cgroup/memory/x/abc/cgroup.procs'],
  dropTo: { uid: 1_900_000_000, gid: 1_900_000_000 },
  staging: { directory: '/run/jupyter-datalabs', tun: true, binds: [{ source: '/state/run/s/abc', target: '/run/jupyter-datalabs/0' }] },
  network: 'egress',
  socketDir: '/run/jupyter-datalabs/0',
  inside: buildInsideCommand({ argv: plan.argv, rlimits: { pids: 64, memoryBytes: 1024 } })
};

/** Written when missing: delete a file to accept what is built now, and read the difference. */
function expectGolden(name: string, lines: string[]): void {
  const file = fileURLToPath(new URL(`./golden/${name}`, import.meta.url));
  const text = `${lines.join('\n')}\n`;
  if (!existsSync(file) && !process.env['CI']) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

it('builds the options of a sandbox without network', () => expectGolden('options-none.txt', buildSandboxOptions(plan)));
it('builds the options of a sandbox with egress', () => expectGolden('options-egress.txt', buildSandboxOptions({ ...plan, network: 'egress' })));
it('builds the chain of programs that drops from root', () => expectGolden('launch-root.txt', buildLaunchCommand(launch)));
it('builds the chain of programs of an ordinary user', () =>
  expectGolden('launch-user.txt', buildLaunchCommand({ ...launch, dropTo: null, staging: null, cgroups: [], network: 'none' })));
it('has no environment in the arguments of any program', () => {
  expect([...buildLaunchCommand(launch), ...buildInsideCommand(plan)].join('\n')).not.toContain('secret');
});
it('gives files in memory no more than the session may use', () => {
  const options = buildSandboxOptions({ ...plan, memoryBytes: 2 ** 30 });
  const sizes = options.flatMap((option, index) => (option === '--size' ? [Number(options[index + 1])] : []));
  const bounded = options.flatMap((option, index) => (option === '--size' ? [options[index + 3]] : []));
  expect(sizes.reduce((sum, size) => sum + size)).toBe(2 ** 30);
  // The mount points of links are read-only.
  const covers = options.filter((option, index) => option === '--remount-ro' && options[index + 1] !== '/' && options[index + 1] !== '/dev').length;
  expect(options.filter(option => option === '--tmpfs')).toHaveLength(bounded.length + covers);
});
it('mounts a parent before what lies in it', () => {
  const options = buildSandboxOptions(plan);
  expect(options.indexOf('/media/home')).toBeLessThan(options.indexOf('/media/home/my_workspace'));
});
