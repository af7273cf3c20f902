/** In the sandbox's memory: gone with the session. */
const ROOM = '/tmp/datalabs-safe';

/**
 * What programs write by themselves (settings, layouts, histories, databases, caches), kept out of the home: with it a session comes up although not one byte
 * can be written there. The home is where it always is, so that its files can be looked at and removed.
 */
export const SAFE_ENVIRONMENT: Record<string, string> = {
  // A package installed there may be what keeps a server from starting.
  PYTHONNOUSERSITE: '1',
  TMPDIR: '/tmp',
  JUPYTER_CONFIG_DIR: `${ROOM}/jupyter/config`,
  JUPYTER_DATA_DIR: `${ROOM}/jupyter/data`,
  JUPYTER_RUNTIME_DIR: `${ROOM}/jupyter/runtime`,
  JUPYTERLAB_SETTINGS_DIR: `${ROOM}/jupyter/settings`,
  JUPYTERLAB_WORKSPACES_DIR: `${ROOM}/jupyter/workspaces`,
  IPYTHONDIR: `${ROOM}/ipython`,
  MPLCONFIGDIR: `${ROOM}/matplotlib`,
  XDG_CACHE_HOME: `${ROOM}/cache`,
  XDG_CONFIG_HOME: `${ROOM}/config`,
  XDG_DATA_HOME: `${ROOM}/data`,
  XDG_STATE_HOME: `${ROOM}/state`,
  XDG_RUNTIME_DIR: ROOM
};
