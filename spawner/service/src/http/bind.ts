import { routes, type RouteDefinition, type RouteId, type Routes } from '@jupyter-datalabs/contract';
import type { Request, Response, Router } from 'express';
import type { z } from 'zod';
import { DomainError } from '../domain/errors.js';
import type { Principal } from '../services/identity/types.js';
import { principalOfApi } from './auth.js';
import type { Context } from './context.js';

type QueryOf<K extends RouteId> = Routes[K] extends { query: infer Q extends z.ZodType } ? z.output<Q> : Record<string, never>;
type BodyOf<K extends RouteId> = Routes[K] extends { body: infer B extends z.ZodType } ? z.output<B> : undefined;

/** What a handler gets: everything parsed by the route's schemas. */
export interface Call<K extends RouteId> {
  params: Record<string, string>;
  query: QueryOf<K>;
  body: BodyOf<K>;
  request: Request;
  response: Response;
  /** Who asks; undefined only on routes open to anybody. */
  principal: Routes[K]['auth'] extends 'none' ? undefined : Principal;
}

/** What a handler answers; undefined when it has written the answer itself. */
export type Answer = { status: number; body?: unknown } | undefined;

/** Serves one route of the table. */
export function bind<K extends RouteId>(context: Context, router: Router, id: K, handler: (call: Call<K>) => Promise<Answer>): void {
  const route: RouteDefinition = routes[id];
  const named = route.path.replace(/\{(\w+)\}/g, ':$1');
  const path = route.emptyLast ? named.replace(/:(\w+)$/, '{:$1}') : named;
  router[route.method](path, async (request: Request, response: Response) => {
    let principal: Principal | null = null;
    if (route.auth === 'user') {
      principal = await principalOfApi(context, request);
      if (!principal) {
        throw unknownCaller(context, request);
      }
    }
    const call = {
      params: request.params as Record<string, string>,
      query: route.query ? parse(route.query, request.query, 'query') : {},
      body: route.body ? parse(route.body, request.body === undefined || request.body === null ? undefined : request.body, 'body') : undefined,
      request,
      response,
      principal
    };
    const answer = await handler(call as unknown as Call<K>);
    if (!answer) {
      return;
    }
    const schema = route.responses[answer.status];
    if (context.config.checkResponses) {
      if (schema === undefined) {
        throw new Error(`${id} answered ${answer.status}, which the route table does not know`);
      }
      schema?.parse(answer.body);
    }
    response.status(answer.status);
    if (answer.body === undefined) {
      response.end();
    } else {
      response.json(answer.body);
    }
  });
}

/** Says what helps: a page and a program, by token or by login, need different things. */
function unknownCaller({ login }: Context, { headers }: Request): DomainError {
  const page = headers['sec-fetch-mode'] !== undefined || headers.origin !== undefined || headers.referer !== undefined;
  if (/^(?:token|bearer)\s/i.test(headers.authorization ?? '')) {
    return new DomainError('unauthenticated', 'The token is not valid: it has expired or been revoked, or is none of this hub or not for this use.', {
      action: page ? 'Reload the page.' : 'Use a new token; logging in again does not renew this one.'
    });
  }
  const logIn = login?.oidc || login?.accounts ? 'Log in again.' : 'Log in with a fresh link: "npm start" beside the running hub prints one.';
  return new DomainError('unauthenticated', 'Missing or invalid credentials.', { action: page ? logIn : 'Send a token in the header "Authorization: token …"; a browser logs in at /hub/login.' });
}

function parse(schema: z.ZodType, value: unknown, part: string): unknown {
  const result = schema.safeParse(value);
  if (!result.success) {
    const issues = result.error.issues.map(issue => `${issue.path.join('.') || part}: ${issue.message}`);
    throw new DomainError('bad-request', `The ${part} is not valid: ${issues.join('; ')}.`);
  }
  return result.data;
}
