import { describe, expect, test } from '@jest/globals';
import { linkJudge } from '../check/link-fit.js';
import { CODES } from '../codes.js';
import type { IProblem } from '../problem.js';
import { positionAt } from '../text/position.js';
import { check, checkOpened, codes, open } from './check-open.js';

const TOOL = `cwlVersion: v1.2
class: CommandLineTool
baseCommand: cat
inputs: {a: File, b: {type: 'int?'}, c: {type: string, default: x}}
outputs: {out: stdout, many: {type: 'File[]', outputBinding: {glob: '*'}}}
stdout: out.txt
`;
const FILES = { 'tool.cwl': TOOL };

/** A workflow around steps, with all requirements unless others are given. */
const workflow = (inputs: string, outputs: string, steps: string, requirements = ALL): string =>
  `cwlVersion: v1.2\nclass: Workflow\nrequirements: ${requirements}\ninputs: ${inputs}\noutputs: ${outputs}\nsteps:\n${steps}\n`;
const ALL = '{ScatterFeatureRequirement: {}, MultipleInputFeatureRequirement: {}, StepInputExpressionRequirement: {}, SubworkflowFeatureRequirement: {}, InlineJavascriptRequirement: {}}';
const tool = (inputs: string, outputs = '{out: File}'): string => `{class: CommandLineTool, baseCommand: cat, inputs: ${inputs}, outputs: ${outputs}}`;
/** One step `s` with an input `b` of a type. */
const oneStep = (type: string, source: string, more = '', inputs = '{a: File, more: File}'): string =>
  workflow(inputs, '{o: {type: Any, outputSource: s/out}}', `  s: {run: ${tool(`{b: ${type}}`)}, in: {b: ${source}}, out: [out]${more}}`);

const only = (problems: readonly IProblem[]): IProblem => {
  expect(codes(problems)).toHaveLength(1);
  return problems[0];
};
const marked = (text: string, { range }: IProblem): string => text.slice(range.from, range.to);
const edits = ({ fixes }: IProblem): unknown[] => fixes.map(fix => ('edit' in fix ? fix.edit : fix.changes));

describe('sources', () => {
  test('a valid workflow has no problems', async () => {
    expect(await check(workflow('{reads: File}', '{o: {type: File, outputSource: s/out}}', '  s: {run: tool.cwl, in: {a: reads}, out: [out]}'), FILES)).toEqual([]);
  });

  test('one that is not there, with the nearest name', async () => {
    const text = workflow('{reads: File}', '{o: {type: File, outputSource: s/out}}', '  s: {run: tool.cwl, in: {a: raeds}, out: [out]}');
    const problem = only(await check(text, FILES));
    expect(problem).toMatchObject({ code: 'unknown-source', severity: 'error', node: 'step:s/in:a', uri: 'file:///w/main.cwl' });
    expect(marked(text, problem)).toBe('raeds');
    expect(problem.position).toEqual(positionAt(text, text.indexOf('raeds')));
    expect(edits(problem)).toEqual([[{ from: problem.range.from, to: problem.range.to, insert: 'reads' }]]);
  });

  test('an output of the tool that the step does not list', async () => {
    const text = workflow('{reads: File}', "{o: {type: 'File[]', outputSource: s/many}}", '  s: {run: tool.cwl, in: {a: reads}, out: []}');
    const problem = only(await check(text, FILES));
    expect(problem).toMatchObject({ code: 'unknown-source', node: 'output:o' });
    expect(edits(problem)).toEqual([{ kind: 'add-step-output', step: 's', output: 'many' }]);
  });

  test('in a packed document the prefix stays', async () => {
    const text = `cwlVersion: v1.2
$graph:
- class: Workflow
  id: '#main'
  inputs: [{id: '#main/reads', type: File}]
  outputs: [{id: '#main/o', type: File, outputSource: '#main/s/uot'}]
  steps: [{id: '#main/s', run: '#t', in: [{id: '#main/s/a', source: '#main/reads'}], out: ['#main/s/out']}]
- class: CommandLineTool
  id: '#t'
  baseCommand: cat
  inputs: [{id: '#t/a', type: File}]
  outputs: [{id: '#t/out', type: stdout}]
`;
    const problem = only(await check(text));
    expect(edits(problem)).toEqual([[{ ...problem.range, insert: "'#main/s/out'" }]]);
  });
});

