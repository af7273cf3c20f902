import { expect, type Locator, type Page } from '@playwright/test';

/** The part of the window that is a pipeline's. */
export class PipelinePage {
  constructor(readonly page: Page) {
    this.graph = page.getByRole('application', { name: /^Graph of the pipeline/ });
    this.inspector = page.getByRole('complementary', { name: 'Inspector' });
    this.inputs = page.getByRole('form', { name: 'Inputs of the test run' });
  }

  readonly graph: Locator;
  readonly inspector: Locator;
  /** The form of a test run. */
  readonly inputs: Locator;

  /** A place of the checklist, in a state: `Validate`, `Done`. */
  item(title: string, state: string): Locator {
    return this.page.getByRole('listitem', { name: `${title}: ${state}` });
  }

  node(id: string): Locator {
    return this.graph.locator(`.react-flow__node[data-id="${id}"]`);
  }

  port(id: string): Locator {
    return this.graph.locator(`.react-flow__handle[data-handleid="${id}"]`);
  }

  /** Draws a line from a port, with the mouse; to another one, or to a place that is `dx`, `dy` pixels from the first. */
  async draw(from: string, to: string | { dx: number; dy: number }): Promise<void> {
    const { mouse } = this.page;
    const [x, y] = await middle(this.port(from));
    await mouse.move(x, y);
    await mouse.down();
    const [endX, endY] = typeof to === 'string' ? await middle(this.port(to)) : [x + to.dx, y + to.dy];
    await mouse.move((x + endX) / 2, (y + endY) / 2, { steps: 3 });
    await mouse.move(endX, endY, { steps: 3 });
    await mouse.up();
  }

  /** Goes to an element with Tab, or another key; fails where that leads elsewhere. */
  async tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' | 'ArrowDown' = 'Tab'): Promise<void> {
    const MOST = 60;
    for (let count = 0; count < MOST; count++) {
      if (await target.evaluate(element => element === document.activeElement)) {
        return;
      }
      await this.page.keyboard.press(key);
    }
    await expect(target).toBeFocused({ timeout: 1 });
  }
}

async function middle(element: Locator): Promise<[number, number]> {
  const { x, y, width, height } = (await element.boundingBox())!;
  return [x + width / 2, y + height / 2];
}
