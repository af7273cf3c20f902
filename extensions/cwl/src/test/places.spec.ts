import { open } from '../document.js';
import type { ICwlDocument } from '../document.js';
import { completionsAt, definitionAt, hoverAt, idAt, rangeOf, usesAt } from '../places.js';

const URI = 'file:///w/main.cwl';
const TOOL = `cwlVersion: v1.2
class: CommandLineTool
label: Aligns
inputs:
  reads: {type: File, label: What was read}
  depth: int?
  mode: string
outputs:
  bam: {type: File, outputBinding: {glob: x}}
  log: stdout
`;
const WORKFLOW = `cwlVersion: v1.2
class: Workflow
requirements:
  SchemaDefRequirement:
    types:
    - {name: pair, type: record, fields: {a: File}}
inputs:
  depth: int
  fastq: File
  both: pair
steps:
  align:
    run: tools/align.cwl
    scatter: reads
    in:
      reads: fastq
      mode: {default: x}
    out: [bam]
  index:
    run: tools/align.cwl
    in:
      reads:
        source: align/bam
    out: []
outputs:
  result: {type: 'File[]', outputSource: align/bam}
`;

/** The text without the bar, which is where the cursor is. */
function at(text: string): { text: string; offset: number } {
  const offset = text.indexOf('|');
  return { text: text.slice(0, offset) + text.slice(offset + 1), offset };
}

async function load(text: string): Promise<ICwlDocument> {
  const read = (uri: string): Promise<string> => (uri === 'file:///w/tools/align.cwl' ? Promise.resolve(TOOL) : Promise.reject(new Error('no')));
  const document = open(text, { uri: URI, read });
  await document.load();
  return document;
}

const place = (part: string, inside = 1): number => WORKFLOW.indexOf(part) + inside;
const cut = (document: ICwlDocument, range: { from: number; to: number } | null | undefined): string | null =>
  range ? document.text.slice(range.from, range.to) : null;

/** What can be written at the bar, after the text without what is typed in that line was read. */
async function complete(marked: string, before?: string): Promise<string[]> {
  const { text, offset } = at(marked);
  const document = await load(before ?? text);
  idAt(document, 0);
  if (before !== undefined) {
    document.change([{ from: 0, to: before.length, insert: text }]);
  }
  const { items, from } = await completionsAt(document, offset, () => Promise.resolve(['tools/align.cwl', 'a: b.cwl']));
  expect(from).toBeLessThanOrEqual(offset);
  return items.map(({ label }) => label);
}

/** The workflow with something written in place of something else. */
const typing = (part: string, typed: string): Promise<string[]> => complete(WORKFLOW.replace(part, typed), WORKFLOW);

describe('what is written at a place', () => {
  it.each([
    ['depth: int', 'input:depth'],
    ['  align:\n', 'step:align'],
    ['run: tools', 'step:align'],
    ['scatter: reads', 'step:align'],
    ['reads\n    in:', 'step:align/in:reads'],
    ['fastq\n      mode', 'step:align/in:reads'],
    ['bam]', 'step:align/out:bam'],
    ['result:', 'output:result'],
    ['cwlVersion', null]
  ])('%j is %j', async (part, id) => {
    expect(idAt(await load(WORKFLOW), place(part))).toBe(id);
  });

  it('is found back', async () => {
    const document = await load(WORKFLOW);
    expect(cut(document, rangeOf(document, 'step:align/in:reads'))).toBe('      reads: fastq');
    expect(cut(document, rangeOf(document, 'output:result/in:result'))).toContain('  result: {');
    expect(cut(document, rangeOf(document, 'step:index'))).toMatch(/^ {2}index:[^]*out: \[\]$/);
    expect(rangeOf(document, 'step:none')).toBeNull();
  });

  it('is found in lists of ids, in processes in steps and in packed documents', async () => {
    const list = await load('class: Workflow\ninputs: []\noutputs: []\nsteps:\n  - id: a\n    in:\n      - id: x\n        source: y\n    out: [z]\n    run: {class: Workflow, inputs: {x: int}, outputs: {}, steps: {b: {run: t.cwl, in: [], out: []}}}\n');
    expect(idAt(list, list.text.indexOf('source'))).toBe('step:a/in:x');
    expect(idAt(list, list.text.indexOf('b: {'))).toBe('step:a/step:b');
    const packed = await load("$graph:\n- {id: main, class: Workflow, inputs: [], outputs: [], steps: {s: {run: '#t', in: [], out: []}}}\n- {id: t, class: CommandLineTool, inputs: {q: int}, outputs: []}\n");
    expect(idAt(packed, packed.text.indexOf('q: int'))).toBe('step:s/in:q');
    expect(idAt(await load(TOOL), TOOL.indexOf('depth'))).toBe('input:depth');
  });

  it('is found while the text cannot be read', async () => {
    const document = await load(WORKFLOW);
    idAt(document, 0);
    const from = place('    scatter', 0);
    document.change([{ from, to: from, insert: '    sca\n' }]);
    expect(document.processes).toEqual([]);
    expect(idAt(document, document.text.indexOf('bam]'))).toBe('step:align/out:bam');
    expect(cut(document, rangeOf(document, 'step:align'))).toMatch(/^ {2}align:[^]*\[bam\]$/);
  });
});

