import { ProblemError } from '@jupyter-datalabs/hub-client';
import { Notification } from '@jupyterlab/apputils';
import * as React from 'react';
import { Banner } from '../editor/canvas/empty';
import { ViewContext } from '../editor/canvas/hooks';
import { GraphView } from '../editor/canvas/view';
import { Layouts } from '../editor/layout/places';
import { upgrade, upgradeOf } from '../upgrade';
import { inRow, noPositions, trans } from './graph-parts';
import { byText, fakeHost, settle, shown } from './tools-fakes';

const said = (): string[] => Notification.manager.notifications.map(({ message }) => message).reverse();
const V10 = 'cwlVersion: v1.0   # old\nclass: CommandLineTool\nbaseCommand: echo\n# nothing\ninputs: []\noutputs: []\n';
const V12 = 'class: CommandLineTool\ncwlVersion: "v1.2"\nrequirements:\n  NetworkAccess:\n    networkAccess: true\nbaseCommand: echo\ninputs: []\noutputs: []\n';
const DRAFT = V10.replace('v1.0', 'draft-3');

function document(text: string, files: { [path: string]: string } = {}) {
  const all = fakeHost({ ...files, 'a/old.cwl': text }, 'a/old.cwl');
  const ask = jest.fn(async () => ({ from: 'v1.0', text: V12, lost: [{ line: 4, comment: '# nothing' }], targets: [] as string[] }));
  const host = { ...all.host, tools: { ...all.host.tools, upgrade: ask } };
  return { ...all, host, ask };
}

/** What a dialog says that comes of something; it is closed again. */
async function dialogOf(work: () => Promise<void>): Promise<string> {
  const done = work();
  await settle();
  const { textContent } = globalThis.document.querySelector('.jp-Dialog')!;
  globalThis.document.querySelector<HTMLElement>('.jp-Dialog-footer button')!.click();
  await done;
  return textContent ?? '';
}

afterEach(() => Notification.dismiss());

it('changes of a v1.0 document what has to be, as one step of undo, with all comments', async () => {
  const { model, host, text, ask } = document(V10);
  ask.mockImplementation(async () => ({ from: 'v1.0', text: V12, lost: [{ line: 4, comment: '# nothing' }], targets: ['echo.cwl'] }));
  expect(upgradeOf(model)).toBe('here');
  await upgrade(model, host, trans);
  expect(ask).toHaveBeenCalledWith({ path: 'a/old.cwl', text: V10 });
  expect(text.getSource()).toBe(V10.replace('v1.0', 'v1.2').replace('CommandLineTool\n', 'CommandLineTool\nrequirements:\n  NetworkAccess:\n    networkAccess: true\n'));
  expect(upgradeOf(model)).toBeNull();
  expect(said()).toEqual([expect.stringContaining('v1.2'), expect.stringContaining('echo.cwl')]);
  model.undo();
  expect(text.getSource()).toBe(V10);
});

it('writes a draft anew beside the old one, under a name that is free, and says what is lost', async () => {
  const { model, host, text, contents, open } = document(DRAFT, { 'a/old-v1.2.cwl': 'taken' });
  expect(upgradeOf(model)).toBe('copy');
  await upgrade(model, host, trans);
  expect(text.getSource()).toBe(DRAFT);
  expect(contents.files).toEqual({ 'a/old.cwl': DRAFT, 'a/old-v1.2.cwl': 'taken', 'a/old-v1.2-2.cwl': V12 });
  expect(open).toHaveBeenCalledWith('a/old-v1.2-2.cwl', 'File');
  expect(said()).toEqual([expect.stringContaining('old-v1.2-2.cwl'), expect.stringMatching(/comment.*line 4/)]);
});

it('writes one beside the old one where anchors are in the way', async () => {
  const shared = V10.replace('inputs: []', 'inputs: {a: &a {type: File}, b: *a}');
  const { model, host, text, contents, ask } = document(shared);
  ask.mockImplementation(async () => ({ from: 'v1.0', text: V12.replace('inputs: []', 'inputs: {a: {type: int}, b: {type: File}}'), lost: [], targets: [] }));
  await upgrade(model, host, trans);
  expect(text.getSource()).toBe(shared);
  expect(Object.keys(contents.files)).toContain('a/old-v1.2.cwl');
});

it('tells why it cannot, and leaves what somebody has typed meanwhile', async () => {
  const { model, host, text, ask, contents } = document(V10);
  ask.mockImplementation(() => Promise.reject(new ProblemError({ code: 'unreadable-file', status: 422, detail: 'The upgrader cannot read this.', action: 'Validate the document first.' })));
  expect(await dialogOf(() => upgrade(model, host, trans))).toMatch(/could not be upgraded.*cannot read this.*Validate/);
  ask.mockImplementation(async () => {
    text.setSource(`${V10}doc: more\n`);
    return { from: 'v1.0', text: V12, lost: [], targets: [] };
  });
  await upgrade(model, host, trans);
  expect(text.getSource()).toBe(`${V10}doc: more\n`);
  expect(Object.keys(contents.files)).toEqual(['a/old.cwl']);
});

it('does not write over a document that it cannot look at', async () => {
  const { model, host, contents } = document(DRAFT);
  contents.get = () => Promise.reject(Object.assign(new Error('Bad gateway'), { response: { status: 502 } }));
  expect(await dialogOf(() => upgrade(model, host, trans))).toContain('Bad gateway');
  expect(Object.keys(contents.files)).toEqual(['a/old.cwl']);
});

describe('the banner', () => {
  const banner = (text: string, upgraded: (() => Promise<void>) | null) => {
    const { model, text: shared } = document(text);
    const view = new GraphView(model, trans, new Layouts(inRow, noPositions));
    view.upgrade = upgraded;
    return { view, text: shared, element: <ViewContext.Provider value={view}><Banner /></ViewContext.Provider> };
  };

  it('offers the upgrade of a draft, and says that it is under way', async () => {
    let done = (): void => undefined;
    const { node, remove } = await shown(banner(DRAFT, () => new Promise(resolve => (done = resolve))).element);
    const button = byText(node, 'button', 'Upgrade to CWL v1.2') as HTMLButtonElement;
    await settle(() => button.click());
    expect([button.disabled, button.textContent]).toEqual([true, 'Upgrading…']);
    await settle(() => done());
    expect(button.disabled).toBe(false);
    await remove();
  });

  it('offers none where there is none', async () => {
    for (const [text, upgraded] of [[DRAFT, null], [DRAFT.replace('draft-3', 'draft-2'), async () => undefined]] as const) {
      const { node, remove } = await shown(banner(text, upgraded).element);
      expect(node.textContent).toContain('Read only.');
      expect(node.querySelector('button')).toBeNull();
      await remove();
    }
  });

  it('mends what can be mended at once, as one step of undo', async () => {
    const broken = V10.replace('inputs: []', 'inputs:\n\ta: int');
    const { view, text, element } = banner(broken, null);
    const { node, remove } = await shown(element);
    expect(node.textContent).toContain('Line 6');
    await settle(() => node.querySelector('button')!.click());
    expect(text.getSource()).toBe(V10.replace('inputs: []', 'inputs:\n  a: int'));
    expect(view.model.document.readOnly).toBeNull();
    view.model.undo();
    expect(text.getSource()).toBe(broken);
    await remove();
  });
});
