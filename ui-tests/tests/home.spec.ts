import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import type { HubClient } from '../src/client.js';
import type { Hub } from '../src/hub.js';
import { expect, test } from '../src/fixtures.js';
import { Kernel } from '../src/kernel.js';
import { labReady, launcherCard, newNotebook, runCell } from '../src/lab.js';

/** The browser is logged in as the client is. */
async function enter(context: BrowserContext, hub: Hub, client: HubClient): Promise<void> {
  await context.addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
}

test('a full home refuses a start, a safe start opens all the same, and what is removed without a session makes room', async ({ ownHub: hub, page, context }) => {
  test.skip(process.getuid?.() !== 0, 'needs root to mount a small file system');
  const client = await hub.login();
  await enter(context, hub, client);
  const { user } = client;
  const home = join(hub.state, 'homes', user, 'jupyterlab');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m,mode=0700', 'tmpfs', home]);
  try {
    mkdirSync(join(home, 'old cache'));
    // Ends with "No space left on device".
    spawnSync('dd', ['if=/dev/zero', `of=${join(home, 'old cache/filler')}`, 'bs=4k']);

    await page.goto(hub.origin);
    await expect(page.getByRole('heading', { name: 'Home full' })).toBeVisible();
    await expect(page.getByText('0 B of 20.0 MiB are free')).toBeVisible();
    expect(hub.sandboxes()).toEqual([]);

    await page.getByRole('button', { name: 'Safe start' }).click();
    await labReady(page);
    const panel = await newNotebook(page, /Python 3/);
    expect(await runCell(page, panel, 'import pathlib\ntry:\n    pathlib.Path.home().joinpath("x").write_text("x" * 9999)\nexcept OSError as error:\n    print(error.strerror)')).toBe('No space left on device');
    await expect(page.getByText(/The disk of your home is full/)).toBeVisible();
    await expect(page.getByText(/Safe start: this session keeps no settings/)).toBeVisible();

    await page.goto(`${hub.origin}/hub/home-files`);
    await expect(page.getByRole('heading', { name: 'Files in your home' })).toBeVisible();
    await page.getByRole('link', { name: 'old cache/' }).click();
    await expect(page.getByRole('row', { name: /filler/ })).toContainText('20.0 MiB');
    await page.getByRole('button', { name: 'Remove old cache/filler' }).click();
    await expect(page.getByRole('heading', { name: 'Remove filler?' })).toBeVisible();
    await page.getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByText('Nothing here.')).toBeVisible();

    await page.goto(`${hub.origin}/hub/home`);
    await page.getByRole('button', { name: /Stop JupyterLab/ }).click();
    await page.getByRole('link', { name: 'Start JupyterLab' }).click();
    await labReady(page);
    expect((await client.api<{ servers: Record<string, { user_options: object }> }>('GET', `/users/${user}`)).body.servers['']!.user_options).toEqual({ datalab: 'jupyterlab' });
    await hub.stop();
  } finally {
    execFileSync('umount', ['-l', home]);
  }
});

/** A wheel of one module, which needs nothing. */
const MAKE_WHEEL = `
import os, zipfile
with zipfile.ZipFile(os.path.expanduser("~/my_workspace/demo-1.0-py3-none-any.whl"), "w") as wheel:
    wheel.writestr("datalabs_demo.py", "ANSWER = 42\\n")
    wheel.writestr("demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n")
    wheel.writestr("demo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("demo-1.0.dist-info/RECORD", "")
`;
const LOOK = 'try:\n    import datalabs_demo\n    print("kernel", datalabs_demo.ANSWER)\nexcept ImportError:\n    print("kernel without")\n!~/env/bin/python -c "import datalabs_demo; print(\'env\', datalabs_demo.ANSWER)"';

test('packages and environments in the home survive a restart, and are set aside by a reset that keeps the workspace', async ({ ownHub: hub, page, context }) => {
  test.setTimeout(360_000);
  const client = await hub.login();
  await enter(context, hub, client);
  const restart = async (): Promise<void> => {
    await page.goto(`${hub.origin}/hub/home`);
    await page.getByRole('button', { name: /Stop JupyterLab/ }).click();
    await expect(page.getByText('Nothing runs yet.')).toBeVisible();
    await page.getByRole('link', { name: 'Start JupyterLab' }).click();
    // Where it was left off: with a notebook, not with the launcher.
    await page.waitForURL(/\/lab\b/);
  };
  const python = async (code: string): Promise<string> => {
    await page.goto(`${hub.origin}/user/${client.user}/lab?reset`);
    await labReady(page);
    return runCell(page, await newNotebook(page, /Python 3/), code);
  };
  await page.goto(hub.origin);
  await labReady(page);
  const installed = await python(`${MAKE_WHEEL}\n!pip install --user --no-index ~/my_workspace/demo-1.0-py3-none-any.whl && python -m venv ~/env && ~/env/bin/pip install --no-index ~/my_workspace/demo-1.0-py3-none-any.whl`);
  expect(installed.match(/Successfully installed demo-1.0/g)).toHaveLength(2);
  await restart();
  expect(await python(LOOK)).toBe('kernel 42\nenv 42');

  await page.goto(`${hub.origin}/hub/home-files`);
  await page.getByRole('button', { name: 'Reset the environment of JupyterLab' }).click();
  await expect(page.getByText('A session of it runs: JupyterLab.')).toBeVisible();
  await page.getByRole('button', { name: 'Stop it and reset' }).click();
  await expect(page.getByRole('row', { name: /Old home of JupyterLab/ })).toBeVisible();
  await page.goto(hub.origin);
  await labReady(page);
  expect(await python(LOOK)).toMatch(/^kernel without\n.*(No such file|not found)/);
  expect(await python('!ls ~/my_workspace/*.whl')).toContain('demo-1.0-py3-none-any.whl');

  await page.goto(`${hub.origin}/hub/home-files`);
  await page.getByRole('button', { name: 'Remove Old home of JupyterLab' }).click();
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('button', { name: 'Reset the environment of JupyterLab' })).toBeVisible();
  await expect(page.getByRole('row', { name: /Old home/ })).toHaveCount(0);
  await hub.stop();
});

