import type { EffectiveQuota, Quota, UserQuota } from '@jupyter-datalabs/contract';
import type { Admission } from '../sessions/types.js';

/** What users and groups may have at the same time. */
export interface QuotaService extends Admission {
  /** What holds for a user, whichever entry it comes from. */
  effective(user: string): Promise<EffectiveQuota>;
  /** With the user's own entry and what is used. */
  ofUser(user: string): Promise<UserQuota>;
  /** Null: no entry. */
  ofGroup(group: string): Promise<Quota | null>;
  /** An entry in the place of the one before; what runs goes on. */
  set(kind: 'user' | 'group', name: string, quota: Quota): Promise<void>;
  /** Idempotent. */
  remove(kind: 'user' | 'group', name: string): Promise<void>;
}
