import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../src/fixtures.js';
import { canvasLook, countKeysPressed, desktop, labReady, launcherCard, newNotebook, openLauncher, settledLook } from '../src/lab.js';

const painted = ({ colours }: { colours: number }): boolean => colours > 60;

async function openTopcat(page: Page): Promise<Locator> {
  await launcherCard(page, 'Datalabs', /TOPCAT/).click();
  const canvas = desktop(page, 'TOPCAT').locator('canvas');
  await expect(canvas).toBeVisible({ timeout: 30_000 });
  await settledLook(canvas, painted);
  return canvas;
}

/** Counts the sizes that a page asks its desktops to have from now on (RFB's SetDesktopSize). */
function countSizesAsked(page: Page): () => number {
  let count = 0;
  page.on('websocket', socket =>
    socket.on('framesent', ({ payload }) => (count += socket.url().includes('/vnc') && payload[0] === 251 ? 1 : 0))
  );
  return () => count;
}

/** Opens File > Load Table with the mouse and puts the cursor into its Location field. */
async function openLocationField(canvas: Locator): Promise<void> {
  const before = await canvasLook(canvas);
  await canvas.click({ position: { x: 42, y: 38 } });
  await settledLook(canvas, look => painted(look) && look.signature !== before.signature);
  await canvas.click({ position: { x: 200, y: 112 } });
}

test('text is copied and pasted between a notebook and TOPCAT', async ({ ownHub: hub, page, context }) => {
  test.setTimeout(180_000);
  await page.goto(hub.link);
  await labReady(page);
  // Reading is for the assertions only. Granting it alone would take the right to write, which pages have by themselves.
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: hub.origin });
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  const notebook = await newNotebook(page, /Python 3/);
  const cell = notebook.locator('.jp-CodeCell .cm-content').first();
  await openLauncher(page);
  const canvas = await openTopcat(page);
  await openLocationField(canvas);

  await page.getByRole('tab', { name: /Untitled/ }).first().click();
  await cell.click();
  const text = 'naïve façade, Å ≤ 3σ, 星系 😀';
  await page.keyboard.insertText(text);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await expect.poll(clipboard).toBe(text);

  await test.step('Ctrl+V in TOPCAT pastes what was copied in the notebook', async () => {
    await canvas.click({ position: { x: 200, y: 112 } });
    const empty = await settledLook(canvas);
    await page.keyboard.press('Control+v');
    await settledLook(canvas, ({ signature }) => signature !== empty.signature);
    await page.keyboard.type(' from TOPCAT');
    await settledLook(canvas);
  });

  await test.step('marking text in TOPCAT is not copying it', async () => {
    const before = await settledLook(canvas);
    await page.keyboard.press('Control+a');
    await settledLook(canvas, ({ signature }) => signature !== before.signature);
    expect(await clipboard()).toBe(text);
  });

  await test.step('Ctrl+C in TOPCAT reaches the notebook', async () => {
    await page.keyboard.press('Control+c');
    await expect.poll(clipboard).toBe(`${text} from TOPCAT`);
    await page.getByRole('tab', { name: /Untitled/ }).first().click();
    await cell.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+v');
    await expect(cell).toHaveText(`${text} from TOPCAT`);
  });

  await test.step('a text longer than usual arrives whole', async () => {
    const long = `${'é'.repeat(200_000)}end`;
    await page.evaluate(value => navigator.clipboard.writeText(value), long);
    await canvas.click({ position: { x: 200, y: 112 } });
    await page.keyboard.press('Control+a');
    const before = await settledLook(canvas);
    await page.keyboard.press('Control+v');
    await settledLook(canvas, ({ signature }) => signature !== before.signature);
    await page.keyboard.press('End');
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('Shift+ArrowLeft');
    }
    await page.keyboard.press('Control+c');
    await expect.poll(clipboard).toBe('éend');
  });
});

test('a panel takes the place of the launcher, and the message of its start goes even when it is drawn after the end', async ({ ownHub: hub, page }) => {
  await page.goto(hub.link);
  await labReady(page);
  const gate = (): { passed: Promise<void>; open: () => void } => {
    let open = (): void => undefined;
    return { passed: new Promise<void>(resolve => (open = resolve)), open };
  };
  const asked = gate();
  const late = gate();
  // What draws JupyterLab's messages comes with the first of them: kept back until the desktop is there.
  await page.route('**/static/lab/*.js*', async route => {
    asked.open();
    await late.passed;
    await route.continue();
  });
  // And the start waits for that, however quick it would have been.
  await page.route(/\/servers\/topcat(\?|$)/, async route => {
    await asked.passed;
    await route.continue();
  });
  await openTopcat(page);
  await expect(page.locator('.jp-Launcher')).toHaveCount(0);
  late.open();
  await page.locator('#react-toastify-container').waitFor({ state: 'attached' });
  // A message told later is drawn later: what came before it is drawn, or gone.
  await page.getByRole('tab', { name: 'Archive volumes' }).click();
  await expect(page.getByRole('option', { name: /euclid_q1/ })).toBeVisible();
  await page.getByRole('listbox', { name: 'Archive volumes' }).press('Control+c');
  const messages = page.locator('.Toastify__toast');
  await expect(messages.filter({ hasText: 'Copied /data/euclid_q1' })).toBeVisible();
  await expect(messages).toHaveCount(1);
});

