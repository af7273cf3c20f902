import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { labReady } from '../src/lab.js';
import { joinedBy } from '../src/people.js';

test('whoever a session is shared with gets into the real thing, after a question, and is turned away without', async ({ page, browser }, info) => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'share-'));
  const config = join(folder, 'config.yaml');
  writeFileSync(config, JSON.stringify({ user: 'alice', login: { kind: 'accounts' } }));
  const hub = await Hub.create({ arguments: ['--config', config] });
  try {
    await hub.start();
    await page.goto(hub.link);
    await labReady(page);
    const admin = page.context();
    const xsrf = (await admin.cookies(`${hub.origin}/hub/`)).find(({ name }) => name === '_xsrf')!.value;
    const api = async (method: string, path: string, body?: object) =>
      admin.request.fetch(`${hub.origin}/hub/api${path}`, { method, headers: { 'x-xsrftoken': xsrf }, ...(body && { data: body }) });

    const forms = await admin.newPage();
    await forms.goto(`${hub.origin}/hub/accounts`);
    await forms.getByLabel('User name').fill('bob');
    await forms.getByRole('button', { name: 'Make a link' }).click();
    const invitation = /http\S+\/hub\/invitation\?token=[\w-]+/.exec(await forms.content())![0];
    const bob = await joinedBy(browser, invitation);

    const home = `${hub.origin}/user/alice/lab`;
    await bob.goto(home);
    await expect(bob.getByText('belongs to somebody else')).toBeVisible();

    expect((await api('POST', '/shares/alice/', { user: 'bob' })).status()).toBe(200);
    await bob.goto(home);
    const question = bob.getByRole('heading', { name: "Enter alice's session?" });
    await expect(question).toBeVisible();
    for (const colorScheme of ['light', 'dark'] as const) {
      await bob.emulateMedia({ colorScheme });
      await bob.screenshot({ path: info.outputPath(`enter-${colorScheme}.png`) });
    }
    await bob.getByRole('button', { name: 'Enter' }).click();
    await labReady(bob);
    expect(new URL(bob.url()).pathname).toMatch(/^\/user\/alice\/lab/);
    await bob.goto(`${hub.origin}/hub/home`);
    await expect(bob.getByRole('row', { name: /JupyterLab alice Running/ })).toBeVisible();
    await bob.screenshot({ path: info.outputPath('home.png') });

    // Without the share a browser is not let in again.
    expect((await api('PATCH', '/shares/alice/', { user: 'bob' })).status()).toBe(200);
    await bob.context().clearCookies({ path: /^\/user\// });
    await bob.goto(home);
    await expect(bob.getByText('belongs to somebody else')).toBeVisible();

    const made = (await (await api('POST', '/share-codes/alice/', {})).json()) as { full_accept_url: string };
    await bob.goto(made.full_accept_url);
    await expect(bob.getByRole('heading', { name: 'alice shares a session with you' })).toBeVisible();
    await bob.screenshot({ path: info.outputPath('accept.png') });
    await bob.getByRole('button', { name: 'Accept' }).click();
    await bob.getByRole('button', { name: 'Enter' }).click();
    await labReady(bob);

    // Deleted, with a session of his own: nothing of him runs, and his browser is nobody's.
    await bob.goto(`${hub.origin}/hub/spawn`);
    await labReady(bob);
    const homes = () => hub.sandboxes().filter(({ session }) => session === '').length;
    const both = homes();
    expect(both).toBeGreaterThanOrEqual(2);
    expect((await api('DELETE', '/users/bob')).status()).toBe(204);
    await expect.poll(homes).toBe(both - 1);
    await bob.goto(`${hub.origin}/hub/home`);
    await expect(bob.getByRole('heading', { name: 'Log in' })).toBeVisible();
    expect(readdirSync(join(hub.state, 'homes/.deleted'))).toEqual([expect.stringMatching(/^bob /)]);
    await bob.context().close();
  } finally {
    await info.attach('hub output', { body: hub.output, contentType: 'text/plain' });
    await hub.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
});
