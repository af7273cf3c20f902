import { writtenVersion } from '../process/index.js';
import type { IProcess, ISink } from '../process/model.js';
import { typeText } from '../types/format.js';
import { linksOf, loaded, outline, sourceOf, TOOL, URI, view } from './views.js';

describe('styles of writing the same', () => {
  const maps = `
cwlVersion: v1.2
class: Workflow
requirements:
  ScatterFeatureRequirement: {}
inputs:
  reads: File[]
  lines: {type: 'int?', default: 3}
outputs:
  all: {type: 'File[]', outputSource: sort/sorted}
steps:
  sort:
    run: sort.cwl
    scatter: file
    in:
      file: reads
      lines: {source: lines, valueFrom: $(self + 1)}
    out: [sorted]
`;
  const lists = `
cwlVersion: v1.2
class: Workflow
requirements:
  - class: ScatterFeatureRequirement
inputs:
  - id: reads
    type: {type: array, items: File}
  - id: lines
    type: ['null', int]
    default: 3
outputs:
  - id: all
    type: {type: array, items: File}
    outputSource: [sort/sorted]
steps:
  - id: sort
    run: {$import: sort.cwl}
    scatter: [file]
    in:
      - {id: file, source: reads}
      - {id: lines, source: [lines], valueFrom: $(self + 1)}
    out: [{id: sorted}]
`;
  const hashes = lists
    .replace(/(id: |ource: \[?)(reads|lines|all|sort\b)/g, "$1'#$2'")
    .replace(/'#sort'\/sorted/, "'#sort/sorted'")
    .replace(/\{id: file/, "{id: '#sort/file'").replace(/\{id: '#lines'/, "{id: '#sort/lines'").replace(/\{id: sorted/, "{id: '#sort/sorted'");
  const packed = `
cwlVersion: v1.2
$graph:
  - ${TOOL.trim().replace(/\n/g, '\n    ').replace('cwlVersion: v1.2\n    ', '')}
    id: '#sort.cwl'
  - id: '#main'
    class: Workflow
    requirements: [{class: ScatterFeatureRequirement}]
    inputs:
      - {id: '#main/reads', type: 'File[]'}
      - {id: '#main/lines', type: 'int?', default: 3}
    outputs:
      - {id: '#main/all', type: 'File[]', outputSource: '#main/sort/sorted'}
    steps:
      - id: '#main/sort'
        run: '#sort.cwl'
        scatter: '#main/sort/file'
        in:
          - {id: '#main/sort/file', source: '#main/reads'}
          - {id: '#main/sort/lines', source: 'main.cwl#main/lines', valueFrom: $(self + 1)}
        out: ['#main/sort/sorted']
`;
  const anchors = `
cwlVersion: v1.2
class: Workflow
requirements: [{class: ScatterFeatureRequirement}]
x-step: &defaults
  run: &tool
    $import: sort.cwl
  out: [sorted]
inputs: &inputs
  reads: &files File[]
  lines: {type: 'int?', default: 3}
outputs:
  all: {type: *files, outputSource: sort/sorted}
steps:
  sort:
    <<: *defaults
    scatter: file
    in:
      file: reads
      lines: {source: lines, valueFrom: $(self + 1)}
`;
  const mixed = maps.replace('run: sort.cwl', '$mixin: step.yml').replace('reads: File[]', 'reads: {$import: reads.yml}');

  const files = {
    'sort.cwl': TOOL,
    'step.yml': 'run: sort.cwl\nscatter: lines\nout: [other]\n',
    'reads.yml': 'type: File[]\n'
  };

  it.each(Object.entries({ lists, hashes, packed, anchors, mixed }))('reads %s as maps', async (_, text) => {
    const [wanted] = await loaded(maps, files);
    const [process] = await loaded(text, files);
    expect(wanted.steps[0].run.process?.inputs).toHaveLength(2);
    expect(outline(process)).toEqual(outline(wanted));
  });

  it('reads JSON with a mark at its beginning and Windows line ends', async () => {
    const [wanted] = view(TOOL);
    const json = JSON.stringify({
      class: 'CommandLineTool', cwlVersion: 'v1.2', baseCommand: 'sort', inputs: { file: 'File', lines: 'int?' }, outputs: [{ id: 'sorted', type: 'stdout' }]
    }, null, 2);
    expect(outline(view(`\ufeff${json.replace(/\n/g, '\r\n')}`)[0])).toEqual(outline(wanted));
  });
});

describe('ids', () => {
  const workflow = (inputs: string, source: string, head = ''): IProcess => view(`
${head}cwlVersion: v1.2
class: Workflow
inputs: ${inputs}
outputs: {}
steps:
  one: {run: none.cwl, in: {x: '${source}'}, out: [o]}
  a/b: {run: none.cwl, in: {}, out: [o, p/q]}
`)[0];
  const found = (process: IProcess): string => linksOf(process.steps[0].in[0])[0];

  it.each([
    ['reads', '{reads: File}', 'reads', ''],
    ['reads', '{reads: File}', '#reads', ''],
    ['reads', '{reads: File}', 'main.cwl#reads', ''],
    ['reads', '{reads: File}', 'file:///pipelines/main.cwl#reads', ''],
    ['reads', '[{id: main.cwl#reads, type: File}]', 'reads', ''],
    ['reads', '[{id: "#main/reads", type: File}]', 'reads', "id: '#main'\n"],
    ['reads', '{reads: File}', '#main/reads', 'id: main\n'],
    ['reads', '[{id: "#reads", type: File}]', 'reads', 'id: outer/main\n'],
    ['?', '{reads: File}', 'other.cwl#reads', ''],
    ['?', '{reads: File}', '#one/reads', ''],
    ['a/b.o', '{}', 'a/b/o', ''],
    ['a/b.p/q', '{}', '#a/b/p/q', ''],
    ['ü ö', '{"ü ö": File}', 'ü ö', ''],
    ['__proto__', '{__proto__: File}', '__proto__', ''],
    ['?', '{}', 'constructor', ''],
    ['?', '{}', 'toString/valueOf', ''],
    ['2', '{2: File}', '2', '']
  ])('finds %s of %s by %s', (wanted, inputs, source, head) => {
    expect(found(workflow(inputs, source, head))).toBe(wanted);
  });

  it('are short, whatever is written around them', () => {
    const [process] = view(`
cwlVersion: v1.0
$graph:
- id: '#main'
  class: Workflow
  inputs: [{id: '#main/a', type: File}, {id: '#elsewhere/b', type: File}, {id: 'c/d', type: File}, {type: File}]
  outputs: []
  steps: []
`);
    expect(process.inputs.map(({ id }) => id)).toEqual(['a', 'b', 'c/d', '']);
    expect(process.inputs[3].idNode).toBeNull();
    expect([process.id, process.uri, process.path, process.version]).toEqual(['main', `${URI}#main`, ['$graph', 0], 'v1.0']);
  });

  it('stay both where there are two of them, and links mean the first', () => {
    const [process] = view(`
class: Workflow
inputs: [{id: a, type: File}, {id: a, type: int}]
outputs: []
steps: [{id: s, in: {x: a}, out: [o]}, {id: s, in: {y: s/o}, out: [o]}]
`);
    expect(process.inputs.map(({ type }) => typeText(type.type))).toEqual(['File', 'int']);
    expect(process.steps.map(({ in: [input] }) => [input.id, linksOf(input)[0]])).toEqual([['x', 'a'], ['y', 's.o']]);
  });

  it('of a workflow written in a step hide those around it', () => {
    const [process] = view(`
class: Workflow
cwlVersion: v1.1
id: outer
inputs: {a: File, only: File}
outputs: {}
steps:
  sub:
    in: {a: a}
    out: [o]
    run:
      class: Workflow
      inputs: {a: File}
      outputs: {o: {type: File, outputSource: inner/x}}
      steps:
        inner: {run: t.cwl, in: {p: a, q: only, r: '#outer/sub/run/a'}, out: [x]}
`);
    const inner = process.steps[0].run.process!;
    expect(inner.version).toBe('v1.1');
    expect(inner.path).toEqual(['steps', 'sub', 'run']);
    expect(inner.steps[0].in.map(input => linksOf(input)[0])).toEqual(['a', '?', 'a']);
    expect(linksOf(inner.outputs[0] as Partial<ISink>)).toEqual(['inner.x']);
  });

  it('are relative to $base, and prefixes are written out', async () => {
    const [process] = await loaded(`
cwlVersion: v1.2
class: Workflow
$base: file:///tools/x
$namespaces: {t: 'file:///tools/'}
inputs: {a: File}
outputs: {}
steps:
  one: {run: sort.cwl, in: {file: '#a'}, out: []}
  two: {run: 't:sort.cwl', in: {file: 'x#a'}, out: []}
`, { 'file:///tools/sort.cwl': TOOL });
    expect(process.steps.map(({ run }) => [run.uri, run.state])).toEqual(Array(2).fill(['file:///tools/sort.cwl', 'here']));
    expect(process.steps.map(({ in: [input] }) => linksOf(input)[0])).toEqual(['a', 'a']);
  });

  it('may be whole URIs of where a packed document was made', () => {
    const [process] = view(`
cwlVersion: v1.0
$graph:
- {id: 'file:///home/x/tool.cwl', class: CommandLineTool, inputs: [{id: 'file:///home/x/tool.cwl#file', type: File}], outputs: []}
- id: file:///home/x/wf.cwl#main
  class: Workflow
  inputs: [{id: 'file:///home/x/wf.cwl#main/reads', type: File}]
  outputs: []
  steps:
    - id: file:///home/x/wf.cwl#main/one
      run: file:///home/x/tool.cwl
      in: [{id: 'file:///home/x/wf.cwl#main/one/file', source: 'file:///home/x/wf.cwl#main/reads'}]
      out: []
`);
    const [step] = process.steps;
    expect([process.id, step.id, step.in[0].id, linksOf(step.in[0])]).toEqual(['main', 'one', 'file', ['reads']]);
    expect([step.run.state, step.run.process?.inputs[0].id]).toEqual(['here', 'file']);
  });

  it('of members of a graph that are no processes are none of processes', () => {
    const members = ['{class: SchemaDefRequirement, types: []}', '{id: a, class: Tool, inputs: {}}', '{id: b, class: Operation}', '{id: c, doc: x}'];
    expect(view(`$graph: [${members.join(', ')}]`).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('tell which process a document stands for', () => {
    const graph = (...items: string[]): string[] => view(`cwlVersion: v1.2\n$graph:\n${items.map(item => `- ${item}\n`).join('')}`).map(({ id }) => id);
    const tool = (id: string): string => `{id: ${id}, class: CommandLineTool, inputs: {}, outputs: {}}`;
    expect(graph(tool('a'), tool('main'))).toEqual(['main', 'a']);
    expect(graph(tool('a'), '{id: b, class: Workflow, inputs: {}, outputs: {}, steps: {}}')).toEqual(['b', 'a']);
    expect(graph(tool('a'), tool('b'))).toEqual(['a', 'b']);
  });
});

describe('imports', () => {
  it('stand for a whole document, a list, members of a list, and one field', async () => {
    const [process] = await loaded(`
cwlVersion: v1.2
class: Workflow
requirements: [{$import: req.yml}]
inputs: {$import: inputs.yml}
outputs: [{$import: outputs.yml}, {id: last, type: {$import: type.yml}}]
steps: [{$import: 'steps.yml#two'}]
`, {
      'req.yml': 'class: SchemaDefRequirement\ntypes: [{$import: types.yml}]\n',
      'types.yml': '- {name: Pair, type: record, fields: [{name: left, type: File}]}\n- {name: Kind, type: enum, symbols: [x]}\n',
      'inputs.yml': 'a: types.yml#Pair\nb: Kind[]\n',
      'outputs.yml': '- {id: p, type: File, outputSource: two/o}\n- {id: q, type: int}\n',
      'type.yml': 'string[]\n',
      'steps.yml': '- {id: one}\n- {id: two, run: tool.cwl, in: {x: a}, out: [o]}\n'
    });
    expect(process.inputs.map(({ id, type }) => [id, typeText(type.type)])).toEqual([['a', 'record Pair'], ['b', '(enum Kind)[]']]);
    expect(process.outputs.map(({ id }) => id)).toEqual(['p', 'q', 'last']);
    expect(typeText(process.outputs[2].type.type)).toBe('string[]');
    expect(process.inputs[0].node.source.uri).toBe('file:///pipelines/inputs.yml');
    expect(process.steps.map(({ id }) => id)).toEqual(['two']);
    expect(linksOf(process.outputs[0] as Partial<ISink>)).toEqual(['two.o']);
    expect(process.steps[0].run).toMatchObject({ uri: 'file:///pipelines/tool.cwl', state: 'missing' });
  });

  it('that are not here leave what is', () => {
    const [process] = view('class: Workflow\ninputs: {$import: x.yml}\noutputs: [{$import: y.yml}]\nsteps: {s: {$import: z.yml}}\n');
    expect([process.inputs, process.steps.map(({ id, run }) => [id, run.state])]).toEqual([[], [['s', 'none']]]);
  });

  it('put the text of an include into requirements', async () => {
    const [process] = await loaded(`${TOOL}requirements: {InlineJavascriptRequirement: {expressionLib: [{$include: lib.js}, 'x']}}\n`, { 'lib.js': 'var a = {\n' });
    expect(process.requirements[0].value).toEqual({ expressionLib: ['var a = {\n', 'x'] });
  });
});

describe('runs', () => {
  const step = (run: string): string => `cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\nsteps:\n  s: {run: ${run}, in: {}, out: []}\n`;
  const packed = 'cwlVersion: v1.2\n$graph:\n- {id: a, class: CommandLineTool, inputs: {}, outputs: {}}\n- {id: b, class: CommandLineTool, inputs: {}, outputs: {}}\n';

  it.each([
    ['here', 'tool.cwl'],
    ['here', 'packed.cwl#b'],
    ['here', '{class: Operation, inputs: {}, outputs: {}}'],
    ['none', '""'],
    ['none', 'null'],
    ['none', '[tool.cwl]'],
    ['missing', 'nowhere.cwl'],
    ['missing', "'#nothing'"],
    ['missing', 'packed.cwl#c'],
    ['missing', '../tool.cwl'],
    ['remote', 'https://example.org/tool.cwl'],
    ['broken', 'broken.cwl'],
    ['not-a-process', 'script.py'],
    ['not-a-process', 'list.yml'],
    ['not-a-process', 'packed.cwl'],
    ['not-a-process', '{inputs: {}}'],
    ['recursive', 'main.cwl'],
    ['recursive', 'back.cwl']
  ])('are %s: %s', async (state, run) => {
    const [process] = await loaded(step(run), {
      'tool.cwl': TOOL, 'packed.cwl': packed, 'broken.cwl': 'class: [', 'script.py': 'def f(x):\n  return {"a": [x\n', 'list.yml': '- 1\n', 'back.cwl': step('main.cwl')
    });
    const { run: found } = process.steps[0];
    if (run === 'back.cwl') {
      expect(found.state).toBe('here');
      expect(found.process?.steps[0].run.process).toBe(process);
    }
    const last = run === 'back.cwl' ? found.process!.steps[0].run : found;
    expect(last.state).toBe(state);
    expect(last.why === null).toBe(state === 'here');
    expect(last.process !== null).toBe(state === 'here' || state === 'recursive');
  });
});

describe('drafts', () => {
  it('of the third kind are shown', () => {
    const text = `
cwlVersion: cwl:draft-3
class: Workflow
inputs: [{id: hello, type: string}]
outputs: [{id: output, type: File, source: '#step1/output'}]
steps:
  - id: step1
    inputs: [{id: hello, source: '#hello'}]
    outputs: [{id: output}]
    run: {'@import': tool.cwl}
`;
    const [process] = view(text);
    expect(process.version).toBeNull();
    expect(writtenVersion(sourceOf(text))).toBe('cwl:draft-3');
    expect(linksOf(process.outputs[0] as Partial<ISink>)).toEqual(['step1.output']);
    expect(process.steps[0].run).toMatchObject({ text: 'tool.cwl', uri: 'file:///pipelines/tool.cwl' });
  });

  it('of the second kind are shown, with steps that have no id', () => {
    const [process] = view(`
- {id: '#index', class: CommandLineTool, inputs: [{id: '#index_file', type: File}], outputs: [{id: '#index_result', type: File}]}
- id: '#main'
  class: Workflow
  inputs: [{id: '#infile', type: File}]
  outputs: [{id: '#outfile', type: File, source: '#index.index_result'}]
  steps:
    - run: {import: '#index'}
      inputs: [{id: '#index.index_file', source: '#infile'}]
      outputs: [{id: '#index.index_result'}]
`);
    expect(process.id).toBe('main');
    expect(process.steps.map(({ id, in: [input], out: [output], run }) => [id, input.id, linksOf(input), output.id, run.state]))
      .toEqual([['index', 'index_file', ['infile'], 'index_result', 'here']]);
    expect(linksOf(process.outputs[0] as Partial<ISink>)).toEqual(['index.index_result']);
  });
});

describe('named types', () => {
  it('of what is around a process hold in it, unless it has its own', () => {
    const tool = (more: string): string => `{class: CommandLineTool, ${more} inputs: {a: One, b: Two}, outputs: {}}`;
    const [process] = view(`
class: Workflow
requirements: {SchemaDefRequirement: {types: [{name: One, type: enum, symbols: [x]}, {name: Two, type: array, items: One}]}}
inputs: {a: 'One[]?'}
outputs: {}
steps:
  s: {in: {}, out: [], run: ${tool('')}}
  t: {in: {}, out: [], run: ${tool("hints: [{class: SchemaDefRequirement, types: [{name: '#One', type: record, fields: {f: File}}]}],")}}
`);
    const found = [process, ...process.steps.map(({ run }) => run.process!)].map(({ inputs }) => inputs.map(({ type }) => typeText(type.type)));
    expect(found).toEqual([['(enum One)[]?'], ['enum One', '(enum One)[]'], ['record One', '(record One)[]']]);
  });

  it('that an import has are not known, and not wrong, until it is here', () => {
    const read = (requirements: string): string[] => view(`class: CommandLineTool\nrequirements: ${requirements}\ninputs: {a: x.yml#One}\noutputs: {}\n`)[0].inputs.map(({ type }) => type.type.kind);
    expect([read('[{$import: x.yml}]'), read('{SchemaDefRequirement: {types: [{$import: x.yml}]}}')]).toEqual([['unknown'], ['unknown']]);
  });
});
