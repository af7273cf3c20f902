import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const tools = join(root, '.tools');
export const stamps = join(tools, 'stamps');
export const logs = join(tools, 'logs');
export const envs = join(tools, 'envs');
export const wheels = join(tools, 'wheels');
export const labextensions = join(root, 'extensions/python/jupyter_datalabs/labextensions');
export const serviceMain = join(root, 'spawner/service/lib/main.js');

export const node24 = join(tools, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');

/** How Node runs the hub: what it makes and drops at once has 24 MiB, not a hundred, which under load it would take and keep. */
export const hubArguments = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8'];

/** @param {string} env Name of an environment. @param {string} program Program in it. */
export function envProgram(env, program) {
  return join(envs, env, 'bin', program);
}

/** The state directory the hub takes when no option names one. */
export function defaultStateDir() {
  return join(
    process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'),
    'jupyter-datalabs'
  );
}