describe('definitions', () => {
  const found = async (part: string, inside = 1): Promise<[string, string | null]> => {
    const document = await load(WORKFLOW);
    const { uri, range } = definitionAt(document, place(part, inside))!;
    const text = uri === URI ? WORKFLOW : TOOL;
    return [uri.replace('file:///w/', ''), range && text.slice(range.from, range.to)];
  };

  it('are of sources, outputs of steps, scattered inputs, ports, files and types', async () => {
    expect(await found('fastq\n      mode')).toEqual(['main.cwl', 'fastq']);
    expect(await found('align/bam')).toEqual(['main.cwl', 'bam']);
    expect(await found('scatter: reads', 10)).toEqual(['main.cwl', 'reads']);
    expect(await found('tools/align')).toEqual(['tools/align.cwl', 'cwlVersion: v1.2']);
    expect(await found('reads: fastq')).toEqual(['tools/align.cwl', 'reads']);
    expect(await found('both: pair', 7)).toEqual(['main.cwl', 'pair']);
    for (const type of ['pair[]', 'pair?', 'pair[][]?']) {
      const document = open(WORKFLOW.replace('both: pair', `both: ${type}`), { uri: 'file:///w/main.cwl' });
      expect(definitionAt(document, document.text.indexOf(type) + 1)?.range?.from).toBe(document.text.indexOf('pair'));
    }
  });

  it('of a type with very many brackets, which is none, costs no more than to read it', () => {
    const type = `string${'[]'.repeat(40_000)}x`;
    const document = open(WORKFLOW.replace('both: pair', `both: ${type}`), { uri: 'file:///w/main.cwl' });
    const at = document.text.indexOf(type) + 1;
    definitionAt(document, at);
    const from = process.cpuUsage();
    expect(definitionAt(document, at)).toBeNull();
    const { user, system } = process.cpuUsage(from);
    // In μs: seconds where the end is looked for from each bracket.
    expect(user + system).toBeLessThan(300_000);
  });

  it('are of imports', async () => {
    const document = await load("class: Workflow\ninputs: {$import: 'in.yml#a'}\n");
    expect(definitionAt(document, document.text.indexOf('in.yml'))).toEqual({ uri: 'file:///w/in.yml#a', range: null });
  });

  it('are told with their uses', async () => {
    const document = await load(WORKFLOW);
    expect(usesAt(document, place('bam]')).map(range => cut(document, range))).toEqual(['bam', 'align/bam', 'align/bam']);
    expect(usesAt(document, place('fastq: File'))).toHaveLength(2);
    expect(usesAt(document, place('reads: fastq'))).toHaveLength(2);
    expect(usesAt(document, place('class'))).toEqual([]);
  });
});

