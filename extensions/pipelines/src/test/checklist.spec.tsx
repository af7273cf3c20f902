import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { Checklist } from '../checklist/checklist';
import { checklistOf, partOf } from '../checklist/items';
import type { ICycle, IItem } from '../checklist/items';
import { byText, EMPTY, fakeHost, GREP, settle, shown, WORKFLOW } from './tools-fakes';

const trans = nullTranslator.load('');

async function itemsOf(text: string, change: Partial<ICycle> = {}): Promise<{ [id: string]: IItem }> {
  const { model } = fakeHost({ 'wf.cwl': text, 'tools/grep.cwl': GREP });
  await settle();
  const cycle: ICycle = {
    graph: model.graph, problems: model.problems, validation: { state: 'none', isStale: false, why: null }, run: { state: 'ready', last: null }, isReadOnly: false, ...change
  };
  return Object.fromEntries(checklistOf(cycle, trans).map(item => [item.id, item]));
}
const states = (items: { [id: string]: IItem }): string[] => Object.values(items).map(({ id, state }) => `${id} ${state}`);

describe('the checklist', () => {
  it('of an empty pipeline says what to begin with', async () => {
    const items = await itemsOf(EMPTY);
    expect(states(items)).toEqual(['inputs todo', 'steps todo', 'connections later', 'outputs todo', 'validate todo', 'run todo', 'publish later']);
    expect(Object.values(items).map(({ action }) => action?.action.kind ?? null)).toEqual(['add-input', 'show-palette', null, 'add-output', 'validate', 'show-run', null]);
    expect(items['publish']!.text).toContain('cannot be published yet');
  });

  it('of one that is whole is done as far as it can be', async () => {
    const items = await itemsOf(WORKFLOW, { validation: { state: 'valid', isStale: false, why: null }, run: { state: 'ready', last: { state: 'done', step: null } } });
    expect(states(items)).toEqual(['inputs done', 'steps done', 'connections done', 'outputs done', 'validate done', 'run done', 'publish later']);
  });

  it('jumps to what is wrong', async () => {
    const items = await itemsOf(WORKFLOW.replace('file: file', 'file: nowhere').replace('tools/grep.cwl', 'tools/grep.cwl'));
    expect(items['connections']).toMatchObject({ state: 'wrong', action: { action: { kind: 'select', node: 'step:find/in:file' } } });
    expect(items['connections']!.text).toContain('nowhere');
    expect(items['validate']).toMatchObject({ state: 'wrong', action: { action: { kind: 'show-problems' } } });
    expect(items['run']!.state).toBe('later');
    const missing = await itemsOf(WORKFLOW.replace('tools/grep.cwl', 'tools/none.cwl'));
    expect(missing['steps']).toMatchObject({ state: 'wrong', action: { action: { kind: 'select', node: 'step:find' } } });
  });

  it('puts what cwltool says where its verdict is', () => {
    expect(partOf({ code: 'cwltool', node: 'step:find' })).toBe('validate');
    expect(partOf({ code: 'type-mismatch', node: 'output:a/in:a' })).toBe('connections');
    expect(partOf({ code: 'unused-input', node: 'input:a' })).toBe('inputs');
    expect(partOf({ code: 'unconnected-output', node: 'output:a' })).toBe('outputs');
    expect(partOf({ code: 'unknown-field', node: null })).toBe('validate');
  });

  it('tells how validation and runs are', async () => {
    const validation = async (state: ICycle['validation']['state'], isStale = false): Promise<string> => (await itemsOf(WORKFLOW, { validation: { state, isStale, why: 'There is none.' } }))['validate']!.state;
    expect([await validation('busy'), await validation('missing'), await validation('failed'), await validation('unknown'), await validation('valid', true), await validation('invalid')]).toEqual(
      ['busy', 'later', 'wrong', 'note', 'todo', 'wrong']
    );
    const run = async (last: ICycle['run']['last'], state: ICycle['run']['state'] = 'ready'): Promise<string> => (await itemsOf(WORKFLOW, { run: { state, last } }))['run']!.state;
    expect([await run({ state: 'running', step: null }), await run({ state: 'failed', step: 'a' }), await run({ state: 'done', step: 'a' }), await run(null, 'missing')]).toEqual(['busy', 'wrong', 'todo', 'later']);
  });

  it('of a tool has no steps, and of what cannot be edited no buttons that edit', async () => {
    expect(states(await itemsOf(GREP)).map(one => one.split(' ')[0])).toEqual(['validate', 'run', 'publish']);
    expect((await itemsOf(EMPTY, { isReadOnly: true }))['inputs']!.action).toBeNull();
  });

  it('says each state in a word, and does what its buttons say', async () => {
    const onAction = jest.fn();
    const { node, remove } = await shown(<Checklist items={Object.values(await itemsOf(EMPTY))} trans={trans} onAction={onAction} />);
    expect(node.querySelector('li')!.getAttribute('aria-label')).toBe('Inputs: To do');
    byText(node, 'button', 'Add input').click();
    expect(onAction).toHaveBeenCalledWith({ kind: 'add-input' });
    expect((byText(node, 'button', 'Publish') as HTMLButtonElement).disabled).toBe(true);
    await remove();
  });
});
