import { writeFileSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { Hub, hubProgram } from '../src/hub.js';
import { startIdp, type Idp } from '../src/idp.js';
import { labReady } from '../src/lab.js';

const PASSWORD = 'nine moons of neptune';

/** A browser that has never been here. */
async function stranger(browser: Browser): Promise<Page> {
  return (await browser.newContext()).newPage();
}

test.describe('login by an identity provider', () => {
  let idp: Idp;
  let hub: Hub;
  test.beforeEach(async ({}, info) => {
    idp = await startIdp();
    const file = info.outputPath('config.yaml');
    const login = {
      kind: 'oidc', issuer: idp.issuer, clientId: 'hub', clientSecret: 'hub-secret', name: 'Example Institute', allow: [{ claim: 'groups', values: ['euclid'] }], recheckMinutes: 0, timeoutSeconds: 3
    };
    writeFileSync(file, JSON.stringify({ login }));
    hub = await Hub.create({ arguments: ['--config', file] });
    await hub.start();
    idp.register(hub.origin);
  });
  test.afterEach(async () => {
    await hub.dispose();
    await idp.close();
  });

  test('opens JupyterLab, ends there with the logout, and starts nothing for an account that was closed', async ({ page }) => {
    expect(hub.output).not.toContain('token=');
    await page.goto(`${hub.origin}/hub/`);
    await page.getByRole('link', { name: 'Log in with Example Institute' }).click();
    await page.getByPlaceholder('Enter any login').fill('Vera');
    await page.getByPlaceholder('and password').fill('x');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(/\/user\/vera\/lab/);
    await labReady(page);

    idp.closed.add('Vera');
    await page.goto(`${hub.origin}/hub/spawn/vera/topcat?datalab=topcat`);
    await expect(page.getByText('Your login at the identity provider has ended, or your account there is closed.')).toBeVisible();
    await page.goto(`${hub.origin}/hub/home`);
    await expect(page.getByRole('link', { name: 'Log in with Example Institute' })).toBeVisible();
    expect(hub.guests()).toEqual([]);
  });

  test('logs out here and there', async ({ page }) => {
    await page.goto(`${hub.origin}/hub/login?next=/hub/home`);
    await page.getByRole('link', { name: 'Log in with Example Institute' }).click();
    await page.getByPlaceholder('Enter any login').fill('vera');
    await page.getByPlaceholder('and password').fill('x');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: 'Log out' }).click();
    await page.getByRole('button', { name: /yes/i }).click();
    await expect(page.getByRole('heading', { name: 'Logged out' })).toBeVisible();
    await page.getByRole('link', { name: 'Log in' }).click();
    await page.getByRole('link', { name: 'Log in with Example Institute' }).click();
    await expect(page.getByPlaceholder('Enter any login')).toBeVisible();
  });
});

test('a provider that is down: the hub starts and says so, the page offers Retry, and then it works', async ({ page }, info) => {
  const idp = await startIdp();
  idp.down = true;
  const file = info.outputPath('config.yaml');
  writeFileSync(file, JSON.stringify({ login: { kind: 'oidc', issuer: idp.issuer, clientId: 'hub', clientSecret: 'hub-secret', name: 'Example Institute', allowAll: true, timeoutSeconds: 3 } }));
  const hub = await Hub.create({ arguments: ['--config', file] });
  try {
    await hub.start();
    await expect.poll(() => hub.output).toContain('cannot be asked');
    await page.goto(`${hub.origin}/hub/login`);
    await page.getByRole('link', { name: 'Log in with Example Institute' }).click();
    await expect(page.getByRole('heading', { name: 'Identity provider not reachable' })).toBeVisible();
    await page.screenshot({ path: info.outputPath('down.png') });
    idp.down = false;
    idp.register(hub.origin);
    await page.getByRole('link', { name: 'Retry' }).click();
    await expect(page.getByPlaceholder('Enter any login')).toBeVisible();
  } finally {
    await hub.dispose();
    await idp.close();
  }
});

test.describe('local accounts', () => {
  test('invitation, password, JupyterLab, and from then on the password alone', async ({ page, browser }, info) => {
    const file = info.outputPath('config.yaml');
    writeFileSync(file, 'login: {kind: accounts}\n');
    const hub = await Hub.create({ arguments: ['--config', file] });
    try {
      await page.goto(await hub.start());
      await page.goto(`${hub.origin}/hub/accounts`);
      await page.getByLabel('User name').fill('henry');
      await page.getByRole('button', { name: 'Make a link' }).click();
      const link = await page.getByLabel('Link for henry').inputValue();

      const guest = await stranger(browser);
      await guest.goto(link);
      await expect(guest.getByText('henry', { exact: true })).toBeVisible();
      await guest.getByLabel('New password').fill(PASSWORD);
      await guest.getByLabel('The same again').fill(PASSWORD);
      await guest.getByRole('button', { name: 'Create account' }).click();
      await guest.waitForURL(/\/user\/henry\/lab/);
      await labReady(guest);

      const later = await stranger(browser);
      await later.goto(`${hub.origin}/hub/user-redirect/lab`);
      await later.getByLabel('User name').fill('henry');
      await later.getByLabel('Password').fill('not it at all');
      await later.getByRole('button', { name: 'Log in' }).click();
      await expect(later.getByRole('alert')).toContainText('User name or password is wrong');
      await later.getByLabel('Password').fill(PASSWORD);
      await later.getByRole('button', { name: 'Log in' }).click();
      await labReady(later);
      await (await stranger(browser)).goto(link);

      const { code, output } = await hubProgram('--invite', 'ada', '--role', 'author', '--config', file, '--state-dir', hub.state);
      expect(code).toBe(0);
      const ada = await stranger(browser);
      await ada.goto(/http\S+/.exec(output)![0]);
      await expect(ada.getByText('ada', { exact: true })).toBeVisible();
    } finally {
      await hub.dispose();
    }
  });
});
