import type { Problem } from '@jupyter-datalabs/contract';
import type { Response } from 'express';
import { DomainError, type ErrorCode } from '../domain/errors.js';

/** Status and title of every code. Who is not known gets 403, not 401: single-user servers take only that for "log in again". */
const TABLE: Record<ErrorCode, [status: number, title: string]> = {
  'bad-request': [400, 'Request not understood'],
  unauthenticated: [403, 'Not logged in'],
  forbidden: [403, 'Not allowed'],
  xsrf: [403, 'Request came from another page'],
  'not-found': [404, 'Not found'],
  conflict: [409, 'Conflict'],
  'name-taken': [409, 'Name taken'],
  'extension-refused': [409, 'No further extension'],
  'login-token-invalid': [403, 'Login link not valid'],
  'login-failed': [403, 'Login not finished'],
  'login-refused': [403, 'No access to this hub'],
  'login-ended': [403, 'Login has ended'],
  'identity-provider-down': [503, 'Identity provider not reachable'],
  'clock-skew': [503, 'Clocks differ'],
  'wrong-password': [403, 'Login not accepted'],
  'weak-password': [400, 'Password not accepted'],
  'invitation-invalid': [403, 'Invitation not valid'],
  'unknown-datalab': [404, 'Unknown datalab'],
  'unknown-user': [404, 'Unknown user'],
  'unknown-session': [404, 'Unknown session'],
  'invalid-name': [400, 'Name not allowed'],
  'unknown-volume': [404, 'Unknown volume'],
  'volume-busy': [409, 'Volume in use'],
  'already-running': [400, 'Already running'],
  'stop-pending': [400, 'Stop under way'],
  cancelled: [409, 'Cancelled'],
  'sandbox-unavailable': [503, 'Sandbox not available'],
  'egress-unavailable': [503, 'Network access not available'],
  'image-missing': [500, 'Software missing'],
  'volume-unreachable': [503, 'Volume not reachable'],
  'disk-full': [507, 'Disk full'],
  'home-full': [507, 'Home full'],
  'out-of-memory': [500, 'Out of memory'],
  crashed: [500, 'Program ended unexpectedly'],
  timeout: [504, 'Took too long'],
  'engine-down': [503, 'Engine not available'],
  'proxy-down': [503, 'Proxy not available'],
  'session-stopped': [424, 'Session not running'],
  internal: [500, 'Error inside the hub'],
  'too-large': [413, 'Request too large'],
  'too-many': [429, 'Too many at once'],
  'queue-full': [429, 'Queue full'],
  quota: [409, 'Limit reached']
};

/** The problem of a failure. What is not a domain error says nothing about itself: its details belong in the log. */
export function toProblem(failure: { code: ErrorCode; message: string; action?: string; log?: string[]; retryAfter?: number }): Problem {
  const [status, title] = TABLE[failure.code] ?? TABLE.internal;
  return {
    type: `urn:datalabs:problem:${failure.code}`,
    title,
    status,
    detail: failure.message,
    code: failure.code,
    ...(failure.action ? { action: failure.action } : {}),
    ...(failure.log?.length ? { log: failure.log } : {}),
    ...(failure.retryAfter === undefined ? {} : { retry_after: failure.retryAfter }),
    message: failure.message
  };
}

/** Any thrown value as a domain error: those of the body parser and the router become what they mean. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) {
    return error;
  }
  // `body-parser` and the router mark what the client did wrong with a status.
  const { status, type } = (error ?? {}) as { status?: number; type?: string };
  if (type === 'entity.parse.failed') {
    return new DomainError('bad-request', 'The body is not valid JSON.', { cause: error });
  }
  if (status === 413) {
    return new DomainError('too-large', 'The body is larger than the hub accepts.', { cause: error });
  }
  if (error instanceof URIError) {
    return new DomainError('bad-request', 'The address is not valid.', { cause: error });
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new DomainError('bad-request', 'The request is not valid.', { cause: error });
  }
  return new DomainError('internal', 'Something went wrong inside the hub.', { action: "Try again; if it stays, look into the hub's log.", cause: error });
}

export function toProblemOf(error: DomainError): Problem {
  // What of a request is wrong the sentence says; where the right form stands is the same for all.
  const action = error.code === 'bad-request' ? { action: 'Correct the request; /hub/api/openapi.json describes it.' } : {};
  return toProblem({ code: error.code, message: error.message, ...action, ...error.details });
}

export function sendProblem(response: Response, problem: Problem): void {
  if (problem.retry_after !== undefined) {
    response.set('Retry-After', String(problem.retry_after));
  }
  response.locals['problem'] = problem.code;
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
