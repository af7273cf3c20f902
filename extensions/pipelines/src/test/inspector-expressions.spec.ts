import { pieces } from '@jupyter-datalabs/cwl';
import { evaluate } from '../inspector/expressions/evaluate';
import type { IEvaluation, Outcome } from '../inspector/expressions/evaluate';
import { Evaluator } from '../inspector/expressions/evaluator';
import type { EvaluationWorker } from '../inspector/expressions/evaluator';
import { follow, readReference } from '../inspector/expressions/references';
import { sampleInputs } from '../inspector/expressions/sample';
import { relativeReference } from '../paths';

const inputs = { reads: { class: 'File', basename: 'a.txt' }, list: [1, 2], 'a b': 'x', n: 3 };

function run(text: string, library: string[] = []): Outcome {
  const evaluation: IEvaluation = { text, pieces: pieces(text).pieces.map(({ from, to }) => ({ from, to })), context: { inputs, self: 'me', runtime: { cores: 2 } }, library };
  return evaluate(evaluation, (parameters, body) => new Function(...parameters, body) as () => unknown);
}

describe('parameter references', () => {
  it.each([
    ['inputs.reads.basename', ['inputs', 'reads', 'basename']],
    ["inputs['a b'][0]", ['inputs', 'a b', 0]],
    ['inputs["a\\"b"]', ['inputs', 'a"b']],
    ['inputs.a + 1', null],
    ['inputs.', null],
    ['', null]
  ])('%s', (text, path) => expect(readReference(text)).toEqual(path));

  it('are followed by what is there only', () => {
    expect(follow(['inputs', 'list', 'length'], { inputs })).toBe(2);
    expect(follow(['null'], { inputs })).toBeNull();
    expect(() => follow(['inputs', 'list', 2], { inputs })).toThrow('no item 2');
    expect(() => follow(['inputs', 'constructor'], { inputs })).toThrow('no "constructor" in inputs');
    expect(() => follow(['window'], { inputs })).toThrow('use inputs, self or runtime');
  });
});

describe('expressions', () => {
  it.each([
    ['$(inputs.n)', '3'],
    [' $(inputs.list) \n', '[\n  1,\n  2\n]'],
    ['out-$(inputs.n)-$(inputs.reads.basename)', '"out-3-a.txt"'],
    ['$(inputs.n * runtime.cores)', '6'],
    ['${ var a = inputs.n; return a + 1; }', '4'],
    ['$(self)/$(inputs["list"])', '"me/[1,2]"'],
    ['\\$(inputs.n) $(inputs.n)', '"$(inputs.n) 3"'],
    ['${ return; }', 'null']
  ])('%s', (text, json) => expect(run(text)).toEqual({ kind: 'value', json }));

  it('use the library', () => expect(run('$(twice(inputs.n))', ['function twice(n) { return 2 * n; }'])).toEqual({ kind: 'value', json: '6' }));

  it('say where they fail', () => {
    expect(run('a $(inputs.none)')).toEqual({ kind: 'error', message: 'There is no "none" in inputs.', offset: 4 });
    const text = '${\n  var a = null;\n  return a.b;\n}';
    expect(run(text)).toMatchObject({ kind: 'error', message: expect.stringMatching(/TypeError/) as string, offset: text.indexOf('.b') + 1 });
    const short = '$(inputs.n + none)';
    expect(run(short)).toMatchObject({ kind: 'error', offset: short.indexOf('none') });
    const withLibrary = run(short, ['// one', '// two\n']);
    expect(withLibrary).toMatchObject({ offset: short.indexOf('none') });
    expect(run('$(inputs +)')).toMatchObject({ kind: 'error', message: expect.stringMatching(/^SyntaxError/) as string });
  });

  it.each(['$(import("https://a.b"))', '${ return [...import("x")]; }', '${ return imp; } $(`${import("x")}`)'])('bring nothing from elsewhere: %s', text =>
    expect(run(text)).toMatchObject({ kind: 'error' })
  );

  it('are all judged and made before the first runs, which may change what they are judged and made with', () => {
    const { test: native } = RegExp.prototype;
    try {
      expect(run('${ RegExp.prototype.test = () => false; return 1; } $(import("data:text/javascript,1"))')).toMatchObject({ kind: 'error', message: expect.stringMatching(/`import`/) as string });
      expect(RegExp.prototype.test).toBe(native);
    } finally {
      RegExp.prototype.test = native;
    }
    const done: string[] = [];
    const text = '$(1 + 1) $(2 + 2)';
    evaluate({ text, pieces: pieces(text).pieces, context: { inputs, self: null, runtime: {} }, library: [] }, () => {
      done.push('made');
      return () => done.push('ran');
    });
    expect(done).toEqual(['made', 'made', 'ran', 'ran']);
  });

  it('are written as JSON by what wrote JSON before they ran', () => {
    const { stringify } = JSON;
    try {
      expect(run('${ JSON.stringify = () => ({ evil: 1 }); return inputs.n; }')).toEqual({ kind: 'value', json: '3' });
    } finally {
      JSON.stringify = stringify;
    }
  });

  it('may name an input that sounds so', () => expect(run('$(inputs.n + (inputs.import ? 1 : 0))')).toEqual({ kind: 'value', json: '3' }));
});

