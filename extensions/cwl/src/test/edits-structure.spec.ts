/** Edits of more than one place: sub-workflows, copies, what calls what, and what is refused. */
import { open } from '../document.js';
import type { Edit } from '../edits/kinds.js';
import { applied, BLOCK, change, edited, LISTS, openText, PACKED, STYLES, TOOL } from './edits-documents.js';

const AFTER: Edit = { kind: 'extract-steps', steps: ['stats', 'report'], id: 'after' };

/** Steps that are scattered, have conditions, and comments. */
const SCATTERED = `cwlVersion: v1.2
class: Workflow
requirements:
  ScatterFeatureRequirement: {}
inputs: {files: 'File[]', level: 'int?'}
outputs:
  all: {type: 'File[]', outputSource: pack/packed}
steps:
  # each by itself
  pack:   # quick
    # the level is for all
    run:
      class: CommandLineTool
      baseCommand: pack
      inputs: {file: File, level: 'int?'}
      outputs: {packed: {type: File, outputBinding: {glob: '*'}}}
    scatter: file
    when: $(inputs.level)
    in: {file: files, level: level}
    out: [packed]   # one for each

  count:
    run: count.cwl
    in: {all: pack/packed}
    out: []
`;

describe('extracting steps', () => {
  it('moves their text with its comments, and gives what crosses the boundary its type', () => {
    expect(edited(SCATTERED, { kind: 'extract-steps', steps: ['pack'], id: 'sub' })).toBe(`cwlVersion: v1.2
class: Workflow
requirements:
  ScatterFeatureRequirement: {}
  SubworkflowFeatureRequirement: {}
inputs: {files: 'File[]', level: 'int?'}
outputs:
  all: {type: 'File[]', outputSource: sub/packed}
steps:
  sub:
    run:
      class: Workflow
      inputs: {files: 'File[]', level: int?}
      outputs:
        packed:
          type:
            type: array
            items:
              - 'null'
              - File
          outputSource: pack/packed
      steps:
        # each by itself
        pack:   # quick
          # the level is for all
          run:
            class: CommandLineTool
            baseCommand: pack
            inputs: {file: File, level: 'int?'}
            outputs: {packed: {type: File, outputBinding: {glob: '*'}}}
          scatter: file
          when: $(inputs.level)
          in: {file: files, level: level}
          out: [packed]   # one for each
    in: {files: files, level: level}
    out: [packed]

  count:
    run: count.cwl
    in: {all: sub/packed}
    out: []
`);
  });

  it.each(Object.entries(STYLES))('and inlining them again gives the same steps: %s', (style, text) => {
    const lines = change(text, AFTER, { kind: 'inline-step', step: 'after' });
    if (style !== 'packed') {
      expect(lines.filter(line => !/requirements:|SubworkflowFeatureRequirement/.test(line))).toEqual([]);
    } else {
      const document = openText(edited(text, AFTER, { kind: 'inline-step', step: 'after' }));
      const sources = (process: string): unknown => document.processes.find(({ id }) => id === process)?.steps.map(step => [step.id, step.in.map(input => [input.id, input.links.map(({ to }) => to)])]);
      const before = openText(text).processes[0].steps.map(step => [step.id, step.in.map(input => [input.id, input.links.map(({ to }) => to)])]);
      expect(sources('main')).toEqual(before);
    }
  });

  it('may take the id of one of them', () => {
    const document = openText(edited(BLOCK, { ...AFTER, id: 'report' }));
    expect(document.processes[0].steps.map(({ id }) => id)).toEqual(['align', 'report']);
    expect(document.processes[0].steps[1].run.process?.steps.map(({ id }) => id)).toEqual(['stats', 'report']);
  });
});

const NESTED = (inner: string, step: string): string => `cwlVersion: v1.2
class: Workflow
requirements: {SubworkflowFeatureRequirement: {}, MultipleInputFeatureRequirement: {}}
inputs: {x: File, y: File}
outputs:
  o: {type: File, outputSource: sub/o}
steps:
  tool: {run: t.cwl, in: {a: x}, out: [b]}
  sub:
    run:
      class: Workflow
      requirements:
        ResourceRequirement: {coresMin: 4}
        ScatterFeatureRequirement: {}
      inputs: {p: 'File?', q: {type: int, default: 3}}
      outputs: {o: {type: File, outputSource: last/b}, through: {type: File, outputSource: p}}
      steps:
        tool: {run: u.cwl, in: {a: p}, out: [b]}
        last: {run: v.cwl, in: {a: tool/b, ${inner}}, out: [b]}
    ${step}
    out: [o, through]
  end: {run: w.cwl, in: {a: sub/through}, out: []}
`;

