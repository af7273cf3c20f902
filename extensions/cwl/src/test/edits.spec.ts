import type { Edit } from '../edits/kinds.js';
import { applied, BLOCK, change, diff, edited, LISTS, openText, PACKED, STYLES, TOOL } from './edits-documents.js';

type Style = 'block' | 'lists' | 'packed';

/** What lines an edit takes (`-`) and brings (`+`), in each style. */
const CASES: [edit: Edit, lines: Record<Style, string[]>][] = [
  [
    { kind: 'rename-step', step: 'align', id: 'map it' },
    {
      block: [
        '-    outputSource: align/bam', '+    outputSource: map it/bam', '-  align:', '+  map it:', '-      bam: align/bam', '+      bam: map it/bam',
        '-      tables: [stats/table, align/bam]', '+      tables: [stats/table, map it/bam]'
      ],
      lists: [
        '-  outputSource: align/bam', '+  outputSource: map it/bam', '-- id: align', '+- id: map it', '-    source: align/bam', '+    source: map it/bam',
        '-    - align/bam   # for the names', '+    - map it/bam   # for the names'
      ],
      packed: [
        '-{"id": "#main/bam", "type": "File", "outputSource": "#main/align/bam"},', '+{"id": "#main/bam", "type": "File", "outputSource": "#main/map it/bam"},',
        '-"id": "#main/align",', '+"id": "#main/map it",',
        '-{"id": "#main/align/reads", "source": "#main/reads"},',
        '-{"id": "#main/align/name", "source": "#main/sample", "valueFrom": "$(inputs.reads.basename)"}',
        '+{"id": "#main/map it/reads", "source": "#main/reads"},',
        '+{"id": "#main/map it/name", "source": "#main/sample", "valueFrom": "$(inputs.reads.basename)"}',
        '-"out": ["#main/align/bam"]', '+"out": ["#main/map it/bam"]',
        '-{"id": "#main/stats/bam", "source": "#main/align/bam"}', '+{"id": "#main/stats/bam", "source": "#main/map it/bam"}',
        '-{"id": "#main/report/tables", "source": ["#main/stats/table", "#main/align/bam"]}',
        '+{"id": "#main/report/tables", "source": ["#main/stats/table", "#main/map it/bam"]}'
      ]
    }
  ],
  [
    { kind: 'rename-input', input: 'reads', id: 'fastq' },
    {
      block: ['-  reads: File   # of one sample', '+  fastq: File   # of one sample', '-      reads: reads', '+      reads: fastq'],
      lists: ['-- id: reads', '+- id: fastq', '-  - {id: reads, source: reads}', '+  - {id: reads, source: fastq}'],
      packed: [
        '-{"id": "#main/reads", "type": "File"},', '+{"id": "#main/fastq", "type": "File"},',
        '-{"id": "#main/align/reads", "source": "#main/reads"},', '+{"id": "#main/align/reads", "source": "#main/fastq"},'
      ]
    }
  ],
  [
    { kind: 'rename-step-input', step: 'align', input: 'reads', id: 'fq' },
    {
      block: [
        '-      reads: reads', '-      name: {source: sample, valueFrom: $(inputs.reads.basename)}', '+      fq: reads',
        '+      name: {source: sample, valueFrom: $(inputs.fq.basename)}'
      ],
      lists: [
        '-  - {id: reads, source: reads}', '+  - {id: fq, source: reads}', '-    valueFrom: $(inputs.reads.basename)', '+    valueFrom: $(inputs.fq.basename)'
      ],
      packed: [
        '-{"id": "#main/align/reads", "source": "#main/reads"},',
        '-{"id": "#main/align/name", "source": "#main/sample", "valueFrom": "$(inputs.reads.basename)"}',
        '+{"id": "#main/align/fq", "source": "#main/reads"},',
        '+{"id": "#main/align/name", "source": "#main/sample", "valueFrom": "$(inputs.fq.basename)"}'
      ]
    }
  ],
  [
    { kind: 'remove-step', step: 'stats' },
    {
      block: [
        '-  stats:', '-    run:', '-      class: CommandLineTool', '-      baseCommand: stats', '-      inputs: {bam: {type: File, inputBinding: {position: 1}}}',
        '-      outputs:', '-        table: stdout', '-    in:', '-      bam: align/bam', '-    out:', '-      - table',
        '-      tables: [stats/table, align/bam]', '+      tables: [align/bam]'
      ],
      lists: [
        '-- id: stats', '-  run:', '-    class: CommandLineTool', '-    baseCommand: stats', '-    inputs:', '-    - id: bam', '-      type: File',
        '-      inputBinding: {position: 1}', '-    outputs:', '-    - id: table', '-      type: stdout', '-  in:', '-  - id: bam', '-    source: align/bam',
        '-  out:', '-  - id: table', '-    - stats/table'
      ],
      packed: [
        '-"id": "#main/stats",', '-"run": "#stats",', '-"in": [', '-{"id": "#main/stats/bam", "source": "#main/align/bam"}', '-],',
        '-"out": ["#main/stats/table"]', '-},', '-{',
        '-{"id": "#main/report/tables", "source": ["#main/stats/table", "#main/align/bam"]}', '+{"id": "#main/report/tables", "source": ["#main/align/bam"]}'
      ]
    }
  ],
  [
    { kind: 'remove-input', id: 'sample' },
    {
      block: [
        '-  sample:', '-    type: string', '-    doc: its name', '-      name: {source: sample, valueFrom: $(inputs.reads.basename)}',
        '+      name: {valueFrom: $(inputs.reads.basename)}'
      ],
      lists: ['-- {id: sample, type: string, doc: its name}', '-    source: sample'],
      packed: [
        '-{"id": "#main/reads", "type": "File"},', '-{"id": "#main/sample", "type": "string"}', '+{"id": "#main/reads", "type": "File"}',
        '-{"id": "#main/align/name", "source": "#main/sample", "valueFrom": "$(inputs.reads.basename)"}',
        '+{"id": "#main/align/name", "valueFrom": "$(inputs.reads.basename)"}'
      ]
    }
  ],
  [
    { kind: 'connect', from: { input: 'reads' }, to: { step: 'stats', input: 'bam' }, index: 0 },
    {
      block: ['+requirements:', '+  MultipleInputFeatureRequirement: {}', '-      bam: align/bam', '+      bam:', '+        - reads', '+        - align/bam'],
      lists: ['-    source: align/bam', '+    source:', '+    - reads', '+    - align/bam', '+- class: MultipleInputFeatureRequirement'],
      packed: [
        '+"requirements": [', '+{', '+"class": "MultipleInputFeatureRequirement"', '+}', '+],',
        '-{"id": "#main/stats/bam", "source": "#main/align/bam"}', '+{"id": "#main/stats/bam", "source": [', '+"#main/reads",', '+"#main/align/bam"', '+]}'
      ]
    }
  ],
  [
    { kind: 'connect', from: { step: 'stats', output: 'log' }, to: { step: 'report', input: 'extra' } },
    {
      block: ['+      - log', '+      extra: stats/log'],
      lists: ['+  - id: log', '+  - id: extra', '+    source: stats/log'],
      packed: [
        '-"out": ["#main/stats/table"]', '+"out": ["#main/stats/table", "#main/stats/log"]',
        '-{"id": "#main/report/tables", "source": ["#main/stats/table", "#main/align/bam"]}',
        '+{"id": "#main/report/tables", "source": ["#main/stats/table", "#main/align/bam"]},',
        '+{', '+"id": "#main/report/extra",', '+"source": "#main/stats/log"', '+}'
      ]
    }
  ],
  [
    { kind: 'disconnect', from: { step: 'align', output: 'bam' }, to: { step: 'report', input: 'tables' } },
    {
      block: ['-      tables: [stats/table, align/bam]', '+      tables: [stats/table]'],
      lists: ['-    - align/bam   # for the names'],
      packed: [
        '-{"id": "#main/report/tables", "source": ["#main/stats/table", "#main/align/bam"]}', '+{"id": "#main/report/tables", "source": ["#main/stats/table"]}'
      ]
    }
  ],
  [
    { kind: 'disconnect', from: { step: 'align', output: 'bam' }, to: { step: 'stats', input: 'bam' } },
    {
      block: ['-      bam: align/bam', '+      bam: {}'],
      lists: ['-    source: align/bam'],
      packed: ['-{"id": "#main/stats/bam", "source": "#main/align/bam"}', '+{"id": "#main/stats/bam"}']
    }
  ],
  [
    { kind: 'set-scatter', step: 'report', scatter: ['tables'] },
    {
      block: ['+requirements:', '+  ScatterFeatureRequirement: {}', '+    scatter: tables'],
      lists: ['+  scatter: tables', '+- class: ScatterFeatureRequirement'],
      packed: ['+"requirements": [', '+{', '+"class": "ScatterFeatureRequirement"', '+}', '+],', '+"scatter": "#main/report/tables",']
    }
  ],
  [
    { kind: 'set-value-from', step: 'stats', input: 'bam', valueFrom: '$(self)' },
    {
      block: ['+requirements:', '+  StepInputExpressionRequirement: {}', '-      bam: align/bam', '+      bam:', '+        source: align/bam', '+        valueFrom: $(self)'],
      lists: ['+    valueFrom: $(self)', '+- class: StepInputExpressionRequirement'],
      packed: [
        '+"requirements": [', '+{', '+"class": "StepInputExpressionRequirement"', '+}', '+],',
        '-{"id": "#main/stats/bam", "source": "#main/align/bam"}', '+{"id": "#main/stats/bam", "source": "#main/align/bam", "valueFrom": "$(self)"}'
      ]
    }
  ],
  [
    { kind: 'set-port-field', port: { input: 'reads' }, field: 'label', value: 'Reads' },
    {
      block: ['-  reads: File   # of one sample', '+  reads:   # of one sample', '+    type: File', '+    label: Reads'],
      lists: ['+  label: Reads'],
      packed: ['-{"id": "#main/reads", "type": "File"},', '+{"id": "#main/reads", "type": "File", "label": "Reads"},']
    }
  ],
  [
    { kind: 'retype-input', input: 'reads', type: { type: 'array', items: 'File' } },
    {
      block: ['-  reads: File   # of one sample', '+  reads:   # of one sample', '+    type:', '+      type: array', '+      items: File'],
      lists: ['-  type: File   # of one sample', '+  type:   # of one sample', '+    type: array', '+    items: File'],
      packed: ['-{"id": "#main/reads", "type": "File"},', '+{"id": "#main/reads", "type": {', '+"type": "array",', '+"items": "File"', '+}},']
    }
  ],
  [
    { kind: 'add-output', id: 'table', type: 'File', from: { step: 'stats', output: 'table' }, after: 'bam' },
    {
      block: ['+  table:', '+    type: File', '+    outputSource: stats/table'],
      lists: ['+- id: table', '+  type: File', '+  outputSource: stats/table'],
      packed: ['+{', '+"id": "#main/table",', '+"type": "File",', '+"outputSource": "#main/stats/table"', '+},']
    }
  ],
  [
    { kind: 'duplicate-step', step: 'align', id: 'again' },
    {
      block: [
        '+  # the long one', '+  again:', '+    run: align.cwl', '+    in:', '+      reads: reads',
        '+      name: {source: sample, valueFrom: $(inputs.reads.basename)}', '+    out: [bam]   # sorted'
      ],
      lists: [
        '+# the long one', '+- id: again', '+  run: align.cwl', '+  in:', '+  - {id: reads, source: reads}', '+  - id: name', '+    source: sample',
        '+    valueFrom: $(inputs.reads.basename)', '+  out: [bam]'
      ],
      packed: [
        '+"id": "#main/again",', '+"run": "align.cwl",', '+"in": [', '+{', '+"id": "#main/again/reads",', '+"source": "#main/reads"', '+},', '+{',
        '+"id": "#main/again/name",', '+"source": "#main/sample",', '+"valueFrom": "$(inputs.reads.basename)"', '+}', '+],', '+"out": [', '+"#main/again/bam"',
        '+]', '+},', '+{'
      ]
    }
  ],
  [
    { kind: 'set-requirement', class: 'DockerRequirement', value: { dockerPull: 'a:1' }, as: 'hint', step: 'align' },
    {
      block: ['+    hints:', '+      DockerRequirement:', '+        dockerPull: a:1'],
      lists: ['+  hints:', '+  - class: DockerRequirement', '+    dockerPull: a:1'],
      packed: ['-"out": ["#main/align/bam"]', '+"out": ["#main/align/bam"],', '+"hints": [', '+{', '+"class": "DockerRequirement",', '+"dockerPull": "a:1"', '+}', '+]']
    }
  ],
  [
    { kind: 'set-requirement-field', class: 'ResourceRequirement', field: 'coresMin', value: '$(1 + 1)', as: 'requirement' },
    {
      block: ['+requirements:', '+  ResourceRequirement:', '+    coresMin: $(1 + 1)', '+  InlineJavascriptRequirement: {}'],
      lists: ['-  coresMin: 2', '+  coresMin: $(1 + 1)', '+- class: InlineJavascriptRequirement'],
      packed: [
        '+"requirements": [', '+{', '+"class": "ResourceRequirement",', '+"coresMin": "$(1 + 1)"', '+},', '+{', '+"class": "InlineJavascriptRequirement"',
        '+}', '+],'
      ]
    }
  ]
];

