// This hub, started as a user starts it, and used through its public address only.
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { answersApi, end, launch, until } from './measure.mjs';
import { firstPicture } from './rfb.mjs';

/** Far more than warming takes, also on a machine that others use. */
const WARMING_MS = 5000;

const LINK = /https?:\/\/\S+\/hub\/login\?token=\S+/;

/** A configuration with a service that may do everything a measurement does; nothing is ready before it is asked for. */
export async function benchConfig(directory, lines = []) {
  const [token, config] = [randomBytes(32).toString('hex'), join(directory, 'datalabs.yaml')];
  await writeFile(join(directory, 'token'), token, { mode: 0o600 });
  const service = ['services:', '  - name: bench', `    apiTokenFile: ${join(directory, 'token')}`, '    scopes: [admin:users, admin:servers, access:servers]'];
  await writeFile(config, [...lines, 'warm: { memory: "0" }', ...service].join('\n'));
  return { token, config };
}

/** Runs the start script until it prints its link. */
export async function startToLink({ repo, stateDir, environment = {}, setUp = true }) {
  const since = performance.now();
  const hub = launch(process.execPath, [join(repo, 'scripts', 'start.mjs'), '--port', '0', '--state-dir', stateDir, ...(setUp ? [] : ['--no-setup'])], { cwd: repo, env: { ...process.env, ...environment } });
  const ended = hub.exited.then(() => {
    throw new Error(`the hub ended before it printed its link:\n${hub.output.slice(-2000)}`);
  });
  ended.catch(() => {});
  const { ms, found } = await Promise.race([until('link', () => LINK.exec(hub.output)?.[0], { since, timeout: 600_000 }), ended]);
  return { ms, link: found, stop: () => end(hub, { terminal: true }) };
}

/** Ends the hub of a state directory with all its sessions and its proxy. */
export async function stopAll({ repo, stateDir }) {
  const stop = launch(process.execPath, [join(repo, 'scripts', 'stop.mjs'), '--state-dir', stateDir], { cwd: repo });
  await stop.exited;
}

/** Opens the login link as a browser would and returns a client that acts as its user. */
export async function login(link) {
  const { origin } = new URL(link);
  const jar = new Map();
  const request = async (method, path, body) => {
    const headers = { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') };
    if (jar.has('_xsrf')) headers['X-XSRFToken'] = jar.get('_xsrf');
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const response = await fetch(new URL(path, origin), {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (name && value) jar.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, json: () => JSON.parse(text), text };
  };
  const api = async (method, path, expected, body) => {
    const response = await request(method, `/hub/api${path}`, body);
    if (!expected.includes(response.status)) throw new Error(`hub: ${method} ${path} → ${response.status} ${response.text.slice(0, 500)}`);
    return response;
  };

  await request('GET', link);
  await request('GET', '/hub/home'); // hands out the cross-site token, where the login did not
  const user = (await api('GET', '/user', [200])).json().name;
  const server = name => (name === '' ? `/users/${user}/server` : `/users/${user}/servers/${name}`);
  const base = name => `${origin}/user/${user}/${name === '' ? '' : `${name}/`}`;
  const stop = async name => {
    const { status } = await api('DELETE', server(name), [202, 204, 404]);
    if (status === 202) {
      await until(`stop of "${name}"`, async () => {
        const { servers } = (await api('GET', `/users/${user}`, [200])).json();
        const found = servers[name];
        return !found || (found.pending === null && !found.ready);
      });
    }
  };

  return {
    stop,
    async clickToReady() {
      const since = performance.now();
      const posted = api('POST', server(''), [201, 202], {});
      const [{ ms }] = await Promise.all([until('session', () => answersApi(base('')), { since }), posted]);
      await stop('');
      return ms;
    },
    /** Gives the hub time to make something ready, as a user does who reads before the click. */
    async warm(datalab) {
      await api('POST', `/users/${user}/warm`, [202], { datalab });
      await delay(WARMING_MS);
    },
    /** The same, given the time to make the home ready between login and click. */
    async clickToReadyWarm() {
      await this.warm('jupyterlab');
      const since = performance.now();
      const posted = api('POST', server(''), [201, 202], {});
      const [{ ms }] = await Promise.all([until('session', () => answersApi(base('')), { since }), posted]);
      const timeline = (await api('GET', `${server('')}/timeline`, [200])).json();
      if (process.env.BENCH_STEPS) console.log(timeline.steps.map(({ step, startedAt, started, endedAt, ended }) => `${step} ${(Date.parse(endedAt ?? ended) || 0) - (Date.parse(startedAt ?? started) || 0)}`).join(', '));
      await stop('');
      if (timeline.warm !== true) throw new Error('the start was not warm');
      return ms;
    },
    /** Click on TOPCAT until its first window stands on the session's screen. */
    async panelCold() {
      const since = performance.now();
      const posted = api('POST', server('topcat'), [201, 202], { datalab: 'topcat' });
      await posted;
      const { token } = await this.panelToken();
      const { ms } = await until('first window of TOPCAT', async () => {
        const response = await fetch(`${base('topcat')}api`, { headers: { Authorization: `token ${token}` } });
        return response.ok && (await response.json()).app?.firstWindow;
      }, { since });
      return ms;
    },
    /** With the session running: token, websocket and handshake until the first picture arrives. */
    async panelWarm() {
      const since = performance.now();
      const { token } = await this.panelToken();
      await firstPicture(`${base('topcat').replace(/^http/, 'ws')}vnc?token=${token}`);
      return performance.now() - since;
    },
    async panelToken() {
      const scopes = [`access:servers!server=${user}/topcat`];
      return (await api('POST', `/users/${user}/tokens`, [200, 201], { scopes, expires_in: 3600, note: 'bench' })).json();
    }
  };
}
