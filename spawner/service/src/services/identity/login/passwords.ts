import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { DomainError } from '../../../domain/errors.js';

/** Work of one hash: N, r and p of RFC 7914. */
export interface ScryptCost {
  N: number;
  r: number;
  p: number;
}

/** 32 MiB and about a fifth of a second: as dear as more memory for one round, but a small machine bears several at once. */
export const DEFAULT_COST: ScryptCost = { N: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const SHORTEST = 10;
const LONGEST = 1000;
/** Hashes computed at once, and those that may wait: each takes a thread that files and names are looked up with too. */
const AT_ONCE = 2;
const WAITING = 50;

/** Passwords at rest: `scrypt$N$r$p$salt$key`, so that old ones stay readable when the cost is raised. */
export class Passwords {
  private running = 0;
  private readonly queue: (() => void)[] = [];
  private readonly decoy: string;

  constructor(private readonly cost: ScryptCost = DEFAULT_COST) {
    this.decoy = encode(cost, randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return encode(this.cost, salt, await this.derive(password, salt, this.cost));
  }

  /** Null stands for an account that is not there: it takes as long as one that is. */
  async verify(password: string, stored: string | null): Promise<{ ok: boolean; outdated: boolean }> {
    const [, N, r, p, salt, key] = (stored ?? this.decoy).split('$');
    const cost = { N: Number(N), r: Number(r), p: Number(p) };
    const expected = Buffer.from(key!, 'base64url');
    const derived = await this.derive(password, Buffer.from(salt!, 'base64url'), cost);
    const ok = timingSafeEqual(derived, expected) && stored !== null;
    return { ok, outdated: cost.N !== this.cost.N || cost.r !== this.cost.r || cost.p !== this.cost.p };
  }

  private async derive(password: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
    await this.turn();
    try {
      const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
      return await new Promise((resolve, reject) =>
        scrypt(normal(password), salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)))
      );
    } finally {
      const next = this.queue.shift();
      if (next) {
        // The turn is handed on, not given up: nobody slips in between.
        next();
      } else {
        this.running -= 1;
      }
    }
  }

  private async turn(): Promise<void> {
    if (this.running >= AT_ONCE) {
      if (this.queue.length >= WAITING) {
        throw new DomainError('too-many', 'Too many people are logging in at this moment.', { action: 'Try again in a few seconds.', retryAfter: 5 });
      }
      await new Promise<void>(resolve => this.queue.push(resolve));
    } else {
      this.running += 1;
    }
  }
}

/** Rejects what is too easily guessed. Length is what counts; no rules about which characters (NIST SP 800-63B). */
export function requireGoodPassword(password: string, user: string): void {
  const text = normal(password);
  const length = [...text].length;
  const action = 'Choose another: a few words in a row are long and easy to remember.';
  if (length < SHORTEST || length > LONGEST) {
    throw new DomainError('weak-password', length < SHORTEST ? `A password has at least ${SHORTEST} characters.` : `A password has at most ${LONGEST} characters.`, { action });
  }
  if (new Set(text).size < 4 || text.toLowerCase().includes(user.toLowerCase())) {
    throw new DomainError('weak-password', 'This password is easily guessed: it contains your user name, or hardly any different characters.', { action });
  }
}

/** The same keys pressed on two keyboards are the same password. */
function normal(password: string): string {
  return password.normalize('NFKC');
}

function encode({ N, r, p }: ScryptCost, salt: Buffer, key: Buffer): string {
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}