describe('the evaluator', () => {
  class FakeWorker implements EvaluationWorker {
    onmessage: EvaluationWorker['onmessage'] = null;
    onerror: EvaluationWorker['onerror'] = null;
    postMessage = jest.fn();
    terminate = jest.fn();
    say(data: unknown): void {
      this.onmessage?.call(this as unknown as Worker, { data } as MessageEvent);
    }
  }
  const made: FakeWorker[] = [];
  const evaluator = (): Evaluator =>
    new Evaluator(() => {
      made.push(new FakeWorker());
      return made.at(-1)!;
    });
  const context = { inputs, self: null, runtime: {} };
  beforeEach(() => {
    made.length = 0;
    jest.useFakeTimers();
  });
  afterEach(() => jest.useRealTimers());

  it('stops what takes too long, counted from when the worker is there', async () => {
    const outcome = evaluator().evaluate('$(inputs.n)', context, []);
    await jest.advanceTimersByTimeAsync(5000);
    made[0]!.say('ready');
    expect(made[0]!.postMessage).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(999);
    expect(made[0]!.terminate).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(made[0]!.terminate).toHaveBeenCalled();
    expect(await outcome).toMatchObject({ kind: 'error', message: 'It took more than 1 s, and was stopped.' });
  });

  it('forgets what it was asked before, and ends each worker', async () => {
    const one = evaluator();
    const first = one.evaluate('$(inputs.n)', context, []);
    const second = one.evaluate('$(inputs.n)', context, []);
    expect(await first).toBeNull();
    made[1]!.say('ready');
    made[1]!.say({ kind: 'value', json: '3' });
    expect(await second).toEqual({ kind: 'value', json: '3' });
    expect(made.every(({ terminate }) => terminate.mock.calls.length === 1)).toBe(true);
    const third = one.evaluate('$(inputs.n)', context, []);
    one.dispose();
    expect(await third).toBeNull();
  });

  it.each([{ kind: 'value', json: { evil: 1 } }, { kind: 'error', message: {}, offset: null }, { kind: 'other' }, null, 'ready'])('takes no answer of another shape: %j', async answer => {
    const outcome = evaluator().evaluate('$(inputs.n)', context, []);
    made[0]!.say('ready');
    made[0]!.say(answer);
    expect(await outcome).toEqual({ kind: 'error', message: 'The expression gave no answer that can be shown.', offset: null });
    expect(made[0]!.terminate).toHaveBeenCalledTimes(1);
    expect(made[0]!.postMessage).toHaveBeenCalledTimes(1);
  });

  it('shortens messages, and takes no places that are none', async () => {
    const outcome = evaluator().evaluate('$(inputs.n)', context, []);
    made[0]!.say('ready');
    made[0]!.say({ kind: 'error', message: 'x'.repeat(1_000_000), offset: { valueOf: 1 } });
    expect(await outcome).toEqual({ kind: 'error', message: 'x'.repeat(5_000), offset: null });
  });

  it('says what does not end without starting anything', async () => {
    expect(await evaluator().evaluate('a $(inputs.n', context, [])).toMatchObject({ kind: 'error', offset: 2 });
    expect(made).toHaveLength(0);
  });
});

test('samples come from defaults and types', () => {
  const file = { kind: 'primitive', name: 'File' } as const;
  const here = (type: Parameters<typeof sampleInputs>[0][number]['type']['type']) => ({ type, node: null, value: null });
  const none = { default: null };
  expect(
    sampleInputs([
      { id: 'reads', type: here({ kind: 'array', items: file, name: null }), ...none },
      { id: 'mode', type: here({ kind: 'enum', symbols: ['fast'], name: null }), ...none },
      { id: 'n', type: here({ kind: 'union', types: [{ kind: 'primitive', name: 'null' }, { kind: 'primitive', name: 'int' }] }), ...none }
    ])
  ).toMatchObject({ reads: [{ basename: 'reads.txt', nameroot: 'reads' }], mode: 'fast', n: 1 });
});

test.each([
  ['a/b/flow.cwl', 'a/data/x y.txt', '../data/x%20y.txt'],
  ['flow.cwl', 'x.txt', 'x.txt'],
  ['a/flow.cwl', 'a/x.txt', 'x.txt']
])('the place of %s → %s', (from, to, place) => expect(relativeReference(from, to)).toBe(place));
