import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import type { HubClient } from '../src/client.js';
import { expect, test } from '../src/fixtures.js';
import { Hub, hubProgram } from '../src/hub.js';
import { labReady, launcherCard } from '../src/lab.js';
import { repository } from '../src/paths.js';

const PASSWORD = 'nine moons of neptune';
const LONG = `survey-with-a-very-long-name-${'x'.repeat(30)}`;

/** The datalabs of the repository, and two whose programs do what these tests need. */
function datalabs(folder: string): string {
  cpSync(join(repository, 'kernels-images'), folder, { recursive: true });
  const make = (id: string, title: string, rest: string): void => {
    mkdirSync(join(folder, id));
    writeFileSync(
      join(folder, id, 'datalab.yaml'),
      `title: ${title}\nalternateName: ${id}\nabstract: A program for tests.\nversion: 1.0.0\ncreator: {name: Tests}\ncontactPoint: {email: tests@example.org}\nkind: web\n` +
        `resources: {cpu: 1, memory: 256Mi}\n${rest}`
    );
  };
  const serve = [
    'import http.server as h, socketserver as s',
    'class H(h.BaseHTTPRequestHandler):',
    '  def do_GET(self): self.send_error(404)',
    '  def log_message(self, *_): pass',
    "s.ThreadingUnixStreamServer('/run/datalabs/session/server.sock', H).serve_forever()"
  ].join('\n');
  make('survey', 'Survey', `command: [/usr/bin/python3, -c, ${JSON.stringify(serve)}]\n`);
  make('slow', 'Slow survey', 'command: [/usr/bin/python3, -c, "import time; time.sleep(1000)"]\n');
  return folder;
}

async function openAdmin(page: Page): Promise<Locator> {
  await launcherCard(page, 'Other', 'Datalabs administration').click();
  const panel = page.getByRole('region', { name: 'Datalabs administration' });
  await expect(panel.getByRole('tab', { name: 'Sessions' })).toHaveAttribute('aria-selected', 'true');
  return panel;
}

