import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkAll } from '../check/index.js';
import type { IProblem } from '../problem.js';
import { Loader, readProcesses } from '../process/index.js';
import { parseSource } from '../text/tree.js';
import { conformanceDocuments, conformanceFolder } from './conformance.js';
import type { IConformanceDocument } from './conformance.js';

/** Documents that must fail, and what is told of them. */
const CAUGHT: { [name: string]: string[] } = {
  'cwl-v1.1/tests/timelimit2.cwl': ['out-of-range'],
  'cwl-v1.2/tests/conditionals/cond-wf-005.cwl': ['type-mismatch'],
  'cwl-v1.2/tests/conditionals/cond-wf-005_nojs.cwl': ['type-mismatch'],
  'cwl-v1.2/tests/iwd/iwd-container-entryname4.cwl': ['path-outside'],
  'cwl-v1.2/tests/mixed-versions/invalid-tool-v10.cwl': ['later-value'],
  'cwl-v1.2/tests/mixed-versions/invalid-tool-v11.cwl': ['later-value'],
  'cwl-v1.2/tests/mixed-versions/invalid-wf-v10.cwl': ['later-field', 'later-value'],
  'cwl-v1.2/tests/mixed-versions/invalid-wf-v11.cwl': ['later-field'],
  'cwl-v1.2/tests/mixed-versions/invalid-wf-v12.cwl': ['run-invalid'],
  'cwl-v1.2/tests/timelimit2.cwl': ['out-of-range'],
  // They fail as they take too long; what is told is an `outputEval` that is no expression.
  'cwl-v1.1/tests/timelimit-wf.cwl': ['not-an-expression'],
  'cwl-v1.1/tests/timelimit4-wf.cwl': ['not-an-expression']
};

/** Documents that must fail for what only a run can show, and what that is. Those that other tests run with success are not among them. */
const RUN_TIME: { [why: string]: string[] } = {
  // The step may give more than the tool takes; a warning tells it. That an expression of the tool wants it shows in the run.
  'an input that is not there': ['common-workflow-language/v1.0/v1.0/fail-unconnected.cwl', 'cwl-v1.1/tests/fail-unconnected.cwl', 'cwl-v1.2/tests/fail-unconnected.cwl'],
  'what a command leaves behind': [
    'cwl-v1.1/tests/glob-path-error.cwl', 'cwl-v1.2/tests/glob-path-error.cwl', 'cwl-v1.1/tests/symlink-illegal.cwl', 'cwl-v1.2/tests/symlink-illegal.cwl',
    'cwl-v1.2/tests/capture-dirs.cwl', 'cwl-v1.2/tests/capture-files.cwl'
  ],
  'how long a command takes': [
    'cwl-v1.1/tests/timelimit.cwl', 'cwl-v1.1/tests/timelimit4.cwl', 'cwl-v1.2/tests/timelimit.cwl', 'cwl-v1.2/tests/timelimit4.cwl',
    'cwl-v1.2/tests/timelimit-wf.cwl', 'cwl-v1.2/tests/timelimit4-wf.cwl'
  ],
  'where a command runs': [
    'cwl-v1.1/tests/networkaccess2.cwl', 'cwl-v1.2/tests/networkaccess2.cwl',
    'cwl-v1.2/tests/iwd/iwd-container-entryname2.cwl', 'cwl-v1.2/tests/iwd/iwd-container-entryname3.cwl'
  ],
  'the files of a job': [
    'cwl-v1.1/tests/record-in-secondaryFiles-missing-wf.cwl', 'cwl-v1.2/tests/record-in-secondaryFiles-missing-wf.cwl',
    'cwl-v1.2/tests/loadContents/loadContents-limit.cwl'
  ],
  'what an expression gives': [
    'cwl-v1.2/tests/conditionals/cond-wf-012.cwl', 'cwl-v1.2/tests/conditionals/cond-wf-012_nojs.cwl',
    'cwl-v1.2/tests/params_broken_length_of_non_list.cwl', 'cwl-v1.2/tests/params_broken_null.cwl'
  ]
};

if (conformanceFolder === null) {
  console.info('The conformance documents are not checked: CWL_CONFORMANCE names no folder (npm run test:cwl).');
}

async function checkFile({ file, text }: IConformanceDocument): Promise<IProblem[]> {
  const uri = pathToFileURL(file).href;
  const { source } = parseSource(text, uri);
  const loader = new Loader(uri, wanted => readFile(fileURLToPath(wanted), 'utf8'));
  await loader.load(() => source);
  return checkAll({ source, processes: readProcesses(source, loader), problems: [] });
}

(conformanceFolder === null ? describe.skip : describe)('the conformance documents', () => {
  test('those that are right have no error, and those that are wrong before they run are caught', async () => {
    const documents = conformanceDocuments(conformanceFolder!);
    expect(documents.filter(({ mustPass }) => mustPass).length).toBeGreaterThan(500);
    const alarms: string[] = [];
    const caught: { [name: string]: string[] } = {};
    for (const document of documents) {
      const errors = (await checkFile(document)).filter(({ severity }) => severity === 'error');
      if (document.mustPass === false) {
        caught[document.name] = [...new Set(errors.map(({ code }) => code))].sort();
      } else {
        alarms.push(...errors.map(({ code, message }) => `${document.name}: ${code}: ${message}`));
      }
    }
    expect(alarms).toEqual([]);
    expect(caught).toEqual({ ...Object.fromEntries(Object.values(RUN_TIME).flat().map(name => [name, []])), ...CAUGHT });
  }, 300_000);
});
