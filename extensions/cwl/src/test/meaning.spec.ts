import type { Json } from '../text/node.js';
import { parseSource } from '../text/tree.js';
import { toJson } from '../text/value.js';
import { applied, change, edited } from './edits-documents.js';

const OLD = `cwlVersion: v1.0   # old
class: Workflow
# what goes in
inputs:
  a: &a
    type: File
    inputBinding: {loadContents: true}   # read
  b: string
outputs: []
requirements:
  # for expressions
  - class: InlineJavascriptRequirement
steps:
  one:
    run: x.cwl   # runs
    in: {a: a}
    out: []
`;
const meaning = (text: string) => toJson(parseSource(text, 'file:///x').source.root!) as { [key: string]: Json };

describe('another meaning', () => {
  it('changes what differs alone', () => {
    const value = meaning(OLD);
    const requirements = [...(value.requirements as Json[]), { class: 'NetworkAccess', networkAccess: true }];
    const inputs = { a: { type: 'File', loadContents: true }, b: 'string' };
    expect(change(OLD, { kind: 'set-meaning', value: { ...value, cwlVersion: 'v1.2', requirements, inputs } })).toEqual([
      '-cwlVersion: v1.0   # old', '+cwlVersion: v1.2   # old', '-    inputBinding: {loadContents: true}   # read', '+    loadContents: true',
      '+  - class: NetworkAccess', '+    networkAccess: true'
    ]);
    expect(applied(OLD, { kind: 'set-meaning', value })).toEqual({ ok: true, changes: [] });
  });

  it('may be any other, of lists and maps of all lengths', () => {
    const value = meaning(OLD);
    const others: Json[] = [
      { cwlVersion: 'v1.2' }, { ...value, steps: [], more: { a: [1, [2, { b: null }]] } }, { ...value, requirements: [] }, { ...value, requirements: [{ class: 'X' }, { class: 'Y' }], outputs: [{ id: 'o', type: 'int' }] }
    ];
    for (const other of others) {
      expect(meaning(edited(OLD, { kind: 'set-meaning', value: other }))).toEqual(other);
    }
    expect(applied(OLD, { kind: 'set-meaning', value: [] })).toMatchObject({ ok: false });
  });

  it('leaves what is merged in and shared where it is, or is refused', () => {
    const text = 'cwlVersion: v1.0\nclass: Workflow\ninputs: {a: &x {type: File, doc: d}, b: {<<: *x, type: int}, c: *x}\noutputs: []\nsteps: []\n';
    const value = meaning(text);
    expect(change(text, { kind: 'set-meaning', value: { ...value, cwlVersion: 'v1.2' } })).toEqual(['-cwlVersion: v1.0', '+cwlVersion: v1.2']);
    const inputs = value.inputs as { [key: string]: { [key: string]: Json } };
    expect(applied(text, { kind: 'set-meaning', value: { ...value, inputs: { ...inputs, a: { type: 'int', doc: 'd' } } } })).toMatchObject({ ok: false, code: 'shared-by-anchor' });
    expect(applied(text, { kind: 'set-meaning', value: { ...value, inputs: { ...inputs, b: { type: 'int' } } } })).toMatchObject({ ok: false, code: 'shared-by-anchor' });
  });
});
