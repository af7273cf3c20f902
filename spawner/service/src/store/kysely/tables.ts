import type { Role } from '../../domain/roles.js';
import type { GroupSource, ShareRow, TokenRow } from '../../ports/store.js';

/** Columns as stored. Booleans are 0 or 1, lists and objects JSON text, times milliseconds since the epoch. */
export interface Tables {
  users: { name: string; folded: string; role: Role; display_name: string | null; email: string | null; created: number; last_activity: number | null };
  user_groups: { name: string; properties: string; created: number };
  group_members: { group_name: string; member: string; source: GroupSource };
  shares: { owner: string; server: string; kind: ShareRow['kind']; grantee: string; created: number };
  share_codes: {
    id: string; hash: string; owner: string; server: string; created: number; expires: number | null; used: number; last_used: number | null;
  };
  tokens: {
    id: string; hash: string; owner: string; scopes: string; kind: TokenRow['kind']; server: string | null; client_id: string | null;
    session_id: string | null; created: number; expires: number | null; last_used: number | null; note: string;
  };
  web_sessions: { hash: string; owner: string; session_id: string; created: number; expires: number };
  oauth_codes: {
    hash: string; client_id: string; owner: string; redirect_uri: string; scopes: string; code_challenge: string | null;
    code_challenge_method: string | null; session_id: string | null; expires: number;
  };
  sessions: {
    owner: string; name: string; start_id: string; datalab: string; version: string; title: string; options: string; started: number;
    last_activity: number | null; failure: string | null;
  };
  timelines: {
    start_id: string; owner: string; name: string; datalab: string; version: string; title: string; kind: string; started: number; ended: number | null;
    warm: number; ready: number; steps: string; reason: string | null;
  };
  user_quotas: { name: string; sessions: number | null; cpu: number | null; memory: string | null; home: string | null };
  group_quotas: Tables['user_quotas'];
  /** No entry: there is no such volume, whatever the file of volumes says. */
  volumes: { name: string; entry: string | null };
  identities: {
    issuer: string; subject: string; user: string; refresh_token: string | null; id_token: string | null; created: number; checked: number;
  };
  accounts: { user: string; password: string; changed: number };
  invitations: { hash: string; user: string; role: Role; created_by: string; created: number; expires: number };
}
