/**
 * Loaded into the proxy's process before its own program: what sessions behind one origin need and configurable-http-proxy has no option for.
 */
import { Agent } from 'node:http';
import { ConfigurableProxy } from 'configurable-http-proxy/lib/configproxy.js';

const proxy = ConfigurableProxy.prototype;

/** The program only logs that it could not listen, and stays. Whoever took the port in its place must not be taken for it. */
process.on('uncaughtException', error => {
  if (error.syscall === 'listen' || error.syscall === 'bind') {
    process.exit(1);
  }
});

/**
 * For UNIX socket targets the proxy has no agent and asks them to close the connection after the answer. A target that answers and closes between two
 * writes of the proxy turns a good answer to a POST or PUT into 503 (write EPIPE: on a UNIX socket even the empty write that ends a request fails).
 * With this agent the proxy is the one that closes; nothing is used twice.
 */
const agent = new Agent({ keepAlive: true });
agent.keepSocketAlive = () => false;

const optionsOf = proxy.proxyOptsForTarget;
proxy.proxyOptsForTarget = function (target) {
  const options = optionsOf.call(this, target);
  options.agent ??= agent;
  return options;
};

/**
 * The path of the home contains that of every named session, so browsers send the home's cookies to them, and with them a token that may do what its
 * owner may. The route that matched tells a named session; the address does not, as the home has folders of its own.
 */
const targetOf = proxy.targetForReq;
proxy.targetForReq = async function (request) {
  const match = await targetOf.call(this, request);
  const [, owner, session] = /^\/user\/([^/]+)\/([^/]+)\/?$/.exec(match?.prefix ?? '') ?? [];
  if (session && request.headers.cookie !== undefined) {
    const kept = cookiesFor(`jupyterhub-user-${owner}-${session}`, request.headers.cookie);
    if (kept) {
      request.headers.cookie = kept;
    } else {
      delete request.headers.cookie;
    }
  }
  return match;
};

function cookiesFor(client, header) {
  let xsrf = false;
  const mayHave = cookie => {
    const name = decoded(cookie.split('=', 1)[0].trim()).replace(/^__(?:Host|Secure)-/i, '');
    if (name === '_xsrf') {
      // Browsers send the longest path first and servers believe the last: only the session's own may be left.
      const first = !xsrf;
      xsrf = true;
      return first;
    }
    return !name.startsWith('jupyterhub-user-') || name === client || name === `${client}-oauth-state` || name.startsWith(`${client}-oauth-state-`);
  };
  return header.split(';').filter(mayHave).join(';').trim();
}

/** The proxy keeps its routes decoded; client ids are quoted. A name that is not quoted properly is none of the hub's. */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** With this header a session's service worker could take over the pages of the home, on the origin they share. */
const strip = answer => {
  delete answer.headers['service-worker-allowed'];
};
const watched = new WeakSet();
const handle = proxy.handleProxy;
proxy.handleProxy = function (...call) {
  const [, request, response] = call;
  if (!isAddress(request.url)) {
    // Else the program fails to read it, with a page of its log for every such request.
    if (typeof response.writeHead === 'function') {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end('Bad Request: the address is not valid.');
    } else {
      response.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    }
    return Promise.resolve();
  }
  if (!watched.has(this.proxy)) {
    watched.add(this.proxy);
    this.proxy.on('proxyRes', strip);
    // An answer whose sender died in the middle would stay open: the event stream of a killed hub would look alive.
    this.proxy.on('proxyRes', (answer, _request, client) => answer.once('close', () => answer.complete || client.destroy()));
    // An upgrade has no `proxyRes`, neither when it is accepted nor when it is refused.
    this.proxy.on('proxyReqWs', request => request.on('response', strip).on('upgrade', strip));
  }
  return handle.apply(this, call);
};

/** Whether the program will be able to read it. */
function isAddress(url) {
  try {
    decodeURIComponent(new URL(url, 'http://example.com').pathname);
    return true;
  } catch {
    return false;
  }
}
