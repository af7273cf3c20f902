import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IAgentConfig } from './config.js';

export type Verdict = 'allowed' | 'forbidden' | 'unknown' | 'hub-away';

const CACHE_TIME = 30_000;
const CACHE_SIZE = 200;
const LOGIN_TIME = 600_000;
const COOKIE_TIME = 12 * 3_600_000;
const HUB_TIMEOUT = 10_000;

const digest = (token: string) => createHash('sha256').update(token).digest('base64url');
const random = () => randomBytes(32).toString('base64url');

function forgetOldest(map: Map<string, unknown>, size: number): void {
  for (const key of map.keys()) {
    if (map.size <= size) {
      return;
    }
    map.delete(key);
  }
}

/** Asks the hub who may use this desktop. */
export class HubAuth {
  constructor(
    private readonly config: Pick<
      IAgentConfig,
      'apiUrl' | 'apiToken' | 'clientId' | 'accessScopes' | 'callbackUrl' | 'authorizeUrl'
    >,
    private readonly now: () => number
  ) {}

  /** Whether the owner of a token may use this session. Only clear answers are remembered. */
  async verify(token: string): Promise<Verdict> {
    const key = digest(token);
    const known = this.verdicts.get(key);
    if (known && this.now() - known.at < CACHE_TIME) {
      return known.verdict;
    }
    const verdict = await this.ask(token);
    if (verdict !== 'hub-away') {
      this.verdicts.delete(key);
      this.verdicts.set(key, { verdict, at: this.now() });
      forgetOldest(this.verdicts, CACHE_SIZE);
    }
    return verdict;
  }

  /** The first half of a login: where to send the browser, and the state its cookie must carry back. */
  beginLogin(): { url: string; state: string } {
    const state = random();
    const verifier = random();
    this.logins.set(state, { verifier, at: this.now() });
    forgetOldest(this.logins, CACHE_SIZE);
    const query = new URLSearchParams({
      client_id: this.config.clientId,
      redirect_uri: this.config.callbackUrl,
      response_type: 'code',
      state,
      code_challenge: digest(verifier),
      code_challenge_method: 'S256'
    });
    return { url: `${this.config.authorizeUrl}?${query}`, state };
  }

  /**
   * The second half: exchange the code. The hub's token stays here; the browser gets an opaque cookie.
   */
  async finishLogin(options: {
    code: string;
    state: string;
    stateCookie: string;
  }): Promise<{ verdict: Verdict; cookie: string | null }> {
    const { code, state, stateCookie } = options;
    const login = this.logins.get(state);
    this.logins.delete(state);
    const same =
      state.length === stateCookie.length &&
      timingSafeEqual(Buffer.from(digest(state)), Buffer.from(digest(stateCookie)));
    if (!login || !same || this.now() - login.at > LOGIN_TIME) {
      return { verdict: 'unknown', cookie: null };
    }
    let token: string;
    try {
      const answer = await fetch(`${this.config.apiUrl}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: this.config.clientId,
          client_secret: this.config.apiToken,
          code,
          redirect_uri: this.config.callbackUrl,
          code_verifier: login.verifier
        }),
        signal: AbortSignal.timeout(HUB_TIMEOUT)
      });
      if (!answer.ok) {
        return { verdict: answer.status < 500 ? 'unknown' : 'hub-away', cookie: null };
      }
      token = ((await answer.json()) as { access_token: string }).access_token;
    } catch {
      return { verdict: 'hub-away', cookie: null };
    }
    const verdict = await this.verify(token);
    if (verdict !== 'allowed') {
      return { verdict, cookie: null };
    }
    const cookie = random();
    this.visitors.set(digest(cookie), { token, at: this.now() });
    forgetOldest(this.visitors, CACHE_SIZE);
    return { verdict, cookie };
  }

  /** Whether the browser with this cookie may still use the session. */
  async verifyCookie(cookie: string): Promise<Verdict> {
    const visitor = this.visitors.get(digest(cookie));
    if (!visitor || this.now() - visitor.at > COOKIE_TIME) {
      return 'unknown';
    }
    return this.verify(visitor.token);
  }

  private async ask(token: string): Promise<Verdict> {
    try {
      const answer = await fetch(`${this.config.apiUrl}/user`, {
        headers: { Authorization: `token ${token}` },
        signal: AbortSignal.timeout(HUB_TIMEOUT)
      });
      if (!answer.ok) {
        await answer.body?.cancel();
        return answer.status < 500 ? 'unknown' : 'hub-away';
      }
      const { scopes } = (await answer.json()) as { scopes?: unknown };
      const held = Array.isArray(scopes) ? scopes : [];
      return this.config.accessScopes.some(scope => held.includes(scope)) ? 'allowed' : 'forbidden';
    } catch {
      return 'hub-away';
    }
  }

  private readonly verdicts = new Map<string, { verdict: Verdict; at: number }>();
  private readonly logins = new Map<string, { verifier: string; at: number }>();
  private readonly visitors = new Map<string, { token: string; at: number }>();
}