describe('types of links', () => {
  test.each([
    ['File', 'a', []],
    ['string', 'a', ['type-mismatch']],
    ['File?', 'a', []],
    ['"File[]"', '{source: [a, more]}', []],
    ['"File[]"', '{source: [a]}', ['type-mismatch']],
    ['"File[]"', '{source: [a], linkMerge: merge_nested}', []],
    ['"File[]"', '{source: [a, more], linkMerge: merge_flattened}', []],
    ['File', '{source: [a, more]}', ['link-merge-missing']],
    ['File', '{source: [a, more], pickValue: first_non_null}', []],
    ['"File[]"', '{source: [a, more], pickValue: all_non_null}', []],
    ['File', '{source: [a, more], pickValue: all_non_null}', ['type-mismatch', 'type-mismatch']],
    ['File', '{source: a, pickValue: first_non_null}', ['pick-value-single']],
    ['string', '{source: a, valueFrom: $(self.path)}', []],
    ['string', '{source: nothing, valueFrom: $(self.path)}', ['unknown-source']]
  ])('%s from %s: %j', async (type, source, wanted) => {
    expect(codes(await check(oneStep(type, source)))).toEqual(wanted);
  });

  test.each([
    ['File[]', 'File', 'b', []],
    ['File', 'File', 'b', ['scatter-not-array']],
    ['File[]', '"File[]"', 'b', ['type-mismatch']],
    ['Any', 'File', 'b', []]
  ])('scatter: %s to %s', async (source, type, scatter, wanted) => {
    expect(codes(await check(oneStep(type, 'a', `, scatter: ${scatter}`, `{a: '${source}'}`)))).toEqual(wanted);
  });

  test.each([
    ['dotproduct', 'File[]'], ['flat_crossproduct', 'File[]'], ['nested_crossproduct', '{type: array, items: {type: array, items: File}}']
  ])('what %s puts out is %s', async (method, type) => {
    const steps = `  s: {run: ${tool('{a: File, b: File}')}, in: {a: x, b: x}, scatter: [a, b], scatterMethod: ${method}, out: [out]}`;
    const text = (output: string): string => workflow("{x: 'File[]'}", `{o: {type: ${output}, outputSource: s/out}}`, steps);
    expect(await check(text(type.startsWith('{') ? type : `'${type}'`))).toEqual([]);
    expect(codes(await check(text('File')))).toEqual(['type-mismatch']);
  });

  test('what is skipped is null, and in a scatter one of many', async () => {
    const text = (output: string, scatter = ''): string => workflow(`{x: '${scatter ? 'File[]' : 'File'}', go: boolean}`, `{o: ${output}}`,
      `  s: {run: ${tool('{a: File}')}, in: {a: x, go: go}, when: $(inputs.go), out: [out]${scatter}}`);
    const problem = only(await check(text('{type: File, outputSource: s/out}')));
    expect(problem).toMatchObject({ code: 'null-source', severity: 'warning' });
    expect(edits(problem)).toEqual([{ kind: 'retype-output', output: 'o', type: 'File?' }]);
    expect(await check(text("{type: 'File?', outputSource: s/out}"))).toEqual([]);
    expect(codes(await check(text("{type: 'File[]', outputSource: s/out}", ', scatter: a')))).toEqual(['type-may-mismatch']);
    expect(await check(text("{type: 'File[]', outputSource: s/out, pickValue: all_non_null}", ', scatter: a'))).toEqual([]);
  });

  test('a default takes the place of null', async () => {
    expect(codes(await check(oneStep('string', 'a', '', "{a: 'string?'}")))).toEqual(['type-may-mismatch']);
    expect(await check(oneStep('string', 'a', '', "{a: {type: 'string?', default: x}}"))).toEqual([]);
    expect(await check(oneStep('{type: string, default: x}', 'a', '', "{a: 'string?'}"))).toEqual([]);
    expect(await check(oneStep('string', '{source: a, default: x}', '', "{a: 'string?'}"))).toEqual([]);
  });

  test('fixes: scatter, flatten, another type', async () => {
    const [scatter] = await check(oneStep('File', 'a', '', "{a: 'File[]'}"));
    expect(edits(scatter)).toContainEqual({ kind: 'set-scatter', step: 's', scatter: ['b'] });
    expect(edits(scatter)).toContainEqual({ kind: 'retype-input', input: 'a', type: 'File' });
    const [flatten] = await check(oneStep('"File[]"', '{source: [a, more]}', '', "{a: 'File[]', more: 'File[]'}"));
    expect(edits(flatten)[0]).toEqual({ kind: 'set-link-merge', to: { step: 's', input: 'b' }, linkMerge: 'merge_flattened' });
  });

  test('formats and secondary files', async () => {
    const head = '$namespaces: {edam: "http://edamontology.org/"}\n';
    const text = (port: string, sink: string): string => head + oneStep(`{type: File, ${sink}}`, 'a', '', `{a: {type: File${port}}}`);
    expect(codes(await check(text(', format: edam:format_1', 'format: edam:format_2')))).toEqual(['format-mismatch']);
    expect(await check(text(', format: edam:format_1', 'format: "http://edamontology.org/format_1"'))).toEqual([]);
    expect(await check(text(', format: $(1)', 'format: edam:format_2'))).toEqual([]);
    const problem = only(await check(text('', 'secondaryFiles: [.bai, .opt?]')));
    expect(problem).toMatchObject({ code: 'missing-secondary-files', severity: 'warning' });
    expect(edits(problem)).toEqual([{ kind: 'set-port-field', port: { input: 'a' }, field: 'secondaryFiles', value: ['.bai'] }]);
    expect(await check(text(', secondaryFiles: .bai', 'secondaryFiles: [.bai]'))).toEqual([]);
  });
});

