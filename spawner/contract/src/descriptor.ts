import { z } from 'zod';
import { App, Kind, Network, Resources } from './schemas.js';

const text = z.string().trim().min(1);

/** datalab.yaml: what a mission team writes about its datalab. The id is the name of its folder. Unknown keys are refused: they are typing errors. */
export const DatalabDescriptor = z.strictObject({
  title: text.max(80),
  alternateName: text.max(80),
  abstract: text.max(2000),
  contactPoint: z.strictObject({ email: z.email() }),
  creator: z.strictObject({ name: text, url: z.url().optional() }),
  version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/),

  keywords: z.array(text).default([]),
  missions: z.array(text).default([]),
  domain: text.optional(),
  license: text.optional(),
  documentation: z.url().optional(),
  citation: text.optional(),
  icon: text.optional().describe('SVG file beside this one'),

  funding: text.optional(),
  softwareRequirements: z.union([text, z.array(text)]).optional(),
  relatedLink: z.union([z.url(), z.array(z.url())]).optional(),
  changelog: text.optional(),

  kind: Kind,
  image: text.optional(),
  command: z.array(z.string()).min(1).optional(),
  port: z.int().min(1).max(65535).optional(),
  health: text.optional(),
  network: Network.default('none'),
  resources: z.strictObject(Resources.shape).default({ cpu: 1, memory: '2Gi' }),
  volumes: z.array(text).default([]),
  apps: z.array(z.strictObject(App.shape)).default([]),
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({})
});
export type DatalabDescriptor = z.infer<typeof DatalabDescriptor>;
