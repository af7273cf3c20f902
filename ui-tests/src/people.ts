import type { Browser, Page } from '@playwright/test';

const PASSWORD = 'three words in a row';

/** A page of a browser of its own, in which the invited user has just chosen a password. */
export async function joinedBy(browser: Browser, invitation: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(invitation);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByLabel('The same again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(url => !url.pathname.startsWith('/hub/invitation'));
  // It leads on to the user's home by itself, whenever that is ready, and would take whatever it is sent to with it.
  const next = await context.newPage();
  await page.close();
  return next;
}
