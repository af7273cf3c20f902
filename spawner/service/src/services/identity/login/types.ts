import type { Role } from '../../../domain/roles.js';
import type { Login } from '../types.js';

/** Who comes in, as the user service keeps it. */
export interface Arrival {
  name: string;
  /** Only said where the provider decides it. */
  admin?: boolean;
  displayName?: string;
  email?: string;
  /** Only said where the provider decides it: all groups it knows for this person. */
  groups?: string[];
}

/** What logging in needs from the rest of identity. */
export interface LoginHost {
  /** Creates the user or brings what is known up to date. */
  arrive(arrival: Arrival): Promise<void>;
  /** Opens a login of a browser. */
  open(owner: string): Promise<Login>;
  /** Ends every login of this user in every browser. */
  endLogins(owner: string): Promise<void>;
  /** Whether there is such a user, or one whose name differs in case or Unicode form only. */
  nameTaken(name: string): Promise<boolean>;
  /** Creates the user with this role, or gives it to the one there is. */
  ensureUser(options: { name: string; role: Role }): Promise<void>;
}

export interface OidcLoginService {
  /** What the button says: "Log in with <name>". */
  readonly name: string;
  /** Where to send the browser, and a sealed cookie to find the way back with. */
  begin(options: { redirectUri: string; next: string }): Promise<{ location: string; cookie: LoginCookie }>;
  /** Name of the cookie that belongs to what the browser came back with. */
  cookieName(state: string): string;
  /** Where a login goes on once it is finished; null when it is none of this browser's. */
  nextOf(options: { address: URL; cookie: string | undefined }): string | null;
  finish(options: { address: URL; cookie: string | undefined }): Promise<{ login: Login; next: string }>;
  /** Where the browser goes after the hub's own logout; null: nowhere. */
  leave(options: { owner: string | null; returnTo: string }): Promise<string | null>;
}

export interface LoginCookie {
  name: string;
  value: string;
  /** Milliseconds. */
  maxAge: number;
}

export interface InvitationView {
  user: string;
  role: string;
  createdBy: string;
  created: number;
  expires: number;
  /** A first password, or a new one for an account that exists. */
  renews: boolean;
}

export interface AccountView {
  user: string;
  changed: number;
}

export interface AccountsService {
  login(options: { user: string; password: string; address: string }): Promise<Login>;
  /** The secret of a link, valid once and for a time; a link made earlier for the same user stops working. */
  invite(options: { user: string; role: string; createdBy: string }): Promise<{ token: string; invitation: InvitationView }>;
  /** Rejects with `invitation-invalid`. */
  invitation(token: string): Promise<InvitationView>;
  accept(options: { token: string; password: string; address: string }): Promise<Login>;
  /** Ends every other login of this user. */
  changePassword(options: { user: string; current: string; password: string; address: string }): Promise<Login>;
  list(): Promise<{ accounts: AccountView[]; invitations: InvitationView[] }>;
  withdraw(user: string): Promise<void>;
}

/** How people log in, as the pages and the start of a session need it. */
export interface HubLogin {
  readonly oidc?: OidcLoginService;
  readonly accounts?: AccountsService;
  /** Resolves when the user may start something now; else rejects with what to do. */
  mayStart(owner: string): Promise<void>;
  /** Resolves with what whoever started the hub should know, a sentence, or null. */
  open(): Promise<string | null>;
  close(): void;
}
