/**
 * Edits that must not change what a document means do not: cwltool takes the edited conformance documents and gives the same outputs.
 * A sample of them, always the same, or all with CWL_RUNS=all (`npm run test:cwl -- --all`).
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { open } from '../document.js';
import type { ICwlDocument } from '../document.js';
import type { Edit } from '../edits/kinds.js';
import type { IProcess } from '../process/model.js';
import { conformanceFolder } from './conformance.js';
import { Cwltool, conformanceRuns, cwltoolPython } from './cwltool.js';
import type { IConformanceRun, IRan } from './cwltool.js';

const isAll = process.env.CWL_RUNS === 'all';
const SAMPLE = { workflows: 24, others: 6 };
const LIMIT_MS = isAll ? 3 * 3600_000 : 15 * 60_000;
const FREE = 'a_name_that_is_free';

const title = 'edited conformance documents give the same outputs with cwltool';
if (conformanceFolder === null || cwltoolPython === null) {
  console.info('cwltool does not run edited conformance documents: CWL_CONFORMANCE and CWLTOOL_PYTHON name them (npm run test:cwl).');
  test.skip(title, () => undefined);
} else {
  describe(title, () => suite(conformanceFolder!, cwltoolPython!));
}

type Refused = string;

/** The text after edits, all of them, or why one of them is refused. */
async function textAfter(document: ICwlDocument, edits: readonly Edit[]): Promise<{ text: string } | { refused: Refused }> {
  const result = document.applyAll(edits);
  if (!result.ok) return { refused: `${result.code}: ${result.message}` };
  const { text } = document;
  if (result.changes.length) document.undo();
  return { text };
}

/** Edits that leave the meaning as it is, by what they are. */
function editsOf(process: IProcess, at: Pick<Edit, 'process'>): { [what: string]: Edit[] } {
  const { inputs, steps } = process;
  const own: Edit[] = [
    { kind: 'set-label', label: process.label, ...at },
    ...inputs.flatMap((port): Edit[] => (port.type.value === null ? [] : [{ kind: 'retype-input', input: port.id, type: port.type.value, ...at }])),
    ...inputs.flatMap((port): Edit[] => (port.default ? [{ kind: 'set-port-field', port: { input: port.id }, field: 'default', value: port.default.value, ...at }] : [])),
    ...steps.flatMap((step): Edit[] => [
      { kind: 'set-label', step: step.id, label: step.label, ...at },
      { kind: 'set-scatter', step: step.id, scatter: step.scatter.map(({ value }) => value), ...at },
      ...(step.when ? [{ kind: 'set-when' as const, step: step.id, when: step.when.value, ...at }] : []),
      ...(step.run.text === null ? [] : [{ kind: 'set-run' as const, step: step.id, run: step.run.text, ...at }])
    ])
  ];
  const edits: { [what: string]: Edit[] } = {
    'set a value to itself': own,
    'add an input and remove it': [{ kind: 'add-input', id: FREE, type: 'string', ...at }, { kind: 'remove-input', id: FREE, ...at }],
    'add an input that may be left out': [{ kind: 'add-input', id: FREE, type: 'string?', ...at }],
    'set a label': [{ kind: 'set-label', label: 'Another: label', ...at }]
  };
  const [first] = steps;
  if (!first) return edits;
  const last = steps.at(-1)!;
  const ids = steps.map(({ id }) => id);
  return {
    ...edits,
    'rename a step and back': [{ kind: 'rename-step', step: first.id, id: FREE, ...at }, { kind: 'rename-step', step: FREE, id: first.id, ...at }],
    'rename each step': steps.map((step, index) => ({ kind: 'rename-step', step: step.id, id: `${FREE}_${index}`, ...at })),
    'duplicate a step and remove it': [{ kind: 'duplicate-step', step: last.id, id: FREE, ...at }, { kind: 'remove-step', step: FREE, ...at }],
    'extract a step': [{ kind: 'extract-steps', steps: [first.id], id: FREE, ...at }],
    ...(ids.length > 1 ? { 'extract all steps': [{ kind: 'extract-steps', steps: ids, id: FREE, ...at }] } : {}),
    'extract all steps and put them back': [{ kind: 'extract-steps', steps: ids, id: FREE, ...at }, { kind: 'inline-step', step: FREE, ...at }]
  };
}

/** Warnings may differ, as they name lines. */
const isSame = (one: IRan, other: IRan): boolean => one.code === other.code && JSON.stringify(one.out) === JSON.stringify(other.out);

