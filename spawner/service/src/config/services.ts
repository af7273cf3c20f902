import * as path from 'node:path';

import { z } from 'zod';

export const SHORTEST_TOKEN = 32;

/** A program of the operator's that speaks the API with a token of its own. */
export const serviceSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and "-"'),
  apiTokenFile: z.string().refine(value => path.isAbsolute(value), 'must be an absolute path').describe(`File with its token: at least ${SHORTEST_TOKEN} characters, the same that the service sends`),
  scopes: z.array(z.string().min(1)).min(1).describe('Of JupyterHub'),
  url: z.string().min(1).nullable().default(null).describe('Where its pages are, for people to find')
});
