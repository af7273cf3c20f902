/**
 * Browsers know no ports in cookies: two hubs on one host name share a jar, and their cookies, and those of their sessions, have the same names. Out
 * there each hub's have a suffix of its own; hub and sessions see the names of JupyterHub's contract.
 */

/** Set by hub and sessions for themselves: no page reads them. */
const OURS = /^(?:datalabs-|jupyterhub-|_xsrf\.)/;
/** Where desktops remember who has logged in to them. */
const DESKTOP = /^datalabs-desktop(?:-|$)/;
/** Pages read this one by its name, so it stays; what a session set is kept a second time, where no other hub's can take its place. */
const XSRF = '_xsrf';

/**
 * What hub or session gets of a request's cookies, null for none, and with them the `X-XSRFToken`. `client` is that of a named session, whose request
 * must carry nothing of the home's.
 */
export function incoming({ header, token, suffix, session, client }) {
  const cookies = header.split(';').map(text => {
    const raw = text.split('=', 1)[0].trim();
    const own = raw.endsWith(suffix);
    const inner = own ? raw.slice(0, -suffix.length) : raw;
    return { text, own, name: bare(inner), inside: own ? text.replace(raw, () => inner) : text, value: text.slice(text.indexOf('=') + 1).trim() };
  });
  const xsrf = cookies.filter(({ name }) => name === XSRF);
  const set = session ? xsrf.find(({ own }) => own) : undefined;
  // Browsers send the longest path first and servers believe the last: a named session must be left its own only.
  const first = set ?? xsrf.find(({ own }) => !own);
  const kept = cookies.filter(cookie => {
    if (cookie.name === XSRF) {
      return client === undefined ? cookie.own === (set !== undefined) : cookie === first;
    }
    return !OURS.test(cookie.name) || (cookie.own && !(session && isOfHub(cookie.name)) && mayHave(client, cookie.name));
  });
  return {
    header: kept.map(({ name, text, inside }) => (name === XSRF || OURS.test(name) ? inside : text)).join(';').trim() || null,
    // Taken from a cookie that another hub has set since. Nobody but a page of this origin could send it in a header; the hub itself, which must not
    // believe pages of sessions, sees to its own.
    token: set !== undefined && xsrf.some(({ own, value }) => !own && value === token) ? set.value : token
  };
}

/**
 * The `Set-Cookie` headers of an answer as the browser is to have them. Sessions, whose `client` this is, set none of the hub's or of each other, and none
 * without a name: browsers send its value as if it were name and value.
 */
export function outgoing({ headers, suffix, client }) {
  const session = client !== undefined;
  return headers.flatMap(header => {
    const pair = header.split(';', 1)[0];
    const raw = pair.includes('=') ? pair.split('=', 1)[0].trim() : '';
    const name = bare(raw);
    const renamed = header.replace(raw, () => raw + suffix);
    if (name === XSRF) {
      return session ? [header, `${renamed}; HttpOnly`] : [header];
    }
    if (session && (raw === '' || (OURS.test(name) && !DESKTOP.test(name) && !isOf(client, name)))) {
      return [];
    }
    return [OURS.test(name) ? renamed : header];
  });
}

/** `jupyterhub-user-…` are sessions' own: each has the one of its client, and those in which it remembers a login under way. */
function mayHave(client, name) {
  return client === undefined || !name.startsWith('jupyterhub-user-') || isOf(client, name);
}

function isOfHub(name) {
  return name.startsWith('datalabs-') && !DESKTOP.test(name);
}

function isOf(client, name) {
  return name === client || name === `${client}-oauth-state` || name.startsWith(`${client}-oauth-state-`);
}

/** The proxy keeps its routes decoded; client ids are quoted. A name that is not quoted properly is none of the hub's. */
function bare(raw) {
  let name = raw;
  try {
    name = decodeURIComponent(raw);
  } catch {
    // As it is.
  }
  return name.replace(/^__(?:Host|Secure)-/i, '');
}
