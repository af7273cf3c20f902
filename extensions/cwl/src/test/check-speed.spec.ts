import { expect, test } from '@jest/globals';
import { checkOpened, generated, open } from './check-open.js';

/** The shortest of several runs in milliseconds, of the processor where that is less: what the machine does besides is not the subject. */
async function shortest(text: string, runs: number): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < runs; run += 1) {
    // Anew each time, as after a keystroke.
    const opened = await open(text);
    const start = performance.now();
    const before = process.cpuUsage();
    checkOpened(opened);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, performance.now() - start, (user + system) / 1000);
  }
  return least;
}

test('57 steps with 458 ports are checked in less than 50 ms', async () => {
  expect(await shortest(generated(57, 4), 15)).toBeLessThan(50);
}, 60_000);

test('5,000 steps are checked in less than 2 s', async () => {
  expect(await shortest(generated(5000, 2), 2)).toBeLessThan(2000);
}, 120_000);

test('one step of 2,000 inputs, outputs and scatters that are all wrong', async () => {
  const list = (prefix: string): string => Array.from({ length: 2000 }, (_, index) => `${prefix}${index}`).join(', ');
  const ports = (prefix: string): string => Array.from({ length: 2000 }, (_, index) => `${prefix}${index}: File`).join(', ');
  const text = `cwlVersion: v1.2\nclass: Workflow\ninputs: {x: File}\noutputs: {}\nsteps:\n  s: {run: {class: CommandLineTool, inputs: {${ports('input')}}, outputs: {${ports('output')}}}, ` +
    `in: {${Array.from({ length: 2000 }, (_, index) => `inputs${index}: nowhere`).join(', ')}}, out: [${list('outputs')}], scatter: [${list('scatter')}]}\n`;
  expect(await shortest(text, 1)).toBeLessThan(4000);
}, 120_000);

test('a workflow of 5,000 steps in which everything is wrong, too', async () => {
  const steps = Array.from({ length: 5000 }, (_, step) => `  s${step}: {run: {class: CommandLineTool, inputs: {a: Flie, b: int}, outputs: {o: File}}, in: {a: nowhere${step}, b: {source: [x, s1/o]}}, out: [p], scatter: [c, d]}`);
  const text = `cwlVersion: v1.2\nclass: Workflow\ninputs: {x: File}\noutputs: {}\nsteps:\n${steps.join('\n')}\n`;
  expect(await shortest(text, 1)).toBeLessThan(4000);
}, 120_000);
