/** What comes from strangers, by all that a document does: it answers within bounds, changes what it was asked to, and nothing else. */
import { open } from '../document.js';
import type { ICwlDocument } from '../document.js';
import type { Edit } from '../edits/kinds.js';

const uri = 'file:///w/main.cwl';
const HEAD = 'cwlVersion: v1.2\nclass: Workflow\n';
const RENAME: Edit = { kind: 'rename-step', step: 's', id: 't' };
const SMALL = `${HEAD}inputs: {a: File}\noutputs: {o: {type: File, outputSource: s/o}}\nsteps:\n  s: # it\n    run: x.cwl\n    in: {a: a}\n    out: [o]\n`;

/** Asks all that can be asked. */
function ask(document: ICwlDocument): void {
  expect(document.text.length).toBeGreaterThan(0);
  document.graph({ expand: 'all' });
  document.check();
}

/** Carried out, with the text it gives, and the bytes from before after one undo. */
function edited(text: string, ...edits: Edit[]): string {
  const document = open(text, { uri });
  ask(document);
  expect(document.text).toBe(text);
  expect(document.applyAll(edits)).toMatchObject({ ok: true });
  const after = document.text;
  document.undo();
  expect(document.text).toBe(text);
  return after;
}

it('of 10 MB is shown and can be typed in, but edits are refused', () => {
  const text = `${SMALL}doc: "${'x'.repeat(10_000_000)}"\n`;
  const document = open(text, { uri });
  expect(document.readOnly).toMatchObject({ code: 'too-large' });
  expect(document.graph().nodes.map(({ id }) => id)).toEqual(['input:a', 'step:s', 'output:o']);
  expect(document.apply(RENAME)).toMatchObject({ ok: false, code: 'read-only' });
  document.change([{ from: 0, to: 0, insert: '# a\n' }]);
  document.undo();
  expect(document.text === text).toBe(true);
});

it('of 5,000 steps is drawn, checked and edited', () => {
  const steps = Array.from({ length: 5_000 }, (_, index) => `  s${index}: {run: x.cwl, in: {a: ${index === 0 ? 'a' : `s${index - 1}/o`}}, out: [o]}\n`);
  const text = `${HEAD}inputs: {a: File}\noutputs: {}\nsteps:\n${steps.join('')}`;
  const document = open(text, { uri });
  expect(document.graph().nodes).toHaveLength(5_001);
  ask(document);
  expect(document.apply({ kind: 'rename-step', step: 's4998', id: 'other' })).toMatchObject({ ok: true });
  expect(document.text).toBe(text.replace('  s4998:', '  other:').replace('s4998/o', 'other/o'));
});

it('that runs itself, at once or over others, ends', async () => {
  const self = '  s: {run: main.cwl, in: {a: a}, out: []}\n';
  const files: { [name: string]: string } = { 'main.cwl': `${HEAD}inputs: {a: File}\noutputs: {}\nsteps:\n${self}  b: {run: b.cwl, in: {a: a}, out: []}\n` };
  files['b.cwl'] = `${HEAD}inputs: {a: File}\noutputs: {}\nsteps:\n${self}`;
  const document = open(files['main.cwl'], { uri, read: async name => files[name.slice('file:///w/'.length)] ?? Promise.reject(new Error('none')) });
  await document.load();
  ask(document);
  expect(document.check().map(({ code }) => code)).toContain('run-recursive');
  expect(document.apply(RENAME)).toMatchObject({ ok: true });
  expect(document.apply({ kind: 'inline-step', step: 't' })).toMatchObject({ ok: false });
});

it.each<[string, string, string]>([
  ['keys that are there twice', `${SMALL}  s: {run: y.cwl, in: {}, out: []}\n`, 'duplicate-key'],
  ['tabs that indent', SMALL.replaceAll('    ', '\t\t'), 'yaml'],
  ['brackets that do not close', SMALL.replace('[o]', '[o'), 'yaml']
])('with %s is read-only until the text is mended', (_, text, code) => {
  const document = open(text, { uri });
  ask(document);
  expect(document.readOnly).toMatchObject({ code: 'yaml' });
  expect(document.problems.map(problem => problem.code).join(' ')).toMatch(code);
  expect(document.apply(RENAME)).toMatchObject({ ok: false, code: 'read-only' });
  const [fix] = document.readOnly!.fixes;
  if (fix && 'changes' in fix) {
    document.change(fix.changes);
    expect(document.readOnly).toBeNull();
  }
  expect(document.text === text).toBe(fix === undefined);
});

it('of two documents in one file says so', () => {
  const document = open(`${SMALL}---\n${SMALL}`, { uri });
  ask(document);
  expect(document.readOnly).toMatchObject({ code: 'several-documents' });
  // An end of the document, or a beginning, is no second one.
  expect(edited(`---\n${SMALL}...\n`, RENAME)).toContain('  t: # it');
});

