/** Python's `urllib.parse.quote`, which JupyterHub applies to names in client ids. */
function quote(text: string): string {
  return encodeURIComponent(text).replace(/%2F/g, '/').replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** OAuth client id of a session: the value of JUPYTERHUB_CLIENT_ID. */
export function oauthClientId(owner: string, server: string): string {
  return `jupyterhub-user-${quote(owner)}${server ? `-${quote(server)}` : ''}`;
}

/** Path under which the proxy serves a session: JUPYTERHUB_SERVICE_PREFIX. */
export function sessionPrefix(owner: string, server: string): string {
  return `/user/${encodeURIComponent(owner)}/${server ? `${encodeURIComponent(server)}/` : ''}`;
}
