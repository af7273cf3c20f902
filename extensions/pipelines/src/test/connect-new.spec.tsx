import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { METRICS } from '../editor/layout/boxes';
import { connectNew } from '../editor/canvas/actions';
import { BarButton } from '../editor/canvas/bar';
import { undoIcon } from '@jupyterlab/ui-components';
import { ConnectList } from '../editor/canvas/connect-list';
import { ViewContext } from '../editor/canvas/hooks';
import { ListView } from '../editor/list/list';
import { viewOf } from './graph-parts';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
(globalThis as { CSS?: unknown }).CSS ??= { escape: (text: string) => text.replace(/["\\]/g, '\\$&') };

let root: Root;
let host: HTMLElement;

beforeEach(() => {
  host = document.body.appendChild(document.createElement('div'));
  root = createRoot(host);
});

afterEach(() => {
  act(() => root.unmount());
  host.remove();
});

it('makes an input or an output of the workflow for a port, of its type, as one step of undo', () => {
  const { view, text } = viewOf();
  const before = text.getSource();
  text.clearUndoHistory();
  expect(connectNew(view, 'step:align/in:threads')).toBe(true);
  expect(text.getSource()).toContain('  threads: int?\n');
  expect(text.getSource()).toContain('threads: threads');
  expect(view.model.selected).toBe('input:threads');
  view.model.undo();
  expect(text.getSource()).toBe(before);
  // What a scattered step gives is a list; a name that is taken gets that of the step before it.
  expect(connectNew(view, 'step:align/out:log')).toBe(true);
  expect(connectNew(view, 'step:count/out:table')).toBe(true);
  expect(view.graph.nodes.filter(({ kind }) => kind === 'output').map(({ name, inputs }) => `${name}: ${inputs[0]!.typeText}`)).toEqual(['table: File', 'log: File[]', 'count_table: File']);
  expect(view.model.selected).toBe('output:count_table');
  // In the place of what is connected already.
  expect(connectNew(view, 'step:count/in:bams')).toBe(true);
  expect(view.graph.edges.filter(({ target }) => target.port === 'step:count/in:bams').map(({ source }) => source.port)).toEqual(['input:bams/out:bams']);
  expect(connectNew(view, 'input:name/out:name')).toBe(false);
});

it('offers something new after a line was drawn to an empty place, and puts it there', () => {
  const { view, said } = viewOf();
  const put = jest.spyOn(view.layouts, 'put');
  const draw = (port: string, at: { x: number; y: number } | null): void =>
    act(() => root.render(<ViewContext.Provider value={view}><ConnectList key={port} port={port} at={at} onClose={() => undefined} /></ViewContext.Provider>));
  const chosen = (): string | undefined => host.querySelector('[aria-selected=true] bdi')?.textContent ?? undefined;
  const press = (key: string): void => act(() => void document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));
  draw('step:align/out:log', null);
  expect(chosen()).toBe('count · bams');
  const input = host.querySelector('input')!;
  act(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input, 'count · one');
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  expect([...host.querySelectorAll('[role=option] bdi')].map(option => option.textContent)).toEqual(['count · one']);
  draw('step:align/in:seed', { x: 500, y: 100 });
  expect(chosen()).toBe('New input of the pipeline');
  press('Enter');
  expect(put.mock.calls).toEqual([['input:seed', { x: 500 - METRICS.endWidth, y: 85 }]]);
  expect(view.model.selected).toBe('input:seed');
  // Once, and what was made of it.
  expect(said).toEqual(['seed connected with align/seed']);
  // What is refused leaves no place for what comes next.
  jest.spyOn(view, 'edit').mockReturnValueOnce(false);
  draw('step:align/in:threads', { x: 500, y: 100 });
  press('Enter');
  expect(put).toHaveBeenCalledTimes(1);
  // An input of the workflow is new itself.
  draw('input:seed/out:seed', { x: 0, y: 0 });
  expect([...host.querySelectorAll('[role=option] bdi')].map(option => option.textContent)).not.toContain('New output of the pipeline');
});

it('adds inputs and outputs in the list, and Delete there adds none', () => {
  const { view } = viewOf();
  act(() => root.render(<ViewContext.Provider value={view}><ListView shown={view.shown(view.graph, new Set())} marks={new Map()} onPick={() => undefined} /></ViewContext.Provider>));
  act(() => host.querySelector<HTMLElement>('[aria-label="Add input"]')!.click());
  act(() => host.querySelector<HTMLElement>('[aria-label="Add output"]')!.click());
  expect(view.graph.nodes.filter(({ kind }) => kind !== 'step').map(({ id }) => id)).toEqual(['input:reads', 'input:name', 'input:input', 'output:table', 'output:output']);
  act(() => void host.querySelector('[role=treeitem]')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Delete', bubbles: true, cancelable: true })));
  expect(view.graph.nodes).toHaveLength(8);
});

it('keeps the focus on a button that has nothing to do any more', () => {
  const onClick = jest.fn();
  const draw = (isDisabled: boolean): void => act(() => root.render(<BarButton icon={undoIcon} label="Undo" isDisabled={isDisabled} onClick={onClick} />));
  draw(false);
  const button = host.querySelector('button')!;
  button.focus();
  act(() => button.click());
  draw(true);
  act(() => button.click());
  expect([onClick.mock.calls.length, document.activeElement === button, button.getAttribute('aria-disabled')]).toEqual([1, true, 'true']);
});
