import { checkStructure, type IStructureFinding } from '../check/structure.js';
import type { CwlVersion } from '../process/model.js';
import { parseSource } from '../text/tree.js';
import { conformanceDocuments, conformanceFolder } from './conformance.js';

function findings(text: string, version: CwlVersion | null = 'v1.2'): IStructureFinding[] {
  const found: IStructureFinding[] = [];
  checkStructure(parseSource(text, 'file:///w.cwl').source, version, finding => found.push(finding));
  return found;
}

/** Code and marked text of each. */
const marks = (text: string, version: CwlVersion = 'v1.2'): string[] =>
  findings(text, version).map(({ code, range }) => `${code} ${text.slice(range.from, range.to)}`);

function mended(text: string, version: CwlVersion = 'v1.2'): string {
  const fix = findings(text, version)[0]?.fixes[0];
  if (!fix || !('changes' in fix)) {
    throw new Error('no change of the text');
  }
  return fix.changes.reduceRight((all, { from, to, insert }) => all.slice(0, from) + insert + all.slice(to), text);
}

const tool = (rest: string, version = 'v1.2'): string => `cwlVersion: ${version}\nclass: CommandLineTool\ninputs: []\noutputs: []\n${rest}`;
const workflow = (step: string, version = 'v1.2'): string =>
  `cwlVersion: ${version}\nclass: Workflow\ninputs: {}\noutputs: {}\nsteps:\n  one:\n    run: a.cwl\n    in: {}\n    out: []\n${step}`;

describe('fields', () => {
  it('that are not known are said, with the name that was meant', () => {
    const text = workflow('    scater: x\n');
    expect(marks(text)).toEqual(['unknown-field scater']);
    expect(findings(text)[0].message).toBe("'scater' is not a field of WorkflowStep; did you mean 'scatter'?");
    expect(mended(text)).toBe(workflow('    scatter: x\n'));
    expect(mended(tool('"base-command": x\n'))).toBe(tool('"baseCommand": x\n'));
  });

  it('that are required and mistyped are wrong once', () => {
    expect(marks('cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\nstpes: {}\n')).toEqual(['unknown-field stpes']);
  });

  it('of types are looked at, but what makes a type is left to the check of types', () => {
    const input = (type: string): string => `cwlVersion: v1.2\nclass: CommandLineTool\noutputs: []\ninputs: {a: {type: ${type}}}\n`;
    expect(marks(input('{type: array, items: int, itms: int}'))).toEqual(['unknown-field itms']);
    expect(marks(input('{type: record, fields: {b: {type: int, inputBinding: {position: x}}}}'))).toEqual(['not-an-expression x']);
    for (const type of ['5', '{type: array}', '{type: foo}', '{items: int}', '{type: enum, symbols: a}', '[null, 3]', '{type: record, fields: 1}']) {
      expect(marks(input(type))).toEqual([]);
    }
    expect(marks(input(''))).toEqual([]);
    expect(marks(tool('requirements: {SchemaDefRequirement: {types: 5}}\n'))).toEqual(['wrong-kind 5']);
  });

  it('are not suggested where they are already', () => {
    expect(findings(tool('baseCommand: a\nbaseComand: b\n')).map(({ fixes }) => fixes)).toEqual([[]]);
  });

  it('that are missing are said at what lacks them', () => {
    expect(marks('cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\n')).toEqual(['missing-field Workflow']);
    expect(marks('cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\nsteps:\n  one: {in: {}, out: []}\n')).toEqual(['missing-field one']);
    expect(marks(tool('requirements:\n- class: InitialWorkDirRequirement\n  listing: [{entryname: a}]\n'))).toEqual(['missing-field entryname']);
  });

  it('of later versions say which, and offer it', () => {
    const found = findings(workflow('    when: $(true)\n', 'v1.0'), 'v1.0');
    expect(found.map(({ code, message }) => [code, message])).toEqual([['later-field', "'when' comes with CWL v1.2; this document is v1.0."]]);
    expect(found[0].fixes).toEqual([{ label: 'Make the document CWL v1.2', edit: { kind: 'set-version', version: 'v1.2' } }]);
    expect(marks('cwlVersion: v1.0\nclass: ExpressionTool\nexpression: $(1)\noutputs: []\ninputs: {a: {type: File, loadContents: true}}\n', 'v1.0'))
      .toEqual(['later-field loadContents']);
  });

  it('of earlier versions are said to be gone', () => {
    const text = 'cwlVersion: v1.1\nclass: Workflow\ninputs: {}\nsteps: {}\noutputs:\n  a: {type: int, outputBinding: {}}\n';
    expect(marks(text, 'v1.1')).toEqual(['removed-field outputBinding']);
    expect(marks(text.replace('v1.1', 'v1.0'), 'v1.0')).toEqual([]);
  });

  it('of a type that stand beside it are said to belong into it', () => {
    const [found] = findings('cwlVersion: v1.2\nclass: CommandLineTool\noutputs: []\ninputs:\n  a: {type: array, items: string}\n');
    expect(found.message).toBe("'items' belongs into the type: 'type: {type: array, items: …}'.");
  });

  it('of extensions are free where their prefix is declared', () => {
    expect(marks(`$namespaces: {s: https://schema.org/}\n${tool('s:author: me\n')}`)).toEqual([]);
    expect(marks(tool('https://schema.org/author: me\n"@context": {}\n$schemas: []\n'))).toEqual([]);
    const found = findings(tool('s:author: me\n'));
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([['undeclared-prefix', 'warning']]);
  });

  it('named like something of JavaScript are nothing special', () => {
    expect(marks(tool('__proto__: x\nconstructor: y\ntoString: z\n'))).toEqual(['unknown-field __proto__', 'unknown-field constructor', 'unknown-field toString']);
  });
});

