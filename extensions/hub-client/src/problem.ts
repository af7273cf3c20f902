/*
 * Errors of the hub as the suite sees them, with their guards. Nothing else in the suite decides what an error means.
 */

/** The prefix of the hub's problem types; clients match on the code after it, never on text. */
const PROBLEM_TYPE = 'urn:datalabs:problem:';

/** What is known about a failure; every part can be shown to the user. */
export interface IProblemInfo {
  code: string;
  /** HTTP status; 0 when no answer came at all. */
  status: number;
  title?: string;
  /** One sentence that says what happened. */
  detail: string;
  /** One sentence that says what to do. */
  action?: string;
  /** The end of the session's log. */
  log?: string;
}

export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(readonly problem: IProblemInfo) {
    super(problem.detail);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const logText = (value: unknown): string | undefined =>
  Array.isArray(value) ? text(value.filter(line => typeof line === 'string').join('\n')) : text(value);

/** Reads a problem+json body, or a session's `failure`; anything else becomes a plain sentence about the status. */
export function problemOf(body: unknown, status: number, who = 'hub'): IProblemInfo {
  const plain = `The ${who} answered with status ${status}.`;
  if (!isRecord(body)) {
    return { code: 'bad-answer', status, detail: plain };
  }
  const type = text(body.type);
  const code = text(body.code) ?? (type?.startsWith(PROBLEM_TYPE) ? type.slice(PROBLEM_TYPE.length) : undefined);
  return {
    code: code ?? 'bad-answer',
    status,
    title: text(body.title),
    detail: text(body.detail) ?? text(body.message) ?? plain,
    action: text(body.action),
    log: logText(body.log)
  };
}

export function isProblemError(error: unknown): error is ProblemError {
  return error instanceof ProblemError;
}

export function hasCode(error: unknown, code: string): boolean {
  return isProblemError(error) && error.problem.code === code;
}

/** The hub answered, and said no. */
export function isRefusal(problem: IProblemInfo): boolean {
  return problem.status >= 400 && problem.status < 500;
}

/** Asking again with the same token gets the same answer: only a new page has another one. */
export function isFinal(problem: IProblemInfo): boolean {
  return problem.status === 401 || problem.status === 403;
}

/** Worth asking again without the user: no answer, or a hub that is starting. */
export function isTransient(error: unknown): boolean {
  return isProblemError(error) && (error.problem.status === 0 || error.problem.status >= 502);
}

/** No answer came at all. */
export function unreachable(cause: unknown): IProblemInfo {
  return {
    code: 'hub-unreachable',
    status: 0,
    detail: 'The hub does not answer.',
    action: 'Check that it is running; the connection comes back by itself.',
    log: cause instanceof Error ? cause.message : undefined
  };
}

/** Whatever was thrown, as something that can be shown. */
export function toProblem(error: unknown): IProblemInfo {
  if (isProblemError(error)) {
    return error.problem;
  }
  return { code: 'internal', status: 0, detail: error instanceof Error ? error.message : String(error) };
}