describe('steps', () => {
  const withStep = (step: string): string => workflow('{a: File}', '{}', `  s: ${step}`);

  test('a required input without a value', async () => {
    const text = withStep('{run: tool.cwl, in: {b: {default: 1}}, out: []}');
    const problem = only((await check(text, FILES)));
    expect(problem).toMatchObject({ code: 'missing-step-input', severity: 'error', node: 'step:s/in:a' });
    expect(marked(text, problem)).toBe('s');
    expect(edits(problem)).toEqual([{ kind: 'connect', from: { input: 'a' }, to: { step: 's', input: 'a' } }]);
    expect(codes(await check(withStep('{run: tool.cwl, in: {a: {}}, out: []}'), FILES))).toEqual(['missing-step-input']);
    expect(await check(withStep('{run: tool.cwl, in: {a: {valueFrom: x}}, out: []}'), FILES)).toEqual([]);
  });

  test('an input that the tool does not have, unless an expression names it', async () => {
    const problem = only(await check(withStep('{run: tool.cwl, in: {a: a, bb: {default: 1}}, out: []}'), FILES));
    expect(problem).toMatchObject({ code: 'unknown-step-input', severity: 'warning', node: 'step:s/in:bb' });
    expect(edits(problem)).toContainEqual({ kind: 'remove-step-input', step: 's', input: 'bb' });
    expect(await check(withStep('{run: tool.cwl, in: {a: a, bb: {default: 1}, b: {valueFrom: $(inputs.bb + 1)}}, out: []}'), FILES)).toEqual([]);
    expect(await check(withStep('{run: tool.cwl, when: $(inputs.bb > 1), in: {a: a, bb: {default: 1}}, out: []}'), FILES)).toEqual([]);
  });

  test('an expression that names no input of the step', async () => {
    const js = ALL;
    const none = ALL.replace(', InlineJavascriptRequirement: {}', '');
    const text = (step: string, requirements = none): string => workflow('{a: File, deep: boolean}', '{}', `  s: {run: tool.cwl, out: [], ${step}}\n  t: {run: {class: Operation, inputs: {d: boolean}, outputs: {}}, in: {d: deep}, out: []}`, requirements);
    const told = async (step: string, requirements?: string): Promise<string[]> =>
      (await check(text(step, requirements), FILES)).filter(({ code }) => code === 'unknown-expression-input').map(({ severity, node }) => `${severity} ${node}`);
    const problem = only((await check(text('when: $(inputs.deep), in: {a: a}'), FILES)).filter(({ code }) => code !== 'unused-step'));
    expect(problem).toMatchObject({ code: 'unknown-expression-input', severity: 'error', node: 'step:s' });
    expect(marked(text('when: $(inputs.deep), in: {a: a}'), problem)).toBe('$(inputs.deep)');
    expect(edits(problem)).toEqual([{ kind: 'connect', from: { input: 'deep' }, to: { step: 's', input: 'deep' } }]);
    // An input of the tool that the step does not list is none that its expressions see.
    expect(await told(`when: '$(inputs["b"])', in: {a: a}`)).toEqual(['error step:s']);
    expect(await told('in: {a: a, b: {valueFrom: $(inputs.x.y)}}')).toEqual(['error step:s/in:b']);
    // With JavaScript it is undefined, which is no value.
    expect(await told('when: $(inputs.deep), in: {a: a}', js)).toEqual(['error step:s']);
    expect(await told('when: $(inputs.deep > 1), in: {a: a}', js)).toEqual(['warning step:s']);
    expect(await told('in: {a: a, b: {valueFrom: $(inputs.x + 1)}}', js)).toEqual(['warning step:s/in:b']);
    for (const fine of ['$(inputs.a.size)', '$(inputs.hasOwnProperty("x"))', '$(inputs[name])', '$([1].map(function (inputs) { return inputs.x; }))', '$(inputs?.x)', '$("x" in inputs && inputs.x)', '$(typeof inputs.x !== "undefined")']) {
      expect(await told(`when: '${fine}', in: {a: a}`, js)).toEqual([]);
    }
  });

  test('an output that the tool does not have', async () => {
    const text = withStep('{run: tool.cwl, in: {a: a}, out: [mny]}');
    const problem = only(await check(text, FILES));
    expect(problem).toMatchObject({ code: 'unknown-step-output', node: 'step:s/out:mny' });
    expect(edits(problem)[0]).toEqual([{ ...problem.range, insert: 'many' }]);
  });

  test.each([
    ['none.cwl', {}, 'run-missing'],
    ['main.cwl', {}, 'run-recursive'],
    ['bad.cwl', { 'bad.cwl': 'a: [' }, 'run-broken'],
    ['data.yml', { 'data.yml': 'a: 1' }, 'run-not-a-process'],
    ['old.cwl', { 'old.cwl': TOOL.replace('class: CommandLineTool', 'class: CommandLineTool\nnonsense: 1') }, 'run-invalid']
  ])('run: %s', async (run, files, code) => {
    const problems = await check(withStep(`{run: ${run}, in: {a: a}, out: []}`), files);
    expect(codes(problems)).toContain(code);
    expect(problems.find(problem => problem.code === code)?.node).toBe('step:s');
  });

  test('scatter', async () => {
    const scattered = (more: string): string => workflow("{x: 'File[]'}", '{}', `  s: {run: ${tool('{a: File, b: File}', '{}')}, in: {a: x, b: x}, out: [], ${more}}`);
    const unknown = await check(scattered('scatter: [aa]'));
    expect(codes(unknown)).toContain('unknown-scatter');
    const problem = only(await check(scattered('scatter: [a, b]')));
    expect(problem).toMatchObject({ code: 'scatter-method-missing', severity: 'error', node: 'step:s' });
    expect(edits(problem)[0]).toEqual({ kind: 'set-scatter', step: 's', scatter: ['a', 'b'], method: 'dotproduct' });
  });

  test('circles, whatever their length', async () => {
    const chain = (count: number, last: string): string => workflow('{}', '{}', Array.from({ length: count }, (_, index) =>
      `  s${index}: {run: tool.cwl, in: {a: ${index === 0 ? last : `s${index - 1}/out`}}, out: [out]}`).join('\n'));
    const problem = only(await check(chain(3, 's2/out'), FILES));
    expect(problem).toMatchObject({ code: 'cycle', severity: 'error' });
    expect(problem.message).toContain('s0 → s1 → s2 → s0');
    expect(codes(await check(chain(1, 's0/out'), FILES))).toEqual(['cycle']);
    expect(codes(await check(chain(3000, 's2999/out'), FILES))).toEqual(['cycle']);
  });

  test.each([
    ['ScatterFeatureRequirement', 'error', '{run: tool.cwl, scatter: a, in: {a: {source: x}}, out: []}'],
    ['MultipleInputFeatureRequirement', 'warning', '{run: tool.cwl, in: {a: {source: [y, y], pickValue: first_non_null}}, out: []}'],
    ['StepInputExpressionRequirement', 'warning', '{run: tool.cwl, in: {a: y, c: {valueFrom: text}}, out: []}'],
    ['InlineJavascriptRequirement', 'warning', '{run: tool.cwl, in: {a: y, b: {default: 1}}, when: $(inputs.b + 1 > 1), out: []}'],
    ['SubworkflowFeatureRequirement', 'error', '{run: {class: Workflow, inputs: {a: File}, outputs: {}, steps: {}}, in: {a: y}, out: []}']
  ])('%s', async (feature, severity, step) => {
    const text = (requirements: string): string => workflow("{x: 'File[]', y: File}", '{}', `  s: ${step}`, requirements);
    const problem = only(await check(text('{}'), FILES));
    expect(problem).toMatchObject({ code: 'requirement-missing', severity });
    expect(edits(problem)).toEqual([{ kind: 'set-requirement', class: feature, value: {}, as: 'requirement' }]);
    expect(await check(text(`{${feature}: {}}`), FILES)).toEqual([]);
    expect(await check(text('{}').replace('  s: {', `  s: {hints: [{class: ${feature}}], `), FILES)).toEqual([]);
  });
});

