import type { IProblem, Severity } from '@jupyter-datalabs/cwl';

/** Problems of one node and of its ports. */
export interface IMarks {
  count: number;
  worst: Severity;
  messages: string[];
  /** The port that the worst is about, the node itself if none. */
  first: string;
  ports: { [port: string]: { worst: Severity; messages: string[] } };
}

const RANKS: Record<Severity, number> = { error: 0, warning: 1, info: 2 };
const MOST_MESSAGES = 5;

/** Problems by the node they are drawn at; `null` for those of the document. */
export function marksOf(problems: readonly IProblem[]): Map<string | null, IMarks> {
  const found = new Map<string | null, IMarks>();
  for (const { node, severity, message } of problems) {
    const at = node === null ? null : node.replace(/\/(in|out):[^/]*$/, '');
    const marks = found.get(at) ?? { count: 0, worst: severity, messages: [], first: node ?? '', ports: {} };
    found.set(at, marks);
    marks.count += 1;
    if (RANKS[severity] < RANKS[marks.worst]) {
      marks.worst = severity;
      marks.first = node ?? '';
    }
    push(marks.messages, message);
    if (node !== null && node !== at) {
      const port = (marks.ports[node] ??= { worst: severity, messages: [] });
      port.worst = RANKS[severity] < RANKS[port.worst] ? severity : port.worst;
      push(port.messages, message);
    }
  }
  return found;
}

function push(messages: string[], message: string): void {
  if (messages.length < MOST_MESSAGES) {
    messages.push(message);
  }
}
