import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import type { TokenRecord } from '../../services/identity/types.js';
import { requireScope } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';
import { toTokenModel } from '../models.js';
import { knownUser } from '../names.js';

/** API tokens. Tokens of sessions and browsers are listed too, so that a person can see and revoke what acts in their name. */
export function tokenRoutes(context: Context, router: Router): void {
  const find = async (owner: string, id: string): Promise<TokenRecord> => {
    const token = (await context.identity.tokens(owner)).find(other => other.id === id);
    if (!token) {
      throw new DomainError('not-found', 'There is no such token.');
    }
    return token;
  };

  bind(context, router, 'listTokens', async ({ params, principal }) => {
    requireScope(principal, 'read:tokens', { user: params.name! });
    await knownUser(context, params.name!);
    return { status: 200, body: { api_tokens: (await context.identity.tokens(params.name!)).map(toTokenModel) } };
  });

  bind(context, router, 'createToken', async ({ params, body, principal, response }) => {
    const owner = params.name!;
    requireScope(principal, 'tokens', { user: owner });
    await knownUser(context, owner);
    const { token, record } = await context.identity.createToken({
      principal, owner, scopes: body?.scopes ?? undefined, roles: body?.roles ?? undefined, expiresInSeconds: body?.expires_in, note: body?.note
    });
    response.set('Cache-Control', 'no-store');
    return { status: 201, body: { ...toTokenModel(record), token } };
  });

  bind(context, router, 'getToken', async ({ params, principal }) => {
    requireScope(principal, 'read:tokens', { user: params.name! });
    await knownUser(context, params.name!);
    return { status: 200, body: toTokenModel(await find(params.name!, params.token_id!)) };
  });

  bind(context, router, 'deleteToken', async ({ params, principal }) => {
    requireScope(principal, 'tokens', { user: params.name! });
    await knownUser(context, params.name!);
    await context.identity.deleteToken({ owner: params.name!, id: params.token_id! });
    return { status: 204 };
  });
}
