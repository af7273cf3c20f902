import { expect, test } from '@jest/globals';
import { open } from '../document.js';
import type { ICwlDocument } from '../document.js';
import type { Fix } from '../problem.js';

const TOOL = 'cwlVersion: v1.2\nclass: CommandLineTool\nbaseCommand: cat\ninputs:\n  a: File\n  b: int?\noutputs:\n  out: stdout\n  many: {type: "File[]", outputBinding: {glob: "*"}}\n';
const FEATURES = 'requirements:\n  ScatterFeatureRequirement: {}\n  MultipleInputFeatureRequirement: {}\n  InlineJavascriptRequirement: {}\n';
const HEAD = `cwlVersion: v1.2\nclass: Workflow\n${FEATURES}`;
const STEP = '    run: tool.cwl\n';

async function opened(text: string): Promise<ICwlDocument> {
  const document = open(text, {
    uri: 'file:///w/main.cwl',
    read: async uri => {
      if (!uri.endsWith('/tool.cwl')) {
        throw new Error('not there');
      }
      return TOOL;
    }
  });
  await document.load();
  return document;
}

function carryOut(document: ICwlDocument, fix: Fix): void {
  if ('edit' in fix) {
    expect(document.apply(fix.edit)).toMatchObject({ ok: true });
  } else {
    document.change(fix.changes);
  }
}

const one = (inputs: string, step: string, output = '{type: File, outputSource: s/out}'): string =>
  `${HEAD}inputs:\n${inputs}outputs:\n  o: ${output}\nsteps:\n  s:\n${STEP}${step}`;
const A = '  x: File\n';

test('fixes in a workflow that is written in a step are of that workflow', async () => {
  const text = `${HEAD}inputs: {x: File}
outputs: {}
steps:
  deep:
    run:
      class: Workflow
      inputs: {x: File, y: File}
      outputs: {}
      steps:
        last:
          run: tool.cwl
          in: {a: x}
          out: []
    in: {x: x}
    out: []
`;
  const document = await opened(text);
  const fixes = document.check().flatMap(({ code, fixes: [fix] }) => (code === 'unused-input' && fix ? [fix] : []));
  expect(fixes).toMatchObject([{ edit: { kind: 'remove-input', id: 'y', within: ['deep'] } }]);
  carryOut(document, fixes[0]!);
  expect(document.text).toBe(text.replace(', y: File', ''));
});

