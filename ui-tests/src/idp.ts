import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** An OpenID Connect provider on loopback with pages of its own: whoever types a name is that person, unless the account is closed. */
export interface Idp {
  issuer: string;
  closed: Set<string>;
  /** Breaks every connection while true. */
  down: boolean;
  /** Tells it about the hub; requests wait until then. */
  register(hub: string): void;
  close(): Promise<void>;
}

export async function startIdp(): Promise<Idp> {
  let serve: (handler: RequestListener) => void;
  const handler = new Promise<RequestListener>(resolve => (serve = resolve));
  const server = createServer((request, response) => {
    if (idp.down) {
      request.socket.destroy();
    } else {
      void handler.then(listener => listener(request, response));
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const idp: Idp = {
    issuer,
    closed: new Set(),
    down: false,
    register(hub) {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: 'hub', client_secret: 'hub-secret', redirect_uris: [`${hub}/hub/login/callback`], post_logout_redirect_uris: [`${hub}/hub/logged-out`],
            grant_types: ['authorization_code', 'refresh_token'], response_types: ['code']
          }
        ],
        jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'k1' }] },
        cookies: { keys: ['idp'] },
        claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email', 'email_verified'] },
        issueRefreshToken: async () => true,
        ttl: { Session: 3600, Grant: 3600, Interaction: 3600, AccessToken: 600, IdToken: 600, RefreshToken: 86_400, AuthorizationCode: 60 },
        findAccount: async (_context, id) =>
          idp.closed.has(id) ? undefined : { accountId: id, claims: async () => ({ sub: id, preferred_username: id, name: id, groups: ['euclid'], email: `${id}@example.org`, email_verified: true }) }
      });
      serve(provider.callback());
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    }
  };
  return idp;
}
