import pino from 'pino';

import { redactFields, redactText } from './redact.js';

export { redactUrl } from './redact.js';

/** As much of pino as the hub uses; tests pass their own. */
export interface Logger {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

/** Bytes kept while they cannot be written; what comes after them is dropped. */
const UNWRITTEN = 2 ** 20;

/** Structured logs, one JSON object a line of at most 16 KiB, with everything secret taken out as a second net. */
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
      // What reaches it is clean already, and its own copies everything that hangs on an error.
      serializers: { err: (value: unknown) => value },
      hooks: {
        logMethod(values, method) {
          const [fields, message] = values as unknown as [object | string, string | undefined];
          const clean = typeof fields === 'string' ? {} : redactFields(fields instanceof Error ? { err: fields } : fields);
          const text = typeof fields === 'string' ? fields : message;
          method.apply(this, [clean, ...(text === undefined ? [] : [redactText(text)])] as unknown as Parameters<typeof method>);
        }
      }
    },
    destination
  );
}
