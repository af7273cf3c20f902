import { z } from 'zod';

/** How many references one request may have. */
export const RESOLVE_LIMIT = 10_000;
/** Bytes of one such request. */
export const RESOLVE_BYTES = 4 * 1024 * 1024;
/** The longest reference, in characters, and the longest value of a row that is looked at. */
export const REFERENCE_LIMIT = 4096;

/** Columns of an archive's answer that say where a product lies, in lower case; of a row everything else is passed over. */
export const RESOLVE_COLUMNS = {
  paths: ['datalabs_path', 'file_path', 'path'],
  names: ['file_name', 'filename'],
  links: ['access_url', 'accessurl', 'url', 'data_url', 'download_url', 'datauri', 'data_uri', 'uri', 'access_reference'],
  identifiers: ['obs_publisher_did', 'publisher_did', 'ivoid', 'ivo_id'],
  hdus: ['hdu_index', 'hdu'],
  /** Of NASA's archives. */
  clouds: ['cloud_access', 'aws']
} as const;

export const ResolveRequest = z.strictObject({
  references: z
    .array(z.unknown())
    .max(RESOLVE_LIMIT)
    .describe(
      'Each a path, URL, ivo id or file name as text, or a row of an archive\'s answer as an object: datalabs_path, file_name and hdu_index; file_path and filename; access_url; cloud_access. Of a row everything else is passed over and does not come back.'
    ),
  session: z.string().max(255).optional().describe('Name of a session of the user, "" for the home: the answers say what is mounted there')
});
export type ResolveRequest = z.infer<typeof ResolveRequest>;

export const ResolveCode = z.enum(['ok', 'not-mounted', 'not-there', 'not-hosted', 'not-indexed', 'unreachable', 'bad-reference']);
export type ResolveCode = z.infer<typeof ResolveCode>;

export const Resolved = z.object({
  input: z.unknown().describe(`The reference, of a row the columns that are looked at; of a text longer than ${REFERENCE_LIMIT} characters its beginning`),
  volume: z.string().nullable(),
  path: z.string().nullable().describe('In a session that has the volume: /data/<volume>/…'),
  exists: z.boolean(),
  hdu: z.union([z.int().min(0), z.string()]).nullable().describe('Number of the HDU in the file, 0 for the first, or its name as in name.fits[SCI,1]'),
  mounted: z.boolean().nullable().describe('Whether the session has the volume; null where no session was named'),
  why: z.object({ code: ResolveCode, message: z.string() }),
  fallbackUrl: z.string().nullable().describe('Where it can be downloaded, as far as is known')
});
export type Resolved = z.infer<typeof Resolved>;
export const ResolveAnswer = z.object({ resolved: z.array(Resolved).describe('In the order of the references') });
export type ResolveAnswer = z.infer<typeof ResolveAnswer>;
