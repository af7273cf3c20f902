import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from '@playwright/test';
import type { HubClient } from '../src/client.js';
import { expect, test } from '../src/fixtures.js';
import { Hub, hubProgram } from '../src/hub.js';
import { labReady } from '../src/lab.js';
import { repository } from '../src/paths.js';
import { joinedBy } from '../src/people.js';

/** JupyterHub's own server with JupyterLab and jupyter-collaboration, as pip delivers them: nothing of ours is in it. */
const environment = join(repository, '.tools/envs/programs');
const server = join(environment, 'bin/jupyterhub-singleuser');

const REFUSED = 'belongs to somebody else';

/** A catalogue of that one datalab. */
function catalogue(folder: string): string {
  mkdirSync(join(folder, 'together'), { recursive: true });
  writeFileSync(
    join(folder, 'together/datalab.yaml'),
    JSON.stringify({
      title: 'Together', alternateName: 'together', abstract: 'JupyterLab for several people.', version: '1.0.0', creator: { name: 'Tests' },
      contactPoint: { email: 'tests@example.org' }, kind: 'jupyter', resources: { cpu: 2, memory: '2Gi' },
      command: ['{lab}/bin/jupyterhub-singleuser', '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate']
    })
  );
  return folder;
}

/** The dialog behind the button beside the user's initials. */
async function openDialog(page: Page): Promise<Locator> {
  await page.getByRole('toolbar', { name: 'Topbar toolbar' }).getByRole('button', { name: 'Generate a Shared Link' }).click();
  return page.getByRole('dialog');
}

/** Those it offers; they are neither buttons nor options. */
const offered = (dialog: Locator): Locator => dialog.locator('.jp-ManageSharesBody-user-item');
const letIn = (dialog: Locator, name: string): Locator => dialog.getByRole('row').filter({ has: dialog.page().getByRole('cell', { name, exact: true }) });

/** Lets in whom a search finds under this name; resolves with the link that the dialog copies. */
async function share(page: Page, search: string, name: string): Promise<string> {
  const dialog = await openDialog(page);
  await expect(dialog).toContainText('not shared to anybody yet');
  await dialog.getByPlaceholder('Type to search').fill(search);
  await expect(offered(dialog)).toHaveText([name]);
  await offered(dialog).click();
  await expect(letIn(dialog, name)).toBeVisible();
  await expect(offered(dialog)).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Copy Link' }).click();
  await expect(dialog).toBeHidden();
  return page.evaluate(() => navigator.clipboard.readText());
}

async function revoke(page: Page, name: string): Promise<void> {
  const dialog = await openDialog(page);
  await letIn(dialog, name).getByRole('button', { name: 'Revoke' }).click();
  await expect(dialog).toContainText('not shared to anybody yet');
  await expect(offered(dialog).getByText(name, { exact: true })).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
}

/** What JupyterLab's page says of itself. */
const pageConfig = async (page: Page): Promise<Record<string, string>> => JSON.parse((await page.locator('#jupyter-config-data').textContent())!) as Record<string, string>;

/** What the session answers to the page that is open. */
async function answer(page: Page): Promise<number> {
  const { baseUrl, token } = await pageConfig(page);
  return page.evaluate(async ([url, authorization]) => (await fetch(url!, { headers: { authorization: authorization! } })).status, [`${baseUrl}api/contents`, `token ${token}`]);
}

/** Opens the link, answers the hub's question, and is in the owner's JupyterLab. */
async function enter(page: Page, link: string, who: { hubUser: string; hubServerUser: string; hubServerName: string }): Promise<void> {
  await page.goto(link);
  await expect(page.getByRole('heading', { name: `Enter ${who.hubServerUser}'s session?` })).toBeVisible();
  await page.getByRole('button', { name: 'Enter' }).click();
  await labReady(page);
  expect(new URL(page.url()).pathname).toBe(new URL(link).pathname);
  expect(await pageConfig(page)).toMatchObject(who);
  expect(await answer(page)).toBe(200);
}

/** Neither the open page nor a new one gets anything more of the session. */
async function isShutOut(page: Page, link: string): Promise<void> {
  await expect.poll(() => answer(page)).toBe(403);
  await page.goto(link);
  await expect(page.getByText(REFUSED)).toBeVisible();
}

test.describe("jupyter-collaboration's share dialog", () => {
  test.skip(!existsSync(server), 'its environment is missing: node scripts/setup.mjs --tests');
  let folder: string;
  let hub: Hub;
  let admin: HubClient;

  test.beforeAll(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'share-dialog-'));
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      JSON.stringify({
        user: 'alice', login: { kind: 'accounts' }, software: { lab: environment }, datalabsDir: catalogue(join(folder, 'datalabs')),
        homeDatalab: 'together', suiteDatalabs: ['together'], jupyterArguments: ['--HubOAuth.cache_max_age=1']
      })
    );
    hub = await Hub.create({ arguments: ['--config', config] });
    await hub.start();
    admin = await hub.login();
  });
  test.afterAll(async ({}, info) => {
    await info.attach('hub output', { body: hub.output, contentType: 'text/plain' });
    await hub.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  async function joined(browser: Browser, name: string): Promise<Page> {
    const { output } = await hubProgram('--invite', name, ...hub.options, '--state-dir', hub.state);
    return joinedBy(browser, /http\S+/.exec(output)![0]);
  }

  test('lets a user into a session of its owner, and out again', async ({ browser }) => {
    const owner = await joined(browser, 'bob');
    const guest = await joined(browser, 'carol');
    await owner.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await owner.goto(`${hub.origin}/hub/spawn/bob/project?datalab=together`);
    await labReady(owner);
    const address = `${hub.origin}/user/bob/project/lab`;
    await guest.goto(address);
    await expect(guest.getByText(REFUSED)).toBeVisible();

    expect(await share(owner, 'car', 'carol')).toBe(address);
    await enter(guest, address, { hubUser: 'carol', hubServerUser: 'bob', hubServerName: 'project' });
    // A guest has the link to copy, and nobody to let in.
    const dialog = await openDialog(guest);
    await expect(dialog).toContainText('Only users with `access:servers` permissions');
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await revoke(owner, 'carol');
    await isShutOut(guest, address);
    await owner.context().close();
    await guest.context().close();
  });

  test('lets a group into the home of an administrator, and out again', async ({ page, browser }) => {
    const member = await joined(browser, 'dora');
    const other = await joined(browser, 'emil');
    expect((await admin.api('POST', '/groups/euclid', { body: { users: ['dora'] } })).status).toBe(201);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.context().addCookies([...admin.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
    await page.goto(`${hub.origin}/hub/spawn`);
    await labReady(page);

    const link = await share(page, 'euc', 'Group euclid');
    await enter(member, link, { hubUser: 'dora', hubServerUser: 'alice', hubServerName: '' });
    await other.goto(link);
    await expect(other.getByText(REFUSED)).toBeVisible();

    await revoke(page, 'Group euclid');
    await isShutOut(member, link);
    await member.context().close();
    await other.context().close();
  });
});
