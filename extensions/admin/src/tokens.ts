export namespace CommandIDs {
  export const open = 'admin:open';
}

/** What JupyterHub asks for before it shows its own page for administrators. */
export const ADMIN_SCOPE = 'admin-ui';

/** For adding and changing volumes. */
export const VOLUMES_SCOPE = 'admin:volumes';
