// What is asked of a hub, in JupyterHub's own REST API: the same requests for every contestant.
import { Agent, request } from 'node:http';
import { PROBE_MS, summary } from './measure.mjs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * @param {{origin: string, token: string}} hub its public address, and a token with all rights
 */
export function client({ origin, token }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const { hostname, port } = new URL(origin);
  const send = (method, path, body, headers = {}) =>
    new Promise((done, fail) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const sent = request(
        {
          agent, hostname, port, method, path,
          headers: { Authorization: `token ${token}`, ...(text && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }), ...headers }
        },
        response => {
          const chunks = [];
          response.on('data', chunk => chunks.push(chunk));
          response.on('error', fail);
          response.on('end', () => done({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
        }
      );
      sent.on('error', fail);
      sent.end(text);
    });
  const api = async (method, path, expected, body, headers) => {
    const answer = await send(method, `/hub/api${path}`, body, headers);
    if (!expected.includes(answer.status)) throw new Error(`${method} ${path} → ${answer.status} ${answer.text.slice(0, 300)}`);
    return answer;
  };
  return { send, api, close: () => agent.destroy() };
}

/** Runs `work` on every item, at most `inFlight` at a time. */
export async function pool(items, inFlight, work) {
  const queue = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (const item of queue) await work(item);
    })
  );
}

/** A server that has not answered by then is lost. */
const LOST_MS = 300_000;

/** From the request until the server answers through the public address, looked for every `interval` ms. */
async function spawn({ api, send }, user, interval) {
  const since = performance.now();
  const asked = api('POST', `/users/${user}/server`, [201, 202]);
  for (;;) {
    const { status } = await send('GET', `/user/${user}/api`);
    if (status === 200) break;
    if (performance.now() - since > LOST_MS) throw new Error(`the server of ${user} does not answer: ${status}`);
    await delay(interval);
  }
  await asked;
  return performance.now() - since;
}

export const workloads = {
  /** Users per second, a thousand per request. */
  async createUsers({ api }, count) {
    const since = performance.now();
    for (let from = 0; from < count; from += 1000) {
      const usernames = Array.from({ length: Math.min(1000, count - from) }, (_, i) => `u${String(from + i).padStart(5, '0')}`);
      await api('POST', '/users', [201], { usernames });
    }
    return (1000 * count) / (performance.now() - since);
  },

  /** Median ms of a page of 50 in the middle, and of a filter by name. */
  async pages({ api }, count) {
    const accept = { Accept: 'application/jupyterhub-pagination+json' };
    const times = async path => {
      const all = [];
      for (let i = 0; i < 30; i++) {
        const since = performance.now();
        const { text } = await api('GET', path(i), [200], undefined, accept);
        all.push(performance.now() - since);
        if (!JSON.parse(text).items.length) throw new Error(`${path(i)} is empty`);
      }
      return summary(all).median;
    };
    return {
      page: await times(i => `/users?limit=50&offset=${Math.floor(count / 2) + i * 10}`),
      filter: await times(i => `/users?limit=50&name_filter=u${String(Math.floor(count / 40) + i).padStart(4, '0')}`)
    };
  },

  /** Median ms of one start after another. */
  async sequential(hub, users) {
    const times = [];
    for (const user of users) times.push(await spawn(hub, user, PROBE_MS / 2));
    return summary(times).median;
  },

  /** Starts per second, 100 in flight, looked for so seldom that the looking costs little; throws when one is lost. */
  async storm(hub, users) {
    const since = performance.now();
    await pool(users, 100, user => spawn(hub, user, 100));
    return (1000 * users.length) / (performance.now() - since);
  },

  /** Reports per second, 50 in flight, for `ms`. */
  async activity({ api }, users, ms) {
    const since = performance.now();
    let count = 0;
    const turns = (function* () {
      for (let i = 0; performance.now() - since < ms; i++) yield users[i % users.length];
    })();
    await pool(turns, 50, async user => {
      const now = new Date().toISOString();
      await api('POST', `/users/${user}/activity`, [200], { servers: { '': { last_activity: now } }, last_activity: now });
      count += 1;
    });
    return (1000 * count) / (performance.now() - since);
  }
};

/** The proxy's own API: how many routes it has, and what one costs when nobody else asks. */
export function proxyApi({ url, socketPath, token }) {
  const agent = new Agent({ keepAlive: true });
  const call = (method, path, body) =>
    new Promise((done, fail) => {
      const options = { agent, method, headers: { Authorization: `token ${token}`, ...(body && { 'Content-Type': 'application/json' }) } };
      const sent = socketPath ? request({ ...options, socketPath, path }) : request(`${url}${path}`, options);
      sent.on('error', fail).on('response', response => {
        const chunks = [];
        response.on('data', chunk => chunks.push(chunk)).on('end', () => done(Buffer.concat(chunks).toString()));
      });
      sent.end(body);
    });
  return {
    count: async () => Object.keys(JSON.parse(await call('GET', '/api/routes'))).length,
    /** Median ms to set a route. */
    async routeMs(count) {
      const times = [];
      for (let i = 0; i < count; i++) {
        const since = performance.now();
        await call('POST', `/api/routes/bench/${i}`, '{"target": "http://127.0.0.1:9"}');
        times.push(performance.now() - since);
      }
      for (let i = 0; i < count; i++) await call('DELETE', `/api/routes/bench/${i}`);
      return summary(times).median;
    }
  };
}
