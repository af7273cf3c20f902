import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { buildArgv, buildEnvironment } from '../../builders/environment.js';
import { sessionSpec } from '../../services/sessions/spec.js';
import { datalab } from './support.js';

const settings = { homes: '/state/homes', workspaces: '/state/workspaces', hubInside: 'http://127.0.0.1:8081', publicUrl: 'https://labs.example.org/', path: ['/lab/bin'], notebooks: () => null, jupyterArguments: ['--extra'], activitySeconds: 300 };
const parts = [{ prefix: '', allowed: true }];
const volumes = [{ name: 'euclid_q1', title: 'euclid_q1', source: '/archive/euclid', parts }, { name: 'gaia_dr3', title: 'gaia_dr3', source: '/archive/gaia', parts }];
const allowedScopes = ['access:servers!server=vera/x'];
const topcat = datalab('topcat', { kind: 'desktop', command: ['/node/bin/node', '/repo/main.js'], environment: { SAMP_HUB: 'x', JUPYTERHUB_USER: 'mallory' }, apps: [{ name: 'TOPCAT', argv: ['/usr/bin/java', '-jar', 'a b'], mediaTypes: [], extensions: [], sampMtypes: [] }] });

/** Run with GOLDEN=write after a wanted change, and read the difference. */
const golden = (name: string, value: unknown): void => {
  const file = fileURLToPath(new URL(`./golden/${name}.json`, import.meta.url));
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (process.env['GOLDEN'] === 'write') {
    writeFileSync(file, text);
  }
  expect(existsSync(file)).toBe(true);
  expect(text).toBe(readFileSync(file, 'utf8'));
};

describe('what a session is made of', () => {
  it('for the home', () => {
    golden('home', sessionSpec({ owner: 'vera', name: '', startId: 's', datalab: datalab('jupyterlab'), token: 'secret', volumes, allowedScopes }, settings));
  });
  it('for a desktop', () => {
    golden('desktop', sessionSpec({ owner: 'vera', name: 'topcat-2', startId: 's', datalab: topcat, token: 'secret', volumes, allowedScopes }, settings));
  });
  it('mounts the example notebooks of the datalab where it has some', () => {
    const { mounts } = sessionSpec(
      { owner: 'vera', name: 'e', startId: 's', datalab: datalab('euclid'), token: 't', volumes, allowedScopes },
      { ...settings, notebooks: id => (id === 'euclid' ? '/shipped/euclid/notebooks' : null) }
    );
    expect(mounts.filter(mount => mount.target.endsWith('notebooks'))).toEqual([
      { source: '/shipped/euclid/notebooks', target: '/media/notebooks', mode: 'ro' },
      { source: '/shipped/euclid/notebooks', target: '/media/home/notebooks', mode: 'ro' }
    ]);
  });
  it('has no secret in its arguments, and its descriptor cannot pose as the hub', () => {
    const spec = sessionSpec({ owner: 'vera', name: 't', startId: 's', datalab: topcat, token: 'secret', volumes, allowedScopes }, settings);
    expect(spec.argv.join(' ')).not.toContain('secret');
    expect(spec.environment).toMatchObject({ JUPYTERHUB_USER: 'vera', SAMP_HUB: 'x' });
  });
  it('respects what the command says already', () => {
    const argv = buildArgv({ kind: 'jupyter', command: ['x', '--ServerApp.root_dir=/data'], jupyterArguments: [] });
    expect(argv.filter(part => part.startsWith('--ServerApp.root_dir'))).toEqual(['--ServerApp.root_dir=/data']);
  });
  it('refuses a datalab this engine has no command for', () => {
    const bare = datalab('x', { command: null });
    expect(() => sessionSpec({ owner: 'v', name: '', startId: 's', datalab: bare, token: 't', volumes, allowedScopes }, settings)).toThrow(expect.objectContaining({ code: 'image-missing' }));
  });
  it('encodes names in addresses', () => {
    const environment = buildEnvironment({ owner: 've ra', name: '', kind: 'web', datalab: 'x', token: 't', allowedScopes, hubInside: 'http://h', publicUrl: null, path: [], apps: [], activitySeconds: 300, environment: {} });
    expect(environment).toMatchObject({ JUPYTERHUB_SERVICE_PREFIX: '/user/ve%20ra/', JUPYTERHUB_CLIENT_ID: 'jupyterhub-user-ve%20ra', JUPYTERHUB_PUBLIC_URL: '' });
  });
});
