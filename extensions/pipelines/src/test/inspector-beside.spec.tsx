import { YFile } from '@jupyter/ydoc';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { Beside } from '../inspector/beside';
import type { IBesideView } from '../inspector/beside';
import { PipelineModel } from '../model';

const { act } = React;
(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
const trans = nullTranslator.load('');

let sized: (width: number) => void = () => undefined;
const frames: FrameRequestCallback[] = [];
const before = { observer: globalThis.ResizeObserver, frame: globalThis.requestAnimationFrame };
beforeAll(() => {
  globalThis.ResizeObserver = class {
    constructor(callback: ResizeObserverCallback) {
      sized = width => callback([{ contentRect: { width } } as ResizeObserverEntry], this as unknown as ResizeObserver);
    }
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

let root: Root;
let host: HTMLElement;
let chosen: string[] = [];
let view: IBesideView & { scope: string | null; changed: Signal<object, void> };

beforeEach(async () => {
  const text = YFile.create();
  text.setSource('cwlVersion: v1.2\nclass: Workflow\nlabel: Flow\ninputs: {a: int, b: int}\noutputs: {}\nsteps:\n  s: {run: {class: Workflow, label: Inner, inputs: {}, outputs: {}, steps: {}}, in: {}, out: []}\n');
  const model = new PipelineModel({ text, uri: 'contents:///a.cwl', read: () => Promise.reject(new Error('none')) });
  view = { model, trans, scope: null, changed: new Signal<object, void>({}), canvas: { current: { chosen: () => chosen } } };
  host = document.createElement('div');
  document.body.append(host);
  await act(async () => {
    root = createRoot(host);
    root.render(
      <Beside view={view} services={{}}>
        <div className="graph" />
      </Beside>
    );
  });
});
afterEach(async () => {
  await act(async () => root.unmount());
  view.model.dispose();
  host.remove();
});

const heading = (): string | null => host.querySelector('h2')?.textContent ?? null;

it('shows what is chosen in the graph, once it is drawn there', async () => {
  expect(heading()).toBe('Flow');
  chosen = ['input:a', 'input:b'];
  await act(async () => void host.querySelector('.graph')!.dispatchEvent(new Event('pointerup', { bubbles: true })));
  await act(async () => frames.splice(0).forEach(frame => frame(0)));
  expect(heading()).toBe('2 chosen');
  chosen = [];
  await act(async () => view.model.select('input:a'));
  await act(async () => frames.splice(0).forEach(frame => frame(0)));
  expect(heading()).toBe('a');
});

it('shows the workflow that the graph shows alone', async () => {
  view.scope = 'step:s';
  await act(async () => view.changed.emit());
  expect(heading()).toBe('Inner');
});

it('leaves a narrow place to the graph until it is asked for', async () => {
  await act(async () => sized(0));
  expect(heading()).toBe('Flow');
  await act(async () => sized(300));
  expect(heading()).toBeNull();
  await act(async () => host.querySelector<HTMLElement>('aside button')!.click());
  expect(heading()).toBe('Flow');
  await act(async () => sized(310));
  expect(heading()).toBe('Flow');
});

it('comes back by itself when there is room again', async () => {
  await act(async () => sized(600));
  expect(heading()).toBeNull();
  await act(async () => sized(1000));
  expect(heading()).toBe('Flow');
});
