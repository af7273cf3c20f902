import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { Kernel } from '../src/kernel.js';

interface SessionVolume {
  name: string;
  mounted: boolean;
  why: { code: string } | null;
}

test('a kernel that runs sees a volume come and go, cannot write to it, and the next hub knows it', async () => {
  test.setTimeout(90_000);
  const hub = await Hub.create();
  try {
    const volume = join(hub.state, 'sample-data', 'survey');
    // Writable by everybody on the host: only the mount refuses.
    mkdirSync(volume, { recursive: true });
    chmodSync(volume, 0o777);
    const file = join(volume, 'catalogue.csv');
    writeFileSync(file, 'ra,dec\n');
    chmodSync(file, 0o666);
    const about = { title: 'Survey', mission: 'None', description: 'D', licence: 'none', simulated: true, path: volume };
    writeFileSync(join(hub.state, 'volumes.yaml'), JSON.stringify({ volumes: [{ ...about, name: 'survey' }, { ...about, name: 'others', groups: ['others'] }] }));
    await hub.start();
    const client = await hub.login();
    const path = `/users/${client.user}/server/volumes`;
    const listed = async (): Promise<string[]> => (await client.api<{ volumes: SessionVolume[] }>('GET', path)).body.volumes.map(({ name, mounted, why }) => `${name} ${mounted ? 'mounted' : why?.code}`);
    const begun = await client.api('POST', client.serverPath(''), { body: { volumes: [] } });
    expect(begun.status).toBeLessThan(300);
    const { url } = await client.ready('', 'jupyterlab');
    const token = await client.token([`access:servers!server=${client.user}/`]);
    const kernel = await Kernel.start(new URL(url, hub.origin).href, token, 'python3');
    const attempt = (code: string): Promise<string> => kernel.run(`import os\ntry:\n    print(${code})\nexcept OSError as error:\n    print(error.strerror)`);

    expect(await attempt('os.path.exists("/data/survey")')).toBe('False');
    expect(await listed()).toEqual(['survey not-chosen']);
    expect(await client.api('PUT', `${path}/survey`)).toMatchObject({ status: 200, body: { name: 'survey', mounted: true } });
    for (const place of ['/data/survey', '/data/user/survey', '/media/home/data/survey']) {
      expect(await attempt(`open("${place}/catalogue.csv").read().strip()`)).toBe('ra,dec');
    }
    expect(await attempt('open("/data/survey/catalogue.csv", "a")')).toBe('Read-only file system');
    expect(await attempt('open("/data/survey/mine", "w")')).toBe('Read-only file system');
    expect(await client.api('PUT', `${path}/others`)).toMatchObject({ status: 404, body: { code: 'unknown-volume' } });

    expect(await attempt('globals().update(kept=open("/data/survey/catalogue.csv"))')).toBe('None');
    expect(await client.api('DELETE', `${path}/survey`)).toMatchObject({ status: 409, body: { code: 'volume-busy', detail: expect.stringContaining('python') } });
    await hub.kill();
    await hub.start();
    expect(await listed()).toEqual(['survey mounted']);
    expect(await client.api('DELETE', `${path}/survey`, { body: { force: true } })).toMatchObject({ status: 204 });
    expect(await attempt('os.path.exists("/data/survey")')).toBe('False');
    expect(await attempt('kept.read().strip()')).toBe('ra,dec');
    expect(await listed()).toEqual(['survey not-chosen']);
  } finally {
    await hub.dispose();
  }
});
