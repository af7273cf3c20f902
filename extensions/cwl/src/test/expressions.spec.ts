import { inputUses, renameInput } from '../expressions/inputs.js';
import { isExpression, needsJavascript } from '../expressions/pieces.js';

const names = (text: string): string[] => inputUses(text).uses.map(({ name }) => name);

describe('renaming an input in an expression', () => {
  it.each([
    ['$(inputs.a)', '$(inputs.z)'],
    ['$(inputs.a.path)/x-$(inputs.ab)-$(inputs["a"])', '$(inputs.z.path)/x-$(inputs.ab)-$(inputs["z"])'],
    ["$(inputs['a'].nameroot)", "$(inputs['z'].nameroot)"],
    ['${ return inputs . a + inputs\n.a; }', '${ return inputs . z + inputs\n.z; }'],
    ['${ return inputs?.a ?? inputs?.["a"]; }', '${ return inputs?.z ?? inputs?.["z"]; }'],
    ['${ /* inputs.a */ return "inputs.a" + \'inputs.a\' + inputs.a; // inputs.a\n}', '${ /* inputs.a */ return "inputs.a" + \'inputs.a\' + inputs.z; // inputs.a\n}'],
    ['${ return `inputs.a ${inputs.a + `${inputs.a}`} inputs.a`; }', '${ return `inputs.a ${inputs.z + `${inputs.z}`} inputs.a`; }'],
    ['${ return /inputs.a[/}"]/.test(inputs.a); }', '${ return /inputs.a[/}"]/.test(inputs.z); }'],
    ['${ return (inputs.a + 1) / 2 + "/" + inputs.a / 2; }', '${ return (inputs.z + 1) / 2 + "/" + inputs.z / 2; }'],
    ['${ if (inputs.a) /inputs.a"/.exec(""); return inputs.a; }', '${ if (inputs.z) /inputs.a"/.exec(""); return inputs.z; }'],
    ['$(self.inputs.a)', '$(self.inputs.a)'],
    ['$({inputs: inputs.a})', '$({inputs: inputs.z})'],
    ['\\$(inputs.a) $(inputs.a)', '\\$(inputs.a) $(inputs.z)'],
    ['inputs.a', 'inputs.a'],
    ['$(runtime.a)$(inputs.constructor)', '$(runtime.a)$(inputs.constructor)']
  ])('%s', (before, after) => {
    expect(renameInput(before, 'a', 'z')).toEqual({ text: after, opaque: false });
  });

  it.each([
    ['$(inputs.a)', 'my-a', '$(inputs["my-a"])'],
    ['${ return inputs?.a; }', 'a b', '${ return inputs?.["a b"]; }'],
    ["$(inputs['a'])", "it's", "$(inputs['it\\'s'])"],
    ['$(inputs.a)', 'größe', '$(inputs.größe)'],
    ['$(inputs["a"])', '$&', '$(inputs["$&"])']
  ])('%s to %s', (before, to, after) => {
    expect(renameInput(before, 'a', to).text).toBe(after);
  });

  it.each([
    '$(inputs[self])', '${ return f(inputs); }', '${ var i = inputs; return i.a; }', '$(inputs[`a`])', '$(inputs["\\x61"])', '${ return eval("inputs.a"); }',
    '${ return {...inputs}; }', '$(inputs.a', '${ return this.inputs.a; }'
  ])('says that it cannot follow %s', text => {
    expect(renameInput(text, 'a', 'z')).toEqual({ text, opaque: true });
  });

  it.each([
    '${ function f(inputs) { return inputs.a; } return inputs.a; }', '${ return self.map(inputs => inputs.a); }', '${ let inputs = self; return inputs.a; }',
    '${ var {inputs} = self; return inputs.a; }', '${ return self.map(({x, inputs}) => inputs.a); }', '${ {} /inputs.a/g; return inputs.a / 2; }'
  ])('changes nothing where `inputs` may be something else: %s', text => {
    expect(renameInput(text, 'a', 'z')).toEqual({ text, opaque: true });
  });

  it('follows what is plain beside what is not', () => {
    expect(renameInput('${ return [inputs.a, f(inputs)]; }', 'a', 'z')).toEqual({ text: '${ return [inputs.z, f(inputs)]; }', opaque: true });
  });

  it('tells the names in their order', () => {
    expect(names('$(inputs.b) $(inputs["a c"]) $(inputs.b)')).toEqual(['b', 'a c', 'b']);
  });

  it.each([
    ['brackets that never end', '$('.repeat(100000)],
    ['comments that never end', '${' + ' /*'.repeat(100000)],
    ['slashes', '${' + '}/['.repeat(100000)],
    ['calls', '${' + 'f(inputs);'.repeat(20000) + '}'],
    ['a long string', '$("' + 'x\\n'.repeat(2000000) + '")'],
    ['a long template', '$(`' + '$x\\n'.repeat(2000000) + '`)']
  ])('is not slow on %s', (_, text) => {
    const start = performance.now();
    renameInput(text, 'a', 'z');
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('what an expression needs', () => {
  it.each([
    ['$(inputs.a)', false], ['$(inputs["a b"][0].path).txt', false], ['$(self)', false], ['$(inputs.a + 1)', true], ['${ return 1; }', true], ['plain $HOME', false],
    ['\\$(a + b)', false], ['$(f(x))', true], ['$(inputs.a', true]
  ])('%s takes JavaScript: %s', (text, yes) => {
    expect(needsJavascript(text)).toBe(yes);
  });

  it('knows what is evaluated at all', () => {
    expect(['$(a)', '${b}', 'c', '$c', '\\$(c)'].map(isExpression)).toEqual([true, true, false, false, false]);
  });
});
