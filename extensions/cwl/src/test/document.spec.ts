import { open } from '../document.js';
import type { Edit } from '../edits/kinds.js';
import type { TextChange } from '../text/change.js';
import { applyChanges } from '../text/splice.js';

const uri = 'file:///pipelines/main.cwl';
const workflow = `cwlVersion: v1.2
class: Workflow
inputs:
  reads: File
outputs: []
steps:
  align: # first
    run: align.cwl
    in: {reads: reads}
    out: [bam]
`;
const rename: Edit = { kind: 'rename-step', step: 'align', id: 'map' };

describe('a document', () => {
  it('is its text, whatever that is', () => {
    for (const text of ['', 'a: [', '\0', '- \t- x', '\ufeff', '{'.repeat(5_000), 'class: Workflow\nsteps: 5\ninputs: {a: {}}\n', '[]', 'x', '- - -', '$graph: [1]']) {
      const document = open(text, { uri });
      expect(document.text).toBe(text);
      expect(() => [document.problems, document.readOnly, document.graph(), document.check(), document.apply(rename)]).not.toThrow();
      expect(document.text).toBe(text);
    }
  });

  it('tells of its changes, in ranges of the text before', () => {
    const document = open(workflow, { uri });
    const heard: TextChange[][] = [];
    const stop = document.onChange(changes => heard.push(changes));
    const result = document.apply(rename);
    expect(result).toMatchObject({ ok: true });
    expect(heard).toHaveLength(1);
    expect(applyChanges(workflow, heard[0])).toBe(document.text);
    expect(document.text).toBe(workflow.replace('align: #', 'map: #'));
    stop();
    document.undo();
    expect(heard).toHaveLength(1);
  });

  it('carries several edits out as one, or none of them', () => {
    const document = open(workflow, { uri });
    const heard: TextChange[][] = [];
    document.onChange(changes => heard.push(changes));
    const more: Edit = { kind: 'add-input', id: 'ref', type: 'File' };
    expect(document.applyAll([rename, more, { kind: 'remove-step', step: 'align' }])).toMatchObject({ ok: false, code: 'unknown-step' });
    expect([document.text, heard, document.undo()]).toEqual([workflow, [], null]);
    const result = document.applyAll([rename, more, { kind: 'connect', from: { input: 'ref' }, to: { step: 'map', input: 'ref' } }]);
    expect(result).toMatchObject({ ok: true });
    expect(heard).toHaveLength(1);
    expect(applyChanges(workflow, heard[0])).toBe(document.text);
    expect(document.text).toContain('ref: ref');
    expect(document.problems).toEqual([]);
    document.undo();
    expect([document.text, document.undo()]).toEqual([workflow, null]);
    expect(document.applyAll([])).toEqual({ ok: true, changes: [] });
  });

  it('undoes and does again, byte for byte', () => {
    const document = open(workflow, { uri });
    expect(document.undo()).toBeNull();
    document.apply(rename);
    const renamed = document.text;
    document.apply({ kind: 'add-input', id: 'ref', type: 'File' });
    const added = document.text;
    document.undo();
    expect(document.text).toBe(renamed);
    document.undo();
    expect(document.text).toBe(workflow);
    expect(document.undo()).toBeNull();
    document.redo();
    document.redo();
    expect(document.text).toBe(added);
    expect(document.redo()).toBeNull();
  });

  it('keeps what somebody else typed when it undoes', () => {
    const document = open(workflow, { uri });
    document.apply(rename);
    document.change([{ from: 0, to: 0, insert: '# theirs\n' }], { undoable: false });
    const at = document.text.indexOf('map: #') + 2;
    document.change([{ from: at, to: at, insert: 'X' }], { undoable: false });
    document.undo();
    expect(document.text).toContain('# theirs\n');
    expect(document.text).toContain('X');
    expect(document.text).toContain('align');
    expect(document.undo()).toBeNull();
  });

  it('undoes what was typed here', () => {
    const document = open(workflow, { uri });
    document.change([{ from: 0, to: 3, insert: 'CWL' }]);
    expect(document.text.startsWith('CWLVersion')).toBe(true);
    document.undo();
    expect(document.text).toBe(workflow);
  });

  it('takes changes that are out of order or outside', () => {
    const document = open('abc', { uri });
    document.change([{ from: 2, to: 99, insert: 'Z' }, { from: -1, to: 1, insert: 'X' }]);
    expect(document.text).toBe('XbZ');
  });

  it('refuses an edit with nothing changed', () => {
    const document = open(workflow, { uri });
    const heard: unknown[] = [];
    document.onChange(changes => heard.push(changes));
    expect(document.apply({ kind: 'rename-step', step: 'nowhere', id: 'x' })).toMatchObject({ ok: false });
    expect(document.apply({ ...rename, process: 'nowhere' })).toMatchObject({ ok: false, code: 'unknown-process' });
    expect(heard).toEqual([]);
    expect(document.text).toBe(workflow);
  });

  it('sees its processes, graph and problems anew after each change', () => {
    const document = open(workflow, { uri });
    expect(document.graph().nodes.map(({ id }) => id)).toContain('step:align');
    expect(document.graph()).toBe(document.graph());
    expect(document.check()).toBe(document.check());
    document.apply(rename);
    expect(document.graph().nodes.map(({ id }) => id)).toContain('step:map');
    expect(document.processes[0].steps.map(({ id }) => id)).toEqual(['map']);
  });

  it('reads other files, tells when they came, and reads them anew', async () => {
    let tool = 'cwlVersion: v1.2\nclass: CommandLineTool\ninputs: {}\noutputs: {}\n';
    const asked: string[] = [];
    const document = open(workflow, { uri, read: async wanted => (asked.push(wanted), tool) });
    const heard: TextChange[][] = [];
    document.onChange(changes => heard.push(changes));
    expect(document.graph().nodes.find(({ id }) => id === 'step:align')!.run!.state).toBe('loading');
    await document.load();
    expect(asked).toEqual(['file:///pipelines/align.cwl']);
    expect(heard).toEqual([[]]);
    expect(document.graph().nodes.find(({ id }) => id === 'step:align')!.run!.state).toBe('here');
    tool = 'nothing';
    document.forget('file:///pipelines/align.cwl');
    await document.load();
    expect(document.graph().nodes.find(({ id }) => id === 'step:align')!.run!.state).toBe('not-a-process');
  });

  it('lives on without a file that is not there', async () => {
    const document = open(workflow, { uri, read: () => Promise.reject(new Error('no such file')) });
    await document.load();
    expect(document.graph().nodes.find(({ id }) => id === 'step:align')!.run!.state).toBe('missing');
  });
});