describe('values', () => {
  it('of another kind are said, and put in quotes or in a list', () => {
    expect(marks(tool('baseCommand: {a: b}\n'))).toEqual(['wrong-kind {a: b}']);
    expect(findings(tool('successCodes: 3\n'))[0].message).toBe("'successCodes' must be a list, not a number.");
    expect(mended(tool('successCodes: 3\n'))).toBe(tool('successCodes: [3]\n'));
    expect(mended(tool('baseCommand: true\n'))).toBe(tool('baseCommand: "true"\n'));
    expect(mended(workflow('    scatterMethod: flat_crosproduct\n'))).toBe(workflow('    scatterMethod: flat_crossproduct\n'));
    expect(marks(workflow('    scatter:\n      - [a]\n'))).toEqual(['wrong-kind [a]']);
  });

  it('that are empty are said at their key', () => {
    expect(marks('cwlVersion: v1.2\nclass: CommandLineTool\ninputs:\noutputs: []\n')).toEqual(['wrong-kind inputs']);
    expect(mended(tool('requirements:\n  ShellCommandRequirement:\n'))).toBe(tool('requirements:\n  ShellCommandRequirement: {}\n'));
  });

  it('are one cause each, however many types a field has', () => {
    expect(marks(tool('requirements:\n- class: InitialWorkDirRequirement\n  listing:\n  - {class: File, location: [a]}\n'))).toEqual(['wrong-kind [a]']);
  });

  it('that only later versions take say which', () => {
    const text = tool('requirements: {ResourceRequirement: {coresMin: 0.5}}\n', 'v1.1');
    expect(marks(text, 'v1.1')).toEqual(['later-value 0.5']);
    expect(marks(text, 'v1.2')).toEqual([]);
  });

  it('must be expressions where nothing else makes sense', () => {
    expect(marks(workflow('    when: yes-please\n'))).toEqual(['not-an-expression yes-please']);
    expect(marks(workflow('    when: $(inputs.a)\n'))).toEqual([]);
  });

  it('are numbers of the size that they may have', () => {
    expect(marks(tool('successCodes: [1, 3000000000, 1.5]\n'))).toEqual(['wrong-kind 3000000000', 'wrong-kind 1.5']);
    expect(marks(tool('requirements: {ToolTimeLimit: {timelimit: -1}}\n'))).toEqual(['out-of-range -1']);
  });

  it('that are included are texts', () => {
    expect(marks(tool('requirements: {InlineJavascriptRequirement: {expressionLib: [{$include: a.js}]}}\n'))).toEqual([]);
    expect(marks(tool('successCodes: {$include: a.js}\n'))).toEqual(['wrong-kind {$include: a.js}']);
    expect(marks(tool('hints: [{$import: a.yml, class: X}]\n'))).toEqual(['directive-not-alone $import']);
    expect(marks(tool('requirements: [{$import: 1.5}]\n'))).toEqual(['wrong-kind 1.5']);
  });

  it('that name paths outside are said', () => {
    const listing = (name: string, rest = ''): string => tool(`requirements:\n  InitialWorkDirRequirement: {listing: [{entryname: ${name}, entry: x}]}\n${rest}`);
    expect(marks(listing('../a'))).toEqual(['path-outside ../a']);
    expect(marks(listing('/a', 'hints: {DockerRequirement: {dockerPull: x}}\n'))).toEqual(['path-outside /a']);
    expect(marks(listing('/a', '  DockerRequirement: {dockerPull: x}\n'))).toEqual([]);
    expect(marks(listing('..a'))).toEqual([]);
  });
});

