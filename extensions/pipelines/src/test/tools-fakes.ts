import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { ICwlRun, ICwlVerdict } from '@jupyter-datalabs/hub-client';
import { YFile } from '@jupyter/ydoc';
import type { Contents } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { uriOf } from '../files';
import type { IPipelineHost } from '../host';
import { PipelineModel } from '../model';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

/** What promises and React make of something. */
export const settle = (what: () => unknown = () => undefined): Promise<void> =>
  act(async () => {
    what();
    for (let i = 0; i < 40; i += 1) {
      await Promise.resolve();
    }
  });

/** Files by their paths, as the contents API gives them. */
export class FakeContents {
  constructor(readonly files: { [path: string]: string }) {}
  readonly asked: string[] = [];
  /** Of what is not of the size of its text. */
  readonly sizes: { [path: string]: number | null } = {};
  readonly contentsOf: string[] = [];

  get = async (path: string, options: Contents.IFetchOptions = {}): Promise<Contents.IModel> => {
    this.asked.push(path);
    const text = this.files[path];
    const below = path === '' ? '' : `${path}/`;
    const names = new Set(Object.keys(this.files).filter(file => file.startsWith(below)).map(file => file.slice(below.length).split('/')[0]!));
    if (text !== undefined) {
      const size = path in this.sizes ? this.sizes[path] : text.length;
      if (options.content === false) {
        return { path, name: path.replace(/^.*\//, ''), type: 'file', size, content: null } as unknown as Contents.IModel;
      }
      this.contentsOf.push(path);
      const content: unknown = options.type === 'notebook' ? JSON.parse(text) : text;
      return { path, name: path.replace(/^.*\//, ''), type: 'file', size, content } as Contents.IModel;
    }
    if (names.size === 0) {
      throw Object.assign(new Error('Not found'), { response: { status: 404 } });
    }
    const content = [...names].map(name => ({ name, path: below + name, type: this.files[below + name] === undefined ? 'directory' : 'file' }));
    return { path, type: 'directory', content } as Contents.IModel;
  };

  save = async (path: string, { content }: Partial<Contents.IModel> = {}): Promise<Contents.IModel> => {
    this.files[path] = String(content);
    return { path } as Contents.IModel;
  };
}

export const noTools = (): ProblemError => new ProblemError({ code: 'no-cwl-tools', status: 404, detail: 'This JupyterLab has no CWL tools.', action: 'Open it elsewhere.' });

export function fakeHost(files: { [path: string]: string }, path = 'wf.cwl') {
  const contents = new FakeContents(files);
  const saved = new Signal<unknown, void>({});
  const tools = {
    prepare: jest.fn(async () => undefined),
    validate: jest.fn(async (..._: unknown[]): Promise<ICwlVerdict> => verdict('valid')),
    runs: jest.fn(async (): Promise<ICwlRun[]> => []),
    start: jest.fn(async (..._: unknown[]): Promise<ICwlRun> => runOf({ state: 'running' })),
    run: jest.fn(async (..._: unknown[]): Promise<ICwlRun> => runOf({ state: 'running' })),
    cancel: jest.fn(async (..._: unknown[]): Promise<ICwlRun> => runOf({ state: 'cancelled' }))
  };
  const more = { open: jest.fn(), showPlace: jest.fn(), choose: jest.fn(async (): Promise<string | null> => null), chooseAll: jest.fn(async (): Promise<string[]> => []), save: jest.fn(async () => undefined) };
  const host = { contents, tools, hub: null, path: () => path, saved, isDirty: () => false, ...more } as unknown as IPipelineHost;
  const text = new YFile();
  text.setSource(files[path] ?? '');
  const model = new PipelineModel({ text, uri: uriOf(path), read: async uri => (await contents.get(decodeURIComponent(uri.slice('contents:///'.length)))).content as string });
  return { host, contents, tools, saved, text, model, ...more };
}

export const verdict = (state: ICwlVerdict['verdict'], messages: Partial<ICwlVerdict['messages'][number]>[] = []): ICwlVerdict => ({
  verdict: state,
  messages: messages.map(message => ({ severity: 'error', message: 'Wrong.', detail: [], file: 'wf.cwl', line: 1, column: 1, ...message })),
  refused: [],
  javascript: true,
  cwltool: '3.3',
  files: [],
  sha256: '',
  cached: false
});

export const runOf = (change: Partial<ICwlRun>): ICwlRun => ({
  id: 'r1', path: 'wf.cwl', process: null, step: null, state: 'done', started: 1000, ended: null, exitCode: null, folder: 'runs/1', error: null,
  steps: [], jobs: [], passedOver: [], outputs: null, log: { offset: 0, text: '', size: 0 }, ...change
});

/** A component on the page; gives its node and what takes it away. */
export async function shown(element: JSX.Element): Promise<{ node: HTMLElement; remove: () => Promise<void> }> {
  const node = document.body.appendChild(document.createElement('div'));
  const root = createRoot(node);
  await settle(() => root.render(element));
  return { node, remove: () => settle(() => { root.unmount(); node.remove(); }) };
}

export const byText = (node: HTMLElement, selector: string, text: string): HTMLElement =>
  [...node.querySelectorAll<HTMLElement>(selector)].find(one => `${one.getAttribute('aria-label') ?? ''} ${one.textContent}`.includes(text))!;

/** Fills a field in as a person does. */
export const fill = (field: HTMLElement, value: string): Promise<void> =>
  settle(() => {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field) as object, 'value')!.set!.call(field, value);
    field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
  });

export const key = (node: Element, name: string): Promise<void> => settle(() => node.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true })));

export const GREP = 'cwlVersion: v1.2\nclass: CommandLineTool\nlabel: Find lines\ndoc: Those with a word.\ninputs:\n  word: string\n  file: File\n  n: int?\n  m: {type: int, default: 1}\noutputs:\n  found: stdout\n';
export const EMPTY = 'cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\nsteps: {}\n';
export const WORKFLOW = `cwlVersion: v1.2
class: Workflow
inputs:
  word: string
  file: File
outputs:
  all: {type: File, outputSource: find/found}
steps:
  find:
    run: tools/grep.cwl
    in: {word: word, file: file}
    out: [found]
`;
