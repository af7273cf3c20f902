/** Every failure a user can meet: stable code, a sentence, the next action. One table in http/problems.ts maps codes to statuses. */
export type ErrorCode =
  | 'bad-request' | 'unauthenticated' | 'forbidden' | 'xsrf' | 'not-found' | 'conflict' | 'login-token-invalid'
  | 'unknown-datalab' | 'unknown-user' | 'unknown-session' | 'invalid-name' | 'unknown-volume' | 'volume-busy'
  | 'already-running' | 'stop-pending' | 'cancelled'
  | 'sandbox-unavailable' | 'egress-unavailable' | 'image-missing' | 'volume-unreachable' | 'disk-full' | 'home-full'
  | 'out-of-memory' | 'crashed' | 'timeout' | 'engine-down' | 'proxy-down' | 'session-stopped' | 'internal'
  | 'login-failed' | 'login-refused' | 'login-ended' | 'identity-provider-down' | 'clock-skew' | 'wrong-password' | 'weak-password' | 'invitation-invalid'
  | 'name-taken' | 'extension-refused'
  | 'too-large' | 'too-many' | 'queue-full' | 'quota';

export class DomainError extends Error {
  override readonly name = 'DomainError';
  constructor(
    readonly code: ErrorCode,
    /** One clear sentence. */
    message: string,
    /** What the user can do next, a sentence; and details such as log lines. */
    readonly details: { action?: string; log?: string[]; cause?: unknown; /** Seconds after which it may work. */ retryAfter?: number } = {}
  ) {
    super(message, { cause: details.cause });
  }
}
