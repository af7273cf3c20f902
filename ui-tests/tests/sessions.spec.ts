import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubClient } from '../src/client.js';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';

/** Datalabs whose programs do what a test needs: one never listens, one ends at once. */
function datalabs(folder: string): string {
  const make = (id: string, title: string, script: string): void => {
    mkdirSync(join(folder, id), { recursive: true });
    writeFileSync(
      join(folder, id, 'datalab.yaml'),
      `title: ${title}\nalternateName: ${id}\nabstract: A program for tests.\nversion: 1.0.0\ncreator: {name: Tests}\ncontactPoint: {email: tests@example.org}\nkind: web\n` +
        `command: [/usr/bin/python3, -c, ${JSON.stringify(script)}]\nresources: {cpu: 1, memory: 256Mi}\n`
    );
  };
  make('slow', 'Slow survey', 'import time; time.sleep(1000)');
  make('broken', 'Broken survey', 'print("cannot read the catalogue", flush=True); raise SystemExit(3)');
  return folder;
}

test.describe('one start at a time', () => {
  let hub: Hub;
  let client: HubClient;
  test.beforeAll(async () => {
    hub = await Hub.create();
    const folder = datalabs(join(hub.state, 'datalabs-of-tests'));
    hub.environment = { DATALABS_DATALABS_DIR: folder, DATALABS_MAX_STARTING: '1', DATALABS_MAX_QUEUED: '1', DATALABS_HOME_DATALAB: 'slow' };
    await hub.start();
    client = await hub.login();
  });
  test.afterAll(() => hub.dispose());

  test('a start that waits shows its place, a full queue says when to come again, and Cancel leaves nothing', async ({ page }) => {
    const start = (name: string) => client.api<{ code?: string; retry_after?: number }>('POST', `/users/${client.user}/servers/${name}`, { body: { datalab: 'slow' } });
    await page.context().addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
    expect((await start('first')).status).toBe(202);
    expect((await start('second')).status).toBe(202);
    const full = await start('third');
    expect([full.status, full.body.code, Number(full.headers.get('retry-after'))]).toEqual([429, 'queue-full', full.body.retry_after]);

    await page.goto(`${hub.origin}/hub/spawn-pending/${client.user}/second`);
    await expect(page.getByRole('status')).toHaveText('Waiting for its turn: place 1 of 1');
    await page.screenshot({ path: test.info().outputPath('queue-light.png') });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.screenshot({ path: test.info().outputPath('queue-dark.png') });
    // The one before it ends: its turn has come.
    expect((await client.api('DELETE', `/users/${client.user}/servers/first`, { body: { force: true } })).status).toBe(204);
    await expect(page.getByRole('listitem').filter({ hasText: 'Start requested' })).toContainText(/\d s$/);
    await expect(page.getByRole('status')).toHaveText(/Starting the program|Waiting for its first answer/);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByRole('heading', { name: 'Your sessions' })).toBeVisible();
    await expect(page.getByText('Nothing runs yet')).toBeVisible();
    await expect.poll(() => hub.sandboxes()).toEqual([]);
    const { body } = await client.api<{ timelines: { name: string; state: string; reason: { message: string } }[] }>('GET', `/users/${client.user}/timelines`);
    expect(body.timelines.map(({ name, state, reason }) => [name, state, reason.message])).toEqual([
      ['second', 'stopped', 'The start was cancelled.'],
      ['first', 'stopped', 'The start was cancelled.']
    ]);
  });

  test('a start that fails says how, what to do next, and shows the last lines of its log', async ({ page }) => {
    await page.context().addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
    await client.api('POST', `/users/${client.user}/servers/broken`, { body: { datalab: 'broken' } });
    await page.goto(`${hub.origin}/hub/spawn-pending/${client.user}/broken`);
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('ended with exit code 3');
    await expect(alert.getByRole('link', { name: 'Try again' })).toBeVisible();
    await alert.getByText('Last lines of its log').click();
    await expect(alert.getByText('cannot read the catalogue')).toBeVisible();
    await expect(page.locator('li[data-state=failed]')).toHaveText(/Waiting for its first answer|Starting the program/);
    await page.screenshot({ path: test.info().outputPath('failed.png') });
    await client.api('DELETE', `/users/${client.user}/servers/broken`, { body: { remove: true } });
    const kept = await client.api<{ state: string; reason: { code: string } }>('GET', `/users/${client.user}/servers/broken/timeline`);
    expect([kept.body.state, kept.body.reason.code]).toEqual(['failed', 'crashed']);
  });
});
