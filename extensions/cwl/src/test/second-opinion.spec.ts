import type { IProblem } from '../problem.js';
import type { CwlVersion } from '../process/model.js';
import { secondOpinion, type ISecondReader } from '../second-opinion/index.js';
import { parseSource } from '../text/tree.js';

/** An error as the library throws it. */
class Refusal extends Error {
  constructor(message: string, readonly children: Refusal[] = []) {
    super(message);
  }
}

interface IAsked extends ISecondReader {
  documents: unknown[];
}

function reader(error?: Error): IAsked {
  const documents: unknown[] = [];
  return {
    documents,
    loadDocument: async document => {
      documents.push(document);
      if (error) {
        throw error;
      }
      return document;
    }
  };
}

const ask = (library: ISecondReader, text: string, version: CwlVersion | null = 'v1.2', known: IProblem[] = []): Promise<IProblem[]> =>
  secondOpinion(library, parseSource(text, 'file:///w.cwl').source, { version, known });

/** What is marked, and the sentence. */
const said = (text: string, problems: IProblem[]): string[][] => problems.map(({ range, message }) => [text.slice(range.from, range.to), message]);

const field = (name: string, ...children: Refusal[]): Refusal => new Refusal(`the \`${name}\` field is not valid because: `, children);
const tried = (type: string, ...children: Refusal[]): Refusal => new Refusal(`tried ${type} but`, children);

const TEXT = 'cwlVersion: v1.2\nclass: Workflow\ninputs:\n  a: File\n  b: Fiel\noutputs: {}\nsteps:\n  one: {run: x, in: {}, out: [], when: 3}\n';
/** The library tries each class of process in turn. */
const REFUSED = new Refusal('', [
  tried('_RecordLoader', new Refusal("Trying 'CommandLineTool'", [field('class', new Refusal('Expected one of CommandLineTool')), new Refusal('invalid field steps,   expected one of: `id`')])),
  tried('_RecordLoader', new Refusal("Trying 'Workflow'", [
    field('inputs', tried('_ArrayLoader', new Refusal('Expected a list')), tried('_RecordLoader', field('type', new Refusal("Term 'Fiel' not in vocabulary")))),
    field('steps', field('when', new Refusal('Expected a str')))
  ]))
]);

describe('a second opinion', () => {
  it('is of the class that was meant, and placed as deep as it can be', async () => {
    const found = await ask(reader(REFUSED), TEXT);
    expect(said(TEXT, found)).toEqual([
      ['Fiel', "A second reader of CWL does not take this at 'inputs.type': Term 'Fiel' not in vocabulary."],
      ['3', "A second reader of CWL does not take this at 'steps.when': Expected a str."]
    ]);
    expect(found[0]).toMatchObject({ code: 'second-opinion', severity: 'info', position: { line: 5, column: 6 }, uri: 'file:///w.cwl' });
  });

  it('says nothing where something is said already, and nothing at all beside errors', async () => {
    const [first] = await ask(reader(REFUSED), TEXT);
    const known: IProblem = { ...first, code: 'unknown-type', severity: 'warning' };
    expect((await ask(reader(REFUSED), TEXT, 'v1.2', [known])).map(({ range }) => TEXT.slice(range.from, range.to))).toEqual(['3']);
    const library = reader(REFUSED);
    expect(await ask(library, TEXT, 'v1.2', [{ ...known, severity: 'error' }])).toEqual([]);
    expect(library.documents).toEqual([]);
  });

  it('leaves out what is known to be a false alarm', async () => {
    const unknown = (name: string): Refusal => field('inputs', new Refusal(`invalid field ${name},             expected one of: \`label\``));
    expect(await ask(reader(unknown('name')), TEXT)).toEqual([]);
    expect(await ask(reader(unknown('foo')), TEXT)).toHaveLength(1);
    expect(await ask(reader(unknown('foo')), TEXT, 'v1.0')).toEqual([]);
    expect(await ask(reader(field('outputs', field('type', new Refusal('Expected a str')))), TEXT, 'v1.0')).toEqual([]);
    expect(await ask(reader(field('requirements', field('enableReuse', new Refusal('Expected a bool')))), TEXT)).toEqual([]);
  });

  it('is in words that bundles do not change', async () => {
    for (const name of ['Undefined', 'e', '']) {
      const [problem] = await ask(reader(field('label', new Refusal(`Expected a ${name} but got number`))), TEXT);
      expect(problem.message).toBe("A second reader of CWL does not take this at 'label': number is not expected.");
    }
  });

  it('is none when the library itself fails', async () => {
    expect(await ask(reader(new TypeError('Invalid URL')), TEXT)).toEqual([]);
    expect(await ask(reader(), TEXT)).toEqual([]);
  });

  it('is not asked of what has no version or no value', async () => {
    const library = reader();
    await ask(library, TEXT, null);
    await ask(library, '42');
    await ask(library, 'a: [');
    expect(library.documents).toEqual([]);
  });

  it('is of a copy without what confuses the library', async () => {
    const library = reader();
    await ask(
      library,
      '$namespaces: {s: x}\ns:author: me\ninputs:\n- {$import: a}\n- &i {id: i, type: {$import: t}, secondaryFiles: [{pattern: .a, required: false}, {pattern: .b}, .c]}\n- *i\n' +
        'hints: {$import: h}\nexpression: {$include: e}\n__proto__: 1\n'
    );
    const input = { id: 'i', type: 't', secondaryFiles: ['.a?', '.b', '.c'] };
    expect(JSON.stringify(library.documents[0])).toBe(JSON.stringify({ inputs: [input, input], hints: [], expression: '' }).replace(/}$/, ',"__proto__":1}'));
  });

  it('is not asked of what stands for billions of values', async () => {
    const library = reader();
    const levels = Array.from({ length: 40 }, (_, level) => `a${level}: &a${level} [${level ? `*a${level - 1}, *a${level - 1}` : 'x'}]`);
    expect(await ask(library, levels.join('\n'))).toEqual([]);
    expect(library.documents).toEqual([]);
  });
});

const real = await import('cwl-ts-auto' as string).then(
  (module: { default?: ISecondReader } & ISecondReader) => module.default ?? module,
  () => null
);
if (real === null) {
  console.info('The library cwl-ts-auto itself is not asked: it is not installed.');
}

(real === null ? describe.skip : describe)('cwl-ts-auto', () => {
  it('is understood', async () => {
    const text = TEXT.replace('3}', '$(true)}').replace('Fiel', '$(inputs.a)');
    expect(said(text, await ask(real!, text))).toEqual([['$(inputs.a)', "A second reader of CWL does not take this at 'inputs.type': Term '$(inputs.a)' not in vocabulary."]]);
  });

  it('takes a document that uses what it is known to refuse', async () => {
    const text =
      '$namespaces: {s: "https://schema.org/"}\ncwlVersion: v1.2\nclass: CommandLineTool\nx:author: me\nname: n\nbaseCommand: cat\noutputs: {}\n' +
      'inputs:\n  a: {type: File, secondaryFiles: [{pattern: .bai, required: false}]}\n';
    expect(await ask(real!, text)).toEqual([]);
  });
});