/** Of JSON the words alone: how it is indented is for those who write it. */
const plain = (lines: string[], style: string): string[] => (style === 'packed' ? lines.map(line => line[0] + line.slice(1).trimStart()) : lines);

/** No edit rewrites a line to say the same. */
const words = (lines: string[]): string[] => lines.filter((line, index) => !lines.some((other, at) => at !== index && other.slice(1) === line.slice(1) && other[0] !== line[0]));

describe.each(['block', 'lists', 'packed'] as const)('edits of a workflow in the style %s', style => {
  it.each(CASES.map(([edit, lines]) => [edit.kind, edit, lines[style]] as const))('%s %j', (_, edit, lines) => {
    expect(words(plain(change(STYLES[style], edit), style))).toEqual(words(lines));
  });
});

it.each(CASES.map(([edit]) => [edit.kind, edit] as const))('%s keeps CR LF', (_, edit) => {
  expect(edited(STYLES['CR LF'], edit)).toBe(edited(BLOCK, edit).replaceAll('\n', '\r\n'));
});

describe('edits that change nothing', () => {
  it.each<Edit>([
    { kind: 'retype-input', input: 'reads', type: 'File' }, { kind: 'set-run', step: 'align', run: 'align.cwl' }, { kind: 'set-version', version: 'v1.2' },
    { kind: 'set-label', label: null }, { kind: 'set-port-field', port: { input: 'sample' }, field: 'doc', value: 'its name' },
    { kind: 'set-value-from', step: 'stats', input: 'bam', valueFrom: null }, { kind: 'set-scatter', step: 'align', scatter: [] },
    { kind: 'set-requirement-field', class: 'X', field: 'y', value: undefined, as: 'hint' }
  ])('%j', edit => {
    for (const text of [BLOCK, LISTS]) {
      expect(applied(text, edit)).toEqual({ ok: true, changes: [] });
    }
  });
});

