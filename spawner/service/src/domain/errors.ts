/** Every failure a user can meet: stable code, a sentence, the next action. One table in http/problems.ts maps codes to statuses. */
export type ErrorCode =
  | 'bad-request' | 'unauthenticated' | 'forbidden' | 'xsrf' | 'not-found' | 'conflict' | 'login-token-invalid'
  | 'unknown-datalab' | 'unknown-user' | 'unknown-session' | 'invalid-name' | 'unknown-volume'
  | 'already-running' | 'start-pending' | 'stop-pending' | 'cancelled'
  | 'sandbox-unavailable' | 'egress-unavailable' | 'image-missing' | 'volume-unreachable' | 'disk-full' | 'home-full'
  | 'out-of-memory' | 'crashed' | 'timeout' | 'engine-down' | 'proxy-down' | 'session-stopped' | 'internal'
  | 'too-large' | 'too-many';

export class DomainError extends Error {
  override readonly name = 'DomainError';
  constructor(
    readonly code: ErrorCode,
    /** One clear sentence. */
    message: string,
    /** What the user can do next, a sentence; and details such as log lines. */
    readonly details: { action?: string; log?: string[]; cause?: unknown } = {}
  ) {
    super(message, { cause: details.cause });
  }
}