describe('names and types of ports', () => {
  test('the same id twice', async () => {
    const text = "cwlVersion: v1.2\nclass: Workflow\ninputs:\n- {id: a, type: File}\n- {id: a, type: File}\noutputs: []\nsteps: []\n";
    const problem = only(await check(text));
    expect(problem).toMatchObject({ code: 'duplicate-id', severity: 'error', node: 'input:a' });
    expect(problem.position.line).toBe(5);
  });

  test('something without an id, and an output without a source', async () => {
    const text = "cwlVersion: v1.2\nclass: Workflow\ninputs:\n- {type: File}\noutputs: {o: File}\nsteps: []\n";
    expect((await check(text)).map(({ code, severity }) => `${severity} ${code}`)).toEqual(['warning missing-id', 'warning unconnected-output']);
    // Ids are a required field there.
    expect((await check(text.replace('v1.2', 'v1.0')))[0]).toMatchObject({ code: 'missing-id', severity: 'error' });
  });

  test('what nothing uses is told', async () => {
    const opened = await open(workflow('{a: File, b: File}', '{o: {type: File, outputSource: s/out}}',
      '  s: {run: tool.cwl, in: {a: a}, out: [out, many]}\n  t: {run: tool.cwl, in: {a: a}, out: [out]}'), FILES);
    expect(checkOpened(opened).map(({ code, severity, node }) => `${severity} ${code} ${node}`)).toEqual([
      'info unused-input input:b', 'info unused-step-output step:s/out:many', 'info unused-step step:t'
    ]);
  });

  test('types that are none, at their place', async () => {
    const text = TOOL.replace('a: File', 'a: {type: {type: record, fields: {x: "int[][]", y: Flie}}}');
    const problems = await check(text);
    expect(problems.map(problem => [problem.code, marked(text, problem), problem.node])).toContainEqual(['unknown-type', 'Flie', 'input:a']);
    const short = problems.find(({ code }) => code === 'type-shorthand');
    expect(edits(short!)).toEqual([[{ ...short!.range, insert: '{"type":"array","items":{"type":"array","items":"int"}}' }]]);
  });

  test('stdout is for outputs of tools', async () => {
    expect(codes(await check(TOOL.replace('a: File', 'a: stdout')))).toContain('type-place');
    expect(codes(await check(workflow('{i: File}', '{o: {type: stdout, outputSource: i}}', '  {}')))).toContain('type-place');
  });

  test('JavaScript in a tool needs its requirement', async () => {
    const text = `${TOOL}arguments: [$(inputs.a.path), '$(inputs.a.size + 1)']\n`;
    const problem = only(await check(text));
    expect(problem).toMatchObject({ code: 'requirement-missing', severity: 'warning' });
    expect(marked(text, problem)).toBe("'$(inputs.a.size + 1)'");
    expect(await check(`${text}requirements: {InlineJavascriptRequirement: {}}\n`)).toEqual([]);
  });
});

