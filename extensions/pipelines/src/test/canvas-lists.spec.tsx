import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import type { Root as ReactRoot } from 'react-dom/client';
import { Root } from '../editor/canvas/root';
import { Beside } from '../inspector/beside';
import { viewOf } from './graph-parts';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
(globalThis as { CSS?: unknown }).CSS ??= { escape: (text: string) => text.replace(/["\\]/g, '\\$&') };

const before = { observer: globalThis.ResizeObserver, frame: globalThis.requestAnimationFrame };
const frames: FrameRequestCallback[] = [];
beforeAll(() => {
  globalThis.ResizeObserver = class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
  globalThis.requestAnimationFrame = callback => frames.push(callback);
});
afterAll(() => {
  globalThis.ResizeObserver = before.observer;
  globalThis.requestAnimationFrame = before.frame;
});

let root: ReactRoot;
let host: HTMLElement;
beforeEach(() => {
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
});
afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
});

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) {
    await act(async () => frames.splice(0).forEach(frame => frame(0)));
  }
};

it('has several chosen in the graph no more once the list is there', async () => {
  const { view } = viewOf();
  await act(async () =>
    root.render(
      <Beside view={view} services={{}}>
        <Root view={view} />
      </Beside>
    )
  );
  view.setDrawn();
  await settle();
  const heading = (): string | null => host.querySelector('aside h2')?.textContent ?? null;
  const align = (): string | null => host.querySelector('[aria-label="Align what is chosen"]')!.getAttribute('aria-disabled');
  const press = (target: Element, key: string, ctrlKey = false): Promise<void> =>
    act(async () => ['keydown', 'keyup'].forEach(type => target.dispatchEvent(new KeyboardEvent(type, { key, ctrlKey, bubbles: true, cancelable: true }))));
  await press(host.querySelector('.jp-DatalabsGraph-stage')!, 'a', true);
  await settle();
  expect(heading()).toBe(`${view.graph.nodes.length} chosen`);
  expect(align()).toBe('false');
  await act(async () => void (view.mode = 'list'));
  await settle();
  await act(async () => host.querySelector<HTMLElement>('[data-row="step:count"]')!.click());
  await settle();
  expect([view.model.selected, heading()]).toEqual(['step:count', 'count']);
  await act(async () => void (view.mode = 'graph'));
  await settle();
  expect([align(), heading()]).toEqual(['true', 'count']);
});