describe('completion', () => {
  it('has the fields that are not there, required ones first', async () => {
    const fields = await complete('cwlVersion: v1.2\nclass: Workflow\n|');
    expect(fields.slice(0, 3).sort()).toEqual(['inputs', 'outputs', 'steps']);
    expect(fields).not.toContain('class');
    expect(await typing('    scatter: reads', '    sc|')).toEqual(expect.arrayContaining(['scatter', 'scatterMethod', 'when']));
    expect(await typing('scatter: reads', 'wh|')).not.toContain('run');
    expect(await typing('{default: x}', '{default: x, |}')).toEqual(expect.arrayContaining(['source', 'valueFrom']));
    expect(await complete('class: Workflow\nsteps:\n- |')).toEqual(expect.arrayContaining(['id', 'run', 'in']));
  });

  it('has classes, versions and symbols', async () => {
    expect(await complete('class: |')).toEqual(expect.arrayContaining(['Workflow', 'CommandLineTool', 'Operation']));
    expect(await complete('cwlVersion: v|')).toEqual(['v1.2', 'v1.1', 'v1.0']);
    expect(await typing('scatter: reads', 'scatter: reads\n    scatterMethod: |')).toContain('dotproduct');
    expect(await complete('class: Workflow\nrequirements:\n  Sc|')).toContain('ScatterFeatureRequirement');
    expect(await complete('class: Workflow\nrequirements:\n- class: |')).toContain('ScatterFeatureRequirement');
  });

  it('has types, those of the document first', async () => {
    expect((await typing('depth: int', 'depth: |'))[0]).toBe('pair');
    expect(await complete('class: CommandLineTool\ninputs:\n  a:\n    type: Fi|')).toEqual(expect.arrayContaining(['File', 'File[]', 'File?']));
    expect(await complete('class: CommandLineTool\noutputs:\n  a: |')).toContain('stdout');
  });

  it('has sources, those that fit first', async () => {
    const sources = await typing('        source: align/bam', '        source: |');
    expect(sources[0]).toBe('fastq');
    expect(sources).toEqual(expect.arrayContaining(['fastq', 'depth', 'both', 'align/bam']));
    expect((await typing('outputSource: align/bam', 'outputSource: al|'))[0]).toBe('align/bam');
    expect(await typing('reads: fastq', 'reads: [fastq, |')).toContain('depth');
  });

  it('has ids of ports', async () => {
    expect(await typing('mode: {default: x}', 'm|')).toEqual(['mode', 'depth'].sort());
    expect(await typing('scatter: reads', 'scatter: [reads, |]')).toEqual(['mode', 'depth']);
    expect(await typing('out: [bam]', 'out: [bam, |]')).toEqual(['log']);
    expect(await typing('out: [bam]', 'out: [bam, |')).toEqual(['log']);
    expect(await typing('out: [bam]', 'out:\n    - |')).toEqual(expect.arrayContaining(['bam', 'log']));
  });

  it('asks for files', async () => {
    expect(await typing('run: tools/align.cwl', 'run: |')).toEqual(['tools/align.cwl', 'a: b.cwl']);
    expect(await typing('run: tools/align.cwl', 'run: tools/a|')).toContain('tools/align.cwl');
  });

  it('has nothing in comments, texts of several lines and values that are free', async () => {
    expect(await complete('class: Workflow\n# cl|')).toEqual([]);
    expect(await complete('class: Workflow\ndoc: |\n  a |'.replace('|', '>'))).toEqual([]);
    expect(await complete('class: Workflow\nlabel: a|')).toEqual([]);
  });
});

describe('what is told of a place', () => {
  const told = async (part: string, inside = 1): Promise<string[]> => {
    const hover = hoverAt(await load(WORKFLOW), place(part, inside));
    return hover ? [hover.title, ...hover.lines] : [];
  };

  it('is the type of a source and where it is from, a step and its ports, a field', async () => {
    expect(await told('fastq\n      mode')).toEqual(['fastq: File', 'Input of the workflow']);
    expect(await told('align/bam')).toEqual(['bam: File', 'Output of step align, which runs tools/align.cwl', 'Scattered: an array of these']);
    expect(await told('index:')).toEqual(['Step index', 'Runs CommandLineTool tools/align.cwl', 'Aligns', 'Inputs: reads: File, depth: int?, mode: string', 'Outputs: bam: File, log: stdout']);
    expect(await told('reads: fastq')).toEqual(['reads: File', 'Input of step align', 'From fastq', 'What was read']);
    expect(await told('scatter:')).toEqual(['scatter', 'Of WorkflowStep: string or list of string', 'Optional']);
    expect(await told(' File\n')).toEqual([]);
  });
});

it('bears any cut of a document', async () => {
  const document = await load(WORKFLOW);
  for (let length = WORKFLOW.length; length > 0; length -= 7) {
    document.change([{ from: 0, to: document.text.length, insert: WORKFLOW.slice(0, length) }]);
    idAt(document, length);
    definitionAt(document, length);
    hoverAt(document, length);
    await expect(completionsAt(document, length)).resolves.toBeDefined();
  }
});
