/** What a provider said about a person, checked: signature, issuer, audience, nonce and times of the ID token. */
export interface ProviderAnswer {
  issuer: string;
  /** Stable and unique at this issuer, unlike names and addresses. */
  subject: string;
  /** Of the ID token and the user-info endpoint together. */
  claims: Record<string, unknown>;
  /** Null: the provider gave none. */
  refreshToken: string | null;
  idToken: string | null;
}

/** What binds an answer to the browser that asked. */
export interface LoginSecrets {
  state: string;
  nonce: string;
  /** PKCE (RFC 7636). */
  verifier: string;
}

/**
 * An OpenID Connect provider. Everything rejects with a DomainError: `identity-provider-down` when it cannot be asked within the deadline,
 * `clock-skew`, `login-failed`, or, from `refresh` alone, `login-ended`.
 */
export interface IdentityProvider {
  readonly issuer: string;
  newSecrets(): LoginSecrets;
  /** Where to send the browser. */
  authorize(options: { redirectUri: string; secrets: LoginSecrets }): Promise<URL>;
  /** Exchanges the code in the address the browser came back with. */
  redeem(options: { address: URL; secrets: LoginSecrets }): Promise<ProviderAnswer>;
  /** Asks whether the person may still log in. */
  refresh(options: { refreshToken: string; subject: string }): Promise<ProviderAnswer>;
  /** Where a browser ends its login there; null when the provider has no such address or is not known yet. */
  endSession(options: { idToken: string | null; returnTo: string }): URL | null;
  /** Learns about the provider, again and again until it answers. Resolves after the first try with what is wrong, a sentence, or null. */
  open(): Promise<string | null>;
  close(): void;
}
