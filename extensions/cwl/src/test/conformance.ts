/** The public conformance documents of CWL, as `scripts/cwl-conformance.mjs` brings them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const conformanceFolder = process.env.CWL_CONFORMANCE ?? null;

export interface IConformanceDocument {
  /** `cwl-v1.2/tests/cat1-testcli.cwl`. */
  name: string;
  file: string;
  text: string;
  /** Whether a test runs it and it must work, or must not; null for one that no test names. */
  mustPass: boolean | null;
}

export const SUITES = [
  ['common-workflow-language/v1.0', 'conformance_test_v1.0.yaml'],
  ['cwl-v1.1', 'conformance_tests.yaml'],
  ['cwl-v1.2', 'conformance_tests.yaml']
];

interface ITest {
  tool: string;
  mustPass: boolean;
}

/** The lists of tests are not YAML in every reader; the few fields that are needed stand on lines of their own. */
function testsIn(file: string): ITest[] {
  return readFileSync(file, 'utf8').split(/^- /m).slice(1).flatMap(item => {
    const field = (name: string): string | undefined => new RegExp(`^ *["']?\\${name}["']?: *(\\S+)`, 'm').exec(item)?.[1];
    const imported = field('$import');
    const tool = /^ *["']?tool["']?: *(\S+)/m.exec(item)?.[1];
    if (imported) {
      return testsIn(join(dirname(file), imported));
    }
    return tool ? [{ tool: resolve(dirname(file), tool.replace(/#.*/, '')), mustPass: !/should_fail: *true/i.test(item) }] : [];
  });
}

function documentsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? documentsIn(path) : entry.name.endsWith('.cwl') ? [path] : [];
  });
}

export function conformanceDocuments(root: string): IConformanceDocument[] {
  return SUITES.flatMap(([folder, list]) => {
    const tests = testsIn(join(root, folder, list));
    const passing = new Set(tests.filter(test => test.mustPass).map(test => test.tool));
    const failing = new Set(tests.filter(test => !test.mustPass).map(test => test.tool));
    return documentsIn(join(root, folder)).map(file => ({
      name: relative(root, file),
      file,
      text: readFileSync(file, 'utf8'),
      mustPass: passing.has(file) ? true : failing.has(file) ? false : null
    }));
  });
}
