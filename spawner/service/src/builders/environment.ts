import { oauthClientId, sessionPrefix } from '../domain/names.js';

/** What the environment of a session is made of (JupyterHub 5.x, `Spawner.get_env`). */
export interface EnvironmentInput {
  owner: string;
  /** '' is the home. */
  name: string;
  kind: 'jupyter' | 'desktop' | 'web';
  datalab: string;
  /** This start's token: API token and OAuth client secret at once. */
  token: string;
  /** Scopes an OAuth token of this session may carry. */
  allowedScopes: string[];
  /** Address of the hub as the session reaches it, e.g. `http://127.0.0.1:8081`. */
  hubInside: string;
  /** Address people use; null when it is not known for certain. */
  publicUrl: string | null;
  /** Directories of programs, first wins. */
  path: string[];
  apps: { name: string; argv: string[] }[];
  /** How often it reports activity; as often as with JupyterHub when not given. */
  activitySeconds: number;
  /** From the descriptor; never overrides what the hub sets. */
  environment: Record<string, string>;
}

export const SESSION_SOCKET = '/run/datalabs/session/server.sock';
export const HOME = '/media/home';
export const WORKSPACE = '/media/home/my_workspace';
/** Example notebooks: at ESA's path, and below the home, where the file browser begins. */
export const NOTEBOOKS = ['/media/notebooks', '/media/home/notebooks'];

export function buildEnvironment(input: EnvironmentInput): Record<string, string> {
  const { owner, name, hubInside } = input;
  const prefix = sessionPrefix(owner, name);
  const api = `${hubInside}/hub/api`;
  const origin = input.publicUrl?.replace(/\/+$/, '') ?? '';
  const environment: Record<string, string> = {
    ...input.environment,
    HOME,
    USER: owner,
    LOGNAME: owner,
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    PATH: [...input.path, '/usr/local/bin', '/usr/bin', '/bin', `${HOME}/.local/bin`].join(':'),
    DATALAB_ID: input.datalab,
    JUPYTERHUB_API_TOKEN: input.token,
    JUPYTERHUB_CLIENT_ID: oauthClientId(owner, name),
    JUPYTERHUB_API_URL: api,
    JUPYTERHUB_ACTIVITY_URL: `${api}/users/${encodeURIComponent(owner)}/activity`,
    JUPYTERHUB_ACTIVITY_INTERVAL: String(input.activitySeconds),
    JUPYTERHUB_BASE_URL: '/',
    JUPYTERHUB_SERVICE_PREFIX: prefix,
    // Port 8888 is never bound: the server listens on its socket, but refuses any other port here.
    JUPYTERHUB_SERVICE_URL: `http://127.0.0.1:8888${prefix}`,
    JUPYTERHUB_OAUTH_CALLBACK_URL: `${prefix}oauth_callback`,
    JUPYTERHUB_OAUTH_ACCESS_SCOPES: JSON.stringify(accessScopes(owner, name)),
    JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES: JSON.stringify(input.allowedScopes),
    JUPYTERHUB_USER: owner,
    JUPYTERHUB_SERVER_NAME: name,
    JUPYTERHUB_HOST: '',
    JUPYTERHUB_PUBLIC_URL: origin === '' ? '' : origin + prefix,
    JUPYTERHUB_PUBLIC_HUB_URL: origin === '' ? '' : `${origin}/hub/`,
    JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED: '0'
  };
  if (input.kind === 'jupyter') {
    environment['JUPYTER_PREFER_ENV_PATH'] = '1';
    // Connection files of a session that ended are of no use to the next one.
    environment['JUPYTER_RUNTIME_DIR'] = '/tmp/jupyter-runtime';
  } else {
    environment['DATALABS_SOCKET'] = SESSION_SOCKET;
  }
  if (input.kind === 'desktop') {
    environment['DATALABS_APP'] = JSON.stringify(input.apps[0]?.argv ?? []);
    environment['DATALABS_TITLE'] = input.apps[0]?.name ?? input.datalab;
  }
  return environment;
}

export function accessScopes(owner: string, name: string): string[] {
  return [`access:servers!server=${owner}/${name}`, `access:servers!user=${owner}`];
}

/** Program and arguments of a session: the descriptor's command and what every session of its kind gets. */
export function buildArgv(input: { kind: 'jupyter' | 'desktop' | 'web'; command: string[]; jupyterArguments: string[] }): string[] {
  if (input.kind !== 'jupyter') {
    return input.command;
  }
  // The file browser opens in the workspace, and can go up to the volumes (data) and the rest of the home.
  const defaults = [`--ServerApp.sock=${SESSION_SOCKET}`, `--ServerApp.root_dir=${HOME}`, `--ServerApp.preferred_dir=${WORKSPACE}`];
  const given = (option: string): boolean => input.command.some(part => part.startsWith(`${option.split('=')[0]}=`));
  return [...input.command, ...defaults.filter(option => !given(option)), ...input.jupyterArguments];
}

/** Read-only volumes, and the links public code expects beside /data/<volume>. */
export function volumeLinks(volumes: string[]): { path: string; target: string }[] {
  return [
    { path: '/media/user', target: WORKSPACE },
    ...volumes.flatMap(linksTo)
  ];
}

export function linksTo(volume: string): { path: string; target: string }[] {
  return ['/data/user', `${HOME}/data`].map(directory => ({ path: `${directory}/${volume}`, target: `/data/${volume}` }));
}

/** What of a session can be fixed before anybody has asked for it. Everything of one session alone, secrets included, is in its environment under JupyterHub's names. */
export function warmSpecOf<Spec extends { key: { owner: string }; startId: string; environment: Record<string, string> }>(
  spec: Spec
): Omit<Spec, 'key' | 'startId'> & { owner: string } {
  const { key, startId: _startId, ...fixed } = spec;
  const shared = Object.entries(spec.environment).filter(([name]) => !name.startsWith('JUPYTERHUB_'));
  return { ...fixed, owner: key.owner, environment: Object.fromEntries(shared) };
}