describe('processes in a document', () => {
  test('a workflow in a step is checked too, with ids of its place', async () => {
    const inner = `{class: Workflow, inputs: {x: File}, outputs: {}, steps: {t: {run: ${tool('{a: string}', '{}')}, in: {a: x}, out: []}}}`;
    const problem = only(await check(workflow('{a: File}', '{}', `  s: {run: ${inner}, in: {x: a}, out: []}`)));
    expect(problem).toMatchObject({ code: 'type-mismatch', node: 'step:s/step:t/in:a' });
    expect(problem.fixes).toMatchObject([{ edit: { kind: 'retype-input', input: 'x', within: ['s'] } }]);
  });

  test('requirements of a workflow hold in what is written in it', async () => {
    const inner = `{class: Workflow, inputs: {x: 'File[]'}, outputs: {}, steps: {t: {run: ${tool('{a: File}', '{}')}, scatter: a, in: {a: x}, out: []}}}`;
    expect(await check(workflow("{a: 'File[]'}", '{}', `  s: {run: ${inner}, in: {x: a}, out: []}`))).toEqual([]);
  });
});

describe('linkJudge', () => {
  test('says what a link would be, with the sources that are there', async () => {
    const { processes } = await open(oneStep('"File[]"', '{source: [a]}', '', "{a: File, more: File, text: string, list: 'File[]'}"));
    const judge = linkJudge(processes[0]);
    const to = { step: 's', input: 'b' } as const;
    expect(judge({ input: 'more' }, to)).toBe('yes');
    expect(judge({ input: 'text' }, to)).toHaveProperty('no');
    expect(judge({ input: 'list' }, to)).toHaveProperty('no');
    expect(judge({ step: 's', output: 'out' }, to)).toHaveProperty('no');
    expect(judge({ input: 'nothing' }, to)).toHaveProperty('no');
    expect(judge({ input: 'text' }, { output: 'o' })).toBe('yes');
  });
});