describe('a document that is not changed here', () => {
  const reason = (text: string) => open(text, { uri }).readOnly;

  it.each([
    ['yaml', 'class: Workflow\nsteps: [\n'],
    ['yaml', 'class: Workflow\nclass: Workflow\ninputs: []\n'],
    ['yaml', 'class:\tWorkflow\ninputs: []\n'],
    ['several-documents', 'class: Workflow\ninputs: []\n---\na: 1\n'],
    ['draft', 'cwlVersion: draft-3\nclass: Workflow\ninputs: []\noutputs: []\nsteps: []\n'],
    ['old-draft', 'cwlVersion: draft-2\nclass: Workflow\ninputs: []\noutputs: []\nsteps: []\n'],
    ['too-large', `class: Workflow\ninputs: []\ndoc: ${'x'.repeat(5_000_001)}\n`],
    ['not-cwl', 'a: 1\n'],
    ['not-cwl', '']
  ])('says why: %s', (code, text) => {
    expect(reason(text)?.code).toBe(code);
    expect(open(text, { uri }).apply(rename)).toMatchObject({ ok: false, code: 'read-only' });
  });

  it('is changed if there is no reason', () => {
    expect(reason(workflow)).toBeNull();
    expect(reason(JSON.stringify({ class: 'Workflow', inputs: [], outputs: [], steps: [] }))).toBeNull();
  });

  it.each([
    ['a key that is there twice', 'class: Workflow\ninputs:\n  a: int # one\n  # two\n  a: File\noutputs: []\nsteps: []\n', 'class: Workflow\ninputs:\n  a: int # one\noutputs: []\nsteps: []\n'],
    ['tabs between things', 'class:\tWorkflow\ninputs: {\n\t"a": "x\\ty",\t"b": "int"}\n', 'class: Workflow\ninputs: {\n  "a": "x\\ty", "b": "int"}\n'],
    ['tabs that indent', 'class: Workflow\ninputs:\n\ta: int\n\tb:\n\t\ttype: int\n', 'class: Workflow\ninputs:\n  a: int\n  b:\n    type: int\n'],
    ['brackets that are not deep enough', 'class: Workflow\ninputs: {\n  a: int\n}\nhints: [\n{class: x}\n]\n', 'class: Workflow\ninputs: {\n  a: int\n }\nhints: [\n {class: x}\n ]\n']
  ])('is mended at once: %s', (_, text, mended) => {
    const document = open(text, { uri });
    const [fix] = document.readOnly!.fixes;
    expect('changes' in fix).toBe(true);
    if ('changes' in fix) document.change(fix.changes);
    expect(document.text).toBe(mended);
    expect(document.readOnly).toBeNull();
    document.undo();
    expect(document.text).toBe(text);
  });

  it('names the line', () => {
    expect(reason('class: Workflow\ninputs: []\nclass: Workflow\n')?.message).toMatch(/^Line 3: /);
  });
});
