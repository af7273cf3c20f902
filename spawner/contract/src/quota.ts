import { z } from 'zod';

/** An amount such as `8Gi`, as in a datalab.yaml. */
export const AMOUNT = /^\d{1,15}(?:\.\d{1,3})?(?:Ki|Mi|Gi|K|M|G)?$/;
const amount = z.string().regex(AMOUNT, 'must be an amount such as 8Gi or 512Mi (units: Ki, Mi, Gi, K, M, G)');
const sessions = z.int().min(0).max(100_000);
const cpu = z.number().min(0).max(1_000_000);

/** What one entry allows; null: it limits nothing. */
export const Quota = z.object({
  sessions: sessions.nullable().describe('Sessions at the same time, the home among them'),
  cpu: cpu.nullable().describe('CPUs of all sessions together'),
  memory: amount.nullable().describe('Memory of all sessions together'),
  home: amount.nullable().describe('Size of the home')
});
export type Quota = z.infer<typeof Quota>;

/** A key that is absent is null. Unknown ones are refused: a misspelt limit must not silently limit nothing. */
export const QuotaChange = z.strictObject({
  sessions: Quota.shape.sessions.default(null),
  cpu: Quota.shape.cpu.default(null),
  memory: Quota.shape.memory.default(null),
  home: Quota.shape.home.default(null)
});

const origin = z.string().describe('Whose entry it is: `user`, `group:<name>` or `default`');
const limited = <T extends z.ZodType>(value: T) => z.object({ value, origin }).nullable();

/** What holds for a user, key by key; null: no limit. The user's own entry goes before those of the groups, of which the most generous counts; then comes the hub's default. */
export const EffectiveQuota = z.object({ sessions: limited(sessions), cpu: limited(cpu), memory: limited(amount), home: limited(amount) });
export type EffectiveQuota = z.infer<typeof EffectiveQuota>;

export const QuotaUse = z.object({
  sessions: z.int(),
  cpu: z.number(),
  memoryBytes: z.number(),
  homeBytes: z.number().nullable().describe('Null: not measured')
});
export type QuotaUse = z.infer<typeof QuotaUse>;

/** More may be used than is allowed: a quota that is lowered ends nothing. */
export const UserQuota = z.object({ own: Quota.nullable(), effective: EffectiveQuota, used: QuotaUse });
export type UserQuota = z.infer<typeof UserQuota>;

export const GroupQuota = z.object({ own: Quota.nullable() });
export type GroupQuota = z.infer<typeof GroupQuota>;
