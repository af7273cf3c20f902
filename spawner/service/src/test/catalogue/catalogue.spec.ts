import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

import { FolderCatalogue } from '../../services/catalogue/catalogue.js';
import { childProbe, sharedProbe } from '../../services/volumes/probe.js';
import type { DomainError } from '../../domain/errors.js';
import { parseVolumes } from '../../services/volumes/file.js';
import { openVolumes } from '../../services/volumes/volumes.js';
import { systemClock } from '../../clock.js';
import { processId } from '../../processes/process.js';
import { ManualClock, settle } from '../sessions/support.js';

const repo = path.resolve(fileURLToPath(new URL('../../../../..', import.meta.url)));
const good = `title: A
alternateName: a
abstract: About a.
version: 1.0.0
creator: {name: B}
contactPoint: {email: a@example.org}
kind: jupyter
command: ["{lab}/bin/x"]
`;
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach(directory => rmSync(directory, { recursive: true, force: true })));
const folder = (files: Record<string, string>): string => {
  const directory = mkdtempSync(path.join(tmpdir(), 'datalabs-catalogue-'));
  folders.push(directory);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
  return directory;
};
const open = (at: string) => new FolderCatalogue({ folder: at, substitute: text => text.replaceAll('{lab}', '/lab') });

describe('catalogue', () => {
  it('loads the delivered datalabs without a problem', async () => {
    const { datalabs, problems } = await open(path.join(repo, 'kernels-images')).list();
    expect(problems).toEqual([]);
    expect(datalabs.map(datalab => datalab.id)).toEqual(expect.arrayContaining(['euclid', 'jupyterlab', 'topcat']));
    expect(await open(path.join(repo, 'kernels-images')).icon('topcat')).toContain('<svg');
  });

  it('reports a broken file with its line and loads the others', async () => {
    const at = folder({
      'a/datalab.yaml': good,
      'b/datalab.yaml': good.replace('kind: jupyter', 'kind: toaster'),
      'c/datalab.yaml': `${good}colour: red\n`,
      'd/datalab.yaml': 'title: "x\n',
      'e/datalab.yaml': good.replace(/^version.*\n/m, ''),
      'f/README': 'no datalab'
    });
    const { datalabs, problems } = await open(at).list();
    expect(datalabs.map(datalab => [datalab.id, datalab.command])).toEqual([['a', ['/lab/bin/x']]]);
    const found = Object.fromEntries(problems.map(problem => [path.basename(path.dirname(problem.file)), problem]));
    expect(found['b']).toMatchObject({ line: 7, message: expect.stringContaining('kind') });
    expect(found['c']).toMatchObject({ line: 9, message: expect.stringContaining('colour') });
    expect(found['d']!.line).toBeGreaterThan(0);
    expect(found['e']).toMatchObject({ line: 1, message: expect.stringContaining('version') });
  });

  it('sees an edit, and says why a broken one cannot be started', async () => {
    const at = folder({ 'a/datalab.yaml': good });
    const catalogue = open(at);
    expect((await catalogue.get('a')).title).toBe('A');
    writeFileSync(path.join(at, 'a/datalab.yaml'), `${good}colour: red\n`);
    await expect(catalogue.get('a')).rejects.toMatchObject({ code: 'unknown-datalab', details: { action: expect.stringContaining('line 9') } });
    await expect(catalogue.get('../etc')).rejects.toMatchObject({ code: 'unknown-datalab' });
    expect((await open('/nowhere').list()).problems).toHaveLength(1);
  });
});

