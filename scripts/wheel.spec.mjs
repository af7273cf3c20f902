// The one wheel in an environment that has JupyterLab and nothing of ours.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const env = name => join(root, '.tools/envs/tools/bin', name);

/** npm names of the packages that are labextensions. */
const expected = readdirSync(join(root, 'extensions'))
  .map(name => join(root, 'extensions', name, 'package.json'))
  .filter(existsSync)
  .map(path => JSON.parse(readFileSync(path, 'utf8')))
  .filter(manifest => manifest.jupyterlab?.extension)
  .map(manifest => ({ name: manifest.name, version: manifest.version }));

describe('the wheel', () => {
  let folder;
  let venv;
  const inVenv = name => join(venv, 'bin', name);
  const run = (program, ...args) =>
    execFileSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HOME: folder, TMPDIR: folder, JUPYTER_NO_CONFIG: '1', UV_PYTHON_DOWNLOADS: 'never' }
    });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'datalabs wheel '));
    venv = join(folder, 'venv');
    const cache = execFileSync(env('uv'), ['cache', 'dir'], { encoding: 'utf8' }).trim();
    const uv = (...args) => run(env('uv'), ...args, '--no-config', '--cache-dir', cache);
    execFileSync(env('python'), ['-m', 'hatchling', 'build', '-t', 'wheel', '-d', folder], {
      cwd: root,
      stdio: 'pipe'
    });
    uv('venv', '--python', join(root, '.tools/envs/lab/bin/python'), venv);
    uv(
      'pip', 'install', '--python', inVenv('python'), '--no-deps', '--require-hashes',
      '-r', join(root, 'kernels-images/jupyterlab/requirements.txt')
    );
    const wheel = readdirSync(folder).find(name => name.endsWith('.whl'));
    uv('pip', 'install', '--python', inVenv('python'), '--no-deps', join(folder, wheel));
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('carries every labextension once, under share/jupyter only', () => {
    const wheel = join(folder, readdirSync(folder).find(name => name.endsWith('.whl')));
    const names = run(
      inVenv('python'), '-c', 'import sys, zipfile; print("\\n".join(zipfile.ZipFile(sys.argv[1]).namelist()))', wheel
    ).trim().split('\n');
    for (const { name } of expected) {
      const manifests = names.filter(file => file.endsWith(`/labextensions/${name}/package.json`));
      expect(manifests).toEqual([expect.stringMatching(/\.data\/data\/share\/jupyter\/labextensions\//)]);
      expect(names.some(file => file.endsWith(`/labextensions/${name}/install.json`))).toBe(true);
    }
    expect(names).toContain('jupyter_datalabs/__init__.py');
  });

  it('shows every labextension as enabled and OK in JupyterLab', () => {
    // The list goes to the standard error output.
    const list = run('/bin/sh', '-c', `'${inVenv('jupyter')}' labextension list 2>&1`)
      .replace(/\x1b\[[0-9;]*m/g, ''); // eslint-disable-line no-control-regex
    expect(expected.length).toBeGreaterThan(0);
    for (const { name, version } of expected) {
      const line = list.split('\n').find(row => row.trim().startsWith(`${name} `));
      expect(line).toMatch(new RegExp(`v${version.replaceAll('.', '\\.')} .*enabled.*OK`));
      expect(line).toContain('jupyter-datalabs');
    }
    expect(list).not.toMatch(/ X(\s|$)/m);
  });

  it('tells its version', () => {
    expect(run(inVenv('python'), '-c', 'import jupyter_datalabs; print(jupyter_datalabs.__version__)').trim()).toBe('0.1.0');
  });
});