describe('pairs of edits that give the bytes back', () => {
  it.each<[Edit, Edit]>([
    [{ kind: 'rename-step', step: 'align', id: 'x' }, { kind: 'rename-step', step: 'x', id: 'align' }],
    [{ kind: 'rename-input', input: 'reads', id: 'x' }, { kind: 'rename-input', input: 'x', id: 'reads' }],
    [{ kind: 'rename-output', output: 'bam', id: 'x' }, { kind: 'rename-output', output: 'x', id: 'bam' }],
    [{ kind: 'add-input', id: 'x', type: 'int' }, { kind: 'remove-input', id: 'x' }],
    [{ kind: 'duplicate-step', step: 'stats', id: 'x' }, { kind: 'remove-step', step: 'x' }],
    [{ kind: 'set-label', label: 'x', step: 'align' }, { kind: 'set-label', label: null, step: 'align' }],
    [{ kind: 'set-when', step: 'align', when: '$(inputs.reads)' }, { kind: 'set-when', step: 'align', when: null }],
    [{ kind: 'set-requirement', class: 'X', value: { y: 1 }, as: 'hint' }, { kind: 'remove-requirement', class: 'X', as: 'hint' }],
    [{ kind: 'set-id', id: 'x' }, { kind: 'set-id', id: 'main' }]
  ])('%j', (one, other) => {
    for (const text of [BLOCK, LISTS, PACKED, STYLES['CR LF']]) {
      if (text === PACKED || one.kind !== 'set-id') {
        expect(edited(text, one, other)).toBe(text);
      }
    }
  });
});

