// The simulated volumes, made for real once.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultStateDir, makeSampleData } from './sample-data.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const python = join(root, '.tools', 'envs', 'euclid', 'bin', 'python');

function files(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
}

/** Compares image, catalogue and the two formats with each other; every difference ends the script. */
const CHECK = `
import glob, sys
import numpy as np
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS
root = sys.argv[1]
stars = 0
gaia = Table.read(glob.glob(root + "/gaia_dr3/**/*.vot", recursive=True)[0])
for path in glob.glob(root + "/euclid_q1/Q1_R1/catalogs/MER_FINAL_CATALOG/*/*.fits"):
    tile = path.split("/")[-2]
    table = Table.read(path, hdu=1)
    parquet = Table.read(path.replace(".fits", ".parquet"))
    assert (parquet["OBJECT_ID"] == table["OBJECT_ID"]).all()
    assert len(set(table["OBJECT_ID"])) == len(table)
    with fits.open(glob.glob(f"{root}/euclid_q1/Q1_R1/MER/{tile}/VIS/*.fits")[0]) as hdus:
        hdus.verify("exception")
        image, header = hdus[0].data, hdus[0].header
    assert header["SIMULATED"] is True and header["ORIGIN"]
    assert header["TILEIDX"] == int(tile) == table["TILE_INDEX"][0]
    x, y = WCS(header).all_world2pix(table["RIGHT_ASCENSION"], table["DECLINATION"], 0)
    noise = 1.4826 * np.median(np.abs(image - np.median(image)))
    for a, b in zip(x.round().astype(int), y.round().astype(int)):
        assert image[b - 1 : b + 2, a - 1 : a + 2].max() > 3 * noise, (tile, a, b)
    for star in table[(table["POINT_LIKE_PROB"] > 0.7) & (table["FLUX_VIS_PSF"] > 25)]:
        away = np.hypot((gaia["ra"] - star["RIGHT_ASCENSION"]) * np.cos(np.deg2rad(star["DECLINATION"])), gaia["dec"] - star["DECLINATION"])
        assert away.min() * 3600 < 0.01, star
        stars += 1
assert stars > 4, stars
table = Table.read(glob.glob(root + "/gaia_dr3/**/*.fits", recursive=True)[0], hdu=1)
assert len(table) == len(gaia) == 100_000 and table.meta["SIMULATED"] is True
assert (table["source_id"] == gaia["source_id"]).all() and len(set(table["source_id"])) == len(table)
assert str(gaia["pmra"].unit) == "mas / yr" and gaia["ra"].meta["ucd"] == "pos.eq.ra;meta.main"
`;

describe('the sample data', () => {
  let stateDir;
  let volumes;
  const make = () => makeSampleData({ stateDir, log: () => {} });

  beforeAll(async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'datalabs sample-'));
    volumes = join(stateDir, 'sample-data');
    expect((await make()).sort()).toEqual(['euclid_q1', 'gaia_dr3']);
  }, 120_000);

  afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

  it('is under 60 MB and readable for the user a session runs as', () => {
    const stats = files(volumes).map(path => statSync(path));
    expect(stats.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(60e6);
    expect(stats.every(({ mode }) => (mode & 0o044) === 0o044)).toBe(true);
  });

  it('has the public names and agrees with itself', () => {
    const names = files(join(volumes, 'euclid_q1')).map(path => path.slice(volumes.length + 1));
    for (const tile of ['102018211', '102018212']) {
      const mer = `euclid_q1/Q1_R1/MER/${tile}`;
      const date = String.raw`-[0-9A-F]{6}_\d{8}T\d{6}\.\d{6}Z_00\.00\.fits$`;
      expect(names).toContainEqual(expect.stringMatching(`^${mer}/VIS/EUC_MER_BGSUB-MOSAIC-VIS_TILE${tile}${date}`));
      for (const band of 'YJH') {
        expect(names).toContainEqual(expect.stringMatching(`^${mer}/NISP/EUC_MER_BGSUB-MOSAIC-NIR-${band}_TILE${tile}${date}`));
      }
    }
    // Nothing of how they were made is among them.
    expect(files(volumes).filter(path => /\/\.[^/]*$/.test(path))).toEqual([]);
    const { status, stderr } = spawnSync(python, ['-W', 'ignore', '-c', CHECK, volumes], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }, 60_000);

  it('marks every FITS file in its first header', () => {
    for (const path of files(volumes).filter(name => name.endsWith('.fits'))) {
      expect(readFileSync(path).subarray(0, 2880).toString('latin1')).toMatch(/SIMULATE= {20}T/);
    }
  });

  it('leaves alone what is there, redoes what another generator made, and sweeps up after an interruption', async () => {
    const before = statSync(join(volumes, 'gaia_dr3')).ino;
    // A process that has certainly ended, so that its number stands for a run that was interrupted.
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const remains = join(volumes, `.new-euclid_q1-${pid}`);
    mkdirSync(remains);
    expect(await make()).toEqual([]);

    const image = files(join(volumes, 'euclid_q1')).find(name => name.includes('VIS_TILE102018211'));
    const first = readFileSync(image);
    writeFileSync(join(stateDir, 'sample-data-stamps', 'euclid_q1'), 'of another version');
    writeFileSync(image, 'half a file');
    expect(await make()).toEqual(['euclid_q1']);
    expect(readFileSync(image).equals(first)).toBe(true);
    expect(existsSync(remains)).toBe(false);
    expect(statSync(join(volumes, 'gaia_dr3')).ino).toBe(before);
    expect(readdirSync(volumes).sort()).toEqual(['euclid_q1', 'gaia_dr3']);
  }, 60_000);

  it('says what to do when the environment that makes it is missing', async () => {
    const empty = join(stateDir, 'elsewhere');
    await expect(makeSampleData({ stateDir: empty, python: '/nowhere/python', log: () => {} })).rejects.toThrow('npm run setup');
    expect(existsSync(empty)).toBe(false);
  });

  it('goes where the state goes', () => {
    expect(defaultStateDir({ XDG_STATE_HOME: '/x' })).toBe('/x/jupyter-datalabs');
    const help = execFileSync(process.execPath, [join(root, 'scripts', 'sample-data.mjs'), '--help'], { encoding: 'utf8' });
    expect(help).toContain('--state-dir');
  });
});