describe('inlining a sub-workflow', () => {
  const inline: Edit = { kind: 'inline-step', step: 'sub' };

  it('puts its sources and requirements where its steps are now', () => {
    expect(edited(NESTED('q: q', 'in: {p: tool/b}'), inline)).toBe(`cwlVersion: v1.2
class: Workflow
requirements: {SubworkflowFeatureRequirement: {}, MultipleInputFeatureRequirement: {}, ScatterFeatureRequirement: {}}
inputs: {x: File, y: File}
outputs:
  o: {type: File, outputSource: last/b}
steps:
  tool: {run: t.cwl, in: {a: x}, out: [b]}
  sub_tool:
    run: u.cwl
    in: {a: tool/b}
    out: [b]
    requirements: {ResourceRequirement: {coresMin: 4}}
  last: {run: v.cwl, in: {a: sub_tool/b, q: {default: 3}}, out: [b], requirements: {ResourceRequirement: {coresMin: 4}}}
  end: {run: w.cwl, in: {a: tool/b}, out: []}
`);
  });

  it('hands on several sources where one input takes them', () => {
    const process = openText(edited(NESTED('q: q', 'in: {p: [x, y], q: x}').replace('outputSource: p}', 'outputSource: tool/b}'), inline)).processes[0];
    expect(process.steps[1].in.map(({ id, isList, links }) => [id, isList, links.map(({ text }) => text)])).toEqual([['a', true, ['x', 'y']]]);
  });

  it.each([
    ['scatter', NESTED('q: q', 'scatter: p\n    in: {p: x}')],
    ['a condition', NESTED('q: q', 'when: $(inputs.p)\n    in: {p: x}')],
    ['valueFrom', NESTED('q: q', 'in: {p: {source: x, valueFrom: $(self)}}')],
    ['several sources where several are taken', NESTED('r: [p, tool/b]', 'in: {p: [x, y]}')],
    ['an input without a source among several', NESTED('r: [p, tool/b]', 'in: {}')],
    ['another version', NESTED('q: q', 'in: {p: x}').replace('class: Workflow\n      req', 'class: Workflow\n      cwlVersion: v1.1\n      req')],
    ['a source that is not there', NESTED('r: nowhere', 'in: {p: x}')]
  ])('refuses %s', (_, text) => {
    expect(applied(text, inline)).toMatchObject({ ok: false, code: 'cannot-inline' });
  });
});

