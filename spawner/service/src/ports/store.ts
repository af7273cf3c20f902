import type { Quota, VolumeEntry } from '@jupyter-datalabs/contract';
import type { Role } from '../domain/roles.js';

export type { Quota };

/**
 * What people said, kept across restarts. The engine, not the store, is the truth about what runs.
 * Times are milliseconds since the epoch. Secrets are kept as SHA-256 only.
 */
export interface UserRow {
  name: string;
  role: Role;
  displayName: string | null;
  email: string | null;
  created: number;
  lastActivity: number | null;
}

export interface GroupRow {
  name: string;
  properties: Record<string, unknown>;
  created: number;
}

/** Who said that somebody is in a group: this hub's own people, or the identity provider at login. */
export type GroupSource = 'local' | 'idp';

/** Somebody may enter a session of somebody else. */
export interface ShareRow {
  owner: string;
  /** '' is the home. */
  server: string;
  kind: 'user' | 'group';
  grantee: string;
  created: number;
}

export interface ShareCodeRow {
  id: string;
  /** SHA-256 of the code, hexadecimal. */
  hash: string;
  owner: string;
  server: string;
  created: number;
  expires: number | null;
  used: number;
  lastUsed: number | null;
}

export interface UserQuery {
  offset: number;
  limit: number;
  /** Part of the name, in any case and Unicode form. */
  nameFilter?: string;
  /** Only these, or all but these. */
  only?: readonly string[];
  without?: readonly string[];
  sort?: 'name' | 'created' | 'lastActivity';
  descending?: boolean;
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
  /** Creates the user unless known; one that is known stays as it is. Rejects when the name is another's but for case or Unicode form. */
  ensure(user: { name: string; role?: Role; now: number }): Promise<UserRow>;
  /** All or none, in one transaction. Rejects when one exists already. */
  insertMany(users: { name: string; role: Role }[], now: number): Promise<void>;
  get(name: string): Promise<UserRow | null>;
  /** Users whose names are the same but for case or Unicode form. */
  alike(names: readonly string[]): Promise<UserRow[]>;
  list(): Promise<UserRow[]>;
  page(query: UserQuery): Promise<{ rows: UserRow[]; total: number }>;
  update(name: string, change: { role?: Role; displayName?: string | null; email?: string | null }): Promise<void>;
  /** Everything that bears the name follows, except what was issued to browsers and sessions: that ends. */
  rename(from: string, to: string): Promise<void>;
  /** With everything that bears the name. False when there was none. */
  remove(name: string): Promise<boolean>;
  /** Never moves back. */
  touch(name: string, lastActivity: number): Promise<void>;
}

export interface GroupStore {
  /** False when there is one already. */
  insert(group: GroupRow): Promise<boolean>;
  get(name: string): Promise<GroupRow | null>;
  /** By name. */
  page(query: { offset: number; limit: number; only?: readonly string[] }): Promise<{ rows: GroupRow[]; total: number }>;
  setProperties(name: string, properties: Record<string, unknown>): Promise<void>;
  /** With its memberships and what was shared with it. */
  remove(name: string): Promise<boolean>;
  add(group: string, members: readonly string[], source: GroupSource): Promise<void>;
  drop(group: string, members: readonly string[]): Promise<void>;
  members(group: string): Promise<string[]>;
  /** Sorted names of the groups of each of these users. */
  of(users: readonly string[]): Promise<Map<string, string[]>>;
  /** Makes a user's groups of one source exactly these. */
  replace(user: string, groups: readonly string[], source: GroupSource): Promise<void>;
}

export interface ShareStore {
  /** Idempotent. */
  grant(share: ShareRow): Promise<ShareRow>;
  revoke(share: Omit<ShareRow, 'created'>): Promise<boolean>;
  /** Of one session, or of all of an owner; oldest first. */
  list(filter: { owner: string; server?: string }): Promise<ShareRow[]>;
  /** What a user may enter, by name or through a group. */
  grantedTo(user: string, groups: readonly string[]): Promise<ShareRow[]>;
  ofGroup(group: string): Promise<ShareRow[]>;
  /** With its codes. */
  removeServer(owner: string, server: string): Promise<number>;
  insertCode(code: ShareCodeRow): Promise<void>;
  codes(owner: string, server: string): Promise<ShareCodeRow[]>;
  findCode(hash: string): Promise<ShareCodeRow | null>;
  useCode(id: string, at: number): Promise<void>;
  /** One by its id or hash, else all of the session. */
  removeCodes(filter: { owner: string; server: string; id?: string; hash?: string }): Promise<number>;
  removeExpiredCodes(now: number): Promise<number>;
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
  removeOwner(owner: string): Promise<number>;
  removeExpired(now: number): Promise<number>;
}

