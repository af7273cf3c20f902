import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { HubClient } from '../src/client.js';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { desktop, labReady, launcherCard } from '../src/lab.js';

interface UserQuota {
  effective: Record<string, { value: number | string; origin: string } | null>;
  used: { sessions: number; cpu: number; memoryBytes: number };
}

const REFUSED = 'You have 2 sessions running (JupyterLab, TOPCAT), and 2 is the limit on this hub. Stop one of them first.';

test.describe('two sessions at a time', () => {
  let hub: Hub;
  let client: HubClient;
  test.beforeAll(async () => {
    hub = await Hub.create();
    const config = join(hub.state, 'quotas-of-tests.yaml');
    writeFileSync(config, 'quotas:\n  default:\n    sessions: 2\n');
    hub.environment = { DATALABS_CONFIG: config };
    await hub.start();
    client = await hub.login();
  });
  test.afterAll(() => hub.dispose());

  const quota = async (): Promise<UserQuota> => (await client.api<UserQuota>('GET', `/users/${client.user}/quota`)).body;
  const signIn = (page: Page): Promise<void> => page.context().addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));

  test('the third is refused with what runs, in JupyterLab and on the page of the hub, and starts when one is stopped', async ({ page, context }) => {
    test.setTimeout(180_000);
    await signIn(page);
    await page.goto(`${hub.origin}/hub/`);
    await labReady(page);
    await launcherCard(page, 'Datalabs', /TOPCAT/).click();
    await expect(desktop(page, 'TOPCAT').locator('canvas')).toBeVisible({ timeout: 30_000 });
    expect((await quota()).used.sessions).toBe(2);

    const message = page.getByRole('alert').filter({ hasText: 'Euclid did not start' });
    await test.step('JupyterLab says why, and leads to what runs', async () => {
      await page.locator('.lm-TabBar-addButton:visible').first().click();
      await launcherCard(page, 'Datalabs', /Euclid/).click();
      await expect(message).toContainText(REFUSED);
      expect(context.pages()).toHaveLength(1);
      await page.screenshot({ path: test.info().outputPath('refused.png'), animations: 'disabled' });
      await page.setViewportSize({ width: 720, height: 600 });
      await page.screenshot({ path: test.info().outputPath('refused-narrow.png'), animations: 'disabled' });
      await page.setViewportSize({ width: 1440, height: 900 });
      await message.getByRole('button', { name: 'Show what runs' }).click();
      await expect(page.getByRole('region', { name: 'Running Sessions section' })).toBeVisible();
      await page.screenshot({ path: test.info().outputPath('running.png') });
    });

    await test.step('the page of the hub says the same', async () => {
      const other = await context.newPage();
      const answer = await other.goto(`${hub.origin}/hub/spawn/${client.user}/euclid?datalab=euclid`);
      expect(answer!.status()).toBe(409);
      await expect(other.getByRole('heading', { name: 'Limit reached' })).toBeVisible();
      for (const sentence of REFUSED.split(/(?<=\.) /)) {
        await expect(other.getByText(sentence)).toBeVisible();
      }
      await other.screenshot({ path: test.info().outputPath('page-light.png') });
      await other.emulateMedia({ colorScheme: 'dark' });
      await other.setViewportSize({ width: 360, height: 640 });
      await other.screenshot({ path: test.info().outputPath('page-dark-narrow.png') });
      await other.getByRole('link', { name: 'Your sessions' }).click();
      await expect(other.getByRole('heading', { name: 'Your sessions' })).toBeVisible();
      await other.close();
    });

    await test.step('with one stopped it starts', async () => {
      expect((await client.remove('topcat')).status).toBe(204);
      await client.ready('euclid', 'euclid');
      expect((await quota()).used.sessions).toBe(2);
    });

    await test.step('an admin allows more; what was allowed less goes on', async () => {
      const set = (body: object) => client.api<UserQuota>('PUT', `/users/${client.user}/quota`, { body });
      expect((await set({ sessions: 3 })).body.effective['sessions']).toEqual({ value: 3, origin: 'user' });
      await client.ready('topcat', 'topcat');
      const lowered = await set({ sessions: 1 });
      expect([lowered.status, lowered.body.used.sessions]).toEqual([200, 3]);
      const before = (await hub.sandboxes()).length;
      expect((await client.start('fourth', 'euclid')).body).toMatchObject({ code: 'quota', detail: expect.stringContaining('1 is the limit set for you') });
      expect(await hub.sandboxes()).toHaveLength(before);
    });
  });
});
