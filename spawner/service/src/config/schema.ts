import * as path from 'node:path';

import { QuotaChange } from '@jupyter-datalabs/contract';
import { z } from 'zod';

import { serviceSchema } from './services.js';

const absolute = z.string().refine(value => path.isAbsolute(value), 'must be an absolute path');
const sessionUser = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be letters, digits, ".", "_" or "-", at most 63, beginning with a letter or digit');
/** The provider's answers decide who is who: without TLS anybody on the way could. */
const isSafeIssuer = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url?.protocol === 'https:' || url === null || ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
};
const identifier = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be the id of a datalab');

const claimName = z.string().min(1);
const claimRule = z.strictObject({ claim: claimName, values: z.array(z.string().min(1)).min(1) });

/** How people log in. */
const loginSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('link') }).describe('One local user with a link printed at the start'),
  z.strictObject({
    kind: z.literal('accounts'),
    invitationHours: z.number().positive().max(24 * 90).default(72).describe('How long an invitation link is valid'),
    proxies: z.int().min(0).max(5).default(0).describe('Reverse proxies in front of the hub, each of which adds to X-Forwarded-For')
  }),
  z
    .strictObject({
      kind: z.literal('oidc'),
      issuer: z.url({ protocol: /^https?$/ }).refine(isSafeIssuer, 'must be https; http is for a provider on this machine'),
      clientId: z.string().min(1),
      clientSecret: z.string().min(1).nullable().default(null).describe('Null: a public client, PKCE alone'),
      name: z.string().min(1).max(60).nullable().default(null).describe('What the button calls the provider; its host when not given'),
      scopes: z.array(z.string().min(1)).refine(scopes => scopes.includes('openid'), 'must contain "openid"').default(['openid', 'profile', 'email']),
      usernameClaim: claimName.default('preferred_username'),
      usernameDomain: z.string().min(1).nullable().default(null).describe('User names lose "@" and this domain; others are refused'),
      existingUsers: z.enum(['refuse', 'adopt']).default('refuse').describe('Whether the first login under a name that exists already takes it over'),
      allow: z.array(claimRule).default([]).describe('Who may log in: any of these fits'),
      allowAll: z.boolean().default(false).describe('Everybody the provider knows may log in'),
      groupsClaim: claimName.nullable().default(null).describe("The user's groups from the provider"),
      admins: claimRule.nullable().default(null).describe('Who has the role admin; null: the hub decides'),
      recheckMinutes: z.number().min(0).max(1440).default(5).describe('A start asks the provider again when its last answer is older'),
      trustMinutes: z.number().min(0).max(60 * 24 * 30).default(720).describe('How long the last answer counts while the provider cannot be asked'),
      timeoutSeconds: z.number().positive().max(60).default(10).describe('Total time of one conversation with the provider'),
      logoutAtProvider: z.boolean().default(true).describe('Logging out here ends the login there too')
    })
    .refine(login => login.allowAll !== login.allow.length > 0, { path: ['allow'], message: 'say who may log in: rules in "allow", or "allowAll: true"; one of the two' })
], 'must be a section with "kind: link", "kind: accounts" or "kind: oidc"');

const amount = z.number('must be a number without a unit, such as 60, or null for never').positive('must be more than 0; null: never').max(1e6).nullable();
const minutes = z.number().min(0).max(1e6);

/** Every setting of the hub, declared once. Unknown keys are errors: a misspelt setting must not silently do nothing. */
export const configSchema = z.strictObject({
  user: sessionUser.describe('Hub user name of the one local user'),
  host: z.string().min(1).describe('Address the proxy listens on'),
  port: z.int().min(0).max(65535).describe('Port the proxy listens on; 0 takes any free one'),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .describe('Address people use, when it differs from host and port (behind another proxy)'),
  stateDir: absolute.describe('Store, homes, sockets, logs and sample data'),
  datalabsDir: absolute.describe('Folder whose sub-folders each hold a datalab.yaml'),
  volumesFile: absolute.nullable().describe('The list of volumes; default: volumes.yaml in the state directory, else the one delivered'),
  homeDatalab: identifier.describe('Datalab of the unnamed session'),
  suiteDatalabs: z.array(identifier).describe('Datalabs trusted with the scopes of their owner: those that carry the suite'),
  startTimeoutSeconds: z.number().positive().max(3600).describe('Total time a start may take'),
  maxStarting: z.int().min(1).max(10_000).describe('Starts that run at the same time; more wait in a queue'),
  maxQueued: z.int().min(0).max(100_000).describe('Starts that may wait; more are told when to try again'),
  stopGraceSeconds: z.number().positive().max(600).describe('Time between TERM and KILL when a session is stopped'),
  jupyterArguments: z.array(z.string()).describe('Further arguments of every jupyter session'),
  warm: z
    .strictObject({
      memory: z.string().regex(/^\d+(?:\.\d+)?(?:Ki|Mi|Gi|K|M|G)?$/, 'must be an amount such as 2Gi or 512Mi (units: Ki, Mi, Gi, K, M, G), or 0').describe('What ready sandboxes may hold together; 0: none is made'),
      sandboxes: z.int().min(0).max(1000).describe('How many there may be')
    })
    .describe('Servers made ready before anybody asks for them'),
  quotas: z
    .strictObject({ default: QuotaChange.prefault({}).describe('Holds for everybody for whom neither an entry of their own nor one of a group says more; null: no limit') })
    .describe('What a user may have at the same time'),
  lifetime: z
    .strictObject({
      idleMinutes: amount.describe('A session without activity is stopped after this; null: never. Default: null with login by link, else a day'),
      maxAgeHours: amount.describe('A session is stopped this long after its start, busy or not; null: never'),
      extensionMinutes: minutes.describe('What one extension adds'),
      extensionsTotalMinutes: minutes.describe('What all extensions of one start add together; 0: none')
    })
    .describe('How long sessions last'),
  login: loginSchema,
  services: z.array(serviceSchema).describe('Programs of the operator that speak the API, such as an idle culler'),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']),
  proxyToken: z.string().min(32).nullable().describe('Secret of the proxy API; random when not given'),
  software: z
    .strictObject({
      node: absolute.describe('Node 24: has bin/node'),
      lab: absolute.describe('Python environment with jupyterhub-singleuser'),
      euclid: absolute.describe('Python environment of the Euclid kernel'),
      repo: absolute.describe('This repository')
    })
    .describe('Software trees, mounted read-only at the same path in every session; {node}, {lab}, … in a datalab.yaml')
});

export type Config = z.infer<typeof configSchema>;

/** Settings that may come from a file named by DATALABS_<NAME>_FILE. */
export const SECRETS: readonly string[] = ['proxyToken', 'login.clientSecret'];
