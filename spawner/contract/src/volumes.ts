import { z } from 'zod';
import { Timestamp, Volume } from './schemas.js';

const text = z.string().trim().min(1);
// Pages make links of them.
const webAddress = z.url({ protocol: /^https?$/ });
// eslint-disable-next-line no-control-regex -- these are what is refused
const hasControls = (path: string): boolean => /[\u0000-\u001f\u007f]/.test(path);
const groups = z.array(text.max(255)).max(1000);

/** Names become directory names below /data. */
export const VolumeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower case letters, digits, "_" or "-"')
  .refine(name => name !== 'user', '"user" is taken by /data/user');

/** A path inside a volume, '' not among them. */
export const VolumePath = z
  .string()
  .min(1)
  .max(4096)
  .refine(path => !hasControls(path) && path.split('/').every(part => part !== '' && part !== '.' && part !== '..'), 'must be a path inside the volume, without a slash at either end');

/** Finer than the volume: the longest prefix decides, and it overrides the volume's own groups either way. */
export const VolumeRule = z.strictObject({ prefix: VolumePath, groups: groups.describe('Who may see what lies there; empty: everybody') });
export type VolumeRule = z.infer<typeof VolumeRule>;

/** A notebook, in the volume or elsewhere. */
export const VolumeExample = z
  .strictObject({ title: text, path: VolumePath.optional(), url: webAddress.optional() })
  .refine(({ path, url }) => (path === undefined) !== (url === undefined), 'must have either a path or a url');

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}

/** What an operator says of a volume, in volumes.yaml or by the API. */
export const VolumeEntry = z.strictObject({
  name: VolumeName,
  title: text,
  mission: text,
  release: text.optional(),
  description: text,
  size: z.strictObject({ bytes: z.number().min(0).optional(), files: z.int().min(0).optional() }).optional(),
  licence: text,
  citation: text.optional().describe('How to cite it'),
  documentation: webAddress.optional(),
  examples: z.array(VolumeExample).max(100).default([]),
  simulated: z.boolean().default(false).describe('True for made-up sample data'),
  path: text.max(4096).refine(path => !hasControls(path), 'must not have control characters').describe('Absolute, or below the sample data: "sample-data/…"'),
  groups: groups.default([]).describe('Who may see it; empty: everybody'),
  rules: z
    .array(VolumeRule)
    .max(200)
    .refine(rules => new Set(rules.map(rule => rule.prefix)).size === rules.length, 'there are two rules for one path')
    .default([]),
  roots: z.array(z.string().regex(/^\/./, 'must begin with a slash').max(4096)).max(100).default([]).describe('Paths in the archive that map into the volume'),
  urls: z
    .array(z.string().min(1).max(1000).refine(compiles, 'must be a regular expression'))
    .max(100)
    .default([])
    .describe('Regular expressions of access URLs and identifiers; the named group "path" is the path in the volume, or "name" the name of the file'),
  download: z
    .string()
    .regex(/^https?:\/\/[^\s]+$/, 'must be an http or https address')
    .max(1000)
    .optional()
    .describe('Where the archive gives out its files, with {path}, {folder} and {name}'),
  tables: z.array(z.strictObject({ service: webAddress.describe('Of the TAP service'), table: text })).max(100).default([])
});
export type VolumeEntry = z.infer<typeof VolumeEntry>;

/** One volume, with all that its page shows. */
export const VolumeDetail = Volume.extend({
  size: VolumeEntry.shape.size,
  citation: VolumeEntry.shape.citation,
  documentation: VolumeEntry.shape.documentation,
  examples: z.array(VolumeExample),
  roots: VolumeEntry.shape.roots.removeDefault(),
  tables: z.array(z.object({ service: z.string(), table: z.string() })),
  allowed: z.array(z.string()).describe('Which parts of it the user sees: the paths from which on; "" is all of it but what rules keep from the user')
});
export type VolumeDetail = z.infer<typeof VolumeDetail>;

export const ListedVolume = Volume.extend({
  groups: z.array(z.string()).describe('Who sees it; empty: everybody'),
  origin: z.enum(['file', 'store']).describe('Where its entry stands: in volumes.yaml, or said by an admin, which goes before the file'),
  declared: z.boolean().describe('Whether volumes.yaml has an entry of this name: what an admin said of it can be taken back'),
  checked: Timestamp.nullable().describe('When it was looked at last'),
  absent_groups: z.array(z.string()).describe('Groups that it or its rules name and that do not exist, so that they let nobody in'),
  entry: VolumeEntry
});
export type ListedVolume = z.infer<typeof ListedVolume>;
export const ListedVolumes = z.object({
  volumes: z.array(ListedVolume),
  removed: z.array(z.string()).describe('Names that volumes.yaml declares and an admin has removed'),
  problem: z.string().nullable().describe('What is wrong with volumes.yaml; what it said before goes on')
});
export type ListedVolumes = z.infer<typeof ListedVolumes>;
