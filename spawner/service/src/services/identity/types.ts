import type { TokenRow, UserRow } from '../../ports/store.js';
import type { Groups } from './groups.js';
import type { Logins } from './logins.js';
import type { Members } from './scopes.js';
import type { Shares } from './shares.js';
import type { NewTokenOptions } from './tokens.js';
import type { Users } from './users.js';

/** Who is asking, resolved from a token or a cookie. */
export interface Principal {
  kind: 'user' | 'service';
  /** Hub user name, or the service's. */
  name: string;
  admin: boolean;
  /** What is allowed now; those that others bring along are not listed. */
  scopes: string[];
  /** Members of the groups that scopes are filtered by, where there are such. */
  members?: Members | undefined;
  tokenId: string;
  /** OAuth session id shared by the tokens of one browser login, else null. */
  sessionId: string | null;
  /** When the token it came with ends, milliseconds since the epoch; null: never, or a cookie. */
  expires: number | null;
  via: 'token' | 'cookie';
  /** Client of the session the token was issued to or for; null: a person's own token, or a cookie. */
  clientId: string | null;
}

export interface IdentityService {
  /** Fresh one-time login token; the one before stops working. Printed once by main. */
  newLoginToken(): Promise<string>;
  /** Token of one start of a session: activity and access only; also its OAuth client secret. */
  issueServerToken(options: { owner: string; server: string; startId: string }): Promise<string>;
  /** Revokes everything issued to or through this session (server token, OAuth tokens and codes). Idempotent. */
  revokeServer(options: { owner: string; server: string }): Promise<void>;
}

export interface UserRecord extends UserRow {
  /** Has the role admin. */
  admin: boolean;
}

/** A program of the operator's that speaks the API. */
export interface ServiceRecord {
  name: string;
  scopes: string[];
  /** Where it answers, when it has pages; null: nowhere. */
  url: string | null;
}

/** A token as its owner sees it: never the secret. Times are milliseconds since the epoch. */
export type TokenRecord = Omit<TokenRow, 'hash' | 'server'>;

/** A browser that has just logged in. */
export interface Login {
  owner: string;
  /** Value of the cookie; known to the browser only. */
  cookie: string;
  /** Shared by all tokens issued to this browser. */
  sessionId: string;
  /** Milliseconds since the epoch. */
  expires: number;
}

/** Identity as the routes need it. */
export interface HubIdentity extends IdentityService {
  readonly users: Users;
  readonly groups: Groups;
  readonly shares: Shares;
  readonly logins: Logins;
  services(): ServiceRecord[];
  /** Calls `end` when the principal's token, login or user ends. Returns how to stop watching. */
  watch(principal: Principal, end: () => void): () => void;

  /** Logs in with the one-time token, which then is used up. Rejects with `login-token-invalid`. */
  login(token: string): Promise<Login>;
  /** Ends the login of this cookie and every token issued to it. Idempotent. */
  logout(cookie: string): Promise<void>;
  principalOfToken(token: string): Promise<Principal | null>;
  principalOfCookie(cookie: string): Promise<Principal | null>;
  /** Cross-site token that belongs to a login cookie. */
  xsrfOf(cookie: string): string;
  checkXsrf(cookie: string, value: string): boolean;

  user(name: string): Promise<UserRecord | null>;
  touchUser(name: string, lastActivity: number): Promise<void>;

  /** Rejects with `forbidden` when it asks for more than the principal or the owner has. Without scopes: all the principal has. */
  createToken(options: NewTokenOptions): Promise<{ token: string; record: TokenRecord }>;
  tokens(owner: string): Promise<TokenRecord[]>;
  /** Idempotent: false when there was none. */
  deleteToken(options: { owner: string; id: string }): Promise<boolean>;
}

/** What OAuth answered, for HTTP to pass on. */
export interface OAuthAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export interface OAuthService {
  /**
   * Authorises a session for the one who asks. Rejects with `forbidden` for a session that is not shared, `bad-request` for anything that does not fit.
   * Somebody else's session wants to be confirmed once: then the answer says whose it is instead of where to go.
   */
  authorize(options: { principal: Principal; query: Record<string, string>; confirmed?: boolean }): Promise<{ location: string } | { confirm: { owner: string; server: string } }>;
  /** Exchanges a code for a token. Answers OAuth's own error form. */
  token(options: { headers: Record<string, string>; form: Record<string, string> }): Promise<OAuthAnswer>;
}
