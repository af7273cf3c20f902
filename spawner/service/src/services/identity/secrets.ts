import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type RandomBytes = (size: number) => Buffer;

/** 256 random bits for a header, cookie or address. */
export function newSecret(random: RandomBytes = randomBytes): string {
  return random(32).toString('base64url');
}

/** How every secret is kept. They are random, so a plain hash is enough. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares in time independent of the content: of the hashes, so that lengths do not show either. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

/** Cross-site token of one browser login. Derived, so that it needs no storage and a planted `_xsrf` cookie does not pass. */
export function deriveXsrf(cookie: string): string {
  return createHmac('sha256', cookie).update('xsrf').digest('base64url');
}
