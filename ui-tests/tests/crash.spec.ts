import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HubClient, ServerModel } from '../src/client.js';
import { expect, test } from '../src/fixtures.js';
import type { Hub } from '../src/hub.js';
import { repository } from '../src/paths.js';
import { isAlive } from '../src/processes.js';

const SESSION = 'topcat';
const steps = ['queued', 'placing', 'mounting', 'starting', 'listening', 'ready'];

/** Steps that the log says a start of the session has come to, in order; those of the latest start only. */
function stepsTold(output: string): string[] {
  const lines = output.split('\n').filter(line => line.startsWith('{') && line.includes('"start step"'));
  const told = lines.map(line => JSON.parse(line) as { session: string; startId: string; step: string }).filter(({ session }) => session === SESSION);
  return told.filter(({ startId }) => startId === told.at(-1)!.startId).map(({ step }) => step);
}

/** Starts a hub that dies by itself as soon as, or some time after, it has written a line with this text to its log. */
async function startDoomed(hub: Hub, text: string, afterMs?: number): Promise<HubClient> {
  hub.environment = {
    NODE_OPTIONS: `--import ${pathToFileURL(join(repository, 'ui-tests/src/die-at.mjs')).href}`,
    DIE_AT: text,
    ...(afterMs === undefined ? {} : { DIE_AFTER_MS: String(afterMs) })
  };
  await hub.start();
  hub.environment = {};
  return hub.login();
}

async function death(hub: Hub): Promise<void> {
  await expect.poll(() => isAlive(hub.pid), { intervals: [20] }).toBe(false);
  await hub.outputEnded();
}

/** Starts the session in a hub that dies on the way, and answers with the step it died in and the sandboxes it left. */
async function dieIn(hub: Hub, step: string, afterMs?: number): Promise<{ died: string | undefined; left: string[] }> {
  await hub.stop();
  const before = hub.output.length;
  const client = await startDoomed(hub, `"step":"${step}"`, afterMs);
  // The answer may never come: the hub dies first.
  await client.start(SESSION, 'topcat').catch(() => null);
  await death(hub);
  return { died: stepsTold(hub.output.slice(before)).at(-1), left: hub.guests().map(({ entrance }) => entrance) };
}

/** Whatever the hub that died left: the next one adopts it or cleans it up, and the next start gives exactly one session that works. */
async function adoptedOrCleaned(hub: Hub, left: string[]): Promise<void> {
  expect(left.length).toBeLessThanOrEqual(1);
  await hub.start();
  const client = await hub.login();
  const known = (await client.servers())[SESSION];
  if (known?.ready || known?.pending === 'spawn') {
    expect(hub.guests().map(({ entrance }) => entrance)).toEqual(left);
  } else {
    await expect.poll(() => hub.guests()).toEqual([]);
  }
  const model = await client.ready(SESSION, 'topcat');
  expect(hub.guests()).toHaveLength(1);
  const token = await client.token([`access:servers!server=${client.user}/${SESSION}`]);
  // The session asks the hub about the token: its way back to the hub that is new works too.
  const answer = await fetch(new URL(`${model.url}status`, hub.origin), { headers: { authorization: `token ${token}` } });
  expect(answer.status).toBe(200);
  await client.remove(SESSION);
  await expect.poll(() => hub.guests()).toEqual([]);
}

for (const step of steps) {
  test(`the hub killed as a start comes to "${step}": adopted or cleaned, never doubled`, async ({ ownHub: hub }) => {
    const { died, left } = await dieIn(hub, step);
    expect(died).toBe(step);
    if (step === 'ready') {
      expect(left).toHaveLength(1);
    } else if (step === 'queued' || step === 'placing' || step === 'mounting') {
      expect(left).toEqual([]);
    }
    await adoptedOrCleaned(hub, left);
    await hub.stop();
    await expect.poll(() => hub.leftovers()).toEqual([]);
  });
}

