import { systemClock } from './clock.js';
import { statePaths } from './config/paths.js';
import type { Config } from './config/schema.js';
import { DomainError } from './domain/errors.js';
import { readHub } from './instance.js';
import { dialHost } from './routes/chp/api.js';
import { Identity } from './services/identity/identity.js';
import { loginHost } from './services/identity/login/host.js';
import { accountsOf } from './services/identity/login/login.js';
import { openStore } from './store/index.js';
import { createLogger } from './telemetry/logger.js';

/** Makes an invitation in the store of a state directory, beside the hub that may be running on it; answers with what to say. */
export async function invite(config: Config, { user, role }: { user: string; role: string }): Promise<string[]> {
  if (config.login.kind !== 'accounts') {
    throw new DomainError('bad-request', 'These settings know no local accounts.', { action: 'Give the settings of the hub here too, such as its --config. A hub without accounts gets them by "login: {kind: accounts}" and a new start.' });
  }
  const paths = statePaths(config.stateDir);
  const logger = createLogger({ level: 'error' });
  const store = await openStore({ file: paths.store, logger });
  try {
    const identity = new Identity({ store, clock: systemClock, user: config.user });
    const accounts = accountsOf({ store, host: loginHost({ users: identity.users, logins: identity.logins, store }), clock: systemClock, logger }, config.login.invitationHours);
    const { token, invitation } = await accounts.invite({ user, role, createdBy: config.user });
    const origin = config.publicUrl?.replace(/\/+$/, '') ?? readHub(paths.hubFile)?.url ?? `http://${dialHost(config.host)}:${config.port}`;
    return [`Send this link to ${user}:`, `  ${origin}/hub/invitation?token=${token}`, `It works once, until ${new Date(invitation.expires).toISOString().slice(0, 16).replace('T', ' ')} UTC.`];
  } finally {
    await store.close();
  }
}
