import { expect, type Locator, type Page } from '@playwright/test';

/** A section of the launcher, by its heading. */
export function launcherSection(page: Page, title: string): Locator {
  return page.locator('.jp-Launcher-section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

export function launcherCard(page: Page, section: string, name: string | RegExp): Locator {
  return launcherSection(page, section).getByRole('button', { name });
}

/** Waits until JupyterLab is usable: its splash gone and the launcher's sections there. */
export async function labReady(page: Page): Promise<void> {
  await expect(page.locator('#jupyterlab-splash')).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Notebook', exact: true })).toBeVisible();
}

export async function openLauncher(page: Page): Promise<void> {
  // Not by its shortcut, which an editor with the focus takes for itself.
  await page.locator('.lm-TabBar-addButton:visible').first().click();
  await expect(page.getByRole('heading', { name: 'Datalabs', exact: true })).toBeVisible();
}

/** Opens a new notebook from its launcher card and waits for its kernel. */
export async function newNotebook(page: Page, kernel: string | RegExp): Promise<Locator> {
  await launcherCard(page, 'Notebook', kernel).click();
  const panel = page.locator('.jp-NotebookPanel:visible');
  await expect(panel.getByRole('textbox').first()).toBeVisible();
  // The notebook's own indicator says "idle" before there is a kernel at all.
  await expect(page.locator('#jp-main-statusbar')).toContainText('| Idle', { timeout: 30_000 });
  return panel;
}

/** Types code into the notebook's last cell, runs it by keyboard, and resolves with its output once it has finished. */
export async function runCell(page: Page, panel: Locator, code: string): Promise<string> {
  const cells = panel.locator('.jp-CodeCell');
  const index = (await cells.count()) - 1;
  const cell = cells.nth(index);
  await cell.locator('.cm-content').click();
  // One insertion: typed key by key, the editor would close brackets and indent by itself.
  await page.keyboard.insertText(code);
  await page.keyboard.press('Shift+Enter');
  await expect(cell.locator('.jp-InputPrompt')).toHaveText(/\[\d+\]/, { timeout: 60_000 });
  return (await cell.locator('.jp-OutputArea-output').allInnerTexts()).join('\n').trim();
}

export interface CanvasLook {
  width: number;
  height: number;
  /** Distinct colours. */
  colours: number;
  /** Part of all pixels that have the commonest colour, 0 to 1. */
  dominant: number;
  /** Changes whenever a pixel does. */
  signature: number;
}

/** What is really painted on a canvas. */
export function canvasLook(canvas: Locator): Promise<CanvasLook> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const { width, height } = element;
    const { data } = element.getContext('2d')!.getImageData(0, 0, width, height);
    const pixels = new Uint32Array(data.buffer);
    const counts = new Map<number, number>();
    let signature = 0;
    for (const pixel of pixels) {
      counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
      signature = (Math.imul(signature, 31) + pixel) | 0;
    }
    return { width, height, colours: counts.size, dominant: Math.max(...counts.values()) / pixels.length, signature };
  });
}

/** Resolves with the look once it stays the same over two readings: drawing has settled. */
export async function settledLook(canvas: Locator, accept: (look: CanvasLook) => boolean = () => true): Promise<CanvasLook> {
  let last: CanvasLook | null = null;
  await expect
    .poll(
      async () => {
        const look = await canvasLook(canvas);
        const settled = look.signature === last?.signature && accept(look);
        last = look;
        return settled ? 'settled' : `changing: ${JSON.stringify(look)}`;
      },
      { intervals: [100, 150, 200], timeout: 30_000 }
    )
    .toBe('settled');
  return last!;
}

/** The desktop of a datalab, without the panel's toolbar. */
export function desktop(page: Page, title: string): Locator {
  return page.getByRole('application', { name: new RegExp(`Desktop of ${title}`) });
}

/**
 * Counts the keys that a page presses on remote desktops from now on (RFC 6143 §7.5.4, and QEMU's extended key event).
 * The picture cannot tell: TOPCAT repaints its memory meter whenever it likes.
 */
export function countKeysPressed(page: Page): () => number {
  let count = 0;
  page.on('websocket', socket =>
    socket.on('framesent', ({ payload }) => {
      const [type, down, , extendedDown] = typeof payload === 'string' ? [] : payload;
      if (socket.url().includes('/vnc') && ((type === 4 && down) || (type === 255 && extendedDown))) {
        count += 1;
      }
    })
  );
  return () => count;
}

/** Resolves when what JupyterLab keeps of its layout, a moment after each change and in several steps, matches. */
export async function layoutKept(page: Page, ...parts: RegExp[]): Promise<void> {
  const kept = (): Promise<string> =>
    page.evaluate(async () => {
      const { fullWorkspacesApiUrl, workspace } = JSON.parse(document.getElementById('jupyter-config-data')!.textContent) as Record<string, string>;
      const token = /\b_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
      return (await fetch(`${fullWorkspacesApiUrl}/${workspace ?? 'default'}`, { headers: { 'X-XSRFToken': token } })).text();
    });
  for (const part of parts) {
    await expect.poll(kept).toMatch(part);
  }
}
