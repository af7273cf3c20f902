/**
 * Loaded into the proxy's process before its own program: what sessions behind one origin need and configurable-http-proxy has no option for.
 */
import { Agent, validateHeaderName, validateHeaderValue } from 'node:http';
import { ConfigurableProxy } from 'configurable-http-proxy/lib/configproxy.js';

import { incoming, outgoing } from './cookies.mjs';

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
const suffix = process.env.DATALABS_COOKIE_SUFFIX ?? '.hub';
/** The OAuth client of the session that a request goes to. */
const clientOf = new WeakMap();
const targetOf = proxy.targetForReq;
proxy.targetForReq = async function (request) {
  const match = await targetOf.call(this, request);
  const [of, owner, name] = /^\/user\/([^/]+)(?:\/([^/]+))?\/?$/.exec(match?.prefix ?? '') ?? [];
  if (of) {
    clientOf.set(request, `jupyterhub-user-${owner}${name ? `-${name}` : ''}`);
  }
  // What waits for it has been answered here.
  delete request.headers.expect;
  if (request.headers.cookie !== undefined) {
    const client = name && clientOf.get(request);
    const kept = incoming({ header: request.headers.cookie, token: request.headers['x-xsrftoken'], suffix, session: of !== undefined, client });
    give(request.headers, 'cookie', kept.header ?? undefined);
    give(request.headers, 'x-xsrftoken', kept.token);
  }
  return match;
};

function give(headers, name, value) {
  if (value === undefined) {
    delete headers[name];
  } else {
    headers[name] = value;
  }
}

const change = (answer, request) => {
  // With this header a session's service worker could take over the pages of the home, on the origin they share.
  delete answer.headers['service-worker-allowed'];
  if (clientOf.has(request)) {
    // With this one it could log the home's owner out.
    delete answer.headers['clear-site-data'];
  }
  if (answer.headers['set-cookie'] !== undefined) {
    answer.headers['set-cookie'] = outgoing({ headers: answer.headers['set-cookie'], suffix, client: clientOf.get(request) });
  }
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
    this.proxy.on('proxyRes', (answer, _request, client) => {
      // Each connection is its own: the client keeps or closes the one it has.
      delete answer.headers.connection;
      if (!isValid(answer)) {
        answer.destroy();
        refuse(client);
      }
    });
    // To a plain request: the program waits for what will not come.
    this.proxy.on('proxyReq', (asked, _request, client) => {
      // A client that wants its own connection closed says nothing about this one (see `agent`).
      asked.setHeader('connection', 'keep-alive');
      asked.once('upgrade', (_answer, connection) => {
        connection.destroy();
        refuse(client);
      });
    });
    this.proxy.on('proxyRes', change);
    // An answer whose sender died in the middle would stay open: the event stream of a killed hub would look alive.
    this.proxy.on('proxyRes', (answer, _request, client) => answer.once('close', () => answer.complete || client.writableEnded || client.destroy()));
    // An upgrade has no `proxyRes`, neither when it is accepted nor when it is refused.
    this.proxy.on('proxyReqWs', (asked, request) => {
      const changed = answer => change(answer, request);
      asked.on('response', changed).on('upgrade', changed);
    });
  }
  return handle.apply(this, call);
};

/** Whether the program will be able to pass it on: it fails at some of what it reads, and the browser would wait for ever. */
function isValid({ statusCode, statusMessage, headers }) {
  try {
    for (const [name, values] of Object.entries(headers)) {
      validateHeaderName(name);
      [values].flat().forEach(value => validateHeaderValue(name, value));
    }
    validateHeaderValue('status', statusMessage);
    return statusCode >= 200 && statusCode <= 999;
  } catch {
    return false;
  }
}

function refuse(client) {
  if (!client.headersSent) {
    client.writeHead(502, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  }
  client.end('The session gave an answer that is not valid, so it is not shown. Try again; if it stays so, stop the session on the page of your sessions and start it anew.\n');
}

/** Whether the program will be able to read it. */
function isAddress(url) {
  try {
    decodeURIComponent(new URL(url, 'http://example.com').pathname);
    return true;
  } catch {
    return false;
  }
}
