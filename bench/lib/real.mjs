// Many real servers at once: through this hub, and bare ones of the same environment on the same machine, in turn.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { benchConfig, startToLink, stopAll } from './hub.mjs';
import { launchLab } from './lab.mjs';
import { answersApi, end, freePort, summary, until } from './measure.mjs';
import { client } from './workloads.mjs';

/** Until every one of them answers, in ms. One is looked for at a time: a hub answers each look, a bare server that is not there costs nothing. */
async function allReady(bases, since) {
  let ms = 0;
  for (const base of bases) ({ ms } = await until(base, () => answersApi(base), { since, timeout: 300_000, interval: 50 }));
  return ms;
}

async function bare({ environment, directory, count }) {
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const since = performance.now();
  const servers = await Promise.all(ports.map((port, i) => launchLab({ environment, home: join(directory, `home-${i}`), port })));
  try {
    return await allReady(servers.map(({ base }) => base), since);
  } finally {
    await Promise.all(servers.map(({ state }) => end(state)));
    await rm(directory, { recursive: true, force: true });
  }
}

async function throughHub({ api, send }, origin, users) {
  const since = performance.now();
  const asked = Promise.all(users.map(user => api('POST', `/users/${user}/server`, [201, 202])));
  const ms = await allReady(users.map(user => `${origin}/user/${user}/`), since);
  await asked;
  await Promise.all(users.map(user => api('DELETE', `/users/${user}/server`, [202, 204])));
  await until('the stops', async () => (await Promise.all(users.map(user => send('GET', `/hub/api/users/${user}`)))).every(({ text }) => JSON.parse(text).server === null && JSON.parse(text).pending === null));
  return ms;
}

/** Median seconds until all of `count` answer: bare, and through this hub, after a round with two that is not counted. */
export async function realServers({ repo, environment, directory, count, rounds, note, closers }) {
  await mkdir(directory, { recursive: true });
  const { config, token } = await benchConfig(directory);
  const stateDir = join(directory, 'state');
  closers.push(() => stopAll({ repo, stateDir }));
  const hub = await startToLink({ repo, stateDir, environment: { DATALABS_CONFIG: config }, setUp: false });
  closers.push(() => hub.stop());
  const { origin } = new URL(hub.link);
  const connection = client({ origin, token });
  const users = Array.from({ length: count }, (_, i) => `real${i}`);
  await connection.api('POST', '/users', [201], { usernames: users });
  const times = { bare: [], hub: [] };
  const measure = {
    bare: many => bare({ environment, directory: join(directory, 'bare'), count: many }),
    hub: many => throughHub(connection, origin, users.slice(0, many))
  };
  for (let round = -1; round < rounds; round++) {
    // The order turns with each round.
    for (const which of round % 2 ? ['hub', 'bare'] : ['bare', 'hub']) {
      const ms = await measure[which](round < 0 ? 2 : count);
      if (round >= 0) {
        times[which].push(ms / 1000);
        note(`real ${which}`, ms / 1000);
      }
    }
  }
  connection.close();
  return { bare: summary(times.bare).median, hub: summary(times.hub).median };
}