describe('classes', () => {
  it('that are not known are said, with the one that was meant', () => {
    expect(marks(tool('requirements:\n- class: DockerRequirment\n'))).toEqual(['unknown-class DockerRequirment']);
    expect(mended(tool('requirements:\n- class: DockerRequirment\n'))).toBe(tool('requirements:\n- class: DockerRequirement\n'));
    expect(marks(tool('requirements:\n  DockerRequirment: {}\n'))).toEqual(['unknown-class DockerRequirment']);
    expect(marks('cwlVersion: v1.2\nclass: Worklfow\nfoo: bar\n')).toEqual(['unknown-class Worklfow']);
  });

  it('of later versions say which', () => {
    expect(marks(tool('requirements: {WorkReuse: {}}\n', 'v1.0'), 'v1.0')).toEqual(['later-class WorkReuse']);
  });

  it('of hints may be any, but what is known must be right', () => {
    expect(marks(tool('hints: [{class: Whatever, x: y}]\n'))).toEqual([]);
    expect(marks(tool('hints: {DockerRequirement: {dockerpull: x}}\n'))).toEqual(['unknown-field dockerpull']);
    expect(marks(tool('hints: [{foo: bar}, 3]\n'))).toEqual(['missing-field foo', 'wrong-kind 3']);
  });

  it('of extensions are free where their prefix is declared', () => {
    expect(marks(`$namespaces: {x: "http://x#"}\n${tool('requirements: [{class: "x:Gpu"}]\n')}`)).toEqual([]);
    expect(marks(tool('requirements: [{class: "x:Gpu"}]\n'))).toEqual(['undeclared-prefix "x:Gpu"']);
  });
});

