import type { Fix, IProblem } from './problem.js';
import { writtenVersion } from './process/index.js';
import type { IProcess } from './process/model.js';
import type { ISource } from './text/node.js';
import { positionAt } from './text/position.js';
import { repairsOf } from './text/repair.js';
import type { IParsed, ITextProblem } from './text/tree.js';
import { parseSource } from './text/tree.js';

/** Longer texts are shown, and changed as text: an edit reads all of them again. In UTF-16 units. */
const MAX_EDITED = 5_000_000;
/** Longer ones are not even read. */
const MAX_READ = 16_000_000;

const MAX_NAMED = 60;

/** A text as it was read. */
export interface IReading {
  source: ISource;
  problems: IProblem[];
}

/** Why a document cannot be changed by edits. */
export interface IReadOnly {
  /** `draft` for one that can be upgraded, `old-draft` for others, `yaml`, `too-large`, `several-documents`, `not-cwl`. */
  code: string;
  /** A sentence, and what to do. */
  message: string;
  fixes: Fix[];
}

export function readText(text: string, uri: string): IReading {
  if (text.length > MAX_READ) return { source: { uri, text, root: null }, problems: [] };
  return readingOf(parseSource(text, uri));
}

export const readingOf = ({ source, problems }: IParsed): IReading => ({
  source,
  problems: problems.map(problem => asProblem(problem, source))
});

function asProblem(problem: ITextProblem, source: ISource): IProblem {
  const { code, message, range } = problem;
  let fixes: Fix[] | null = null;
  return {
    code,
    severity: 'error',
    message,
    uri: source.uri,
    range,
    position: positionAt(source.text, range.from),
    node: null,
    // Found when they are asked for: some are tried out first.
    get fixes() {
      return (fixes ??= repairsOf(problem, source));
    }
  };
}

/** Why a document is not to be changed by edits; null for one that is. */
export function readOnlyReason({ source, problems }: IReading, processes: () => readonly IProcess[]): IReadOnly | null {
  const several = problems.find(({ code }) => code === 'several-documents');
  const [first] = problems;
  if (source.text.length > MAX_EDITED) {
    return { code: 'too-large', message: 'This document is too large to be changed here. Change its text, or divide it.', fixes: [] };
  }
  if (several) return { code: 'several-documents', message: `${several.message} Put each into a file of its own.`, fixes: [] };
  if (first) return { code: 'yaml', message: `Line ${first.position.line}: ${first.message}`, fixes: first.fixes };
  const version = writtenVersion(source);
  if (version !== null && /draft/i.test(version)) {
    const shown = `This is CWL ${version.slice(0, MAX_NAMED)}, which is shown but not changed.`;
    return /^(cwl:)?draft-3$/.test(version)
      ? { code: 'draft', message: `${shown} Upgrade a copy of it to CWL v1.2, and change that.`, fixes: [] }
      : { code: 'old-draft', message: `${shown} cwl-upgrader begins with draft-3: write this one anew as CWL v1.2.`, fixes: [] };
  }
  if (processes().length) return null;
  return { code: 'not-cwl', message: 'There is no CWL process in this text. One needs a class, inputs and outputs.', fixes: [] };
}
