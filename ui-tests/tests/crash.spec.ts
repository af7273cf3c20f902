import { isAlive } from '../src/processes.js';
import type { HubClient, ServerModel } from '../src/client.js';
import { expect, test } from '../src/fixtures.js';
import type { Hub } from '../src/hub.js';

/** Kills the hub as soon as its own event stream says that the session's start has come to this step. */
async function killAtStep(hub: Hub, client: HubClient, session: string, datalab: string, step: string): Promise<void> {
  const abort = new AbortController();
  const events = await client.events(abort.signal);
  // The answer may never come: the hub dies first.
  const begun = client.start(session, datalab).catch(() => null);
  try {
    for await (const { event, data } of events) {
      const model = event === 'session' ? (JSON.parse(data) as ServerModel & { steps?: { step: string }[] }) : null;
      if (model?.name === session && (model.step === step || model.steps?.some(done => done.step === step) || model.ready)) {
        await hub.kill();
        break;
      }
    }
  } finally {
    abort.abort();
    await begun;
  }
}

const steps = ['placing', 'mounting', 'starting', 'listening', 'ready'];

for (const step of steps) {
  test(`the hub killed while a session is at "${step}": adopted or cleaned, never doubled`, async ({ ownHub: hub }) => {
    const client = await hub.login();
    await killAtStep(hub, client, 'topcat', 'topcat', step);
    const before = hub.guests();
    expect(before.length).toBeLessThanOrEqual(1);
    await hub.start();

    const known = (await client.servers())['topcat'];
    const running = hub.guests();
    if (known?.ready || known?.pending === 'spawn') {
      expect(running).toHaveLength(1);
    } else {
      await expect.poll(() => hub.guests()).toEqual([]);
    }
    if (step === 'ready') {
      expect(running.map(({ entrance }) => entrance)).toEqual(before.map(({ entrance }) => entrance));
      expect(known?.ready).toBe(true);
    }

    // Whatever happened, the next start succeeds and there is exactly one.
    const model = await client.ready('topcat', 'topcat');
    expect(hub.guests()).toHaveLength(1);
    const token = await client.token([`access:servers!server=${client.user}/topcat`]);
    const answer = await fetch(new URL(`${model.url}api`, hub.origin), { headers: { authorization: `token ${token}` } });
    expect(answer.status).toBeLessThan(400);

    await client.remove('topcat');
    await expect.poll(() => hub.guests()).toEqual([]);
    await hub.stop();
    await expect.poll(() => hub.leftovers()).toEqual([]);
  });
}

test('the hub killed while a session stops: gone after the restart', async ({ ownHub: hub }) => {
  const client = await hub.login();
  await client.ready('topcat', 'topcat');
  const stopping = client.remove('topcat').catch(() => null);
  hub.killNow();
  await stopping;
  await expect.poll(() => isAlive(hub.pid)).toBe(false);
  await hub.start();
  const known = (await client.servers())['topcat'];
  // Killed before the request arrived, it runs on; after it, it is gone. Never something between.
  await expect.poll(() => hub.guests().length).toBe(known?.ready ? 1 : 0);
});

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