export interface OAuthCodeStore {
  insert(row: OAuthCodeRow): Promise<void>;
  findByHash(hash: string): Promise<OAuthCodeRow | null>;
  /** True for exactly one of several callers. */
  remove(hash: string): Promise<boolean>;
  removeWhere(filter: { owner?: string; clientId?: string; sessionId?: string }): Promise<number>;
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

/** How one start went and how its session ended. */
export interface TimelineRow {
  startId: string;
  owner: string;
  name: string;
  datalab: string;
  version: string;
  title: string;
  kind: string;
  started: number;
  /** Null while it lives. */
  ended: number | null;
  warm: boolean;
  steps: unknown;
  reason: unknown;
}

/** Timelines kept of each owner; older ones give way. */
export const TIMELINES_KEPT = 50;

export interface TimelineStore {
  /** Inserts or replaces by start, all or none, and lets go of what is too much. */
  write(rows: TimelineRow[]): Promise<void>;
  /** Newest first. */
  list(options: { owner: string; name?: string; limit: number }): Promise<TimelineRow[]>;
  /** Of everybody, those that became ready (ended or not), newest first. */
  recent(limit: number): Promise<TimelineRow[]>;
}

/** Which person at an identity provider a user is. Sealed texts can be read by the hub's key alone, which is not in the store. */
export interface IdentityRow {
  issuer: string;
  subject: string;
  user: string;
  /** Sealed; null: the provider gave none, or has ended it. */
  refreshToken: string | null;
  /** Sealed. */
  idToken: string | null;
  created: number;
  /** When the provider last said that all is well. */
  checked: number;
}

/** A local password. */
export interface AccountRow {
  user: string;
  /** scrypt, with its parameters and salt. */
  password: string;
  changed: number;
}

export interface InvitationRow {
  /** SHA-256 of the link's secret, hexadecimal. */
  hash: string;
  user: string;
  role: Role;
  createdBy: string;
  created: number;
  expires: number;
}

/** Goes with its user: removed and renamed together. */
export interface IdentityStore {
  find(issuer: string, subject: string): Promise<IdentityRow | null>;
  ofUser(user: string): Promise<IdentityRow | null>;
  /** False when the person or the user is bound already: of several at once, one gets it. */
  insert(row: IdentityRow): Promise<boolean>;
  update(user: string, change: Partial<Pick<IdentityRow, 'refreshToken' | 'idToken' | 'checked'>>): Promise<void>;
}

/** Goes with its user: removed and renamed together. */
export interface AccountStore {
  get(user: string): Promise<AccountRow | null>;
  set(row: AccountRow): Promise<void>;
  /** By user. */
  list(): Promise<AccountRow[]>;
}

export interface InvitationStore {
  /** Replaces one of the same user. */
  put(row: InvitationRow): Promise<void>;
  find(hash: string): Promise<InvitationRow | null>;
  /** By user. */
  list(): Promise<InvitationRow[]>;
  /** True for exactly one of several callers. */
  take(hash: string): Promise<boolean>;
  removeUser(user: string): Promise<void>;
  removeExpired(now: number): Promise<number>;
}

/** Goes with its user or group: removed and renamed together. */
export interface QuotaStore {
  get(kind: 'user' | 'group', name: string): Promise<Quota | null>;
  /** In the place of the one before. */
  set(kind: 'user' | 'group', name: string, quota: Quota): Promise<void>;
  /** Idempotent: false when there was none. */
  remove(kind: 'user' | 'group', name: string): Promise<boolean>;
  /** Of those among these groups that have one. */
  ofGroups(names: readonly string[]): Promise<Map<string, Quota>>;
}

/** What admins have said of volumes. */
export interface VolumeStore {
  /** By name. No entry (null): there is no such volume, whatever the file of volumes says. */
  list(): Promise<{ name: string; entry: unknown }[]>;
  /** In the place of the one before. */
  set(name: string, entry: VolumeEntry | null): Promise<void>;
  /** Nothing is said of it any more: what the file says counts again. Idempotent: false when nothing was. */
  remove(name: string): Promise<boolean>;
}

/** What came since the last time, written together. Moves no time back; who is not known any more is left out. */
export interface ActivityNotes {
  write(notes: { users: { name: string; at: number }[]; sessions: { owner: string; name: string; at: number }[] }): Promise<void>;
}

export interface Store {
  readonly activity: ActivityNotes;
  readonly quotas: QuotaStore;
  readonly volumes: VolumeStore;
  readonly identities: IdentityStore;
  readonly accounts: AccountStore;
  readonly invitations: InvitationStore;
  readonly timelines: TimelineStore;
  readonly users: UserStore;
  readonly groups: GroupStore;
  readonly shares: ShareStore;
  readonly tokens: TokenStore;
  readonly webSessions: WebSessionStore;
  readonly codes: OAuthCodeStore;
  readonly sessions: SessionStore;
  close(): Promise<void>;
}
