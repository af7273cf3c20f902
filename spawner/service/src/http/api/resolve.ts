import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';

import { RESOLVE_BYTES, type Resolved } from '@jupyter-datalabs/contract';
import { json, type Request, type RequestHandler, type Response, type Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { can, principalOfApi, requireScope } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';
import { Turns } from '../turns.js';

/** Longer answers are written in parts: to make megabytes of text at once would hold up everybody else. */
const PART = 250;
/** Lists of references have no more: a row in a list in the request, and in a row what an archive says of its clouds. */
const DEEPEST = 16;
/** Of all rows together. */
const MOST_VALUES = 250_000;
/** Different ones: each costs the parser more than a hundred values of columns that it has met. */
const MOST_COLUMNS = 2000;
/** Of names of columns; not to be known to those who choose them. */
const FACTOR = randomInt(2 ** 20, 2 ** 30) * 2 + 1;

/** Reads what is asked: megabytes from those alone whom the hub knows, and of nobody more than two requests at a time. */
export function resolveBody(context: Context): RequestHandler {
  const turns = new Turns();
  const read = json({ type: () => true, limit: RESOLVE_BYTES, verify: (_request: Request, _response: Response, body: Buffer, encoding: string) => checkShape(body, encoding) });
  return async (request, response, next) => {
    const principal = await principalOfApi(context, request);
    if (!principal) {
      next();
    } else if (await turns.take(`${principal.kind} ${principal.name}`, response)) {
      read(request, response, next);
    }
  };
}

/** From what archives say to files in volumes. */
export function resolveRoutes(context: Context, router: Router): void {
  bind(context, router, 'resolve', async ({ body: { references, session }, principal, response }) => {
    // Users see volumes. A service is none, even under the name of one.
    if (principal.kind !== 'user') {
      throw new DomainError('forbidden', 'References are resolved for users, and a service is none.', { action: 'Use the token of the user whose files they are.' });
    }
    // What runs in a session asks with the session's own token, which all that may run code there can read: it tells nothing of volumes that the session was not given.
    const isConfined = !can(principal, 'datalabs:read');
    if (isConfined && (session === undefined || !can(principal, 'access:servers', { user: principal.name, server: session }))) {
      requireScope(principal, 'datalabs:read');
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const resolved = await context.resolver.resolve({ user: principal.name, references, session, isConfined, signal: gone.signal });
      if (resolved.length <= PART) {
        return { status: 200, body: { resolved } };
      }
      await writeParts(response, resolved, gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) {
        throw error;
      }
    }
    return undefined;
  });
}

async function writeParts(response: Response, resolved: readonly Resolved[], signal: AbortSignal): Promise<void> {
  const part = (at: number): string => JSON.stringify(resolved.slice(at, at + PART)).slice(1, -1);
  const first = part(0);
  response.status(200).type('json').write(`{"resolved":[${first}`);
  for (let at = PART; at < resolved.length; at += PART) {
    await (response.writableNeedDrain ? once(response, 'drain', { signal }) : setImmediate());
    signal.throwIfAborted();
    response.write(`,${part(at)}`);
  }
  response.end(']}');
}

/**
 * Refuses in one pass over the bytes what would keep the parser, or those who go through what it gives, busy for long.
 * Brackets and colons are the same bytes in UTF-8 whatever stands around them, which is why it takes nothing else.
 */
function checkShape(body: Buffer, encoding: string): void {
  if (encoding !== 'utf-8') {
    throw new DomainError('bad-request', 'The body is not in UTF-8.');
  }
  let depth = 0;
  let values = 0;
  let text = 0;
  const columns = new Set<number>();
  for (let at = 0; at < body.length; at++) {
    switch (body[at]) {
      case 0x22:
        // To the end of a text.
        text = 0;
        for (at++; at < body.length && body[at] !== 0x22; at++) {
          text = Math.imul(text ^ body[at]!, FACTOR);
          text ^= text >>> 15;
          if (body[at] === 0x5c) {
            at++;
          }
        }
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > DEEPEST) {
          throw new DomainError('bad-request', 'The references are nested too deeply.', { action: 'Send texts, or rows with the columns that say where a product lies.' });
        }
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
      case 0x3a:
        columns.add(text);
        if (++values > MOST_VALUES || columns.size > MOST_COLUMNS) {
          throw new DomainError('bad-request', `The rows have more than ${MOST_COLUMNS} different columns or ${MOST_VALUES} values together.`, { action: 'Send only the columns that say where a product lies.' });
        }
    }
  }
}