it.each([['\r\n', false], ['\r', false], ['\n', true], ['\r\n', true]])('with line breaks %j, and a byte order mark: %s, keeps them', (eol, hasMark) => {
  const text = (hasMark ? '\ufeff' : '') + SMALL.replaceAll('\n', eol);
  expect(edited(text, RENAME)).toBe(text.replace('  s:', '  t:').replace('s/o', 't/o'));
  const more = edited(text, { kind: 'add-step', id: 'n', run: 'y.cwl', in: { a: 'a' } }, { kind: 'duplicate-step', step: 's', id: 'u' });
  expect(more.replaceAll(eol, '')).not.toMatch(/[\r\n]/);
  expect(more.startsWith('\ufeff')).toBe(hasMark);
});

it.each(['größe', '目录', 'a b', 'ключ', '😀', 'e\u0301', 'constructor', '__proto__', 'toString', 'null', '1', '~', 'yes', '-', '*x', '[a]'])('has the id %j as any other', id => {
  const text = edited(SMALL, { kind: 'rename-step', step: 's', id }, { kind: 'rename-input', input: 'a', id }, { kind: 'rename-output', output: 'o', id });
  const document = open(text, { uri });
  ask(document);
  const [process] = document.processes;
  expect([process.steps, process.inputs, process.outputs].map(([item]) => item.id)).toEqual([id, id, id]);
  expect(process.steps[0].in[0].links[0].to).toEqual({ kind: 'input', input: id });
  expect(document.apply({ kind: 'rename-step', step: id, id: 's' })).toMatchObject({ ok: true });
  expect(document.apply({ kind: 'rename-input', input: id, id: 'a' })).toMatchObject({ ok: true });
  expect(document.apply({ kind: 'rename-output', output: id, id: 'o' })).toMatchObject({ ok: true });
  expect(document.processes[0].steps[0].in[0].links[0].to).toEqual({ kind: 'input', input: 'a' });
});

it('takes no new id with a slash or a hash in it, and lives with those that are there', () => {
  for (const id of ['a/b', '#a', 'a#b', '', ' a', 'a\nb']) {
    expect(open(SMALL, { uri }).apply({ kind: 'rename-step', step: 's', id })).toMatchObject({ ok: false, code: 'invalid-id' });
  }
  const text = SMALL.replace('{a: File}', '{"läufe/a": File}').replace('a: a}', 'a: läufe/a}').replace('  s:', '  "#main/s":').replace('s/o}', '"#main/s/o"}');
  const document = open(text, { uri });
  ask(document);
  expect(new Set(document.graph().nodes.map(({ id }) => id)).size).toBe(3);
  document.applyAll([{ kind: 'set-label', label: 'x' }]);
  document.undo();
  expect(document.text).toBe(text);
});

it('that stands for billions is drawn and checked within bounds', () => {
  const levels = Array.from({ length: 30 }, (_, index) => `  l${index}: &l${index} ${index === 0 ? '[x, x, x, x, x, x, x, x, x]' : `[${Array.from({ length: 9 }, () => `*l${index - 1}`).join(', ')}]`}\n`);
  const text = `${SMALL}x-bomb:\n${levels.join('')}hints: *l29\n`;
  const document = open(text, { uri });
  ask(document);
  expect(document.apply(RENAME)).toMatchObject({ ok: true });
  expect(document.text).toBe(text.replace('  s:', '  t:').replace('s/o', 't/o'));
});

it('with anchors and merge keys changes where it is written, or not at all', () => {
  const text = `${HEAD}x-run: &run {run: x.cwl, out: [o]}\ninputs: {a: &file File, b: *file}\noutputs: {}\nsteps:\n  s:\n    <<: *run\n    in: {a: a}\n  u:\n    <<: *run\n    in: {a: s/o}\n`;
  expect(edited(text, RENAME)).toBe(text.replace('  s:', '  t:').replace('s/o', 't/o'));
  expect(edited(text, { kind: 'set-label', step: 's', label: 'Mine' })).toContain('    <<: *run\n');
  const document = open(text, { uri });
  expect(document.apply({ kind: 'remove-step-output', step: 's', output: 'o' })).toMatchObject({ ok: false });
  expect(document.text).toBe(text);
});

it('has labels as text, whatever is in them, and of any length', () => {
  const label = `<img src=x onerror=alert(1)> "quoted" # no comment\n${'y'.repeat(10_000)}`;
  const text = edited(SMALL, { kind: 'set-label', label }, { kind: 'set-label', step: 's', label }, { kind: 'set-doc', doc: label });
  const document = open(text, { uri });
  expect([document.processes[0].label, document.processes[0].doc, document.graph().nodes[1].label]).toEqual([label, label, label]);
});
