import { mkdir, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import { RESOLVE_COLUMNS } from '@jupyter-datalabs/contract';
import { picked, read } from '../../services/resolver/read.js';
import { archive, VIS, type Archive } from './support.js';

let at: Archive;
beforeAll(async () => {
  at = await archive();
});
afterAll(() => at.close());
beforeEach(() => {
  at.looks.length = 0;
  at.onLook = () => undefined;
});

const codes = async (references: unknown[], user = 'alice'): Promise<string[]> => (await at.resolver.resolve({ user, references })).map(({ why }) => why.code);

async function lay(files: Record<string, string | null>): Promise<void> {
  for (const [file, link] of Object.entries(files)) {
    const where = path.join(at.folder, file);
    await mkdir(path.dirname(where), { recursive: true });
    await (link === null ? writeFile(where, '') : symlink(link, where));
  }
}

it('refuses values that are too long before it does anything with them, and does not mind slashes', () => {
  const slashes = (count: number): unknown => ({ file_name: 'a', path: `${'/'.repeat(count)}x`, datalabs_path: `x${'/'.repeat(count)}` });
  expect(read(picked(slashes(2_000_000)))).toMatchObject({ bad: expect.stringContaining('longer') });
  expect(read(picked(slashes(4000)))).toMatchObject({ bad: null, paths: ['x/a', `${'/'.repeat(4000)}x/a`] });
  const texts = ['/'.repeat(4096), `a${' '.repeat(4094)}b`, `${'.fits'.repeat(800)}[`, `x:${'/'.repeat(4000)}`, '-'.repeat(4095) + '.', '{'.repeat(4096), `file:///${'%'.repeat(4000)}`];
  const columns = Object.values(RESOLVE_COLUMNS).flat();
  const rows = texts.map(text => Object.fromEntries(columns.map(column => [column, text])));
  const begun = performance.now();
  for (let again = 0; again < 20; again++) {
    [...texts, ...rows].forEach(one => read(picked(one)));
  }
  expect(performance.now() - begun).toBeLessThan(2000);
});

it('gives of a row the known columns back, in the shapes that are known', async () => {
  const aws = { bucket_name: 'b', key: 'k', region: 'r', more: [[[]]] };
  const row = { File_Name: VIS, note: 'n', path: ['x'], url: { a: 1 }, hdu: 2, ivoid: null, cloud_access: { aws: [aws, 'x', [aws]], gc: 1 }, AWS: aws };
  const cleaned = { bucket_name: 'b', key: 'k', region: 'r' };
  const [answer] = await at.resolver.resolve({ user: 'alice', references: [row] });
  expect(answer).toMatchObject({ exists: true, hdu: 2 });
  expect(JSON.parse(JSON.stringify(answer!.input))).toEqual({ File_Name: VIS, hdu: 2, ivoid: null, cloud_access: { aws: [cleaned, null, null] }, AWS: cleaned });
});

it('looks once for what is asked many times, and at no more than a few files of one name', async () => {
  await lay(Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`euclid_q1/many/${index}/leads-out.txt`, `${at.folder}/outside.fits`])));
  expect(new Set(await codes(Array.from({ length: 10_000 }, () => 'leads-out.txt')))).toEqual(new Set(['not-hosted']));
  expect(at.looks.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(16);
  at.looks.length = 0;
  const references = Array.from({ length: 1000 }, (_, index) => (index % 2 ? VIS : { file_name: VIS, ra: index }));
  expect(new Set(await codes(references))).toEqual(new Set(['ok']));
  expect(at.looks).toEqual([2]);
});

it('finds the file one may see among many of its name that one may not', async () => {
  await lay({ ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`hub_hstdata_i/a/${index}/common.txt`, null])) });
  const fresh = await archive();
  for (let index = 0; index < 40; index++) {
    await mkdir(`${fresh.folder}/xmm/own/${index}`);
    await writeFile(`${fresh.folder}/xmm/own/${index}/common.txt`, '');
  }
  await writeFile(`${fresh.folder}/xmm/public/common.txt`, '');
  const [answer] = await fresh.resolver.resolve({ user: 'alice', references: ['common.txt'] });
  const [forBob] = await fresh.resolver.resolve({ user: 'bob', references: ['common.txt'] });
  await fresh.close();
  expect(answer).toMatchObject({ path: '/data/xmm/public/common.txt', why: { message: 'It is in XMM.' } });
  expect(forBob!.why.message).toBe('It is in XMM; 16 or more files have this name, and this is the first of them.');
});

it('looks at nothing more once the one who asked has gone', async () => {
  const gone = new AbortController();
  at.onLook = () => gone.abort();
  const references = Array.from({ length: 5000 }, (_, index) => `/data/euclid_q1/none/${index}.fits`);
  await expect(at.resolver.resolve({ user: 'alice', references, signal: gone.signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(at.looks).toHaveLength(1);
});

it('goes through no hidden part, however the way goes on', async () => {
  await lay({
    'xmm/public/hidden/back.txt': '../a.ftz', 'xmm/public/into': 'hidden', 'xmm/public/chain.txt': 'into/back.txt', 'xmm/public/through.txt': 'hidden/../a.ftz',
    'xmm/public/plain.txt': 'sub/../a.ftz', 'xmm/public/sub/x': null, 'xmm/public/absolute.txt': `${at.folder}/xmm/public/a.ftz`, 'xmm/public/round': '../../xmm/public'
  });
  const paths = ['into/back.txt', 'chain.txt', 'through.txt', 'hidden/back.txt'].map(name => `/data/xmm/public/${name}`);
  expect(await codes(paths, 'carol')).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(await codes(paths, 'bob')).toEqual(['not-there', 'not-there', 'not-there', 'not-hosted']);
  expect(await codes(['plain.txt', 'absolute.txt', 'round/a.ftz'].map(name => `/data/xmm/public/${name}`), 'alice')).toEqual(['ok', 'ok', 'not-there']);
});
