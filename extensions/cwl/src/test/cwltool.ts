/** cwltool, on edited copies of the conformance documents. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SUITES } from './conformance.js';

/** The Python that has cwltool. */
export const cwltoolPython = process.env.CWLTOOL_PYTHON ?? null;

/** A test of the public suites that can be run: paths from the folder of all suites. */
export interface IConformanceRun {
  name: string;
  tool: string;
  /** Of a packed document, which process is run. */
  fragment: string | null;
  job: string | null;
}

/** The tests of a list, and why others cannot be taken. */
function runsIn(root: string, list: string, skip: (name: string, why: string) => void): IConformanceRun[] {
  const folder = dirname(list);
  // The lists are not YAML in every reader; the few fields that are needed stand on lines of their own.
  return readFileSync(list, 'utf8').split(/^- /m).slice(1).flatMap((item, index) => {
    const field = (name: string): string | undefined => new RegExp(`^ {0,2}["']?${name}["']?: *["']?([^\\s"']+)`, 'm').exec(item)?.[1];
    const imported = field('\\$import');
    if (imported !== undefined) return runsIn(root, join(folder, imported), skip);
    const [whole, job] = [field('tool'), field('job')];
    if (whole === undefined) return [];
    const [tool, fragment = null] = whole.split('#');
    const name = `${relative(root, resolve(folder, whole))} (${field('id') ?? index + 1})`;
    if (field('should_fail') === 'true') {
      skip(name, 'it must fail');
      return [];
    }
    return [{ name, tool: relative(root, resolve(folder, tool)), fragment, job: job === undefined || job === 'null' ? null : relative(root, resolve(folder, job)) }];
  });
}

export const conformanceRuns = (root: string, skip: (name: string, why: string) => void): IConformanceRun[] =>
  SUITES.flatMap(([folder, list]) => runsIn(root, join(root, folder, list), skip));

export interface IRan {
  code: number;
  /** The output object without what differs from run to run. */
  out: unknown;
  why: string;
}

/** A copy of the suites to be edited, and cwltool that runs it. */
export class Cwltool {
  readonly folder = mkdtempSync(join(tmpdir(), 'cwl-edited-'));
  private readonly worker;
  private readonly lines;

  constructor(python: string, root: string) {
    for (const [name] of SUITES) cpSync(join(root, name), join(this.folder, 'suites', name), { recursive: true });
    this.worker = spawn(python, [join(dirname(fileURLToPath(import.meta.url)), 'cwltool-lines.py')], { stdio: ['pipe', 'pipe', 'ignore'], cwd: this.folder });
    this.lines = createInterface({ input: this.worker.stdout })[Symbol.asyncIterator]();
  }

  path(name: string): string {
    return join(this.folder, 'suites', name);
  }

  async validate(tool: string): Promise<IRan> {
    return this.ask(['--validate', this.path(tool)]);
  }

  async run({ tool, fragment, job }: IConformanceRun): Promise<IRan> {
    const out = mkdtempSync(join(this.folder, 'out-'));
    try {
      return await this.ask(['--outdir', out, `${this.path(tool)}${fragment === null ? '' : `#${fragment}`}`, ...(job === null ? [] : [this.path(job)])]);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }

  private async ask(args: readonly string[]): Promise<IRan> {
    this.worker.stdin.write(`${JSON.stringify(['--no-container', '--skip-schemas', '--disable-color', '--quiet', '--tmpdir-prefix', `${this.folder}/tmp-`, ...args])}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error('cwltool has ended.');
    const { code, out, err } = JSON.parse(value) as { code: number; out: string; err: string };
    const why = code === 124 ? 'it takes too long' : (err.trim().split('\n').at(-1) ?? '').trim();
    return { code, out: code === 0 && args[0] !== '--validate' ? plain(JSON.parse(out || 'null')) : null, why };
  }

  dispose(): void {
    this.worker.stdin.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Where a file was put, and names that cwltool makes up, say nothing. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !['location', 'path', 'dirname'].includes(key))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => {
        if (['basename', 'nameroot'].includes(key) && /^[0-9a-f]{40}$/.test(String(item))) return [key, ''];
        const made = plain(item);
        return [key, key === 'listing' && Array.isArray(made) ? made.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)) : made];
      })
  );
}