describe('edits of tools', () => {
  const lines = (...edits: Edit[]): string[] => change(TOOL, ...edits);

  it('rename an input in every expression that names it', () => {
    expect(lines({ kind: 'rename-input', input: 'bam', id: 'alignment' })).toEqual([
      '-    valueFrom: $(inputs.bam.nameroot).$(inputs[\'by\'])', '+    valueFrom: $(inputs.alignment.nameroot).$(inputs[\'by\'])',
      '-  - $(inputs.bam.size)', '+  - $(inputs.alignment.size)', '-  bam:', '+  alignment:',
      '-        return inputs.bam.location + ".bai" + inputs[self];', '+        return inputs.alignment.location + ".bai" + inputs[self];',
      '-  sorted: {type: File, outputBinding: {glob: "$(inputs.bam.nameroot)*"}}', '-stdout: $(inputs.bam.basename).log',
      '+  sorted: {type: File, outputBinding: {glob: "$(inputs.alignment.nameroot)*"}}', '+stdout: $(inputs.alignment.basename).log'
    ]);
    expect(applied(TOOL, { kind: 'rename-input', input: 'bam', id: 'x' })).toMatchObject({ notes: [expect.stringContaining('cannot be followed')] });
  });

  it('write only the arguments that differ', () => {
    const given = [{ prefix: '-o', valueFrom: '$(inputs.bam.nameroot).$(inputs[\'by\'])' }, '--quiet', 'new', '$(inputs.bam.size)'];
    expect(lines({ kind: 'set-arguments', arguments: given })).toEqual(['+  - new']);
    expect(lines({ kind: 'set-arguments', arguments: [given[0], '--loud', given[3]] })).toEqual(['-  - --quiet', '+  - --loud']);
    expect(lines({ kind: 'set-arguments', arguments: [given[0], given[3]] })).toEqual(['-  - --quiet']);
  });

  it('set fields where they usually are', () => {
    expect(lines(
      { kind: 'set-base-command', baseCommand: ['sort', '-k', '2'] }, { kind: 'set-stdio', stream: 'stderr', value: '$(inputs.bam.size + 1)' },
      { kind: 'set-exit-codes', field: 'successCodes', codes: [0, 2] }, { kind: 'set-field', field: 'ex:note', value: { a: 1 } }
    )).toEqual([
      '+requirements:', '+  InlineJavascriptRequirement: {}', '-baseCommand: [sort, -k]', '+baseCommand: [sort, -k, "2"]',
      '+stderr: $(inputs.bam.size + 1)', '+successCodes:', '+  - 0', '+  - 2', '+ex:note:', '+  a: 1'
    ]);
  });

  it('change one field of a requirement that is there', () => {
    expect(lines({ kind: 'set-requirement-field', class: 'DockerRequirement', field: 'dockerPull', value: 'b:2', as: 'hint' })).toEqual([
      '-  DockerRequirement: {dockerPull: "a:1"}', '+  DockerRequirement: {dockerPull: "b:2"}'
    ]);
    expect(lines({ kind: 'remove-requirement', class: 'DockerRequirement', as: 'hint' })).toEqual(['-hints:', '-  DockerRequirement: {dockerPull: "a:1"}']);
  });
});

it('tells what an edit changed as one undoable change', () => {
  const document = openText(BLOCK);
  expect(document.apply({ kind: 'extract-steps', steps: ['stats', 'report'], id: 'after' }).ok).toBe(true);
  document.undo();
  expect(diff(BLOCK, document.text)).toEqual([]);
});
