import pino from 'pino';

/** As much of pino as the hub uses; tests pass their own. */
export interface Logger {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

/** Parameters whose value never appears in a log. */
const SECRET_PARAMETERS = new Set(['token', 'code', 'state', '_xsrf', 'client_secret', 'code_verifier', 'code_challenge', 'access_token', 'password']);

/** A request's address without the values of secret parameters, nor those inside a `next` that carries some. */
export function redactUrl(url: string): string {
  const at = url.indexOf('?');
  if (at < 0) {
    return url;
  }
  const query = new URLSearchParams(url.slice(at + 1));
  for (const [key, value] of [...query]) {
    if (SECRET_PARAMETERS.has(key.toLowerCase())) {
      query.set(key, 'hidden');
    } else if (value.includes('?')) {
      query.set(key, redactUrl(value));
    }
  }
  return `${url.slice(0, at)}?${query.toString()}`;
}

/** Bytes kept while they cannot be written; what comes after them is dropped. */
const UNWRITTEN = 2 ** 20;

/** Structured logs, one JSON object a line, with everything secret taken out by field name as a second net. */
export function createLogger(options: { level?: string; file?: string } = {}): pino.Logger {
  // Each line is out before the hub goes on: of one that was killed, the last line says how far it had come.
  const destination = pino.destination({ dest: options.file ?? 2, mkdir: true, sync: true, maxLength: UNWRITTEN });
  // Nobody can be told: a log on a full disk goes on when there is room again.
  destination.on('error', () => undefined);
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['token', 'secret', 'cookie', 'authorization', '*.token', '*.secret', '*.cookie', '*.authorization'], censor: 'hidden' }
    },
    destination
  );
}
