import { z } from 'zod';

/** When a session is due to be stopped. */
export const SessionDeadline = z.object({
  at: z.string().describe('ISO 8601'),
  kind: z.enum(['idle', 'age']).describe('idle: unless there is activity until then; age: it is too old then'),
  extendable: z.number().describe('Milliseconds that one extension may add now; 0 when none is left')
});
export type SessionDeadline = z.infer<typeof SessionDeadline>;

/** A time, not a duration: asked twice, it is the same extension. */
export const ExtendRequest = z.strictObject({ until: z.iso.datetime({ offset: true }).describe('Not stopped before, for idleness or age') });