test('the window used last gives the desktop its size, and the other scales it', async ({ ownHub: hub, page, context }) => {
  await page.goto(hub.link);
  await labReady(page);
  const asked = countSizesAsked(page);
  const first = await openTopcat(page);
  const other = await context.newPage();
  await other.setViewportSize({ width: 1000, height: 700 });
  await other.goto(page.url());
  await other.waitForURL(/\/workspaces\//);
  await labReady(other);
  const second = await openTopcat(other);
  const room = async (window: Page): Promise<number> => (await desktop(window, 'TOPCAT').boundingBox())!.width;
  const widths = [await room(page), await room(other)];
  expect(widths[0]).toBeGreaterThan(widths[1]! + 200);
  const sizes = async (): Promise<number[]> => [(await canvasLook(first)).width, (await canvasLook(second)).width];
  await expect.poll(sizes).toEqual([widths[1], widths[1]]);

  await page.bringToFront();
  await first.click();
  await expect.poll(sizes).toEqual([widths[0], widths[0]]);
  // Scaled to the panel, all of it to be seen.
  expect((await second.boundingBox())!.width).toBeLessThanOrEqual(widths[1]!);

  // It is not a struggle: the first does not answer what the second asks for.
  const before = asked();
  expect(before).toBeGreaterThan(0);
  await other.bringToFront();
  await second.click();
  await expect.poll(sizes).toEqual([widths[1], widths[1]]);
  await settledLook(first);
  expect(asked()).toBe(before);
});

test('the panel is used with the keyboard alone and in little room', async ({ ownHub: hub, page }) => {
  const keysPressed = countKeysPressed(page);
  await page.goto(hub.link);
  await labReady(page);
  await openTopcat(page);
  const panel = desktop(page, 'TOPCAT');
  const canvas = panel.locator('canvas');
  const status = page.getByRole('status').filter({ hasText: /Keyboard in TOPCAT|to use TOPCAT/ });

  await test.step('an opened panel has the keyboard and says how to take it back', async () => {
    await expect(canvas).toBeFocused();
    await expect(status).toHaveText('Keyboard in TOPCAT. Ctrl+Alt+Shift gives it back.');
    await page.keyboard.press('Control+Alt+Shift');
    await expect(panel).toBeFocused();
    await expect(status).toHaveText('Press Enter to use TOPCAT');
  });

  await test.step('keys stay in JupyterLab until Enter', async () => {
    const before = keysPressed();
    await page.keyboard.press('Tab');
    await expect(panel).not.toBeFocused();
    await page.keyboard.press('Shift+Tab');
    await expect(panel).toBeFocused();
    expect(keysPressed()).toBe(before);
    await page.keyboard.press('Enter');
    await expect(canvas).toBeFocused();
    const closed = await settledLook(canvas);
    await page.keyboard.press('Alt+f');
    await expect.poll(async () => (await canvasLook(canvas)).signature).not.toBe(closed.signature);
    await page.keyboard.press('Escape');
  });

  await test.step('a narrow panel scrolls over a desktop that keeps room for its dialogs', async () => {
    await page.setViewportSize({ width: 760, height: 600 });
    await expect.poll(async () => (await canvasLook(canvas)).width).toBe(540);
    expect((await panel.boundingBox())!.width).toBeLessThan(440);
    await expect(page.getByRole('button', { name: 'Release keyboard' })).toBeInViewport({ ratio: 1 });
    await panel.evaluate(element => element.scrollTo({ left: element.scrollWidth }));
    await expect.poll(() => panel.evaluate(element => element.scrollLeft)).toBeGreaterThan(100);
  });
});

test('the panel says when its desktop is away and shows it again', async ({ ownHub: hub, page }) => {
  test.setTimeout(180_000);
  await page.goto(hub.link);
  await labReady(page);
  const canvas = await openTopcat(page);

  await test.step('a lost connection comes back by itself', async () => {
    const lost = page.getByText('The connection to TOPCAT was lost. Reconnecting…').waitFor();
    hub.killProxy();
    await lost;
    await settledLook(canvas, painted);
  });

  const stopped = page.getByText('TOPCAT was stopped. Your files are kept.');

  await test.step('stopped from the Running sidebar', async () => {
    await page.getByRole('tab', { name: 'Running Terminals and Kernels' }).click();
    const item = page.locator('.jp-RunningSessions-item').filter({ hasText: 'TOPCAT' }).filter({ has: page.getByTitle('Stop') });
    await item.hover();
    await item.getByTitle('Stop').click();
    await expect(stopped).toBeVisible();
    await expect.poll(async () => hub.guests()).toEqual([]);
  });

  await test.step('a page that comes back to it says so too, and starts it again', async () => {
    await page.reload();
    await expect(stopped).toBeVisible({ timeout: 30_000 });
    await page.getByRole('button', { name: 'Start again' }).click();
    await expect(canvas).toBeVisible({ timeout: 30_000 });
    await settledLook(canvas, painted);
  });
});
