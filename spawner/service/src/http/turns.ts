import type { Response } from 'express';
import { DomainError } from '../domain/errors.js';

const AT_ONCE = 2;
const WAITING = 14;

/** Who asks for much gets two answers at a time; further requests wait, and too many are refused. */
export class Turns {
  readonly #lines = new Map<string, (() => void)[]>();

  /** False when the one who asked has gone. The turn ends with the response. */
  async take(who: string, response: Response): Promise<boolean> {
    if (response.closed) {
      return false;
    }
    const line = this.#lines.get(who) ?? [];
    if (line.length >= AT_ONCE + WAITING) {
      throw new DomainError('too-many', 'Too many of your requests are being answered.', { action: 'Try again in a few seconds.', retryAfter: 5 });
    }
    this.#lines.set(who, line);
    await new Promise<void>(go => {
      line.push(go);
      response.once('close', () => {
        line.splice(line.indexOf(go), 1);
        line[AT_ONCE - 1]?.();
        if (line.length === 0) {
          this.#lines.delete(who);
        }
        go();
      });
      if (line.length <= AT_ONCE) {
        go();
      }
    });
    return !response.closed;
  }
}
