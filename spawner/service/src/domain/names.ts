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

/** First parts of the home JupyterLab's own addresses: a session's route of that name would hide them. */
const HOME_ADDRESSES = new Set([
  'api', 'lab', 'static', 'files', 'tree', 'doc', 'view', 'edit', 'notebooks', 'nbconvert', 'terminals', 'kernelspecs', 'lsp', 'login', 'logout', 'custom', 'metrics', 'hub', 'user'
]);

/** Why a session cannot have this name, the rest of a sentence; null when it can. */
export function reservedName(name: string): string | null {
  if (HOME_ADDRESSES.has(name)) {
    return 'is an address of your home JupyterLab';
  }
  // `jupyterhub-user-<owner>-oauth-state…` is the cookie in which the home remembers a login under way; a session of that name would have it as its own.
  return /^oauth-state(-|$)/.test(name) ? 'is what a login of your home JupyterLab is kept under' : null;
}

/** What names are compared by: two that look alike, by case or Unicode form, are one. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** Characters of a user's or group's name; a directory is called like it. */
const PERSON = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._@+-]{0,62}$/u;
export const NAME_RULE = 'has 1 to 63 letters, digits, ".", "_", "-", "+" or "@", and begins with a letter or digit';

/** Whether a user or group can be called that. */
export function isPersonName(name: string): boolean {
  // Of several ways to write a letter only one, so that an address and a directory mean one thing.
  return name.length <= 126 && PERSON.test(name) && name === name.normalize('NFKC') && Buffer.byteLength(name) <= 200;
}