describe('what is called in the same document', () => {
  it('is called by the new names', () => {
    expect(change(PACKED, { kind: 'rename-input', process: 'stats', input: 'bam', id: 'my-bam' }).map(line => line[0] + line.slice(1).trim())).toEqual([
      '-{"id": "#stats/bam", "type": "File", "inputBinding": {"position": 1}}', '+{"id": "#stats/my-bam", "type": "File", "inputBinding": {"position": 1}}',
      '-"stdout": "$(inputs.bam.nameroot).txt",', '+"stdout": "$(inputs[\\"my-bam\\"].nameroot).txt",',
      '-{"id": "#main/stats/bam", "source": "#main/align/bam"}', '+{"id": "#main/stats/my-bam", "source": "#main/align/bam"}'
    ]);
    expect(change(PACKED, { kind: 'rename-output', process: 'stats', output: 'table', id: 'tsv' }).filter(line => line.startsWith('+')).map(line => line.slice(1).trim())).toEqual([
      '{"id": "#stats/tsv", "type": "stdout"}', '"out": ["#main/stats/tsv"]', '{"id": "#main/report/tables", "source": ["#main/stats/tsv", "#main/align/bam"]}'
    ]);
  });

  it('is changed where it is written in a step', () => {
    expect(change(BLOCK, { kind: 'rename-input', within: ['stats'], input: 'bam', id: 'x' }, { kind: 'set-base-command', within: ['stats'], baseCommand: ['stats', '-q'] })).toEqual([
      '-      baseCommand: stats', '-      inputs: {bam: {type: File, inputBinding: {position: 1}}}',
      '+      baseCommand:', '+        - stats', '+        - -q', '+      inputs: {x: {type: File, inputBinding: {position: 1}}}', '-      bam: align/bam', '+      x: align/bam'
    ]);
    expect(applied(BLOCK, { kind: 'set-label', within: ['align'], label: 'x' })).toMatchObject({ ok: false, code: 'unknown-process' });
    expect(applied(BLOCK, { kind: 'set-label', within: ['x'], label: 'x' })).toMatchObject({ ok: false, code: 'unknown-step' });
  });

  it('is run by its new id', () => {
    const lines = change(PACKED, { kind: 'set-id', process: 'stats', id: 'count' }).filter(line => line.startsWith('+')).map(line => line.slice(1).trim());
    expect(lines).toEqual(['"id": "#count",', '{"id": "#count/bam", "type": "File", "inputBinding": {"position": 1}}', '{"id": "#count/table", "type": "stdout"}', '"run": "#count",']);
  });

  it('takes what is removed from those who call it', () => {
    const result = applied(PACKED, { kind: 'remove-input', process: 'stats', id: 'bam' });
    expect(result).toMatchObject({ ok: true, notes: ["An expression still names the input 'bam'. Change it too."] });
    const { steps } = openText(edited(PACKED, { kind: 'remove-output', process: 'stats', id: 'table' })).processes[0];
    expect(steps.map(({ out, in: inputs }) => [out.length, inputs.flatMap(({ links }) => links.map(({ to }) => to.kind))])).toEqual([
      [1, ['input', 'input']], [0, ['step']], [1, ['step']]
    ]);
  });

  it('follows ids with a file before them', () => {
    const text = 'cwlVersion: v1.0\nclass: Workflow\nid: main\ninputs: {a: File}\noutputs: {o: {type: File, outputSource: main.cwl#main/s/o}}\nsteps:\n- id: s\n  run: t.cwl\n  in: [{id: x, source: file:///w/main.cwl#main/a}]\n  scatter: ["#main/s/x"]\n  out: [o]\n';
    expect(edited(text, { kind: 'rename-step', step: 's', id: 't' }, { kind: 'rename-input', input: 'a', id: 'b' })).toBe(
      text.replace('#main/s/o', '#main/t/o').replace('id: s', 'id: t').replace('#main/a', '#main/b').replace('{a: File}', '{b: File}').replace('#main/s/x', '#main/t/x')
    );
  });
});

describe('pasting steps', () => {
  it('gives new ids where they are taken, and leaves out sources that are not here', () => {
    const edit: Edit = {
      kind: 'paste-steps',
      steps: { align: { run: 'a.cwl', in: { r: 'reads', z: 'nowhere' }, out: ['bam'] }, two: { id: '#x/two', run: 'b.cwl', in: [{ id: '#x/two/b', source: ['#x/align/bam', 'reads'] }], out: ['#x/two/c'] } }
    };
    expect(change(BLOCK, edit)).toEqual([
      '+requirements:', '+  MultipleInputFeatureRequirement: {}',
      '+  align_2:', '+    run: a.cwl', '+    in:', '+      r: reads', '+      z: {}', '+    out: [bam]',
      '+  two:', '+    run: b.cwl', '+    in:', '+      b:', '+        - align_2/bam', '+        - reads', '+    out: [c]'
    ]);
    expect(applied(BLOCK, edit)).toMatchObject({ notes: [expect.stringContaining('left out')] });
  });
});

