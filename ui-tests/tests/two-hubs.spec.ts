import type { Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { labReady } from '../src/lab.js';

/** A request that changes something, as a page of JupyterLab or the hub sends it: with the cookies, and the cross-site token it finds among them. */
const change = (page: Page, method: string, path: string, body: object): Promise<number> =>
  page.evaluate(
    async ([verb, url, text]) => {
      const xsrf = /\b_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
      const answer = await fetch(url!, { method: verb!, headers: { 'content-type': 'application/json', 'x-xsrftoken': xsrf }, body: text! });
      return answer.status;
    },
    [method, path, JSON.stringify(body)]
  );

test('two hubs on one host name stay apart in one browser', async ({ ownHub: hub, browser }) => {
  const other = await Hub.create();
  const context = await browser.newContext();
  try {
    await other.start();
    const labs: { hub: Hub; page: Page; user: string; hubVisits: string[] }[] = [];
    for (const each of [hub, other]) {
      const page = await context.newPage();
      await page.goto(each.link);
      await page.waitForURL(/\/user\/[^/]+\/lab/);
      await labReady(page);
      const hubVisits: string[] = [];
      page.on('request', request => request.isNavigationRequest() && request.url().includes('/hub/') && hubVisits.push(request.url()));
      labs.push({ hub: each, page, user: /\/user\/([^/]+)\//.exec(page.url())![1]!, hubVisits });
    }
    // The very names would clash, down to the user's.
    expect(labs[0]!.user).toBe(labs[1]!.user);
    expect(labs[0]!.hub.origin).not.toBe(labs[1]!.hub.origin);

    // The one opened first now has a cross-site token of the other in its jar, and goes on.
    for (const { page, user } of [...labs, ...labs]) {
      expect(await change(page, 'PUT', `/user/${user}/api/contents/two-hubs.txt`, { type: 'file', format: 'text', content: page.url() })).toBeLessThan(300);
    }
    for (const { page, hubVisits } of [...labs, ...labs]) {
      await page.reload();
      await labReady(page);
      expect(hubVisits, 'no new login').toEqual([]);
    }
    for (const { page, hub: { origin }, user } of [...labs, ...labs]) {
      await page.goto(`${origin}/hub/home`);
      await expect(page.getByRole('heading', { name: 'Your sessions' })).toBeVisible();
      expect(await change(page, 'POST', `/hub/api/users/${user}/tokens`, { note: 'two hubs', expires_in: 600 })).toBe(201);
    }

    // Logging out of one is not logging out of the other.
    await labs[1]!.page.goto(`${other.origin}/hub/logout`);
    await labs[0]!.page.goto(`${hub.origin}/hub/home`);
    await expect(labs[0]!.page.getByRole('heading', { name: 'Your sessions' })).toBeVisible();
    await labs[1]!.page.goto(`${other.origin}/hub/home`);
    await expect(labs[1]!.page.getByRole('heading', { name: 'Log in' })).toBeVisible();
  } finally {
    await context.close();
    await other.dispose();
  }
});
