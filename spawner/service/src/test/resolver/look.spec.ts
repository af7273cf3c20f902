import { chmod, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

import { Looker } from '../../services/resolver/look.js';
import { memoryStore } from '../../store/memory/memory-store.js';
import { TestClock } from '../http/harness.js';
import { settle } from '../sessions/support.js';
import { Disks, testVolumes } from '../http/test-volumes.js';
import { archive, VIS, type Archive } from './support.js';

const ALL = [{ prefix: '', allowed: true }];

let at: Archive;
afterEach(() => at.close());

it('does not wait for a storage that says nothing, and asks another process next', async () => {
  at = await archive();
  const clock = new TestClock();
  const node = path.join(at.folder, 'stuck');
  await writeFile(node, '#!/bin/sh\nexec tail -f /dev/null\n');
  await chmod(node, 0o755);
  const looker = new Looker({ clock, node });
  const answers = [looker.look(`${at.folder}/xmm`, ['a']), looker.names({ file: '/nothing', source: '/nothing', parts: ALL }, ['a'])];
  clock.advance(2000);
  expect(await Promise.all(answers)).toEqual(['silent', null]);
  await writeFile(node, `#!/bin/sh\nexec "${process.execPath}" "$@"\n`);
  expect(await looker.look(`${at.folder}/xmm`, ['public/a.ftz', 'none', ''])).toEqual([['public/a.ftz'], null, ['']]);
  looker.close();
});

it('knows where volumes lie without a look at each question', async () => {
  at = await archive();
  const disks = new Disks();
  const clock = new TestClock();
  const volumes = testVolumes({ store: memoryStore(), clock, groupsOf: async () => [], disks });
  const ask = () => volumes.places({ user: 'alice', names: ['gaia_dr3'] });
  expect(await ask()).toMatchObject([{ name: 'gaia_dr3', source: '/samples/gaia_dr3' }]);
  clock.advance(10_000);
  await ask();
  expect(disks.looks).toBe(1);
  disks.found.set('/samples/gaia_dr3', 'silent');
  await volumes.pass();
  expect(await ask()).toEqual([]);
  await expect(volumes.places({ user: 'alice', names: ['hst'] })).rejects.toMatchObject({ code: 'unknown-volume' });
});

it('says that a storage is silent when its helper cannot be started', async () => {
  at = await archive();
  const looker = new Looker({ clock: new TestClock(), node: '/nonexistent/node' });
  expect(await looker.look(at.folder, ['a'])).toBe('silent');
  looker.close();
});

it('ends the helper that nobody has asked for a while', async () => {
  at = await archive();
  const clock = new TestClock();
  const counted = path.join(at.folder, 'counted');
  await writeFile(counted, `#!/bin/sh\necho >>"${counted}.times"\nexec "${process.execPath}" "$@"\n`);
  await chmod(counted, 0o755);
  const looker = new Looker({ clock, node: counted });
  const helpers = async () => {
    expect(await looker.look(`${at.folder}/xmm`, ['own'])).toEqual([['own']]);
    return (await readFile(`${counted}.times`)).length;
  };
  clock.advance(59_000);
  expect([await helpers(), await helpers()]).toEqual([1, 1]);
  clock.advance(60_000);
  await settle();
  expect([await helpers(), await helpers()]).toEqual([2, 2]);
  looker.close();
});

it('keeps the list of names, makes it anew when it is old, and looks whether what it says is still true', async () => {
  at = await archive();
  const ask = async (name: string) => (await at.resolver.resolve({ user: 'alice', references: [name] }))[0]!.why.code;
  expect(await ask('late.fits')).toBe('not-hosted');
  await writeFile(`${at.folder}/euclid_q1/late.fits`, '');
  expect(await ask('late.fits')).toBe('not-hosted');
  at.clock.advance(7 * 3600_000);
  expect(await ask('late.fits')).toBe('not-hosted');
  await at.names.settled();
  expect(await ask('late.fits')).toBe('ok');
});

it('begins no list once it is closed, and removes those that nobody has asked for', async () => {
  at = await archive();
  const folder = path.join(at.folder, 'names');
  const find = (name: string) => at.names.find({ name, source: path.join(at.folder, name), parts: ALL }, ['x']);
  await find('xmm');
  await at.names.settled();
  const old = new Date(at.clock.now() - 8 * 24 * 3600_000);
  await utimes(path.join(folder, 'xmm.sqlite'), old, old);
  await find('euclid_q1');
  await at.names.settled();
  expect(await readdir(folder)).toEqual(['euclid_q1.sqlite']);
  const asked = [find('private'), find('hub_hstdata_i')];
  at.names.close();
  await at.names.settled();
  at.clock.advance(1000);
  await Promise.all(asked);
  expect(await readdir(folder)).toEqual(['euclid_q1.sqlite']);
});

it('finds what it has listed of a volume with too many files, and says of other names that they are not listed', async () => {
  at = await archive({ most: 8 });
  const answers = await at.resolver.resolve({ user: 'alice', references: ['nobody.fits', VIS, 'same.txt', 'vis.fits'] });
  expect(answers[0]!.why).toMatchObject({ code: 'not-indexed', message: expect.stringContaining('more files than are listed') });
  expect(answers.some(({ why }) => why.code === 'ok')).toBe(true);
});