describe('refusals', () => {
  it.each<[code: string, Edit]>([
    ['unknown-step', { kind: 'remove-step', step: 'x' }], ['unknown-input', { kind: 'remove-input', id: 'x' }],
    ['unknown-step-input', { kind: 'set-scatter', step: 'align', scatter: ['x'] }], ['unknown-output', { kind: 'connect', from: { input: 'reads' }, to: { output: 'x' } }],
    ['unknown-step-output', { kind: 'remove-step-output', step: 'align', output: 'x' }],
    ['taken-id', { kind: 'rename-step', step: 'align', id: 'stats' }], ['taken-id', { kind: 'add-input', id: 'reads', type: 'File' }],
    ['invalid-id', { kind: 'rename-step', step: 'align', id: 'a/b' }], ['invalid-id', { kind: 'add-step', id: 'a#b', run: 'x.cwl' }],
    ['invalid-id', { kind: 'add-output', id: '', type: 'File' }], ['invalid-id', { kind: 'rename-input', input: 'reads', id: 'a:b' }],
    ['self-connection', { kind: 'connect', from: { step: 'align', output: 'bam' }, to: { step: 'align', input: 'reads' } }],
    ['would-make-cycle', { kind: 'connect', from: { step: 'report', output: 'html' }, to: { step: 'align', input: 'reads' } }],
    ['would-make-cycle', { kind: 'extract-steps', steps: ['align', 'report'], id: 'x' }],
    ['already-connected', { kind: 'connect', from: { input: 'reads' }, to: { step: 'align', input: 'reads' } }],
    ['not-connected', { kind: 'disconnect', from: { input: 'sample' }, to: { step: 'align', input: 'reads' } }],
    ['not-a-workflow', { kind: 'inline-step', step: 'stats' }], ['cannot-inline', { kind: 'inline-step', step: 'align' }],
    ['nothing-chosen', { kind: 'extract-steps', steps: [], id: 'x' }], ['unknown-requirement', { kind: 'remove-requirement', class: 'X', as: 'hint' }],
    ['wrong-class', { kind: 'set-base-command', baseCommand: 'x' }], ['not-a-field', { kind: 'set-field', field: 'steps', value: [] }],
    ['unknown-edit', { kind: 'x' } as unknown as Edit], ['malformed-edit', { kind: 'connect' } as unknown as Edit]
  ])('%s: %j', (code, edit) => {
    for (const text of [BLOCK, LISTS]) {
      const document = openText(text);
      expect(document.apply(edit)).toEqual({ ok: false, code, message: expect.stringMatching(/^\S.*[.]$/s) as string });
      expect(document.text).toBe(text);
    }
  });

  it('names the version that a field needs', () => {
    const older = BLOCK.replace('v1.2', 'v1.0');
    for (const edit of [{ kind: 'set-when', step: 'align', when: '$(true)' }, { kind: 'set-pick-value', to: { output: 'bam' }, pickValue: 'first_non_null' }] as const) {
      expect(applied(older, edit)).toEqual({ ok: false, code: 'needs-version', message: expect.stringContaining('Set its version to v1.2') as string });
    }
    expect(applied(TOOL, { kind: 'set-requirement', class: 'NetworkAccess', value: { networkAccess: true }, as: 'requirement' })).toMatchObject({ code: 'needs-version' });
  });

  it('leaves what lies in another file', async () => {
    const text = BLOCK.replace('  align:\n    run: align.cwl', '  more: {$import: more.yml}\n  align:\n    run: align.cwl');
    const document = open(text, { uri: 'file:///w/main.cwl', read: async uri => (uri.endsWith('more.yml') ? 'run: x.cwl\nin: {r: reads}\nout: []\n' : Promise.reject(new Error(uri))) });
    await document.load();
    for (const edit of [{ kind: 'set-label', step: 'more', label: 'x' }, { kind: 'rename-input', input: 'reads', id: 'x' }] as const) {
      expect(document.apply(edit)).toEqual({ ok: false, code: 'in-other-file', message: 'This is written in more.yml. Open more.yml to change it there.' });
    }
    expect(document.apply({ kind: 'rename-step', step: 'more', id: 'x' }).ok).toBe(true);
    expect(document.text).toBe(text.replace('more: {', 'x: {'));
  });

  it('leaves what several places share', () => {
    const text = BLOCK.replace('      reads: reads', '      reads: &r {source: reads}').replace('      bam: align/bam', '      bam: *r');
    expect(applied(text, { kind: 'set-value-from', step: 'stats', input: 'bam', valueFrom: '$(self)' })).toMatchObject({ ok: false, code: 'shared-by-anchor' });
    expect(applied(text, { kind: 'set-label', step: 'stats', label: 'x' })).toMatchObject({ ok: true });
  });

  it('notes an included file that was not looked through', () => {
    const text = TOOL.replace('hints:', 'requirements: {InlineJavascriptRequirement: {expressionLib: [{$include: lib.js}]}}\nhints:');
    expect(applied(text, { kind: 'rename-input', input: 'by', id: 'key' })).toMatchObject({ ok: true, notes: expect.arrayContaining([expect.stringContaining('lib.js')]) as string[] });
  });
});
