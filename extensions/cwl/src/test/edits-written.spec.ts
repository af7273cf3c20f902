/** How edits are written: comments of copies, JSON, what looks like something else, and connections that lead nowhere. */
import { open } from '../document.js';
import type { Edit } from '../edits/kinds.js';
import { applied, change, edited, openText } from './edits-documents.js';

const HEAD = 'cwlVersion: v1.2\nclass: Workflow\ninputs: {a: File}\noutputs: {}\n';

describe('a copied step', () => {
  const twice = (text: string): string[] => change(text, { kind: 'duplicate-step', step: 's', id: 's_copy' });

  it('has the comments of its own where the other one has them', () => {
    expect(twice(`${HEAD}steps:\n  # about it,\n  # in two lines\n  s: # behind\n    # within\n    run: x.cwl # what\n    in: {}\n    out: []\n  t: {run: x.cwl, in: {}, out: []}\n`)).toEqual([
      '+  # about it,', '+  # in two lines', '+  s_copy: # behind', '+    # within', '+    run: x.cwl # what', '+    in: {}', '+    out: []'
    ]);
    expect(twice(`${HEAD}steps:\n# about it\n- id: s # behind\n  run: x.cwl\n  in: []\n  out: []\n`)).toEqual([
      '+# about it', '+- id: s_copy # behind', '+  run: x.cwl', '+  in: []', '+  out: []'
    ]);
  });

  it('keeps them when a sub-workflow is put in the place of its step', () => {
    const nested = `${HEAD}steps:\n  deep:\n    run:\n      class: Workflow\n      inputs: {}\n      outputs: {}\n      steps:\n        # about it\n        s: # behind\n          run: x.cwl\n          in: {}\n          out: []\n    in: {}\n    out: []\n`;
    expect(edited(nested, { kind: 'inline-step', step: 'deep' })).toContain('steps:\n  # about it\n  s: # behind\n    run: x.cwl\n    in: {}\n    out: []\n');
  });
});

it('takes no value for a piece of YAML, whatever its keys are', () => {
  const value = { raw: 'x: 1', value: 2 };
  const document = openText(`${HEAD}steps: {}\n`);
  expect(document.apply({ kind: 'set-port-field', port: { input: 'a' }, field: 'default', value })).toMatchObject({ ok: true });
  expect(document.processes[0].inputs[0].default!.value).toEqual(value);
});

it('cuts a source that leads nowhere by what is written there', () => {
  const text = `${HEAD}steps:\n  s:\n    run: x.cwl\n    in:\n      x: nobody/out\n      y: [a, nobody]\n    out: []\n`;
  expect(change(text, { kind: 'disconnect', from: { source: 'nobody/out' }, to: { step: 's', input: 'x' } })).toEqual(['-      x: nobody/out', '+      x: {}']);
  expect(change(text, { kind: 'disconnect', from: { source: 'nobody' }, to: { step: 's', input: 'y' } })).toEqual(['-      y: [a, nobody]', '+      y: [a]']);
  expect(applied(text, { kind: 'disconnect', from: { source: 'somebody' }, to: { step: 's', input: 'y' } })).toMatchObject({ ok: false, code: 'not-connected' });
});

describe('JSON', () => {
  const tool = { class: 'CommandLineTool', id: 'tool', baseCommand: ['a'], inputs: [{ id: 'x', type: 'File' }], outputs: [{ id: 'o', type: 'stdout' }] };
  const workflow = {
    class: 'Workflow', id: 'main', inputs: [{ id: 'a', type: 'File' }, { id: 'b', type: { type: 'record', fields: [{ name: 'q', type: 'int' }] } }], outputs: [],
    requirements: [{ class: 'ScatterFeatureRequirement' }],
    steps: [
      { id: 's', run: '#tool', in: [{ id: 'x', source: 'a' }], out: ['o'] },
      { id: 't', run: { class: 'Workflow', inputs: [], outputs: [], steps: [] }, in: [], out: [] },
      { id: 'u', run: '#tool', in: [{ id: 'x', source: 's/o' }], out: ['o'], scatter: ['x'], scatterMethod: 'dotproduct' }
    ]
  };
  const edits: Edit[] = [
    { kind: 'add-step', id: 'n', run: '#tool', in: { q: 'a' }, out: ['o', 'p'] },
    { kind: 'add-step', id: 'n', run: { class: 'CommandLineTool', inputs: {}, outputs: {} }, after: 's' },
    { kind: 'add-step', id: 'n', run: '#tool', in: { a: { default: 1 } }, out: ['o'], within: ['t'] },
    { kind: 'duplicate-step', step: 's', id: 's2' },
    { kind: 'remove-step', step: 's' },
    { kind: 'extract-steps', steps: ['s', 'u'], id: 'g' },
    { kind: 'inline-step', step: 't' },
    { kind: 'add-input', id: 'z', type: { type: 'array', items: 'File' } },
    { kind: 'retype-input', input: 'b', type: { type: 'record', fields: [{ name: 'w', type: 'int' }, { name: 'v', type: ['null', 'int'] }] } },
    { kind: 'connect', from: { input: 'b' }, to: { step: 'u', input: 'x' } },
    { kind: 'add-output', id: 'z', type: 'File', from: { step: 'u', output: 'o' } },
    { kind: 'set-step-default', step: 's', input: 'x', default: { class: 'File', location: 'x', secondaryFiles: [{ class: 'File', location: 'y' }] } },
    { kind: 'set-requirement', class: 'ResourceRequirement', value: { coresMin: 2 }, as: 'hint', step: 's' },
    { kind: 'set-arguments', process: 'tool', arguments: ['-y', { prefix: '-x', valueFrom: 'y' }] }
  ];

  it.each([1, 2, 3, 4, 8])('stays as it is indented, by %d', indent => {
    const text = JSON.stringify({ $graph: [workflow, tool], cwlVersion: 'v1.2' }, null, indent);
    for (const edit of edits) {
      const now = edited(text, edit);
      expect(now).toBe(JSON.stringify(JSON.parse(now), null, indent));
    }
  });
});

describe('brackets that close in the first column, as js-yaml and cwltool read them', () => {
  const text = 'cwlVersion: v1.2\nclass: Workflow\nhints: { # these\n  ResourceRequirement: {coresMin: 1,\nramMin: 2}\n}\ninputs: {a: File}\noutputs: [\n]\nsteps: {\n}\n';

  it.each([['LF', text], ['CR LF', text.replaceAll('\n', '\r\n')]])('are mended at one click, with %s', (_, broken) => {
    const document = open(broken, { uri: 'file:///w/main.cwl' });
    const fix = document.readOnly!.fixes[0];
    expect(document.readOnly).toMatchObject({ code: 'yaml' });
    document.change('changes' in fix ? fix.changes : []);
    expect([document.readOnly, document.problems]).toEqual([null, []]);
    expect(document.text.replace(/^ (?=[}\]r])/gm, '')).toBe(broken);
    expect(document.apply({ kind: 'set-requirement', class: 'EnvVarRequirement', value: { envDef: {} }, as: 'hint' })).toMatchObject({ ok: true });
  });
});