describe('documents', () => {
  it('in parts are looked at part by part', () => {
    const text = '{"cwlVersion": "v1.2", "$graph": [{"class": "Workflow", "id": "m", "inputs": [], "outputs": [], "steps": [], "stpes": 1}, {"$import": "x"}]}';
    expect(marks(text)).toEqual(['unknown-field "stpes"']);
    expect(mended(text.replace('"steps": [], ', ''))).toContain('"steps": 1');
  });

  it('within steps are looked at too', () => {
    expect(marks(workflow('').replace('a.cwl', '{class: CommandLineTool, inputs: [], outputs: [], basecommand: x}'))).toEqual(['unknown-field basecommand']);
  });

  it('say their version', () => {
    expect(marks('class: CommandLineTool\ninputs: []\noutputs: []\n')).toEqual(['missing-version class']);
    expect(mended(tool('').replace('v1.2', '1.2'))).toBe(tool(''));
    expect(mended(tool('').replace('v1.2', 'V1.2'))).toBe(tool(''));
    expect(marks(tool('', 'v1.2.0-dev5'))).toEqual(['development-version v1.2.0-dev5']);
    expect(marks('cwlVersion: draft-3\nclass: Workflow\n')).toEqual([]);
  });

  it('that are none are left alone', () => {
    for (const text of ['', '- a', 'a: b', 'type: record\nfields: []\n', ': :', '42']) {
      expect(findings(text, null)).toEqual([]);
    }
  });

  it('are looked through their aliases and merges, once', () => {
    const text = tool('hints:\n  ResourceRequirement: &r {coresMin: a, foo: 1}\nrequirements:\n  ResourceRequirement: *r\n');
    expect(marks(text)).toEqual(['not-an-expression a', 'unknown-field foo']);
    expect(marks(tool('requirements:\n  ShellCommandRequirement: {}\n  DockerRequirement:\n    <<: {dockerPull: a}\n    dockerLoad: b\n'))).toEqual([]);
  });

  it('that stand for billions of values are small', () => {
    const levels = Array.from({ length: 60 }, (_, level) => `  - &a${level} [${level ? `*a${level - 1}, *a${level - 1}` : 'x'}]`);
    expect(marks(tool(`arguments:\n${levels.join('\n')}\n`)).every(mark => mark.startsWith('wrong-kind'))).toBe(true);
    const chain = Array.from({ length: 3000 }, (_, level) => `  m${level}: &m${level} {type: {type: array, items: ${level ? `*m${level - 1}` : 'int'}}}`);
    expect(findings(`cwlVersion: v1.2\nclass: CommandLineTool\noutputs: []\ninputs:\n${chain.join('\n')}\n`).length).toBeLessThanOrEqual(500);
  });

  it('with too much wrong say so often enough', () => {
    expect(findings(tool(Array.from({ length: 2000 }, (_, index) => `x${index}: 1\n`).join('')))).toHaveLength(500);
  });
});

/** Wrong in their structure; what else must fail does so when it runs, or in its links and types. */
const CAUGHT: Record<string, string[]> = {
  'cwl-v1.1/tests/glob-path-error.cwl': ['path-outside'],
  'cwl-v1.1/tests/timelimit-wf.cwl': ['not-an-expression'],
  'cwl-v1.1/tests/timelimit2.cwl': ['out-of-range'],
  'cwl-v1.1/tests/timelimit4-wf.cwl': ['not-an-expression'],
  'cwl-v1.2/tests/glob-path-error.cwl': ['path-outside'],
  'cwl-v1.2/tests/iwd/iwd-container-entryname2.cwl': ['path-outside'],
  'cwl-v1.2/tests/iwd/iwd-container-entryname3.cwl': ['path-outside'],
  'cwl-v1.2/tests/iwd/iwd-container-entryname4.cwl': ['path-outside'],
  'cwl-v1.2/tests/mixed-versions/invalid-tool-v10.cwl': ['later-value', 'later-value'],
  'cwl-v1.2/tests/mixed-versions/invalid-tool-v11.cwl': ['later-value'],
  'cwl-v1.2/tests/mixed-versions/invalid-wf-v10.cwl': ['later-value', 'later-field'],
  'cwl-v1.2/tests/mixed-versions/invalid-wf-v11.cwl': ['later-field'],
  'cwl-v1.2/tests/timelimit2.cwl': ['out-of-range']
};

if (conformanceFolder === null) {
  console.info('The conformance documents are not looked at: CWL_CONFORMANCE names no folder (npm run test:cwl).');
}

(conformanceFolder === null ? describe.skip : describe)('the conformance documents', () => {
  it('are right where they must pass, and those with a wrong structure are caught', () => {
    const documents = conformanceDocuments(conformanceFolder!);
    expect(documents.filter(({ mustPass }) => mustPass).length).toBeGreaterThan(500);
    const found: Record<string, string[]> = {};
    for (const { name, text } of documents) {
      const version = /cwlVersion["']?: *["']?(v1\.[012])\b/.exec(text)?.[1] as CwlVersion | undefined;
      const codes = findings(text, version ?? null).map(({ code }) => code);
      if (codes.length) {
        found[name] = codes;
      }
    }
    expect(found).toEqual(CAUGHT);
    expect(Object.keys(CAUGHT).filter(name => documents.find(document => document.name === name)?.mustPass !== false)).toEqual([]);
  });
});

