import * as path from 'node:path';

import { z } from 'zod';

const absolute = z.string().refine(value => path.isAbsolute(value), 'must be an absolute path');
const sessionUser = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be letters, digits, ".", "_" or "-", at most 63, beginning with a letter or digit');
const identifier = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be the id of a datalab');

/** Every setting of the hub, declared once. Unknown keys are errors: a misspelt setting must not silently do nothing. */
export const configSchema = z.strictObject({
  user: sessionUser.describe('Hub user name of the one local user'),
  host: z.string().min(1).describe('Address the proxy listens on'),
  port: z.int().min(0).max(65535).describe('Port the proxy listens on; 0 takes any free one'),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .describe('Address people use, when it differs from host and port (behind another proxy)'),
  stateDir: absolute.describe('Store, homes, sockets, logs and sample data'),
  datalabsDir: absolute.describe('Folder whose sub-folders each hold a datalab.yaml'),
  volumesFile: absolute.nullable().describe('The list of volumes; default: volumes.yaml in the state directory, else the one delivered'),
  homeDatalab: identifier.describe('Datalab of the unnamed session'),
  suiteDatalabs: z.array(identifier).describe('Datalabs trusted with the scopes of their owner: those that carry the suite'),
  startTimeoutSeconds: z.number().positive().max(3600).describe('Total time a start may take'),
  stopGraceSeconds: z.number().positive().max(600).describe('Time between TERM and KILL when a session is stopped'),
  jupyterArguments: z.array(z.string()).describe('Further arguments of every jupyter session'),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']),
  proxyToken: z.string().min(32).nullable().describe('Secret of the proxy API; random when not given'),
  software: z
    .strictObject({
      node: absolute.describe('Node 24: has bin/node'),
      lab: absolute.describe('Python environment with jupyterhub-singleuser'),
      euclid: absolute.describe('Python environment of the Euclid kernel'),
      repo: absolute.describe('This repository')
    })
    .describe('Software trees, mounted read-only at the same path in every session; {node}, {lab}, … in a datalab.yaml')
});

export type Config = z.infer<typeof configSchema>;

/** Settings that may come from a file named by DATALABS_<NAME>_FILE. */
export const SECRETS: readonly (keyof Config)[] = ['proxyToken'];
