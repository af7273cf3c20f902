import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { HubClient, ServerModel } from '../src/client.js';
import { expect, test } from '../src/fixtures.js';
import { Hub } from '../src/hub.js';
import { Kernel } from '../src/kernel.js';
import { labReady, newNotebook } from '../src/lab.js';
import { repository } from '../src/paths.js';

const VIS_FOLDER = 'Q1_R1/MER/102018211/VIS';
const programs = join(repository, '.tools/envs/programs/lib');

/** Hubble files at the places that ESA's code expects, and a volume that the session does not have. */
function declareVolumes(hub: Hub): void {
  const own = readFileSync(join(repository, 'volumes.yaml'), 'utf8');
  const samples = join(hub.state, 'sample-data');
  for (const [volume, file] of [['hub_hstdata_i', 'i/b4x/04/ib4x04ivq_flt.fits.gz'], ['hub_hstdata_j', 'j/8t/01/j8t001.fits.gz']] as const) {
    mkdirSync(join(samples, volume, file, '..'), { recursive: true });
    const [sample] = readdirSync(join(samples, 'euclid_q1', VIS_FOLDER));
    writeFileSync(join(samples, volume, file), gzipSync(readFileSync(join(samples, 'euclid_q1', VIS_FOLDER, sample!)).subarray(0, 2880 * 4), { level: 1 }));
  }
  const entry = (letter: string): string => `  - name: hub_hstdata_${letter}
    title: Hubble ${letter.toUpperCase()}
    mission: HST
    description: Simulated, at the paths of the Hubble archive.
    simulated: true
    path: sample-data/hub_hstdata_${letter}
    licence: BSD-3-Clause
    roots: [/hstdata/hstdata_${letter}]
`;
  writeFileSync(join(hub.state, 'volumes.yaml'), `${own}${entry('i')}${entry('j')}`);
}

/** What the Hubble archive's TAP service answers, inside the session; astroquery itself is as it was published. */
const TAP = `
import http.server, sys, threading, urllib.parse, warnings
sys.path.append('/media/user/programs')
class Tap(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(f'''<v:capabilities xmlns:v="http://www.ivoa.net/xml/VOSICapabilities/v1.0" xmlns:vr="http://www.ivoa.net/xml/VOResource/v1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<capability standardID="ivo://ivoa.net/std/TAP"><interface xsi:type="vs:ParamHTTP" xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1" role="std"><accessURL use="base">http://{self.headers['Host']}/tap</accessURL></interface></capability></v:capabilities>''')
    def do_POST(self):
        query = urllib.parse.parse_qs(self.rfile.read(int(self.headers['Content-Length'])).decode())['QUERY'][0]
        letter = 'j' if 'j8t001' in query else 'i'
        column, value = next((c, v) for c, v in {
            'file_path': '/hstdata/hstdata_j/j/8t/01' if letter == 'j' else '/hstdata/hstdata_i/i/b4x/04',
            'observation_id': 'ib4x04ivq', 'instrument_name': 'WFC3/IR'}.items() if query.startswith(f'select {c} '))
        self.answer(f'''<VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results"><INFO name="QUERY_STATUS" value="OK"/>
<TABLE><FIELD name="{column}" datatype="char" arraysize="*"/><DATA><TABLEDATA><TR><TD>{value}</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>''')
    def answer(self, text):
        body = text.encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/x-votable+xml')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Tap)
threading.Thread(target=server.serve_forever, daemon=True).start()
import astroquery.esa.hubble as hubble
from jupyter_datalabs import resolve
hubble.conf.EHST_TAP_SERVER = f'http://127.0.0.1:{server.server_port}/tap'
archive = hubble.ESAHubbleClass(show_messages=False)
warnings.simplefilter('error')
`;

