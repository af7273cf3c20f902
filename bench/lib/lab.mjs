// Bare `jupyter lab`: what a session costs without any hub.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, launch } from './measure.mjs';

/** Not awaited until it answers at `base`. */
export async function launchLab({ environment, home, port, args: more = [] }) {
  await mkdir(home, { recursive: true });
  port ??= await freePort();
  const args = ['--no-browser', `--ServerApp.port=${port}`, `--ServerApp.root_dir=${home}`, '--IdentityProvider.token=bench', ...more];
  if (process.getuid() === 0) args.push('--allow-root');
  const state = launch(join(environment, 'bin', 'jupyter-lab'), args, { cwd: home, env: { ...process.env, HOME: home } });
  return { state, base: `http://127.0.0.1:${port}/` };
}
