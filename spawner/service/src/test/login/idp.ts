import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Provider } from 'oidc-provider';

// It warns that it is fit for tests alone, which is what it is here for.
const { warn } = console;
console.warn = () => undefined;
const { Provider: OidcProvider } = await import('oidc-provider');
console.warn = warn;

export interface Person {
  subject: string;
  claims: Record<string, unknown>;
}

/** A real OpenID Connect provider on loopback. Whoever is `idp.person` is logged in there already. */
export interface Idp {
  issuer: string;
  people: Map<string, Person>;
  person: string;
  /** What it does with the next requests: answer, break the connection, or hold the answer back until `release`. */
  mood: 'well' | 'down' | 'slow';
  release(): void;
  refreshTokens: boolean;
  /** Resolves once a request is being held back. */
  held(): Promise<void>;
  /** Requests by path, to see what was asked. */
  asked: string[];
  register(hub: string): void;
  close(): Promise<void>;
}

export async function startIdp(): Promise<Idp> {
  const people = new Map<string, Person>();
  const asked: string[] = [];
  let waiting: (() => void)[] = [];
  let tellHeld: () => void = () => undefined;
  let provider: Provider | null = null;
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push(request.url!.split('?', 1)[0]!);
    if (idp.mood === 'down') {
      request.socket.destroy();
      return;
    }
    const answer = (): void => void respond(request, response);
    if (idp.mood === 'slow') {
      waiting.push(answer);
      tellHeld();
      return;
    }
    answer();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!request.url!.startsWith('/interaction/')) {
      await provider!.callback()(request, response);
      return;
    }
    const details = await provider!.interactionDetails(request, response);
    const { clientId, accountId } = { clientId: String(details.params.client_id), accountId: idp.person };
    const grant = new provider!.Grant({ clientId, accountId });
    grant.addOIDCScope(String(details.params.scope));
    const result = { login: { accountId }, consent: { grantId: await grant.save() } };
    await provider!.interactionFinished(request, response, idp.person === '' ? { error: 'access_denied' } : result, { mergeWithLastSubmission: false });
  }

  const idp: Idp = {
    issuer, people, asked, person: '', mood: 'well', refreshTokens: true,
    release() {
      idp.mood = 'well';
      waiting.forEach(answer => answer());
      waiting = [];
    },
    held: () => new Promise(resolve => (tellHeld = resolve)),
    register(hub) {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      console.warn = () => undefined;
      provider = new OidcProvider(issuer, {
        clients: [{
          client_id: 'hub', client_secret: 'hub-secret', redirect_uris: [`${hub}/hub/login/callback`], post_logout_redirect_uris: [`${hub}/hub/logged-out`],
          grant_types: ['authorization_code', 'refresh_token'], response_types: ['code']
        }],
        jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'k1' }] },
        cookies: { keys: ['idp'] },
        claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email', 'email_verified'] },
        pkce: { required: () => true },
        features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true, logoutSource: (context, form) => void (context.body = form) } },
        interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
        issueRefreshToken: async () => idp.refreshTokens,
        rotateRefreshToken: true,
        ttl: { Session: 3600, Grant: 3600, Interaction: 3600, AccessToken: 600, IdToken: 600, RefreshToken: 86_400, AuthorizationCode: 60 },
        findAccount: async (_context, id) => {
          const person = people.get(id);
          return person && { accountId: id, claims: async () => ({ ...person.claims, sub: id }) };
        }
      });
      console.warn = warn;
      provider.on('server_error', (_context: unknown, error: Error) => asked.push(`error ${error.message}`));
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    }
  };
  return idp;
}
