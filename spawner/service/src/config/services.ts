import { readFileSync } from 'node:fs';
import * as path from 'node:path';

import { z } from 'zod';

import { DomainError } from '../domain/errors.js';

const SHORTEST = 32;

/** A program of the operator's that speaks the API with a token of its own. */
export const serviceSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and "-"'),
  apiTokenFile: z.string().refine(value => path.isAbsolute(value), 'must be an absolute path').describe(`File with its token: at least ${SHORTEST} characters, the same that the service sends`),
  scopes: z.array(z.string().min(1)).min(1).describe('Of JupyterHub'),
  url: z.string().min(1).nullable().default(null).describe('Where its pages are, for people to find')
});

/** The services of the configuration with their tokens. */
export function readServices(services: readonly z.infer<typeof serviceSchema>[]): { name: string; apiToken: string; scopes: string[]; url: string | null }[] {
  const problem = (name: string, message: string, cause?: unknown): DomainError =>
    new DomainError('internal', `services: ${name}: ${message}`, { action: 'Mend the configuration, then start the hub again.', cause });
  const names = new Set<string>();
  const tokens = new Set<string>();
  return services.map(({ name, apiTokenFile, scopes, url }) => {
    let apiToken: string;
    try {
      apiToken = readFileSync(apiTokenFile, 'utf8').trim();
    } catch (cause) {
      throw problem(name, `the file ${apiTokenFile} cannot be read.`, cause);
    }
    if (apiToken.length < SHORTEST || /\s/.test(apiToken)) {
      throw problem(name, `the token in ${apiTokenFile} needs at least ${SHORTEST} characters and no spaces.`);
    }
    if (names.size === names.add(name).size || tokens.size === tokens.add(apiToken).size) {
      throw problem(name, 'another service has the same name or token.');
    }
    return { name, apiToken, scopes, url };
  });
}
