import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Hub } from '../src/hub.js';
import { expect, test } from '../src/fixtures.js';
import { labReady, launcherCard } from '../src/lab.js';

test('what is likely to be opened next is made ready before, and is the session that one gets', async ({ page, context }) => {
  const hub = await Hub.create();
  try {
    hub.environment = { DATALABS_WARM_SANDBOXES: '4' };
    await hub.start();
    await page.goto(hub.link);
    await labReady(page);
    const card = launcherCard(page, 'Datalabs', /Euclid/);
    await card.hover();
    const ready = (): string[] => hub.sandboxes().filter(({ session }) => session === null).map(({ entrance }) => entrance);
    await expect.poll(() => ready().length, { timeout: 30_000 }).toBeGreaterThan(0);

    const opened = context.waitForEvent('page');
    await card.click();
    const euclid = await opened;
    await labReady(euclid);
    const steps = await page.evaluate(async () => {
      const user = location.pathname.split('/')[2];
      const { token } = JSON.parse(document.getElementById('jupyter-config-data')!.textContent!) as { token: string };
      const answer = await fetch(`/hub/api/users/${user}`, { headers: { Authorization: `token ${token}` } });
      return ((await answer.json()) as { servers: Record<string, { ready: boolean }> }).servers['euclid'];
    });
    expect(steps).toMatchObject({ ready: true });

    await hub.stop();
    await expect.poll(() => hub.sandboxes()).toEqual([]);
  } finally {
    await hub.dispose();
  }
});

test("a deleted user's home does not come back with what was made ready for them", async () => {
  const hub = await Hub.create();
  try {
    hub.environment = { DATALABS_WARM_SANDBOXES: '4' };
    await hub.start();
    const client = await hub.login();
    const files = ['homes/bob', 'workspaces/bob'].map(name => join(hub.state, name));
    const there = () => files.filter(existsSync);
    const warmed = () => hub.sandboxes().filter(({ session }) => session === null).length;
    // The home of whoever starts the hub.
    await expect.poll(warmed, { timeout: 30_000 }).toBe(1);
    expect((await client.api('POST', '/users/bob')).status).toBe(201);
    expect((await client.api('POST', '/users/bob/warm', { body: { datalab: 'euclid' } })).status).toBe(202);
    await expect.poll(there, { timeout: 30_000 }).toEqual(files);
    // In the middle of warming, and once more when it has come to rest.
    expect((await client.api('DELETE', '/users/bob')).status).toBe(204);
    expect(there()).toEqual([]);
    await expect.poll(warmed, { timeout: 30_000 }).toBe(1);
    expect(there()).toEqual([]);
  } finally {
    await hub.dispose();
  }
});
