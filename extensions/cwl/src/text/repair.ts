import type { Fix } from '../problem.js';
import type { TextChange } from './change.js';
import { offsetAt, positionAt } from './position.js';
import { applyChanges, removalOf } from './splice.js';
import type { ITextProblem } from './tree.js';
import { parseSource } from './tree.js';
import type { ISource } from './node.js';
import { compose } from './compose.js';

/** A longer text is not read again and again to find out what mends it. */
const MAX_LENGTH = 300_000;
const MAX_TRIES = 60;

/** What mends a problem of the text without a guess at what was meant. */
export function repairsOf(problem: ITextProblem, source: ISource): Fix[] {
  const { entry, tabs } = problem;
  if (entry) {
    const { key } = entry.map.entries[entry.index];
    const first = entry.map.entries.findIndex(other => other.key === key);
    return [
      fix(`Remove this \`${key}\``, removalOf(source, entry.map, entry.index)),
      fix(`Remove the \`${key}\` above`, removalOf(source, entry.map, first))
    ];
  }
  if (tabs) return [fix('Replace tabs by spaces', spacesFor(source.text, tabs))];
  if (problem.code !== 'yaml-syntax' || source.text.length > MAX_LENGTH) return [];
  return [indented(source.text), closedDeeper(source.text)].filter(fix => fix !== null);
}

const fix = (label: string, changes: TextChange[]): Fix => ({ label, changes });

/** Two at the start of a line, where they indent. */
function spacesFor(text: string, tabs: readonly number[]): TextChange[] {
  let at = 0;
  let isIndent = true;
  return tabs.map(tab => {
    for (; at < tab; at++) isIndent = text[at] === '\n' || text[at] === '\r' || (isIndent && (text[at] === ' ' || text[at] === '\t'));
    return { from: tab, to: tab + 1, insert: isIndent ? '  ' : ' ' };
  });
}

/** Tabs that indent, where spaces make it YAML; with them those between things. */
function indented(text: string): Fix | null {
  const lead = [...text.matchAll(/^[ \t]*\t[ \t]*/gm)].map(({ 0: blank, index }) => {
    const insert = blank.replaceAll('\t', '  ');
    return { from: index, to: index + blank.length, insert };
  });
  if (!lead.length) return null;
  const now = applyChanges(text, lead);
  const problems = parseSource(now, '').problems;
  if (problems.some(({ tabs }) => !tabs)) return null;
  const between = problems.flatMap(({ tabs }) => spacesFor(now, tabs!));
  return fix('Replace tabs by spaces', compose(text, [lead, between]));
}

/** Lines of a list or map in brackets that are not deeper than the key they belong to: cwltool reads them, YAML 1.2 does not. */
function closedDeeper(text: string): Fix | null {
  /** How much is put in front of each line; that moves no line. */
  const blanks = new Map<number, string>();
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const changes = [...blanks].sort(([a], [b]) => a - b).map(([line, insert]) => {
      const from = offsetAt(text, { line, column: 1 });
      return { from, to: from, insert };
    });
    const now = applyChanges(text, changes);
    const [problem] = parseSource(now, '').problems;
    if (!problem) return changes.length ? fix('Indent the lines in brackets', changes) : null;
    if (!problem.message.includes('deficient indentation')) return null;
    const { line } = positionAt(now, problem.range.from);
    blanks.set(line, `${blanks.get(line) ?? ''} `);
  }
  return null;
}
