import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { VolumeEntry } from '@jupyter-datalabs/contract';
import { Looker } from '../../services/resolver/look.js';
import { NameIndex } from '../../services/resolver/names.js';
import { Resolver } from '../../services/resolver/resolver.js';
import { partsFor, seesAny } from '../../services/volumes/access.js';
import { TestClock } from '../http/harness.js';

const about = { description: 'D', licence: 'L' };
export const VIS = 'EUC_MER_BGSUB-MOSAIC-VIS_TILE1-A_00.00.fits';
export const ENTRIES = [
  {
    ...about, name: 'euclid_q1', title: 'Euclid Q1', mission: 'Euclid', path: 'euclid_q1',
    roots: ['/euclid/repository_idr/iqr1/'],
    urls: [String.raw`^https://eas\.esac\.esa\.int/sas-dd/data\?(?:.*&)?FILE_NAME=(?<name>[^&]+)`, '^s3://nasa-irsa-euclid-q1/q1/(?<path>.*)$', String.raw`^https://slow\.example/(?:a+)+$`],
    download: 'https://eas.esac.esa.int/sas-dd/data?RETRIEVAL_TYPE=FILE&FILE_NAME={name}'
  },
  { ...about, name: 'hub_hstdata_i', title: 'Hubble I', mission: 'HST', path: 'hub_hstdata_i', roots: ['/hstdata/hstdata_i'], urls: ['^mast:HST/product/(?<name>[^/]+)$'], download: 'https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:HST/product/{name}' },
  {
    ...about, name: 'xmm', title: 'XMM', mission: 'XMM', path: 'xmm', groups: ['xmm'], roots: ['/xmm'], rules: [{ prefix: 'public', groups: [] }, { prefix: 'public/hidden', groups: ['pi'] }],
    urls: ['^https://xmm.example/get/(?<path>.*)$'], download: 'https://xmm.example/files/{path}'
  },
  { ...about, name: 'private', title: 'Private', mission: 'P', path: 'private', groups: ['pi'], roots: ['/private/archive'] }
].map(entry => VolumeEntry.parse(entry));

const FILES = [
  `euclid_q1/Q1_R1/MER/1/VIS/${VIS}`, 'euclid_q1/Q1_R1/spectra/s.fits', 'euclid_q1/Q1_R1/MER/1/same.txt', 'euclid_q1/Q1_R1/MER/2/same.txt', 'euclid_q1/Q1_R1/Ünï code.fits',
  'hub_hstdata_i/i/b4x/04/ib4x04ivq_flt.fits.gz', 'hub_hstdata_i/i/b4x/04/ib4x04ivq_flt.jpg', 'hub_hstdata_i/both.txt', 'xmm/public/both.txt',
  'xmm/public/a.ftz', 'xmm/public/hidden/secret.ftz', 'xmm/own/own.ftz', 'private/p.fits'
];

export interface Archive {
  resolver: Resolver;
  clock: TestClock;
  names: NameIndex;
  logged: object[];
  folder: string;
  /** Volumes whose storage does not answer. */
  dead: Set<string>;
  /** How many paths each look was about. */
  looks: number[];
  /** Before each look. */
  onLook: () => void;
  close(): Promise<void>;
}

/** Volumes on the disk, seen by alice (no group), bob (xmm) and carol (xmm, pi). */
export async function archive({ most }: { most?: number } = {}): Promise<Archive> {
  const folder = await mkdtemp(path.join(tmpdir(), 'resolver-'));
  for (const file of FILES) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), '');
  }
  await writeFile(path.join(folder, 'outside.fits'), '');
  const links = { 'euclid_q1/out.fits': '../outside.fits', 'euclid_q1/gone.fits': 'nowhere', 'euclid_q1/loop': 'loop', 'euclid_q1/up': '..', 'euclid_q1/vis.fits': `Q1_R1/MER/1/VIS/${VIS}`, 'xmm/public/short.ftz': 'hidden/secret.ftz' };
  for (const [link, target] of Object.entries(links)) {
    await symlink(target, path.join(folder, link));
  }
  // A name that is no UTF-8.
  await writeFile(Buffer.concat([Buffer.from(`${folder}/euclid_q1/caf`), Buffer.from([0xe9]), Buffer.from('.fits')]), '');
  const groups: Record<string, string[]> = { alice: [], bob: ['xmm'], carol: ['xmm', 'pi'] };
  const dead = new Set<string>();
  const visible = async ({ user }: { user: string }) => ENTRIES.map(entry => ({ entry, parts: partsFor(entry, new Set(groups[user])) })).filter(({ parts }) => seesAny(parts));
  const clock = new TestClock();
  const logged: object[] = [];
  const log = (fields: object): void => void logged.push(fields);
  const logger = { debug: log, info: log, warn: log, error: log };
  const looker = new Looker({ clock });
  const reader = new Looker({ clock });
  const names = new NameIndex({ folder: path.join(folder, 'names'), looker, clock, logger, ...(most && { most }) });
  const resolver = new Resolver({
    volumes: {
      visible,
      places: async ({ user, names: wanted }) =>
        (await visible({ user })).flatMap(({ entry: { name } }) => (wanted.includes(name) && !dead.has(name) ? [{ name, source: path.join(folder, name) }] : []))
    },
    look: (source, paths, signal) => {
      made.looks.push(paths.length);
      made.onLook();
      return looker.look(source, paths, signal);
    },
    match: reader.match, names, logger,
    mounted: async (_user, session) => (session === 'small' ? ['euclid_q1'] : session === 'xmm' ? ['xmm'] : ENTRIES.map(({ name }) => name))
  });
  const made: Archive = {
    resolver, clock, names, logged, folder, dead, looks: [], onLook: () => undefined,
    async close() {
      names.close();
      looker.close();
      reader.close();
      await rm(folder, { recursive: true });
    }
  };
  return made;
}
