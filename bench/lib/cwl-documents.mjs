// CWL documents of a wanted size, the same in every run.

/** Numbers from 0 to 1 that look random: mulberry32, by Tommy Ettinger, in the public domain. */
function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TYPES = ['File', 'int?', 'string', 'File[]', 'float?'];
/** By number: ports of the same number fit each other. */
const typeOf = port => TYPES[port % TYPES.length];
const names = (prefix, count) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
/** Steps that stand beside each other in a pipeline. */
const LAYER = 4;

function tool(inputs, outputs) {
  return [
    'class: CommandLineTool', 'baseCommand: [survey-tool, --quiet]', 'inputs:',
    ...names('in', inputs).map((name, port) => `  ${name}: {type: '${typeOf(port)}', inputBinding: {prefix: --${name}}}`), 'outputs:',
    ...names('out', outputs).map((name, port) => `  ${name}: {type: '${typeOf(port)}', outputBinding: {glob: '${name}.*'}}`)
  ];
}

const indented = (lines, by) => lines.map(line => `${' '.repeat(by)}${line}`);

/**
 * A workflow in layers, each step fed from those shortly before it. `sizes` gives inputs and outputs of each step; `runOf` says what a step
 * runs, as lines, and is given the step's number.
 */
function workflow({ sizes, seed, runOf }) {
  const random = numbers(seed);
  const lines = [
    'class: Workflow', 'inputs:', ...TYPES.map((type, port) => `  first${port}: {type: '${type}'}`), 'outputs:',
    `  last0: {type: '${typeOf(0)}', outputSource: step${sizes.length - 1}/out0}`, 'steps:'
  ];
  sizes.forEach(([inputs, outputs], step) => {
    const before = Math.floor(step / LAYER) * LAYER;
    lines.push(`  step${step}:`, `    label: Step ${step}`, '    run:', ...indented(runOf(step), 6), '    in:');
    for (let port = 0; port < inputs; port++) {
      const from = before - 1 - Math.floor(random() * Math.min(before, 2 * LAYER));
      const isFed = before > 0 && port % TYPES.length < sizes[from][1];
      lines.push(`      in${port}: ${isFed ? `step${from}/out${port % TYPES.length}` : `first${port % TYPES.length}`}`);
    }
    lines.push(`    out: [${names('out', outputs).join(', ')}]`);
  });
  return lines;
}

const document = lines => `cwlVersion: v1.2\n${lines.join('\n')}\n`;

/** 57 steps that have 458 ports together; all in one text. */
export function survey() {
  const sizes = Array.from({ length: 57 }, (_, step) => [step < 2 ? 6 : 5, 3]);
  return document(workflow({ sizes, seed: 57, runOf: step => tool(...sizes[step]) }));
}

/** The same, each step's tool in a file of its own: texts by name, the first the workflow's. */
export function surveyInFiles() {
  const sizes = Array.from({ length: 57 }, (_, step) => [step < 2 ? 6 : 5, 3]);
  const text = document(workflow({ sizes, seed: 57, runOf: step => [`tools/tool${step}.cwl`] })).replace(/run:\n\s+/g, 'run: ');
  return { 'pipeline.cwl': text, ...Object.fromEntries(sizes.map((size, step) => [`tools/tool${step}.cwl`, document(tool(...size))])) };
}

/** 300 steps: 12 sub-workflows of 4 sub-workflows of 5 tools, all in one text. */
export function nested() {
  const level = (counts, seed) => {
    const [count, ...inner] = counts;
    // A sub-workflow takes and gives what `workflow` has as its own inputs and outputs.
    const sizes = Array.from({ length: count }, () => (inner.length ? [0, 1] : [3, 2]));
    const lines = workflow({ sizes, seed, runOf: step => (inner.length ? level(inner, seed + step + 1) : tool(3, 2)) });
    return inner.length ? linked(lines, count) : lines;
  };
  return document(['requirements: {SubworkflowFeatureRequirement: {}}', ...level([12, 4, 5], 300)]);
}

/** Steps that are sub-workflows, in layers, too. */
function linked(lines, count) {
  let step = -1;
  return lines.flatMap(line => {
    if (/^ {4}in:$/.test(line)) {
      step++;
      const first = step < LAYER ? 'first0' : `step${step - LAYER}/last0`;
      return [line, `      first0: ${first}`, ...TYPES.slice(1).map((_, port) => `      first${port + 1}: first${port + 1}`)];
    }
    if (/^ {4}out:/.test(line)) return ['    out: [last0]'];
    return [line.replace(`outputSource: step${count - 1}/out0`, `outputSource: step${count - 1}/last0`)];
  });
}

/** 5,000 lines, in the same manner. */
export function long() {
  const steps = 220;
  const sizes = Array.from({ length: steps }, () => [4, 3]);
  const lines = workflow({ sizes, seed: 5000, runOf: step => tool(...sizes[step]) });
  const text = document(lines);
  const missing = 5000 - text.split('\n').length + 1;
  return missing > 0 ? `${'# What somebody wrote about it.\n'.repeat(missing)}${text}` : text;
}