async function offersCommand(page: Page): Promise<boolean> {
  await page.getByRole('menuitem', { name: 'View', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Activate Command Palette' }).click();
  await page.locator('.lm-CommandPalette-input').fill('Datalabs administration');
  const items = page.locator('.lm-CommandPalette-item').filter({ hasText: 'Datalabs administration' });
  const empty = page.locator('.lm-CommandPalette-emptyMessage');
  await expect(items.or(empty).first()).toBeVisible();
  const count = await items.count();
  await page.keyboard.press('Escape');
  return count > 0;
}

async function dark(page: Page, on: boolean): Promise<void> {
  await page.getByRole('menuitem', { name: 'Settings', exact: true }).click();
  await page.locator('.lm-Menu-item', { hasText: 'Theme' }).first().hover();
  await page.locator('.lm-Menu-item', { hasText: on ? /^JupyterLab Dark$/ : /^JupyterLab Light$/ }).click();
  await expect(page.locator('body')).toHaveAttribute('data-jp-theme-light', String(!on));
}

test.describe('administration panel', () => {
  let hub: Hub;
  let admin: HubClient;
  test.beforeAll(async ({}, info) => {
    const file = join(info.outputDir, 'config.yaml');
    mkdirSync(info.outputDir, { recursive: true });
    writeFileSync(file, 'login: {kind: accounts}\n');
    hub = await Hub.create({ arguments: ['--config', file] });
    hub.environment = { DATALABS_DATALABS_DIR: datalabs(join(hub.state, 'datalabs-of-tests')), DATALABS_MAX_STARTING: '1' };
    await hub.start();
    admin = await hub.login();
    const { output } = await hubProgram('--invite', 'ada', '--config', file, '--state-dir', hub.state);
    invitation = /http\S+/.exec(output)![0];
    expect((await admin.api('POST', '/users/bob')).status).toBe(201);
    expect((await admin.api('POST', '/groups/euclid', { body: { users: ['bob'] } })).status).toBe(201);
  });
  test.afterAll(() => hub.dispose());
  let invitation = '';

  let own: BrowserContext | null = null;
  test.afterEach(async () => {
    await own?.close();
    own = null;
  });

  async function ada(browser: Browser): Promise<Page> {
    own = await browser.newContext();
    const page = await own.newPage();
    await page.goto(invitation);
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByLabel('The same again').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(/\/user\/ada\/lab/);
    await labReady(page);
    return page;
  }

  test('an administrator sees, finds and stops the sessions of everybody, and the owner is told why', async ({ page, browser }, info) => {
    test.setTimeout(180_000);
    const shot = (name: string) => page.screenshot({ path: info.outputPath(`${name}.png`) });
    await page.context().addCookies([...admin.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
    const owner = await ada(browser);
    await page.goto(`${hub.origin}/hub/user-redirect/lab`);
    await labReady(page);
    // One starts at a time: the last but one never is ready, so that the last one waits.
    for (const [user, name, datalab] of [['ada', 'survey', 'survey'], ['bob', 'survey', 'survey'], ['bob', LONG, 'slow'], ['bob', 'waits', 'survey']] as const) {
      expect((await admin.api('POST', `/users/${user}/servers/${name}`, { body: { datalab } })).status).toBeLessThan(300);
    }
    const panel = await openAdmin(page);
    const table = panel.getByRole('table', { name: 'Sessions of all users' });
    const row = (text: string | RegExp): Locator => table.getByRole('row').filter({ hasText: text });
    await expect(row(/ada.*Survey/s)).toContainText('Running');
    await expect(row(/bob.*Survey/s).filter({ hasText: 'Running' })).toHaveCount(1);
    await expect(row(/waits/)).toContainText('Place 1 of 1');
    await expect(row(/Slow survey/)).toContainText('Starting');
    await shot('sessions-light');
    await dark(page, true);
    await shot('sessions-dark');

    await panel.getByRole('searchbox', { name: 'Search sessions' }).fill('ADA');
    await expect(row('bob')).toHaveCount(0);
    await expect(row('ada')).toHaveCount(2);
    await panel.getByRole('searchbox', { name: 'Search sessions' }).fill('nothing like it');
    await expect(panel.getByText('No session fits')).toBeVisible();
    await panel.getByRole('button', { name: 'Show all' }).click();
    await panel.getByRole('combobox', { name: 'State' }).selectOption('Starting');
    await expect(row('ada')).toHaveCount(0);
    await expect(row('Slow survey')).toHaveCount(1);
    await panel.getByRole('combobox', { name: 'State' }).selectOption('All states');

    await panel.getByRole('button', { name: 'Show how Survey of ada started' }).click();
    const history = page.getByRole('dialog');
    await expect(history.getByRole('row', { name: /Starting the program/ })).toBeVisible();
    await shot('timeline-dark');
    await history.getByRole('button', { name: 'Close' }).click();

    await panel.getByRole('button', { name: 'Stop Survey of ada' }).click();
    const question = page.getByRole('dialog');
    await expect(question).toContainText('ada is told that you, an administrator, did it.');
    await shot('stop-dark');
    await question.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect(row(/ada.*Survey/s)).toHaveCount(0);
    await expect(owner.getByText(`Survey: The session was stopped by ${admin.user}, an administrator.`)).toBeVisible();
    await owner.screenshot({ path: info.outputPath('owner-told.png') });

    await dark(page, false);
    await page.setViewportSize({ width: 640, height: 800 });
    await shot('sessions-narrow');
    await page.setViewportSize({ width: 1280, height: 720 });

    await panel.getByRole('tab', { name: 'Queue' }).click();
    const cancel = page.getByRole('button', { name: 'Cancel the start of Survey (waits) of bob' });
    await expect(panel.getByRole('row').filter({ has: cancel })).toContainText('1bob');
    await shot('queue');
    await cancel.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the start' }).click();
    await expect(panel.getByText('Nobody waits')).toBeVisible();

    const away = { name: 'away', title: 'Archive of a mission with a rather long name', mission: 'M', description: 'D', licence: 'L', path: '/no/such/place', groups: ['consortium'] };
    expect((await admin.api('PUT', '/admin/volumes/away', { body: away })).status).toBe(200);
    await panel.getByRole('tab', { name: 'Volumes' }).click();
    await expect(panel.getByRole('row', { name: /long name.*Not available.*does not exist.*consortium/s })).toBeVisible();
    await dark(page, true);
    await page.setViewportSize({ width: 640, height: 800 });
    await shot('volumes-narrow-dark');
    await dark(page, false);
    await page.setViewportSize({ width: 1280, height: 720 });
    expect((await admin.api('DELETE', '/admin/volumes/away')).status).toBe(204);

    for (const tab of ['Groups', 'Volumes', 'Hub']) {
      await panel.getByRole('tab', { name: tab }).click();
      await expect(panel.getByRole('tabpanel', { name: tab }).locator('[aria-busy="true"]')).toHaveCount(0);
      await shot(`tab-${tab.toLowerCase()}`);
    }
    await expect(panel.getByText('JupyterHub', { exact: false }).first()).toBeVisible();

    // What is hidden from others is refused, too.
    for (const [who, count] of [[page, 1], [owner, 0]] as const) {
      await who.getByRole('menuitem', { name: 'File', exact: true }).click();
      await expect(who.getByRole('menuitem', { name: /^Shut Down|^Log Out/ }).or(who.getByRole('menuitem', { name: 'Hub Control Panel' })).first()).toBeVisible();
      await expect(who.getByRole('menuitem', { name: 'Datalabs administration' })).toHaveCount(count);
      await who.keyboard.press('Escape');
    }
    expect(await offersCommand(page)).toBe(true);
    expect(await offersCommand(owner)).toBe(false);
    await expect(launcherCard(owner, 'Other', 'Datalabs administration')).toHaveCount(0);
    const answers = await owner.evaluate(async () => {
      const { token } = JSON.parse(document.getElementById('jupyter-config-data')!.textContent!) as { token: string };
      const ask = async (method: string, path: string, body?: object) =>
        (await fetch(`/hub/api${path}`, { method, headers: { authorization: `token ${token}` }, ...(body && { body: JSON.stringify(body) }) })).status;
      return [
        await ask('GET', '/user'), await ask('GET', '/sessions'), await ask('GET', '/admin/overview'), await ask('GET', '/admin/volumes'), await ask('DELETE', '/users/bob/servers/survey'),
        await ask('PUT', '/users/ada/quota', { sessions: 100 })
      ];
    });
    expect(answers[0]).toBe(200);
    expect(answers.slice(1).every(status => status === 403 || status === 404)).toBe(true);
  });

  test('adds, changes and removes volumes, and goes back to those of the file', async ({ page }, info) => {
    test.setTimeout(120_000);
    const shot = (name: string) => page.screenshot({ path: info.outputPath(`${name}.png`) });
    const DEEP = /\/admin\/volumes\/deep(\?|$)/;
    const volume = info.outputPath('deep field');
    mkdirSync(join(volume, 'private'), { recursive: true });
    await page.context().addCookies([...admin.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
    await page.goto(`${hub.origin}/hub/user-redirect/lab?reset`);
    await labReady(page);
    const panel = await openAdmin(page);
    await panel.getByRole('tab', { name: 'Volumes' }).click();
    const field = (name: string): Locator => panel.getByRole('textbox', { name, exact: true });
    const row = (text: string | RegExp): Locator => panel.getByRole('row').filter({ hasText: text });
    await expect(row('Euclid Q1')).toContainText('volumes.yaml');
    await shot('volumes-light');

    await panel.getByRole('button', { name: 'Add volume' }).press('Enter');
    await expect(field('Name')).toBeFocused();
    await shot('new-light');
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(panel.getByRole('alert').first()).toContainText('Enter something here');
    await shot('wrong-light');
    await field('Name').fill('deep');
    await field('Title').fill('Deep field');
    await field('Mission').fill('Hubble');
    await field('Description').fill('A field, looked at for long.');
    await field('Licence').fill('CC BY 4.0');
    await field('Size').fill('1.5 TB');
    await field('Path on the machine of the hub').fill(volume);
    await field('Patterns of addresses').fill('(');
    await panel.getByRole('button', { name: 'Add rule' }).press('Enter');
    await expect(field('Path in the volume')).toBeFocused();
    await page.keyboard.type('private');
    await page.keyboard.press('Tab');
    await page.keyboard.type('euclid');
    await field('Name').focus();
    await page.keyboard.press('Enter');
    await expect(field('Patterns of addresses')).toBeFocused();
    await expect(panel.getByRole('alert')).toContainText('It must be a regular expression');
    await dark(page, true);
    await shot('edit-dark');
    await page.setViewportSize({ width: 640, height: 800 });
    await panel.getByRole('button', { name: 'Add rule' }).scrollIntoViewIfNeeded();
    await shot('edit-narrow-dark');
    await page.setViewportSize({ width: 1280, height: 720 });
    await field('Patterns of addresses').fill('^https://example.org/(?<path>.+)');
    await page.route(DEEP, route => route.abort());
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(panel.getByText('What you entered is still here')).toBeVisible();
    await shot('away-dark');
    await page.unroute(DEEP);
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(row('Deep field')).toContainText(/Available.*Everybody.*1 path rule.*Added here/s);
    const said = (await admin.api<{ volumes: { name: string; entry: object }[] }>('GET', '/admin/volumes')).body.volumes.find(({ name }) => name === 'deep');
    expect(said?.entry).toMatchObject({ title: 'Deep field', size: { bytes: 1.5e12 }, path: volume, rules: [{ prefix: 'private', groups: ['euclid'] }], urls: ['^https://example.org/(?<path>.+)'] });

    await panel.getByRole('button', { name: 'Edit Euclid Q1' }).click();
    await field('Title').fill('Euclid, first release');
    await panel.getByRole('tab', { name: 'Users' }).click();
    await panel.getByRole('tab', { name: 'Volumes' }).click();
    await expect(field('Title')).toHaveValue('Euclid, first release');
    await panel.getByRole('button', { name: 'Save' }).click();
    await expect(panel.getByRole('button', { name: 'Edit Euclid, first release' })).toBeFocused();
    await expect(row('Euclid, first release')).toContainText('Changed here');
    await panel.getByRole('button', { name: 'Remove Gaia DR3' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(panel.getByText('gaia_dr3 was removed here')).toBeVisible();
    await shot('volumes-dark');
    await page.setViewportSize({ width: 640, height: 800 });
    await shot('list-narrow-dark');
    await page.setViewportSize({ width: 1280, height: 720 });
    await dark(page, false);

    await panel.getByRole('button', { name: 'Bring back gaia_dr3' }).click();
    await expect(row('Gaia DR3')).toContainText('volumes.yaml');
    await panel.getByRole('button', { name: 'Back to the file’s entry of Euclid, first release' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Go back' }).click();
    await expect(row('Euclid Q1')).toContainText('volumes.yaml');
    rmSync(volume, { recursive: true });
    await panel.getByRole('button', { name: 'Probe Deep field now' }).click();
    await expect(row('Deep field')).toContainText(/Not available.*does not exist/s);
    await panel.getByRole('button', { name: 'Remove Deep field' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(row('Deep field')).toHaveCount(0);
  });

  test('sets a quota with the keyboard, and says what is wrong with one; rights withdrawn are told', async ({ page }, info) => {
    test.setTimeout(120_000);
    await page.context().addCookies([...admin.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
    await page.goto(`${hub.origin}/hub/user-redirect/lab?reset`);
    await labReady(page);
    const panel = await openAdmin(page);
    await panel.getByRole('tab', { name: 'Sessions' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(panel.getByRole('table', { name: 'Users' })).toContainText('bob');
    await page.screenshot({ path: info.outputPath('users-light.png') });
    await panel.getByRole('button', { name: 'Edit the quota of bob' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByLabel('Sessions at the same time')).toBeFocused();
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('alert')).toContainText('Enter a whole number');
    await page.screenshot({ path: info.outputPath('quota-wrong.png') });
    await dialog.getByLabel('Sessions at the same time').fill('2');
    await dialog.getByLabel('Memory').fill('8 GiB');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(panel.getByRole('row').filter({ hasText: 'bob' })).toContainText('2 sessions, 8 GiB memory');
    expect((await admin.api<{ own: object }>('GET', '/users/bob/quota')).body.own).toEqual({ sessions: 2, cpu: null, memory: '8Gi', home: null });

    // Enough rights to withdraw those of the administrator: a second one, as nobody can do it to oneself.
    await admin.api('PATCH', '/users/bob', { body: { role: 'admin' } });
    const { body } = await admin.api<{ token: string }>('POST', '/users/bob/tokens', { body: { note: 'ui test' } });
    const headers = { authorization: `token ${body.token}`, cookie: '' };
    expect((await admin.api('PATCH', `/users/${admin.user}`, { body: { role: 'user' }, headers })).status).toBe(200);
    await panel.getByRole('tab', { name: 'Hub' }).click();
    await expect(panel.getByText('You are no longer an administrator')).toBeVisible();
    await page.screenshot({ path: info.outputPath('rights-lost.png') });
    expect((await admin.api('PATCH', `/users/${admin.user}`, { body: { role: 'admin' }, headers })).status).toBe(200);
    await panel.getByRole('button', { name: 'Check again' }).click();
    await expect(panel.getByRole('tab', { name: 'Hub' })).toHaveAttribute('aria-selected', 'true');
  });
});
