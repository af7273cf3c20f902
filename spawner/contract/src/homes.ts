import { z } from 'zod';
import { Timestamp } from './schemas.js';

export const HomePart = z.object({
  datalab: z.string(),
  bytes: z.number().nullable().describe('Bytes on the disk; null while not known')
});

export const HomeReset = z.object({
  id: z.string(),
  datalab: z.string(),
  when: Timestamp.describe('When it was set aside'),
  bytes: z.number().nullable()
});

export const HomeLevel = z.enum(['unknown', 'fine', 'warning', 'critical', 'full']).describe('From 80, 95 and 100 % on, or what is left of the disk');
export type HomeLevel = z.infer<typeof HomeLevel>;

/** What a user keeps at the hub: one home for each datalab, those set aside, and the workspace. */
export const HomeUsage = z.object({
  used: z.number().nullable().describe('Bytes in all; null until measured'),
  limit: z.number().nullable().describe('Bytes the user may keep; null: no limit'),
  free: z.number().nullable().describe('Bytes left on the disk they lie on'),
  level: HomeLevel,
  message: z.string().nullable().describe('A sentence from the warning level on'),
  measured: Timestamp.nullable(),
  homes: z.array(HomePart),
  resets: z.array(HomeReset),
  workspace: z.number().nullable(),
  page: z.string().describe('Where files can be removed without any session')
});
export type HomeUsage = z.infer<typeof HomeUsage>;

export const HomeResetRequest = z.strictObject({ stop: z.boolean().optional().describe('Stops the sessions of the datalab first') });
export const HomeResetDone = z.object({ id: z.string().nullable().describe('Under which it is kept; null: there was nothing') });
