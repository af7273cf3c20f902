import { z } from 'zod';

/** Why a volume is not in a session, or is in it although it should not be. */
export const SessionVolumeWhy = z.object({
  code: z
    .enum(['not-chosen', 'not-mounted', 'unreachable', 'no-longer-allowed'])
    .describe(
      'not-chosen: the session was started with others; not-mounted: taken out, or there only since the session started; unreachable: where it is stored does not answer; ' +
        'no-longer-allowed: mounted, but its owner may not see it any more: taken out, it does not come back'
    ),
  message: z.string(),
  action: z.string().optional()
});
export type SessionVolumeWhy = z.infer<typeof SessionVolumeWhy>;

/** A volume that is mounted in a session or that its owner may see. */
export const SessionVolume = z.object({
  name: z.string(),
  title: z.string(),
  path: z.string().describe('Where the session has it, or would: /data/<name>'),
  mounted: z.boolean().describe('What the kernel of the session says, not what was asked for'),
  why: SessionVolumeWhy.nullable().describe('Null for one that is mounted as it should be')
});
export type SessionVolume = z.infer<typeof SessionVolume>;

export const SessionVolumes = z.object({ volumes: z.array(SessionVolume) });
export type SessionVolumes = z.infer<typeof SessionVolumes>;

export const UnmountRequest = z.strictObject({ force: z.boolean().optional().describe('Also while processes have files of it open: they keep just those') });