test('the hub killed in the middle of the steps that take time: adopted or cleaned, never doubled', async ({ ownHub: hub }) => {
  const client = await hub.login();
  const model = (await client.ready(SESSION, 'topcat')) as ServerModel & { steps: { step: string; startedAt: string; endedAt: string }[] };
  const took = new Map(model.steps.map(({ step, startedAt, endedAt }) => [step, Date.parse(endedAt) - Date.parse(startedAt)]));
  for (const step of ['starting', 'listening']) {
    expect(took.get(step), `${step} takes time`).toBeGreaterThan(0);
    let hit = false;
    // How long a step takes differs: each try is a little earlier.
    for (let tries = 0; tries < 6 && !hit; tries++) {
      const { died, left } = await dieIn(hub, step, Math.floor(took.get(step)! / 2 ** (tries + 1)));
      hit = died === step;
      await adoptedOrCleaned(hub, left);
    }
    expect(hit, `killed within "${step}"`).toBe(true);
  }
});

for (const [moment, text, left] of [['begins to stop', 'session stopping', 1], ['has just ended', 'session ended', 0]] as const) {
  test(`the hub killed when a session ${moment}: the next hub finishes the stop`, async ({ ownHub: hub }) => {
    await (await hub.login()).ready(SESSION, 'topcat');
    await hub.interrupt();
    const client = await startDoomed(hub, `"msg":"${text}"`);
    await client.remove(SESSION).catch(() => null);
    await death(hub);
    expect(hub.output.trimEnd().split('\n').at(-1)).toContain(text);
    expect(hub.guests()).toHaveLength(left);
    await hub.start();
    const next = await hub.login();
    await expect.poll(() => hub.guests()).toEqual([]);
    expect(await next.servers()).not.toHaveProperty(SESSION);
  });
}

test('the proxy killed: routes are back within two seconds, sessions untouched', async ({ ownHub: hub }) => {
  const client = await hub.login();
  const model = await client.ready('topcat', 'topcat');
  const token = await client.token([`access:servers!server=${client.user}/topcat`]);
  const sandboxes = hub.guests().map(({ entrance }) => entrance);
  const reach = async (path: string): Promise<number> => {
    try {
      return (await fetch(new URL(path, hub.origin), { headers: { authorization: `token ${token}` } })).status;
    } catch {
      return 0;
    }
  };
  const killed = hub.killProxy();
  const since = performance.now();
  await expect.poll(() => isAlive(killed)).toBe(false);
  await expect
    .poll(async () => [await reach('/hub/health'), await reach(`${model.url}api`)], { intervals: [20], timeout: 10_000 })
    .toEqual([200, 200]);
  expect(performance.now() - since).toBeLessThan(2000);
  expect(hub.proxy().pid).not.toBe(killed);
  expect(hub.guests().map(({ entrance }) => entrance)).toEqual(sandboxes);
});

test('the proxy killed while the hub is away: the next start brings both back', async ({ ownHub: hub }) => {
  const client = await hub.login();
  const model = await client.ready('topcat', 'topcat');
  const sandboxes = hub.guests().map(({ entrance }) => entrance);
  await hub.interrupt();
  hub.killProxy();
  await hub.start();
  expect(hub.guests().map(({ entrance }) => entrance)).toEqual(sandboxes);
  const token = await client.token([`access:servers!server=${client.user}/topcat`]);
  await expect
    .poll(async () => (await fetch(new URL(`${model.url}api`, hub.origin), { headers: { authorization: `token ${token}` } })).status)
    .toBe(200);
});

test('two hubs with different state directories run side by side', async ({ hub, client, ownHub }) => {
  const other = await ownHub.login();
  expect(ownHub.origin).not.toBe(hub.origin);
  await other.ready('topcat', 'topcat');
  expect(await client.servers()).not.toHaveProperty('topcat');
  expect(hub.guests()).toEqual([]);
  expect(ownHub.guests()).toHaveLength(1);
});