test.describe('from an archive reference to a file', () => {
  let hub: Hub;
  let client: HubClient;
  let kernel: Kernel;

  async function ready(name: string): Promise<ServerModel> {
    const server = async (): Promise<ServerModel | undefined> => (await client.api<{ servers: Record<string, ServerModel> }>('GET', `/users/${client.user}`)).body.servers[name];
    await expect.poll(async () => (await server())?.ready, { timeout: 60_000 }).toBe(true);
    return (await server())!;
  }

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    hub = await Hub.create();
    declareVolumes(hub);
    await hub.start();
    client = await hub.login();
    const body = { datalab: 'euclid', volumes: ['euclid_q1', 'gaia_dr3', 'hub_hstdata_i'] };
    expect((await client.api('POST', `/users/${client.user}/servers/euclid`, { body })).status).toBeLessThan(300);
    const session = await ready('euclid');
    const token = await client.token([`access:servers!server=${client.user}/euclid`]);
    kernel = await Kernel.start(new URL(session.url, hub.origin).href, token, 'euclid');
  });
  test.afterAll(() => hub.dispose());

  test('Python in a kernel finds files, and says what to do about others', async () => {
    const [name] = readdirSync(join(hub.state, 'sample-data/euclid_q1', VIS_FOLDER));
    const output = await kernel.run(`
from jupyter_datalabs import resolve
from astropy.table import Table
from astropy.io import fits
rows = Table({'datalabs_path': ['/data/euclid_q1/${VIS_FOLDER}'], 'file_name': ['${name}'], 'hdu_index': [0]})
found = resolve(rows)[0]
print(found.path, found.hdu, fits.getheader(found.path, found.hdu)['INSTRUME'])
print(resolve('${name}').path == resolve({'file_path': '/euclid/repository_idr/iqr1/${VIS_FOLDER}', 'file_name': '${name}'}).path == found.path)
print([one.code for one in resolve(['/data/hub_hstdata_j/j/8t/01/j8t001.fits', '/data/elsewhere/x', '/data/euclid_q1/../etc'])])
try:
    open(resolve({'file_path': '/hstdata/hstdata_j/j/8t/01', 'filename': 'j8t001.fits'}))
except LookupError as error:
    print(type(error).__name__, error)
`);
    expect(output.split('\n')).toEqual([
      `/data/euclid_q1/${VIS_FOLDER}/${name} 0 VIS`,
      'True',
      "['not-hosted', 'not-hosted', 'bad-reference']",
      expect.stringMatching(/^NotHosted .*: No volume of this session has it\. "Resolve archive reference…" in JupyterLab looks in all that you may see, and mounts\./)
    ]);
  });

  test('unmodified astroquery finds Hubble files by its own paths', async () => {
    test.skip(!existsSync(programs), 'its environment is missing: node scripts/setup.mjs --tests');
    const [python] = readdirSync(programs).filter(name => name.startsWith('python'));
    const workspaces = join(hub.state, 'workspaces');
    const [workspace] = readdirSync(workspaces).filter(name => !name.startsWith('.'));
    await cp(join(programs, python!, 'site-packages'), join(workspaces, workspace!, 'programs'), { recursive: true });
    expect(await kernel.run(`${TAP}
path = archive.get_datalabs_path(filename='ib4x04ivq_flt.fits')
import os.path
from astropy.io import fits
print(path, os.path.realpath(path), fits.getheader(path)['INSTRUME'])
print(archive.get_datalabs_path(filename='ib4x04ivq_flt.fits', default_volume='hub_hstdata_i'))
print(resolve(path).path, resolve(path.replace('/data/user/', '/media/home/data/')).path)
print(os.path.exists('/media/home/data/hub_hstdata_i/i/b4x/04'))
`)).toBe(
      ['/data/user/hub_hstdata_i/i/b4x/04/ib4x04ivq_flt.fits.gz /data/hub_hstdata_i/i/b4x/04/ib4x04ivq_flt.fits.gz VIS', '/data/user/hub_hstdata_i/i/b4x/04/ib4x04ivq_flt.fits.gz',
        Array(2).fill('/data/hub_hstdata_i/i/b4x/04/ib4x04ivq_flt.fits.gz').join(' '), 'True'].join('\n')
    );
    // A volume that comes while the session runs is found at once, where astroquery warned before.
    await expect(kernel.run("archive.get_datalabs_path(filename='j8t001.fits')")).rejects.toThrow(/not accessible/);
    expect((await client.api('PUT', `/users/${client.user}/servers/euclid/volumes/hub_hstdata_j`)).status).toBe(200);
    expect(await kernel.run("print(archive.get_datalabs_path(filename='j8t001.fits'), resolve('j8t001.fits').path)")).toBe(
      '/data/user/hub_hstdata_j/j/8t/01/j8t001.fits.gz /data/hub_hstdata_j/j/8t/01/j8t001.fits.gz'
    );
  });

  test('references are pasted, a volume is mounted, and a path goes into the notebook', async ({ page }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.context().addCookies([...client.cookies].map(([name, value]) => ({ name, value, url: `${hub.origin}/hub/` })));
    expect((await client.api('POST', `/users/${client.user}/server`)).status).toBeLessThan(300);
    await ready('');
    await page.goto(`${hub.origin}/user/${client.user}/lab?reset`);
    await labReady(page);
    expect((await client.api('DELETE', `/users/${client.user}/server/volumes/hub_hstdata_j`)).status).toBe(204);
    const notebook = await newNotebook(page, /Python 3/);
    const [name] = readdirSync(join(hub.state, 'sample-data/euclid_q1', VIS_FOLDER));
    await page.keyboard.press('Control+Shift+C');
    await page.getByRole('combobox', { name: /command palette/i }).or(page.locator('#modal-command-palette input')).first().fill('Resolve archive');
    await page.keyboard.press('Enter');
    const area = page.getByRole('textbox', { name: /References/ });
    await expect(area).toBeFocused();
    await area.fill(
      ['file_path\tfile_name\taccess_url', `/euclid/repository_idr/iqr1/${VIS_FOLDER}\t${name}\t`, '/hstdata/hstdata_j/j/8t/01\tj8t001.fits\t', '/elsewhere\tx.fits\thttps://archive.example/get?file=x.fits', '/euclid/repository_idr/iqr1/Q1_R1\tnone.fits\t'].join('\n')
    );
    await area.press('Control+Enter');
    const results = page.getByRole('region', { name: 'Results' });
    await expect(results.getByRole('status')).toHaveText('1 of 4 are here');
    const row = (text: string) => results.getByRole('listitem').filter({ hasText: text });
    await expect(row('x.fits').getByRole('link', { name: 'Download x.fits' })).toHaveAttribute('href', 'https://archive.example/get?file=x.fits');
    await page.screenshot({ path: test.info().outputPath('results.png') });
    await row('j8t001').getByRole('button', { name: 'Mount hub_hstdata_j' }).click();
    await expect(results.getByRole('status')).toHaveText('2 of 4 are here');
    await expect(row('j8t001').getByRole('button').first()).toBeFocused();
    await row('j8t001').getByRole('button', { name: /^Copy path/ }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('/data/hub_hstdata_j/j/8t/01/j8t001.fits.gz');
    await page.setViewportSize({ width: 720, height: 600 });
    await page.evaluate(() => document.querySelector<HTMLElement>('.jp-DatalabsResolve-tab')?.scrollTo(0, 0));
    await page.screenshot({ path: test.info().outputPath('narrow.png') });
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.locator('.lm-MenuBar-item').filter({ hasText: 'Settings' }).click();
    await page.locator('.lm-Menu-item', { hasText: /^Theme$/ }).hover();
    await page.locator('.lm-Menu-item', { hasText: /^JupyterLab Dark$/ }).click();
    await expect(page.locator('body')).toHaveAttribute('data-jp-theme-light', 'false');
    await page.screenshot({ path: test.info().outputPath('dark.png') });
    await row(name!).getByRole('button', { name: /^Insert path/ }).click();
    await expect(notebook.locator('.jp-CodeCell .cm-content').first()).toContainText(`/data/euclid_q1/${VIS_FOLDER}/${name}`);
  });
});
