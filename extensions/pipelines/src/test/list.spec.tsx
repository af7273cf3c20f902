import * as React from 'react';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { ViewContext } from '../editor/canvas/hooks';
import { ConnectList } from '../editor/canvas/connect-list';
import { ListView } from '../editor/list/list';
import { rowsOf } from '../editor/list/rows';
import { trans, viewOf } from './graph-parts';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
Element.prototype.scrollIntoView ??= () => undefined;
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

const items = (): string[] => [...host.querySelectorAll('[role=treeitem]')].map(item => `${item.getAttribute('aria-level')} ${item.querySelector('.jp-DatalabsGraph-name')!.textContent}`);
const press = (key: string): void => act(() => void document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));

it('tells the whole graph in lines', () => {
  const { view } = viewOf();
  const rows = rowsOf(view.graph, null, () => true, trans).map(({ level, text, note }) => `${level} ${text}: ${note}`);
  expect(rows).toContain('2 reads: File[], 1 connection');
  expect(rows).toContain('3 to Align <b>reads</b> · reads: ');
  expect(rows).toContain('3 reads: File[], scattered, 1 connection');
  expect(rows).toContain('3 threads: int?, not connected');
  expect(rows).toContain('4 from Align <b>reads</b> · bam: ');
});

it('goes by keyboard through the lines, and does what the graph does', () => {
  const { view, text } = viewOf();
  const onPick = jest.fn();
  const draw = (): void => act(() => root.render(<ViewContext.Provider value={view}><ListView shown={view.shown(view.graph, new Set())} marks={new Map()} onPick={onPick} /></ViewContext.Provider>));
  draw();
  expect(items()).toEqual(['1 Inputs', '2 reads', '2 name', '1 Steps', '2 Align <b>reads</b>', '2 count', '2 deep', '1 Outputs', '2 table']);
  act(() => host.querySelector<HTMLElement>('[data-row="step:count"]')!.click());
  expect(view.model.selected).toBe('step:count');
  expect(document.activeElement!.getAttribute('data-row')).toBe('step:count');
  press('ArrowRight');
  press('ArrowDown');
  expect(view.model.selected).toBe('step:count/in:bams');
  press('c');
  expect(onPick).toHaveBeenCalledWith('step:count/in:bams');
  press('ArrowRight');
  press('ArrowDown');
  expect(items()).toContain('4 from Align <b>reads</b> · bam');
  press('Delete');
  expect(text.getSource()).not.toContain('bams: align/bam');
  draw();
  act(() => host.querySelector<HTMLElement>('[data-row="step:deep"]')!.click());
  press('Delete');
  expect(view.graph.nodes.some(({ name }) => name === 'deep')).toBe(false);
  draw();
  expect(document.activeElement!.getAttribute('role')).toBe('treeitem');
  // What labels say is never markup.
  expect(host.querySelector('b')).toBeNull();
});

it('connects by a list: those that fit first, the others with why not', () => {
  const { view, text } = viewOf();
  const onClose = jest.fn();
  act(() => root.render(<ViewContext.Provider value={view}><ConnectList port="step:align/out:log" onClose={onClose} /></ViewContext.Provider>));
  const options = [...host.querySelectorAll('[role=option]')];
  expect(options[0]!.getAttribute('aria-disabled')).toBe('false');
  expect(options.at(-1)!.getAttribute('aria-disabled')).toBe('true');
  expect(options.at(-1)!.querySelector('.jp-mod-reason')!.textContent).not.toBe('');
  const input = host.querySelector('input')!;
  expect(document.activeElement).toBe(input);
  const index = options.findIndex(option => option.textContent!.includes('count · one'));
  for (let count = 0; count < index; count += 1) {
    press('ArrowDown');
  }
  press('Enter');
  expect(onClose).toHaveBeenCalled();
  expect(text.getSource()).toContain('one: align/log');
});
