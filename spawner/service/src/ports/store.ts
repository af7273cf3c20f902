/**
 * What people said, kept across restarts. The engine, not the store, is the truth about what runs.
 * Times are milliseconds since the epoch. Secrets are kept as SHA-256 only.
 */
export interface UserRow {
  name: string;
  admin: boolean;
  created: number;
  lastActivity: number | null;
}

export interface TokenRow {
  id: string;
  /** SHA-256 of the token, hexadecimal. */
  hash: string;
  owner: string;
  scopes: string[];
  /** `api`: made by a person; `server`: of one start of a session; `oauth`: of a browser in a session. */
  kind: 'api' | 'server' | 'oauth';
  /** Session it belongs to ('' = home); null for `api`. */
  server: string | null;
  /** OAuth client it was issued to, or whose secret it is. */
  clientId: string | null;
  /** Login it comes from; ends with it. */
  sessionId: string | null;
  created: number;
  expires: number | null;
  lastUsed: number | null;
  note: string;
}

export interface WebSessionRow {
  /** SHA-256 of the cookie, hexadecimal. */
  hash: string;
  owner: string;
  sessionId: string;
  created: number;
  expires: number;
}

export interface OAuthCodeRow {
  hash: string;
  clientId: string;
  owner: string;
  redirectUri: string;
  scopes: string[];
  codeChallenge: string | null;
  codeChallengeMethod: string | null;
  sessionId: string | null;
  expires: number;
}

export interface SessionRow {
  owner: string;
  /** '' is the home. */
  name: string;
  startId: string;
  datalab: string;
  version: string;
  title: string;
  /** Start options as given. */
  options: unknown;
  started: number;
  lastActivity: number | null;
  /** Why it ended, while not yet dismissed. */
  failure: unknown;
}

export interface UserStore {
  /** Creates the user unless known. */
  ensure(user: { name: string; admin: boolean; now: number }): Promise<UserRow>;
  get(name: string): Promise<UserRow | null>;
  list(): Promise<UserRow[]>;
  /** Never moves back. */
  touch(name: string, lastActivity: number): Promise<void>;
}

export interface TokenStore {
  insert(row: TokenRow): Promise<void>;
  findByHash(hash: string): Promise<TokenRow | null>;
  /** Oldest first. */
  list(owner: string): Promise<TokenRow[]>;
  /** The server token whose holder is this OAuth client. */
  findClient(clientId: string): Promise<TokenRow | null>;
  touch(id: string, lastUsed: number): Promise<void>;
  /** Idempotent: false when there was none. */
  remove(id: string): Promise<boolean>;
  /** Removes those that fit every given field. */
  removeWhere(filter: { owner?: string; kind?: TokenRow['kind']; server?: string; clientId?: string; sessionId?: string }): Promise<number>;
  removeExpired(now: number): Promise<number>;
}

export interface WebSessionStore {
  insert(row: WebSessionRow): Promise<void>;
  findByHash(hash: string): Promise<WebSessionRow | null>;
  remove(hash: string): Promise<boolean>;
  removeExpired(now: number): Promise<number>;
}

export interface OAuthCodeStore {
  insert(row: OAuthCodeRow): Promise<void>;
  findByHash(hash: string): Promise<OAuthCodeRow | null>;
  /** True for exactly one of several callers. */
  remove(hash: string): Promise<boolean>;
  removeWhere(filter: { clientId?: string; sessionId?: string }): Promise<number>;
  removeExpired(now: number): Promise<number>;
}

export interface SessionStore {
  /** By owner and name. */
  list(): Promise<SessionRow[]>;
  get(owner: string, name: string): Promise<SessionRow | null>;
  upsert(row: SessionRow): Promise<void>;
  remove(owner: string, name: string): Promise<boolean>;
  /** Never moves back. */
  touch(owner: string, name: string, lastActivity: number): Promise<void>;
}

export interface Store {
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly webSessions: WebSessionStore;
  readonly codes: OAuthCodeStore;
  readonly sessions: SessionStore;
  close(): Promise<void>;
}
