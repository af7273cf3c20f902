import type { Browser, Page } from '@playwright/test';

const PASSWORD = 'three words in a row';

/** A browser of its own, in which the invited user has just chosen a password. */
export async function joinedBy(browser: Browser, invitation: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(invitation);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByLabel('The same again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(url => !url.pathname.startsWith('/hub/invitation'));
  return page;
}
