import { chmod, mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import { REFERENCE_LIMIT, RESOLVE_COLUMNS, type Resolved } from '@jupyter-datalabs/contract';
import { archive, VIS, type Archive } from './support.js';

let at: Archive;
beforeAll(async () => {
  at = await archive();
});
afterAll(() => at.close());

async function one(reference: unknown, { user = 'alice', session }: { user?: string; session?: string } = {}): Promise<Resolved> {
  const [answer] = await at.resolver.resolve({ user, references: [reference], ...(session !== undefined && { session }) });
  return answer!;
}

/** What comes back of a reference. */
function looked(reference: unknown): unknown {
  if (typeof reference !== 'object' || reference === null) {
    return reference;
  }
  const known = new Set<string>(Object.values(RESOLVE_COLUMNS).flat());
  return Array.isArray(reference) ? null : Object.fromEntries(Object.entries(reference).filter(([name, value]) => known.has(name.toLowerCase()) && (typeof value !== 'object' || value === null)));
}

const FOLDER = '/data/euclid_q1/Q1_R1/MER/1/VIS';
const MOSAIC = `${FOLDER}/${VIS}`;
const HST = '/data/hub_hstdata_i/i/b4x/04/ib4x04ivq_flt.fits.gz';
const DIRECT = `https://eas.esac.esa.int/sas-dd/data?TAPCLIENT=x&FILE_NAME=${VIS}`;
const KEY = `q1/Q1_R1/MER/1/VIS/${VIS}`;

it.each<[string, unknown, string, Partial<Resolved>]>([
  ['the path of a session', MOSAIC, MOSAIC, {}],
  ['the path by the link for users', `/data/user/euclid_q1/Q1_R1/MER/1/VIS/${VIS}`, MOSAIC, {}],
  ['the path by the link in the home', `/media/home/data/euclid_q1/Q1_R1/MER/1/VIS/${VIS}`, MOSAIC, {}],
  ['a path with more slashes and dots than needed', `  //data//./euclid_q1/Q1_R1/MER/1/VIS//${VIS}  `, MOSAIC, {}],
  ['a file URL', `file://${MOSAIC}`, MOSAIC, {}],
  ['a path that begins with the volume', `euclid_q1/Q1_R1/MER/1/VIS/${VIS}`, MOSAIC, {}],
  ['a path of the archive', `/euclid/repository_idr/iqr1/Q1_R1/MER/1/VIS/${VIS}`, MOSAIC, {}],
  ['a directory', FOLDER, FOLDER, {}],
  ['the volume itself', '/data/euclid_q1/', '/data/euclid_q1', {}],
  ['a bare file name', VIS, MOSAIC, {}],
  ['a file name with an extension', `${VIS}[2]`, MOSAIC, { hdu: 2 }],
  ['a file name with the name of an extension', `${VIS}[SCI]`, MOSAIC, { hdu: 'SCI' }],
  ['a path with the name and version of an extension', `${MOSAIC}[SCI, 1]`, MOSAIC, { hdu: 'SCI,1' }],
  ['a file name in capitals', 'IB4X04IVQ_FLT.FITS', HST, {}],
  ['the address that it is downloaded from', 'https://mast.stsci.edu/api/v0.1/Download/file?uri=mast:HST/product/ib4x04ivq_flt.fits', HST, {}],
  ['the same address as clients encode it', 'https://mast.stsci.edu/api/v0.1/Download/file?uri=mast%3AHST%2Fproduct%2Fib4x04ivq_flt.fits', HST, {}],
  ['a name with other characters', '/data/euclid_q1/Q1_R1/Ünï code.fits', '/data/euclid_q1/Q1_R1/Ünï code.fits', {}],
  ['a name that is no UTF-8', '/data/euclid_q1/caf\udce9.fits', '/data/euclid_q1/caf\udce9.fits', {}],
  ['a link inside the volume', '/data/euclid_q1/vis.fits', '/data/euclid_q1/vis.fits', {}],
  ['a Euclid row', { datalabs_path: FOLDER, file_name: VIS, hdu_index: 1602 }, MOSAIC, { hdu: 1602 }],
  ['a Euclid row in capitals, with texts for numbers', { DATALABS_PATH: `${FOLDER}/`, FILE_NAME: VIS, HDU_INDEX: '3', ra: 1 }, MOSAIC, { hdu: 3 }],
  ['a Euclid row with the path of the archive', { file_path: '/euclid/repository_idr/iqr1/Q1_R1/MER/1/VIS', file_name: VIS }, MOSAIC, {}],
  ['a Euclid row whose paths are masked', { datalabs_path: '--', file_path: null, file_name: VIS }, MOSAIC, {}],
  ['a Euclid row with a wrong path', { datalabs_path: '/data/euclid_q1/moved', file_name: VIS }, MOSAIC, {}],
  ['a Hubble row', { file_path: '/hstdata/hstdata_i/i/b4x/04', file_name: 'ib4x04ivq_flt.fits.gz' }, HST, {}],
  ['a Hubble row of a file that is packed', { file_path: '/hstdata/hstdata_i/i/b4x/04', filename: 'ib4x04ivq_flt.fits' }, HST, {}],
  ['a Hubble path as astroquery cuts it', 'hstdata/hstdata_i/i/b4x/04/ib4x04ivq_flt.jpg', '/data/hub_hstdata_i/i/b4x/04/ib4x04ivq_flt.jpg', {}],
  ['a bare name of a file that is packed', 'ib4x04ivq_flt.fits', HST, {}],
  ['a Hubble file name', { filename: 'ib4x04ivq_flt.jpg' }, '/data/hub_hstdata_i/i/b4x/04/ib4x04ivq_flt.jpg', {}],
  ['a DataLink row', { ID: 'sedm 1', access_url: DIRECT, datalabs_path: '/data/euclid_q1/Q1_R1/spectra', file_name: 's.fits', hdu_index: 0 }, '/data/euclid_q1/Q1_R1/spectra/s.fits', { hdu: 0, fallbackUrl: DIRECT }],
  ['an access URL', DIRECT, MOSAIC, { fallbackUrl: DIRECT }],
  ['an access URL with a mixed-case host', DIRECT.replace('eas.esac.esa.int', 'EAS.Esac.ESA.int'), MOSAIC, { fallbackUrl: DIRECT }],
  ['a SIA row', { access_url: DIRECT, access_format: 'image/fits' }, MOSAIC, { fallbackUrl: DIRECT }],
  ['an ivo id', `ivo://ESAVO/euclid/q1?${VIS}`, MOSAIC, {}],
  ['a row with an ivo id alone', { obs_publisher_did: `ivo://esavo/euclid#${VIS}` }, MOSAIC, {}],
  ['a MAST identifier', { dataURI: 'mast:HST/product/ib4x04ivq_flt.fits.gz' }, HST, {}],
  ['a cloud_access as text', { cloud_access: JSON.stringify({ aws: { bucket_name: 'nasa-irsa-euclid-q1', region: 'us-east-1', key: KEY } }) }, MOSAIC, { fallbackUrl: `https://nasa-irsa-euclid-q1.s3.us-east-1.amazonaws.com/${KEY}` }],
  ['a cloud_access as an object', { cloud_access: { aws: { bucket_name: 'nasa-irsa-euclid-q1', key: KEY } } }, MOSAIC, { fallbackUrl: `https://nasa-irsa-euclid-q1.s3.amazonaws.com/${KEY}` }],
  ['a cloud_access by itself, as text', JSON.stringify({ aws: { bucket_name: 'nasa-irsa-euclid-q1', key: KEY } }), MOSAIC, {}],
  ['an S3 address', `s3://nasa-irsa-euclid-q1/${KEY}`, MOSAIC, {}]
])('finds the file by %s', async (_, reference, file, more) => {
  expect(await one(reference)).toMatchObject({ input: looked(reference), path: file, exists: true, volume: file.split('/')[2], mounted: null, why: { code: 'ok' }, ...more });
});

it.each<[name: string, reference: unknown, code: string, more?: Partial<Resolved>]>([
  ['a file that is not there', `${FOLDER}/none.fits`, 'not-there', { volume: 'euclid_q1', path: `${FOLDER}/none.fits`, fallbackUrl: 'https://eas.esac.esa.int/sas-dd/data?RETRIEVAL_TYPE=FILE&FILE_NAME=none.fits' }],
  ['a row with a path to nothing', { datalabs_path: FOLDER, file_name: 'none.fits' }, 'not-there', { volume: 'euclid_q1', path: `${FOLDER}/none.fits` }],
  ['a directory and a file of an archive that is not hosted', { file_path: '/other/mission', file_name: 'x.fits' }, 'not-hosted'],
  ['an unknown volume', '/data/nothing/x.fits', 'not-hosted'],
  ['an unknown URL', 'https://archive.example/x.fits', 'not-hosted', { fallbackUrl: 'https://archive.example/x.fits' }],
  ['a name nobody has', 'nobody.fits', 'not-hosted'],
  ['a path that leads out', '/data/euclid_q1/../private/p.fits', 'bad-reference'],
  ['an archive path that leads out', '/euclid/repository_idr/iqr1/../../../etc/passwd', 'bad-reference'],
  ['an encoded path that leads out', '/data/euclid_q1/%2e%2e/outside.fits', 'not-there'],
  ['an encoded way out in a file URL', 'file:///data/euclid_q1/%2e%2e%2foutside.fits', 'bad-reference'],
  ['an encoded way out in an access URL', 'https://xmm.example/get/public/%2e%2e%2f%2e%2e%2foutside.fits', 'not-hosted'],
  ['a doubly encoded way out', 'https://xmm.example/get/public/%252e%252e%252foutside.fits', 'not-there'],
  ['an encoded NUL', 'https://xmm.example/get/public/a.ftz%00', 'not-hosted'],
  ['broken percents', 'https://xmm.example/get/public/%zz%', 'not-hosted'],
  ['a key that leads out', { aws: { bucket_name: 'nasa-irsa-euclid-q1', key: 'q1/../../outside.fits' } }, 'not-hosted'],
  ['a file name with a path', { datalabs_path: '/data/euclid_q1', file_name: '../outside.fits' }, 'bad-reference'],
  ['a link out of the volume', '/data/euclid_q1/out.fits', 'not-there'],
  ['a path through a link out', '/data/euclid_q1/up/outside.fits', 'not-there'],
  ['a broken link', '/data/euclid_q1/gone.fits', 'not-there'],
  ['a loop of links', '/data/euclid_q1/loop/x', 'not-there'],
  ['a file as a directory', `${MOSAIC}/x`, 'not-there'],
  ['a NUL', `/data/euclid_q1/a\0b`, 'bad-reference'],
  ['a NUL in a column', { datalabs_path: '/data/euclid_q1\0', file_name: VIS + '\0' }, 'bad-reference'],
  ['an empty text', '   ', 'bad-reference'],
  ['nothing', null, 'bad-reference'],
  ['a number', 12, 'bad-reference'],
  ['a list', [MOSAIC], 'bad-reference'],
  ['a row without any path', { ra: 1, dec: 2 }, 'bad-reference'],
  ['a row with a tree in it', { datalabs_path: { a: [] }, cloud_access: { aws: [null, 1, {}] } }, 'bad-reference'],
  ['JSON that is none', '{"aws":', 'bad-reference'],
  ['dots', '..', 'bad-reference'],
  ['a dot', '.', 'bad-reference'],
  ['a name longer than any file\'s', 'n'.repeat(300), 'bad-reference'],
  ['a very long path', `/data/euclid_q1/${'n/'.repeat(1900)}x`, 'not-there'],
  ['a script as address', 'javascript:alert(1)', 'not-hosted', { fallbackUrl: null }],
  ['an address that is none', 'https://[', 'bad-reference'],
  ['a list of links', 'https://eas.esac.esa.int/tap-server/datalink/links?ID=sedm%201', 'bad-reference', { fallbackUrl: null }],
  ['a download address with a way out in it', 'https://xmm.example/files/public/..%2f..%2foutside.fits', 'not-hosted'],
  ['a download address with nothing in it', 'https://xmm.example/files/', 'not-hosted'],
  ['the property of every object', '/data/__proto__/x', 'not-hosted'],
  ['the same name in other letters', `${FOLDER}/${VIS.toLowerCase()}`, 'not-there']
])('says of %s why there is no file', async (...[, reference, code, more]) => {
  const answer = await one(reference);
  expect(answer).toMatchObject({ input: looked(reference), exists: false, why: { code }, ...more });
  expect(answer.why.message).toMatch(/^[A-Z].*\.$/);
});

it('gives of a reference of a megabyte only the beginning back', async () => {
  for (const reference of ['x'.repeat(2 ** 20), `/data/euclid_q1/${'é'.repeat(2 ** 20)}`]) {
    const answer = await one(reference);
    expect(answer.why).toEqual({ code: 'bad-reference', message: `It is longer than ${REFERENCE_LIMIT} characters.` });
    expect((answer.input as string).length).toBeLessThan(300);
  }
  expect(await one({ datalabs_path: 'x'.repeat(2 ** 20), file_name: VIS })).toEqual(expect.objectContaining({ input: { datalabs_path: `${'x'.repeat(200)}…`, file_name: VIS }, why: { code: 'bad-reference', message: `One of its values is longer than ${REFERENCE_LIMIT} characters.` } }));
});

it('what sessions may not open is not there, also for a hub that runs as root', async () => {
  const closed = path.join(at.folder, 'euclid_q1', 'closed');
  await mkdir(path.join(closed, 'in'), { recursive: true });
  await writeFile(path.join(closed, 'in', 'x.fits'), '');
  for (const [mode, exists] of [[0o700, process.getuid!() !== 0], [0o755, true]] as const) {
    await chmod(closed, mode);
    expect(await one('/data/euclid_q1/closed/in/x.fits')).toMatchObject({ exists });
  }
});

describe('three users', () => {
  const HIDDEN: [string, unknown][] = [
    ['its download address', 'https://xmm.example/files/public/hidden/secret.ftz'], ['its path', '/data/xmm/public/hidden/secret.ftz'], ['its archive path', '/xmm/public/hidden/secret.ftz'], ['its name', 'secret.ftz'], ['its URL', 'https://xmm.example/get/public/hidden/secret.ftz']
  ];
  it.each(HIDDEN)('a hidden part answers by %s as if nothing were hosted', async (_, reference) => {
    const none = JSON.parse(JSON.stringify(reference).replace('public/hidden/secret', 'no/where').replace('secret', 'where').replace('/data/xmm/', '/data/none/').replace('"/xmm', '"/none')) as unknown;
    for (const user of ['alice', 'bob']) {
      const { input: _input, fallbackUrl: url, ...hidden } = await one(reference, { user });
      const { input: _other, fallbackUrl: otherUrl, ...absent } = await one(none, { user: 'alice' });
      expect(hidden).toEqual(absent);
      expect(url === null).toBe(otherUrl === null);
    }
    expect(await one(reference, { user: 'carol' })).toMatchObject({ volume: 'xmm', path: '/data/xmm/public/hidden/secret.ftz', exists: true, why: { code: 'ok' } });
  });

  it('what is hidden answers the same whether it exists or not', async () => {
    const [there, not] = await at.resolver.resolve({ user: 'bob', references: ['/data/xmm/public/hidden/secret.ftz', '/data/xmm/public/hidden/none.ftz'] });
    expect({ ...there, input: null }).toEqual({ ...not, input: null });
    const [vault, none] = await at.resolver.resolve({ user: 'alice', references: ['/data/private/p.fits', '/data/secret99/p.fits'] });
    expect({ ...vault, input: null }).toEqual({ ...none, input: null });
  });

  it('a link into a hidden part leads nowhere for those who may not see it', async () => {
    expect(await one('/data/xmm/public/short.ftz', { user: 'bob' })).toMatchObject({ exists: false, why: { code: 'not-there' } });
    expect(await one('/data/xmm/public/short.ftz', { user: 'carol' })).toMatchObject({ exists: true });
  });

  it.each([
    ['alice', '/data/xmm/public/a.ftz', true], ['alice', '/data/xmm/own/own.ftz', false], ['bob', '/data/xmm/own/own.ftz', true], ['bob', 'own.ftz', true], ['alice', 'own.ftz', false],
    ['bob', '/private/archive/p.fits', false], ['carol', '/private/archive/p.fits', true], ['alice', 'p.fits', false], ['carol', 'p.fits', true], ['alice', '/data/xmm', false], ['nobody', '/data/xmm/own/own.ftz', false]
  ])('%s and %s: %s', async (user, reference, exists) => {
    expect(await one(reference, { user })).toMatchObject({ exists });
  });
});

it('says what the session has', async () => {
  expect(await one(MOSAIC, { session: 'small' })).toMatchObject({ mounted: true, why: { code: 'ok' } });
  expect(await one(HST, { session: 'small' })).toMatchObject({ exists: true, path: HST, mounted: false, why: { code: 'not-mounted', message: 'It is in Hubble I, which this session does not have. Mount it.' } });
  expect(await one(HST, { session: '' })).toMatchObject({ mounted: true });
  expect(await one('/nowhere/x', { session: '' })).toMatchObject({ mounted: false, volume: null });
});

it('of files of one name the one is meant that the session has', async () => {
  expect(await one('both.txt', { user: 'bob' })).toMatchObject({ path: '/data/hub_hstdata_i/both.txt' });
  expect(await one('both.txt', { user: 'bob', session: 'xmm' })).toMatchObject({ path: '/data/xmm/public/both.txt', mounted: true, why: { code: 'ok' } });
});

it('tells that a name is not the only one', async () => {
  expect(await one('same.txt')).toMatchObject({ path: '/data/euclid_q1/Q1_R1/MER/1/same.txt', why: { code: 'ok', message: 'It is in Euclid Q1; 2 files have this name, and this is the first of them.' } });
});

it('a volume that does not answer says so, and the others are found', async () => {
  at.dead.add('hub_hstdata_i');
  const answers = await at.resolver.resolve({ user: 'alice', references: [HST, MOSAIC, 'nobody.fits'] });
  at.dead.clear();
  expect(answers).toMatchObject([{ exists: false, volume: 'hub_hstdata_i', why: { code: 'unreachable', message: expect.stringContaining('Hubble I') } }, { exists: true }, { why: { code: 'unreachable' } }]);
});

it('a pattern that takes for ever is passed over, nothing is said that it might have changed, and the log says which', async () => {
  const answers = await at.resolver.resolve({ user: 'alice', references: [`https://slow.example/${'a'.repeat(60)}!`, DIRECT] });
  expect(answers).toMatchObject([{ why: { code: 'unreachable', message: expect.stringContaining('Euclid Q1') } }, { why: { code: 'ok' } }]);
  expect(at.logged).toContainEqual(expect.objectContaining({ volume: 'euclid_q1', pattern: expect.stringContaining('slow') }));
});

it('answers 10,000 mixed references in their order', async () => {
  const kinds: [unknown, string][] = [
    [MOSAIC, 'ok'], [{ datalabs_path: FOLDER, file_name: VIS, hdu_index: 1 }, 'ok'], [VIS, 'ok'], [DIRECT, 'ok'], [{ file_path: '/hstdata/hstdata_i/i/b4x/04', filename: 'ib4x04ivq_flt.fits' }, 'ok'],
    ['/data/euclid_q1/none.fits', 'not-there'], ['https://elsewhere.example/x', 'not-hosted'], [null, 'bad-reference'], ['/data/private/p.fits', 'not-hosted'], [`s3://nasa-irsa-euclid-q1/${KEY}`, 'ok']
  ];
  const references = Array.from({ length: 10_000 }, (_, index) => kinds[index % kinds.length]![0]);
  const answers = await at.resolver.resolve({ user: 'alice', references, session: '' });
  expect(answers.map(({ input }) => input)).toEqual(references);
  expect(answers.every(({ why }, index) => why.code === kinds[index % kinds.length]![1])).toBe(true);
});