test("a mission's kernel finds what its own pip has put into the home, after what the mission delivers", async ({ hub, client }) => {
  test.setTimeout(90_000);
  const kernel = async (): Promise<Kernel> => {
    const { url } = await client.ready('euclid', 'euclid');
    return Kernel.start(new URL(url, hub.origin).href, await client.token([`access:servers!server=${client.user}/euclid`]), 'euclid');
  };
  const first = await kernel();
  // Without "--user": pip sees by itself that the environment is not the user's.
  const said = await first.run(`${MAKE_WHEEL}\n%pip install --no-index ~/my_workspace/demo-1.0-py3-none-any.whl\n!pip list --format=freeze`);
  expect(said).toContain('Successfully installed demo-1.0');
  expect(said).toMatch(/^astropy==/m);
  expect((await client.remove('euclid')).status).toBe(204);
  const second = await kernel();
  expect(await second.run('import astropy, datalabs_demo, sys\nprint(datalabs_demo.__file__, datalabs_demo.ANSWER)\nprint(astropy.__file__.startswith(sys.prefix))')).toMatch(
    /^\/media\/home\/\.local\/\S+ 42\nTrue$/
  );
  await client.remove('euclid');
});

test('a card of the launcher resets the environment of its datalab after it has said what is kept', async ({ ownHub: hub, page, context }) => {
  const client = await hub.login();
  await enter(context, hub, client);
  await client.ready('euclid', 'euclid');
  const home = join(hub.state, 'homes', client.user, 'euclid');
  writeFileSync(join(home, 'mine'), 'x');
  await page.goto(hub.origin);
  await labReady(page);
  await expect(page.locator('.jp-DatalabsHome')).toContainText(/Home: [\d.]+ [KM]iB/);
  await launcherCard(page, 'Datalabs', /Euclid/).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Reset Environment…' }).click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'Reset the environment of Euclid?' });
  await expect(dialog).toContainText('Kept: everything in your workspace');
  await expect(dialog).toContainText('Euclid runs now.');
  await dialog.getByRole('button', { name: 'Stop it and reset' }).click();
  await expect(page.getByText('The environment of Euclid was reset.')).toBeVisible();
  // There may be a new one already: the pointer rests on the card, and a guess makes one.
  expect(existsSync(join(home, 'mine'))).toBe(false);
  const [aside] = readdirSync(join(hub.state, 'homes', client.user, '.reset'));
  expect(readdirSync(join(hub.state, 'homes', client.user, '.reset', aside!))).toContain('mine');
  await hub.stop();
});

test('a quota of the home is told in figures, warned about and kept at starts', async ({ ownHub: hub, page, context }) => {
  const client = await hub.login();
  await enter(context, hub, client);
  await client.ready('topcat', 'topcat');
  expect((await client.remove('topcat')).status).toBe(204);
  const workspace = join(hub.state, 'workspaces', client.user);
  writeFileSync(join(workspace, 'large'), Buffer.alloc(9 * 2 ** 20, 1));
  expect((await client.api('PUT', `/users/${client.user}/quota`, { body: { home: '10Mi' } })).status).toBe(200);
  expect((await client.api<{ level: string; message: string }>('GET', `/users/${client.user}/homes`)).body).toMatchObject({ level: 'warning', limit: 10 * 2 ** 20 });
  await client.ready('topcat', 'topcat');
  expect((await client.remove('topcat')).status).toBe(204);

  writeFileSync(join(workspace, 'larger'), Buffer.alloc(3 * 2 ** 20, 1));
  const refused = await client.start('topcat', 'topcat');
  expect(refused.body).toMatchObject({ status: 507, code: 'home-full', detail: expect.stringMatching(/^Your home is full: 12\.\d MiB of 10\.0 MiB are used\.$/) });
  expect((await client.api<{ used: { homeBytes: number } }>('GET', `/users/${client.user}/quota`)).body.used.homeBytes).toBeGreaterThan(12 * 2 ** 20);

  await page.goto(`${hub.origin}/hub/home-files`);
  await expect(page.getByRole('paragraph').filter({ hasText: /^12\.\d MiB of 10\.0 MiB used/ })).toBeVisible();
  await page.getByRole('button', { name: 'Remove large', exact: true }).click();
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('paragraph').filter({ hasText: /^3\.\d MiB of 10\.0 MiB used/ })).toBeVisible();
  await client.ready('topcat', 'topcat');
  await hub.stop();
});
