import { SESSION_NAME } from '@jupyter-datalabs/contract';
import { DomainError } from '../domain/errors.js';
import type { UserRecord } from '../services/identity/types.js';
import { unknownUser } from './auth.js';
import type { Context } from './context.js';

/** A session's name as given in an address, if it can be one. */
export function sessionName(text: string): string {
  if (!SESSION_NAME.test(text)) {
    throw new DomainError('invalid-name', 'A session name has 1 to 63 lower-case letters, digits and hyphens and begins with a letter or digit.', {
      action: 'Choose another name.'
    });
  }
  return text;
}

export async function knownUser(context: Context, name: string): Promise<UserRecord> {
  const user = name.length <= 255 ? await context.identity.user(name) : null;
  if (!user) {
    throw unknownUser();
  }
  return user;
}
