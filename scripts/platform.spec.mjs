// Machines that lack something: npm start says in one sentence what and what to do next, before it has taken any time.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aptLine, browserTestsImpossible, checkPlatform, findChromium } from './lib/platform.mjs';

const scripts = dirname(fileURLToPath(import.meta.url));
const stackTrace = /\n\s+at .+:\d+:\d+/;
/** The system's directories, without the tools that whoever runs the tests has added. */
const PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';

describe('npm start', () => {
  let folder;
  let clone;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'datalabs bare '));
    // The probe of sandboxes runs as another user where this is root.
    chmodSync(folder, 0o755);
    clone = join(folder, 'a clone');
    cpSync(scripts, join(clone, 'scripts'), { recursive: true });
    mkdirSync(join(clone, 'spawner/service'), { recursive: true });
    cpSync(join(scripts, '../spawner/service/help.txt'), join(clone, 'spawner/service/help.txt'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A PATH with these programs alone: no dpkg, so that no package is missing, and `true` for the probe of sandboxes. */
  function onlyPrograms(...names) {
    const path = join(folder, 'programs');
    mkdirSync(path);
    for (const name of ['true', 'setpriv', 'unshare', 'prlimit', 'tini', 'socat', ...names]) {
      symlinkSync(PATH.split(':').map(place => join(place, name)).find(existsSync), join(path, name));
    }
    return path;
  }

  /** Runs the start in a clone where nothing has been set up; `wrapper` is a command that makes the machine poorer. */
  async function start({ args = ['--port', '0'], wrapper = [], node = [], path = PATH } = {}) {
    const argv = [...wrapper, process.execPath, ...node, join(clone, 'scripts/start.mjs'), ...args];
    const child = spawn(argv[0], argv.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: path, HOME: folder }
    });
    let output = '';
    child.stdout.on('data', data => (output += data));
    child.stderr.on('data', data => (output += data));
    const code = await new Promise(done => child.once('close', done));
    return { code, output };
  }

  function expectSentence({ code, output }, ...words) {
    expect(code).toBe(1);
    expect(output).toMatch(/^\n✗ [^\n]+\.\n {2}Next: [^\n]+\n$/);
    expect(output).not.toMatch(stackTrace);
    for (const word of words) {
      expect(output).toContain(word);
    }
    expect(existsSync(join(clone, 'node_modules'))).toBe(false);
  }

  it('names the programs that are missing where there is no Debian to install them', async () => {
    const path = onlyPrograms();
    const result = await start({ path });
    expectSentence(result, 'bwrap', 'bubblewrap');
    expect(result.output).not.toMatch(/: [^\n]*tini[^\n]*\.\n {2}Next/);
  });

  it('says how to allow user namespaces', async () => {
    // A namespace with a limit of its own: nothing changes outside, and bubblewrap is refused as on a machine without them.
    const wrapper = [
      'unshare', '--user', '--map-user=1000', '--keep-caps', 'sh', '-c',
      'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --inh-caps=-all --ambient-caps=-all "$@"', 'refused'
    ];
    expectSentence(await start({ wrapper, path: onlyPrograms('sh', 'bwrap') }), 'user namespaces', 'namespace failed', 'sysctl');
  });

  it('notices that npm left Node 24 out, as it does with an optional package it cannot fetch', async () => {
    const path = onlyPrograms('bwrap');
    writeFileSync(join(path, 'npm'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    const { code, output } = await start({ path });
    expect(code).toBe(1);
    expect(output).toMatch(/\n✗ Node 24 \(.*\)\n\n✗ npm [^\n]*Node 24[^\n]*\.\n {2}Next: check the network/);
    expect(output).not.toContain('Python');
    expect(output).not.toMatch(stackTrace);
  });

  it('says on macOS that it needs Linux', async () => {
    const node = ['--import', 'data:text/javascript,Object.defineProperty(process,"platform",{value:"darwin"})'];
    expectSentence(await start({ node }), 'macOS', 'Linux', 'virtual machine');
  });

  it('does not start half set up', async () => {
    expectSentence(await start({ args: ['--no-setup'] }), 'npm start');
  });

  it('documents its options before anything is built', async () => {
    const { code, output } = await start({ args: ['--help'] });
    expect(code).toBe(0);
    const options = [...readFileSync(join(scripts, '../spawner/service/src/config/cli.ts'), 'utf8').match(/const options = \{(.*?)\}/)[1].matchAll(/'?([a-z-]+)'?:/g)]
      .map(([, name]) => name)
      .filter(name => name !== 'stop');
    expect(options).toEqual(expect.arrayContaining(['port', 'host', 'state-dir', 'config', 'no-setup']));
    for (const name of options) {
      expect(output).toContain(`--${name}`);
    }
  });
});

describe('checkPlatform', () => {
  const linux = { platform: 'linux', arch: 'x64', versions: { node: '20.0.0' } };

  it('lets the supported machines pass', () => {
    expect(() => checkPlatform(linux)).not.toThrow();
    expect(() => checkPlatform({ ...linux, arch: 'arm64' })).not.toThrow();
  });

  it('refuses others by name', () => {
    expect(() => checkPlatform({ ...linux, platform: 'win32' })).toThrow('this is Windows');
    expect(() => checkPlatform({ ...linux, platform: 'freebsd' })).toThrow('this is freebsd');
    expect(() => checkPlatform({ ...linux, arch: 'riscv64' })).toThrow('riscv64');
    expect(() => checkPlatform({ ...linux, versions: { node: '18.20.4' } })).toThrow('This is Node 18.20.4');
  });
});

describe('aptLine', () => {
  it('is one line for who has sudo and for who knows the password of root', () => {
    expect(aptLine(['a', 'b'], true)).toBe('sudo apt-get update && sudo apt-get install -y --no-install-recommends a b');
    expect(aptLine(['a', 'b'], false)).toBe('su - -c "apt-get update && apt-get install -y --no-install-recommends a b"');
  });
});

describe('the browser tests', () => {
  it('are skipped without Chromium, with the reason and the next action', () => {
    // Whatever is called Chromium here is covered by something that cannot be executed.
    const cover = 'for name in chromium chromium-browser google-chrome google-chrome-stable; do\n' +
      'for place in /usr/bin /usr/local/bin /snap/bin /bin; do [ ! -e "$place/$name" ] || mount --bind /dev/null "$place/$name" || exit 1; done\ndone; exec "$@"';
    const probe = `import { browserTestsImpossible } from ${JSON.stringify(join(scripts, 'lib/platform.mjs'))};
      console.log(browserTestsImpossible({ sandboxProblem: null }));`;
    const { status, stdout } = spawnSync(
      'unshare',
      ['--user', '--map-root-user', '--mount', 'sh', '-c', cover, 'cover', process.execPath, '--input-type=module', '--eval', probe],
      { encoding: 'utf8', env: { PATH } }
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^The browser tests need Chromium: .* Next: .*apt-get install .*chromium/);
  });

  it('are skipped where no sandbox can be', () => {
    const sandboxProblem = { sentence: 'No sandboxes.', action: 'allow them.' };
    expect(browserTestsImpossible({ sandboxProblem })).toBe('No sandboxes. Next: allow them.');
  });

  it('run with a Chromium that is named', () => {
    expect(findChromium({ PATH: '/nonexistent', UI_TESTS_CHROMIUM: process.execPath })).toBe('');
  });
});