/** In an order that is as good as any and always the same. */
const mixed = (runs: readonly IConformanceRun[]): IConformanceRun[] => {
  const key = ({ name }: IConformanceRun): string => createHash('sha256').update(name).digest('hex');
  return [...runs].sort((one, other) => (key(one) < key(other) ? -1 : 1));
};

function suite(root: string, python: string): void {
  let cwltool: Cwltool;
  beforeAll(() => {
    cwltool = new Cwltool(python, root);
  });
  afterAll(() => cwltool.dispose());

  test('in all of a sample', async () => {
    const skipped = new Map<string, string[]>();
    const skip = (name: string, why: string): void => void skipped.set(why, [...(skipped.get(why) ?? []), name]);
    const wrong: string[] = [];
    const refused: string[] = [];
    const count = { workflows: 0, others: 0, edits: 0, same: 0 };
    for (const run of mixed(conformanceRuns(root, skip))) {
      if (!isAll && count.workflows >= SAMPLE.workflows && count.others >= SAMPLE.others) break;
      const file = cwltool.path(run.tool);
      const text = readFileSync(file, 'utf8');
      const document = open(text, { uri: pathToFileURL(file).href, read: uri => readFile(fileURLToPath(uri), 'utf8') });
      await document.load();
      if (document.readOnly) {
        skip(run.name, `it is read-only: ${document.readOnly.code}`);
        continue;
      }
      const { fragment } = run;
      const process = fragment === null ? document.processes[0] : document.processes.find(({ id }) => id === fragment);
      if (!process) {
        skip(run.name, 'there is no such process');
        continue;
      }
      const kind = process.class === 'Workflow' ? 'workflows' : 'others';
      if (!isAll && count[kind] >= SAMPLE[kind]) continue;
      const before = await cwltool.run(run);
      if (before.code !== 0) {
        skip(run.name, `cwltool fails with it as it is: ${/docker/i.test(before.why) ? 'it needs a container' : before.why.slice(0, 120)}`);
        continue;
      }
      count[kind] += 1;
      for (const [what, edits] of Object.entries(editsOf(process, process.id === '' ? {} : { process: process.id }))) {
        const edited = await textAfter(document, edits);
        expect(document.text).toBe(text);
        if ('refused' in edited) {
          refused.push(`${run.name}, ${what}: ${edited.refused}`);
          continue;
        }
        count.edits += 1;
        if (edited.text === text) {
          count.same += 1;
          continue;
        }
        writeFileSync(file, edited.text);
        const valid = await cwltool.validate(run.tool);
        const after = valid.code === 0 ? await cwltool.run(run) : valid;
        writeFileSync(file, text);
        if (isSame(after, before)) continue;
        const again = await cwltool.run(run);
        if (!isSame(again, before)) {
          skip(run.name, 'it does not give the same twice');
          break;
        }
        wrong.push(`${run.name}, ${what}: ${valid.code === 0 ? '' : 'not valid, '}${after.why || `${JSON.stringify(before.out)} is ${JSON.stringify(after.out)}`}`.slice(0, 1_000));
      }
    }
    const skips = [...skipped].map(([why, names]) => `${why}: ${names.length > 4 && !isAll ? names.length : names.join(', ')}`);
    console.info([
      `${count.workflows} workflows and ${count.others} tools, ${count.edits} edits, ${count.same} of them leave every byte as it is.`,
      `Refused: ${refused.length}`, ...refused, 'Skipped:', ...skips
    ].join('\n'));
    expect(wrong).toEqual([]);
    expect(count.workflows).toBeGreaterThanOrEqual(isAll ? 150 : SAMPLE.workflows);
  }, LIMIT_MS);

  test('and an edit that does change it is seen', async () => {
    const run: IConformanceRun = { name: 'control', tool: 'cwl-v1.2/tests/count-lines1-wf.cwl', fragment: null, job: 'cwl-v1.2/tests/wc-job.json' };
    const file = cwltool.path(run.tool);
    const text = readFileSync(file, 'utf8');
    const before = await cwltool.run(run);
    const document = open(text, { uri: pathToFileURL(file).href });
    expect(document.apply({ kind: 'rename-output', output: 'count_output', id: 'other' })).toMatchObject({ ok: true });
    writeFileSync(file, document.text);
    const after = await cwltool.run(run);
    writeFileSync(file, text);
    expect([before.code, before.out, after.code, after.out]).toEqual([0, { count_output: 16 }, 0, { other: 16 }]);
  }, LIMIT_MS);
}
