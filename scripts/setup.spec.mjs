import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOf } from './lib/steps.mjs';
import { stateDirOf } from './start.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Runs a program that uses the scripts as they would be in a clone below `folder`. */
function inClone(folder, body) {
  mkdirSync(join(folder, 'scripts'), { recursive: true });
  const file = join(folder, 'scripts', 'probe.mjs');
  writeFileSync(file, body);
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } });
  let output = '';
  const waiters = [];
  child.stdout.on('data', data => {
    output += data;
    waiters.forEach(check => check());
  });
  return {
    child,
    ended: new Promise(done => child.once('close', code => done({ code, output }))),
    says: text =>
      new Promise(done => {
        const check = () => output.includes(text) && done();
        waiters.push(check);
        check();
      })
  };
}

describe('hashOf', () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(join(here, '.probe-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const hash = () => hashOf([`scripts/${folder.slice(here.length + 1)}`], name => name === 'lib');

  it('changes with a name and a content, and not with what is left out', () => {
    writeFileSync(join(folder, 'a'), '1');
    const first = hash();
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'lib', 'x'), '1');
    expect(hash()).toBe(first);
    writeFileSync(join(folder, 'a'), '2');
    const second = hash();
    expect(second).not.toBe(first);
    rmSync(join(folder, 'a'));
    writeFileSync(join(folder, 'b'), '2');
    expect(hash()).not.toBe(second);
  });
});

describe('stateDirOf', () => {
  it('prefers the option, then the environment, then the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'datalabs-'));
    try {
      const config = join(folder, 'config.yaml');
      writeFileSync(config, 'port: 1\nstateDir: "/from/file" # why\n');
      const argv = ['--config', config];
      expect(stateDirOf(['--state-dir=/a', ...argv], { DATALABS_STATE_DIR: '/b' })).toBe('/a');
      expect(stateDirOf(argv, { DATALABS_STATE_DIR: '/b' })).toBe('/b');
      expect(stateDirOf(argv, {})).toBe('/from/file');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the set-up lock', () => {
  let folder;
  // Its own copy of the library, so that .tools is that of the probe.
  const program = body => `
    import { cpSync } from 'node:fs';
    cpSync(${JSON.stringify(join(here, 'lib'))}, new URL('./lib', import.meta.url), { recursive: true });
    const { withLock } = await import(new URL('./lib/steps.mjs', import.meta.url));
    ${body}`;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'datalabs clone '));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lets the second wait for the first', async () => {
    const first = inClone(folder, program(`
      await withLock(async () => {
        console.log('in');
        const alive = setInterval(() => {}, 1000);
        await new Promise(done => process.once('SIGUSR2', done));
        clearInterval(alive);
        console.log('out');
      });`));
    await first.says('in');
    const second = inClone(folder, program(`await withLock(async () => console.log('second'));`));
    await second.says('waiting for it');
    first.child.kill('SIGUSR2');
    expect((await first.ended).output).toContain('out');
    expect((await second.ended).output).toMatch(/waiting for it\.\nsecond/);
    expect(existsSync(join(folder, '.tools/setup.lock'))).toBe(false);
  });

  it('takes over from one that was killed', async () => {
    const first = inClone(folder, program(`
      await withLock(() => { console.log('in'); return new Promise(done => setTimeout(done, 60_000)); });`));
    await first.says('in');
    first.child.kill('SIGKILL');
    await first.ended;
    expect(existsSync(join(folder, '.tools/setup.lock'))).toBe(true);
    const second = await inClone(folder, program(`await withLock(async () => console.log('second'));`)).ended;
    expect(second).toMatchObject({ code: 0, output: 'second\n' });
  });
});
