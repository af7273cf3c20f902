import type { Config } from '../../../config/schema.js';
import type { Clock } from '../../../ports/clock.js';
import type { IdentityProvider } from '../../../ports/identity-provider.js';
import type { Store } from '../../../ports/store.js';
import type { Logger } from '../../../telemetry/logger.js';
import { Accounts } from './accounts.js';
import { OidcLogin } from './oidc.js';
import { Passwords } from './passwords.js';
import { OpenIdProvider } from './provider.js';
import { Sealer } from './sealer.js';
import type { HubLogin, LoginHost } from './types.js';

const MINUTE = 60_000;

export interface LoginOptions {
  login: Config['login'];
  store: Pick<Store, 'identities' | 'accounts' | 'invitations' | 'users'>;
  host: LoginHost;
  /** Of {@link Sealer}; read when it is needed. */
  key(): Buffer;
  clock: Clock;
  logger: Logger;
}

/** The way of logging in that the settings name. */
export function hubLogin(options: LoginOptions): HubLogin {
  const { login } = options;
  switch (login.kind) {
    case 'link':
      return { mayStart: async () => undefined, open: async () => null, close: () => undefined };
    case 'accounts':
      return {
        accounts: accountsOf(options, login.invitationHours),
        mayStart: async () => undefined,
        open: async () => null,
        close: () => undefined
      };
    case 'oidc':
      return oidcOf(options, login);
  }
}

/** Also for the command line, which invites whatever the hub itself does. */
export function accountsOf({ store, host, clock, logger }: Omit<LoginOptions, 'login' | 'key'>, invitationHours: number): Accounts {
  return new Accounts({
    store, host, passwords: new Passwords(), invitationMs: invitationHours * 60 * MINUTE, clock, logger
  });
}

function oidcOf({ store, host, key, clock, logger }: LoginOptions, login: Extract<Config['login'], { kind: 'oidc' }>): HubLogin {
  const wanted = [login.usernameClaim, ...login.allow.map(rule => rule.claim), login.groupsClaim, login.admins?.claim, login.usernameClaim === 'email' ? 'email_verified' : null];
  const provider: IdentityProvider = new OpenIdProvider({
    issuer: login.issuer, clientId: login.clientId, clientSecret: login.clientSecret, scopes: login.scopes, wantedClaims: wanted.filter(name => typeof name === 'string'),
    timeoutMs: login.timeoutSeconds * 1000, clock, logger
  });
  const oidc = new OidcLogin({
    provider, identities: store.identities, host, sealer: new Sealer(key()), clock, logger,
    settings: { ...login, name: login.name ?? new URL(login.issuer).host, recheckMs: login.recheckMinutes * MINUTE, trustMs: login.trustMinutes * MINUTE }
  });
  return {
    oidc,
    mayStart: owner => oidc.mayStart(owner),
    open: () => provider.open(),
    close: () => provider.close()
  };
}