/** Each with one thing wrong; after any of its fixes it is right. */
test.each([
  ['unknown-source', one('  "läufe/eins": File\n', '    in: {a: läufe/eisn}\n    out: [out]\n')],
  ['unknown-source', one(A, '    in:\n      a: x\n    out: []\n')],
  ['type-mismatch', one('  x: File[]\n', '    in:\n      a: x\n    out: [out]\n', '{type: Any, outputSource: s/out}')],
  ['type-mismatch', one(A, '    in: {a: x}\n    out: [many]\n', '{type: File, outputSource: s/many}')],
  ['type-may-mismatch', one('  x: File?\n', '    in:\n      a: x\n    out: [out]\n')],
  ['null-source', one(A, '    in: {a: x}\n    when: $(inputs.a.size > 1)\n    out: [out]\n')],
  ['link-merge-missing', one('  x: File\n  y: File\n', '    in:\n      a: {source: [x, y]}\n    out: [out]\n', '{type: Any, outputSource: s/out}')],
  ['pick-value-single', one(A, '    in:\n      a: {source: x, pickValue: first_non_null}\n    out: [out]\n')],
  ['scatter-not-array', one(A, '    in: {a: x}\n    scatter: a\n    out: [out]\n', '{type: Any, outputSource: s/out}')],
  ['scatter-method-missing', one('  x: File[]\n  i: int[]\n', '    in: {a: x, b: i}\n    scatter: [a, b]\n    out: [out]\n', '{type: Any, outputSource: s/out}')],
  ['unknown-scatter', one(A, '    in: {a: x}\n    scatter: [zz]\n    out: [out]\n')],
  ['unknown-step-input', one(A, '    in: {a: x, zz: {default: 1}}\n    out: [out]\n')],
  ['unknown-expression-input', one('  x: File\n  deep: boolean\n', '    in: {a: x}\n    when: $(inputs.deep)\n    out: [out]\n', '{type: File?, outputSource: s/out}')],
  ['unknown-step-output', one(A, '    in: {a: x}\n    out: [out, mny]\n')],
  ['missing-step-input', one('  a: File\n', '    in: {}\n    out: [out]\n')],
  ['requirement-missing', one('  x: File[]\n', '    in: {a: x}\n    scatter: a\n    out: [out]\n', '{type: "File[]", outputSource: s/out}').replace('  ScatterFeatureRequirement: {}\n', '')],
  ['type-shorthand', one('  x: File\n  y: {type: array, items: "int[]"}\n', '    in: {a: x}\n    out: [out]\n').replace('{type: array, items: "int[]"}', '{type: {type: array, items: "int[]"}}')],
  ['type-nested', one('  x: File\n  y:\n    type:\n      type:\n        type: array\n        items: int\n    doc: y\n', '    in: {a: x}\n    out: [out]\n')],
  ['type-nested', one('  x: File\n  y: {type: {type: "int?"}}\n', '    in: {a: x}\n    out: [out]\n')],
  ['unused-input', one('  x: File\n  y: File\n', '    in: {a: x}\n    out: [out]\n')],
  ['unused-step', `${one(A, '    in: {a: x}\n    out: [out]\n')}  t:\n${STEP}    in: {a: x}\n    out: [out]\n`],
  ['unused-step-output', one(A, '    in: {a: x}\n    out: [out, many]\n')],
  ['missing-secondary-files', one(A, '    in: {a: x}\n    out: [out]\n').replace('run: tool.cwl', 'run: {class: CommandLineTool, baseCommand: cat, inputs: {a: {type: File, secondaryFiles: [.bai]}}, outputs: {out: stdout}}')]
])('the fixes of %s mend it', async (code, text) => {
  const document = await opened(text);
  const count = document.check().filter(problem => problem.code === code)[0]?.fixes.length ?? 0;
  expect(document.check().map(problem => problem.code)).toContain(code);
  expect(count).toBeGreaterThan(0);
  for (let index = 0; index < count; index += 1) {
    const fresh = await opened(text);
    const before = fresh.check().filter(problem => problem.code === code).length;
    carryOut(fresh, fresh.check().filter(problem => problem.code === code)[0].fixes[index]);
    expect(fresh.check().filter(problem => problem.code === code).length).toBeLessThan(before);
    expect(fresh.check().filter(({ code: other }) => /^yaml|wrong-kind|unknown-field|missing-field/.test(other))).toEqual([]);
  }
});

test('a problem of a packed document says in which process it is', async () => {
  const document = await opened(`cwlVersion: v1.2
$graph:
- {class: CommandLineTool, id: tool, baseCommand: cat, inputs: {a: {type: Flie}}, outputs: {}}
- {class: Workflow, id: main, inputs: {unused: File}, outputs: {}, steps: {}}
`);
  expect(document.check().map(({ code, process, node }) => [code, process, node])).toEqual([['unknown-type', 'tool', 'input:a'], ['unused-input', 'main', 'input:unused']]);
});

test('of a version that is not known no more is said than that', async () => {
  const document = await opened('cwlVersion: draft-3\nclass: Workflow\ninputs: []\noutputs: []\nsteps:\n- {id: s, run: gone.cwl, inputs: [{id: a, source: nowhere}], outputs: []}\n');
  expect(document.check().filter(({ code }) => code === 'unknown-source' || code === 'run-missing')).toEqual([]);
});
