import { offsetAt, positionAt, stepId } from '@jupyter-datalabs/cwl';
import type { IProblem, Severity, TextChange } from '@jupyter-datalabs/cwl';
import type { ICwlMessage } from '@jupyter-datalabs/hub-client';
import { uriOf } from '../files';

/** The code of what cwltool says. */
export const CWLTOOL = 'cwltool';

const SEVERITIES: Record<ICwlMessage['severity'], Severity> = { error: 'error', warning: 'warning', information: 'info' };

/** Messages of cwltool about the text of a document, or about files that it uses, as problems of the document. */
export function problemsOf(messages: readonly ICwlMessage[], document: { path: string; uri: string; text: string; nodes: ReadonlySet<string> }): IProblem[] {
  return messages.map(({ severity, message, file, line, column, step }) => {
    const node = step ? stepId(step) : null;
    const isHere = file === null || file === document.path;
    const from = isHere && line !== null ? offsetAt(document.text, { line, column: column ?? 1 }) : 0;
    // The rest of the line: cwltool tells where something begins only.
    const end = isHere && line !== null ? document.text.indexOf('\n', from) : 0;
    const range = { from, to: end === -1 ? document.text.length : end };
    return {
      code: CWLTOOL,
      severity: SEVERITIES[severity],
      message,
      uri: isHere || file === null ? document.uri : uriOf(file),
      range,
      position: isHere ? positionAt(document.text, from) : { line: line ?? 1, column: column ?? 1 },
      node: node !== null && document.nodes.has(node) ? node : null,
      fixes: []
    };
  });
}

/** Problems of a text where they are in it after changes, which all count from the text before. */
export function moved(problems: readonly IProblem[], changes: readonly TextChange[], document: { uri: string; text: string }): IProblem[] {
  const shifted = (offset: number): number => {
    let by = 0;
    for (const { from, to, insert } of changes) {
      if (to <= offset) {
        by += insert.length - (to - from);
      } else if (from < offset) {
        // What it stood in is gone.
        by += from - offset;
      }
    }
    return Math.min(offset + by, document.text.length);
  };
  return problems.map(problem => {
    if (problem.uri !== document.uri) {
      return problem;
    }
    const range = { from: shifted(problem.range.from), to: shifted(problem.range.to) };
    return { ...problem, range, position: positionAt(document.text, range.from) };
  });
}
