import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { repository } from '../src/paths.js';

const MAKE = `
import sys, os, numpy
from astropy.io import fits
os.chdir(sys.argv[1])
columns = [fits.Column("flux", "E", unit="uJy", array=numpy.arange(1000.0))]
hdus = fits.HDUList([fits.PrimaryHDU(numpy.arange(9e6, dtype="f4").reshape(3000, 3000)), fits.BinTableHDU.from_columns(columns, name="CAT")])
with open(b"tile\\xff.fits", "wb") as file:
    hdus.writeto(file)
`;

test('files of a volume are previewed in a session, within the rights of its sandbox', async () => {
  test.setTimeout(90_000);
  const hub = await Hub.create();
  try {
    const volume = join(hub.state, 'sample-data', 'survey');
    mkdirSync(volume);
    execFileSync(join(repository, '.tools', 'envs', 'lab', 'bin', 'python'), ['-c', MAKE, volume]);
    const about = { title: 'Survey', mission: 'None', description: 'D', licence: 'none', simulated: true };
    writeFileSync(join(hub.state, 'volumes.yaml'), JSON.stringify({ volumes: [{ ...about, name: 'survey', path: volume }] }));
    await hub.start();
    const client = await hub.login();
    expect((await client.api('POST', client.serverPath(''), { body: {} })).status).toBeLessThan(300);
    const { url } = await client.ready('', 'jupyterlab');
    const token = await client.token([`access:servers!server=${client.user}/`]);
    const ask = (method: string, query: object): Promise<Response> =>
      fetch(new URL(`${url.replace(/\/lab.*$/, '/')}datalabs/volumes/${method}`, hub.origin), {
        method: 'POST',
        headers: { Authorization: `token ${token}` },
        body: JSON.stringify({ volume: 'survey', path: 'tile\udcff.fits', ...query })
      });

    const preview = await ask('preview', {});
    expect(preview.status).toBe(200);
    expect(await preview.json()).toMatchObject({ kind: 'fits', hdus: [{ type: 'image', dims: [3000, 3000] }, { name: 'CAT', rows: 1000, columns: [{ name: 'flux', unit: 'uJy' }] }] });
    const image = await ask('image', { width: 300, height: 300, interval: 'minmax', map: 'viridis' });
    expect(JSON.parse(image.headers.get('x-datalabs-image')!)).toMatchObject({ shape: [3000, 3000], step: 10, origin: 'lower' });
    expect(Buffer.from(await image.arrayBuffer()).subarray(1, 4).toString()).toBe('PNG');
    const part = await ask('image', { left: 100, bottom: 2990, width: 64, height: 64, low: 0, high: 9e6 });
    expect(JSON.parse(part.headers.get('x-datalabs-image')!)).toMatchObject({ step: 1, left: 100, bottom: 2990, size: [10, 64], high: 9e6 });
    expect(await (await ask('pixel', { x: 5, y: 2 })).json()).toEqual({ value: 6005 });
    expect(await (await ask('rows', { hdu: 1, offset: 998 })).json()).toMatchObject({ rows: [[998], [999]], total: 1000 });
    expect(await (await ask('text', { path: '../../etc/passwd' })).json()).toMatchObject({ code: 'outside-volume', status: 403 });
    expect((await fetch(new URL(`${url.replace(/\/lab.*$/, '/')}datalabs/volumes/preview`, hub.origin), { method: 'POST', body: '{}', redirect: 'manual' })).status).toBe(403);
  } finally {
    await hub.dispose();
  }
});