describe('volumes', () => {
  const entry = (name: string, at: string, groups = '[]'): string =>
    `  - {name: ${name}, title: T, mission: M, description: D, licence: L, simulated: true, path: "${at}", groups: ${groups}}\n`;
  const volumes = (text: string) => {
    const directory = folder({ 'volumes.yaml': `volumes:\n${text}`, 'sample/one/x': '' });
    return openVolumes({
      files: [path.join(directory, 'none.yaml'), path.join(directory, 'volumes.yaml')],
      sampleData: path.join(directory, 'sample'),
      hubPaths: [],
      clock: systemClock,
      groupsOf: async user => (user === 'vera' ? ['insiders'] : [])
    });
  };

  it('says why one is not available and mounts the others', async () => {
    const service = volumes(entry('one', 'sample-data/one') + entry('two', '/nowhere/at/all') + entry('three', '{sampleData}/one/x') + entry('four', 'relative'));
    expect((await service.list({ user: 'u' })).map(volume => [volume.name, volume.path, volume.available, volume.reason])).toEqual([
      ['one', '/data/one', true, null],
      ['two', '/data/two', false, expect.stringContaining('not there')],
      ['three', '/data/three', false, expect.stringContaining('not there')],
      ['four', '/data/four', false, expect.stringContaining('wrongly set up')]
    ]);
    // Where it lies on the host is for those who can mend it.
    expect(JSON.stringify(await service.list({ user: 'u' }))).not.toMatch(/nowhere|sample\/one|relative/);
    expect((await service.listAll()).map(volume => volume.reason)).toEqual([
      null, 'Its path /nowhere/at/all does not exist.', expect.stringMatching(/^Its path \/.*\/one\/x is not a directory\.$/), 'Its path "relative" is not absolute.'
    ]);
    expect((await service.mounts({ user: 'u' })).mounts.map(mount => mount.name)).toEqual(['one']);
  });

  it('gives up on storage that never answers, ends what asked it, and has only one ask at a time', async () => {
    const directory = folder({});
    const fifo = path.join(directory, 'nobody-writes');
    const pids = path.join(directory, 'pids');
    execFileSync('mkfifo', [fifo]);
    const asked = (): number[] => (existsSync(pids) ? readFileSync(pids, 'utf8').split('\n').filter(Boolean).map(Number) : []);
    const until = async (fits: () => boolean): Promise<void> => {
      while (!fits()) {
        await settle();
      }
    };
    const clock = new ManualClock();
    // Opening a FIFO to which nobody writes blocks in the kernel, as a look at a dead mount does.
    const probe = childProbe({ clock, command: ['sh', '-c', `echo $$ >> '${pids}'; exec cat '${fifo}'`, 'probe'] });
    const first = probe('/archive/dead');
    const second = first.then(() => probe('/archive/dead'));
    await until(() => asked().length === 1);
    await clock.advance(2000);
    expect([await first, await second]).toEqual(['silent', 'silent']);
    expect(asked()).toHaveLength(1);
    await until(() => processId(asked()[0]!) === null);
  });

  it('tells users of a broken list without the place it has on the host', async () => {
    const service = volumes(entry('../x', '/secret'));
    for (const ask of [() => service.list({ user: 'u' }), () => service.mounts({ user: 'u' })]) {
      const error = (await (ask() as Promise<unknown>).catch((thrown: unknown) => thrown)) as DomainError;
      expect(error).toMatchObject({ code: 'internal', details: { cause: { code: 'bad-request' } } });
      expect(`${error.message} ${error.details.action} ${error.details.log}`).not.toMatch(/\.yaml|\//);
    }
    await expect(service.listAll()).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining('volumes.yaml') });
  });

  it('shows a volume only to its groups', async () => {
    const service = volumes(entry('one', 'sample-data/one', '[insiders]'));
    expect(await service.list({ user: 'u' })).toEqual([]);
    expect((await service.mounts({ user: 'vera' })).mounts).toHaveLength(1);
  });

  it('names the line of an error', () => {
    expect(() => parseVolumes('v.yaml', `volumes:\n${entry('one', '/a')}${entry('../x', '/b')}`)).toThrow(
      expect.objectContaining({ code: 'bad-request', details: expect.objectContaining({ action: expect.stringMatching(/^v\.yaml:3: .*name/) }) })
    );
    expect(() => parseVolumes('v.yaml', `volumes:\n${entry('one', '/a')}${entry('one', '/b')}`)).toThrow();
  });
});

it('many starts at once look at a volume once, and a moment later it is looked at anew', async () => {
  const clock = new ManualClock();
  let looks = 0;
  const probe = sharedProbe({ clock, probe: async () => (looks++ === 0 ? 'missing' : 'directory') });
  expect(await Promise.all([probe('/a'), probe('/a')])).toEqual(['missing', 'missing']);
  await clock.advance(1000);
  expect(await probe('/a')).toBe('directory');
  await probe('/b');
  expect(looks).toBe(3);
});