describe('hostile documents', () => {
  test.each([
    ['nothing', ''], ['a list', '- 1'], ['no class', 'inputs: {}'],
    ['keys of objects', workflow('{__proto__: File, constructor: File}', '{toString: {type: File, outputSource: __proto__}}', '  hasOwnProperty: {run: tool.cwl, in: {a: constructor}, out: []}')],
    ['wrong everywhere', 'cwlVersion: v1.2\nclass: Workflow\ninputs: 3\noutputs: [1, [2], {id: {}}]\nsteps: {a: 1, b: [], c: {in: 3, out: {x: 1}, run: [1], scatter: {}}}'],
    ['aliases in circles', 'cwlVersion: v1.2\nclass: Workflow\ninputs: &x {a: *x, b: {type: *x}}\noutputs: {}\nsteps: {s: {run: *x, in: *x, out: *x}}'],
    ['a bomb', `cwlVersion: v1.2\nclass: CommandLineTool\ninputs:\n  a0: &a0 {type: [int, int]}\n${Array.from({ length: 40 }, (_, level) => `  a${level + 1}: &a${level + 1} {type: [*a${level}, *a${level}]}`).join('\n')}\noutputs: {}`]
  ])('%s: no exception, and an end', async (_, text) => {
    const problems = await check(text, FILES);
    expect(problems.every(({ code, message }) => Object.hasOwn(CODES, code) && message !== '')).toBe(true);
  });
});
