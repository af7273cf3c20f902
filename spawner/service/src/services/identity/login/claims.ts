import { DomainError } from '../../../domain/errors.js';

export type Claims = Record<string, unknown>;

/** One reason to let somebody in: the claim has, or contains, one of the values. */
export interface AllowRule {
  claim: string;
  values: string[];
}

/** Longest user name: it is a directory and part of addresses. */
const LONGEST = 63;
const USER_NAME = /^[a-z0-9][a-z0-9._-]*$/;

/** A claim by name, or by a path with dots as in `realm_access.roles`. */
export function claim(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) {
    return claims[name];
  }
  let value: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) {
      return undefined;
    }
    value = (value as Claims)[part];
  }
  return value;
}

/** A claim as texts: one or several. Anything else is nothing. */
export function texts(claims: Claims, name: string): string[] {
  const value = claim(claims, name);
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string' && one !== '');
}

/** A provider's group as the hub calls it: Keycloak puts "/" before each. Not every name is one that a group here can have. */
export function groupName(text: string): string {
  return text.normalize('NFKC').replace(/^\//, '');
}

/** Some providers send it as text. */
export function isEmailVerified(claims: Claims): boolean {
  return claims.email_verified === true || claims.email_verified === 'true';
}

/**
 * A user name out of what a provider calls somebody: lower case, compatibility forms and accents folded, every run of other characters one "-".
 * Two people can come out the same; who was first keeps the name (the caller sees to it).
 */
export function userName(text: string): string {
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const name = folded.replace(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+|[-.]+$/g, '');
  if (name.length > LONGEST || !USER_NAME.test(name)) {
    throw new DomainError('login-refused', 'Your name at the identity provider cannot be made into a user name: it needs letters of the Latin alphabet or digits, at most 63.', {
      action: 'Ask the operator of this hub which claim names its users.'
    });
  }
  return name;
}

/** The user name in the claims. An address counts only once its owner has shown that it is theirs: anybody can type somebody else's. */
export function userNameOf(claims: Claims, settings: { usernameClaim: string; usernameDomain: string | null }): string {
  const { usernameClaim, usernameDomain } = settings;
  const value = claim(claims, usernameClaim);
  if (typeof value !== 'string' || value.trim() === '') {
    throw new DomainError('login-refused', `The identity provider did not say who you are: there is no "${usernameClaim}".`, {
      action: 'Ask the operator of this hub to look at login.usernameClaim and login.scopes.'
    });
  }
  if (usernameClaim === 'email') {
    requireVerified(claims);
  }
  if (usernameDomain === null) {
    return userName(value);
  }
  const at = value.lastIndexOf('@');
  if (at < 1 || value.slice(at + 1).toLowerCase() !== usernameDomain.toLowerCase()) {
    throw new DomainError('login-refused', `This hub is for people at ${usernameDomain}.`, { action: 'Log in with an account there.' });
  }
  return userName(value.slice(0, at));
}

/** Whether one of the rules fits; groups under the provider's name or the hub's. An address that nobody has verified fits none. */
export function isAllowed(claims: Claims, rules: readonly AllowRule[], groupsClaim: string | null = null): boolean {
  return rules.some(({ claim: name, values }) => {
    const fits = (value: string): boolean => values.includes(value) || (name === groupsClaim && values.includes(groupName(value)));
    return (name !== 'email' || isEmailVerified(claims)) && texts(claims, name).some(fits);
  });
}

function requireVerified(claims: Claims): void {
  if (!isEmailVerified(claims)) {
    throw new DomainError('login-refused', 'The identity provider has not verified your e-mail address.', {
      action: 'Verify it there (usually by a link in a message), then log in again.'
    });
  }
}
