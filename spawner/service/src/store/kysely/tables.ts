import type { TokenRow } from '../../ports/store.js';

/** Columns as stored. Booleans are 0 or 1, lists and objects JSON text, times milliseconds since the epoch. */
export interface Tables {
  users: { name: string; admin: number; created: number; last_activity: number | null };
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
}
