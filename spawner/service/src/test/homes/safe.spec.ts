import { warmSpecOf } from '../../builders/environment.js';
import { sessionSpec, type SpecSettings } from '../../services/sessions/spec.js';
import { datalab } from '../sessions/support.js';

const settings: SpecSettings = {
  homes: '/state/homes', workspaces: '/state/workspaces', hubInside: 'http://127.0.0.1:8081', publicUrl: null, path: [], notebooks: () => null, jupyterArguments: [], activitySeconds: 300
};
const spec = (safe?: boolean) =>
  sessionSpec({ owner: 'vera', name: '', startId: 's', datalab: datalab('jupyterlab'), token: 't', volumes: [], allowedScopes: [], ...(safe && { safe }) }, settings);

it('a safe start keeps what programs write by themselves out of the home, which stays where it is', () => {
  const { environment, home, mounts } = spec(true);
  expect(environment['HOME']).toBe('/media/home');
  for (const name of ['JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'JUPYTER_RUNTIME_DIR', 'JUPYTERLAB_SETTINGS_DIR', 'JUPYTERLAB_WORKSPACES_DIR', 'IPYTHONDIR', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR', 'TMPDIR']) {
    expect(environment[name]).toMatch(/^\/tmp\b/);
  }
  expect({ home, mounts }).toEqual({ home: spec().home, mounts: spec().mounts });
});

it('a safe start fits no sandbox that was made ready, and is therefore a cold one', () => {
  expect(warmSpecOf(spec(true))).not.toEqual(warmSpecOf(spec()));
  expect(warmSpecOf(spec(true)).environment).toMatchObject({ PYTHONNOUSERSITE: '1' });
});
