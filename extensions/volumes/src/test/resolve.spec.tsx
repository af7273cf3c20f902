import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { ISessionOfPage } from '@jupyter-datalabs/hub-client';
import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import { ResolveModel } from '../resolve/model';
import type { Resolved } from '../resolve/model';
import { referencesOf } from '../resolve/parse';
import { resolveTab } from '../resolve/view';

const trans = nullTranslator.load('');
(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const settle = (what: () => void = () => undefined): Promise<void> =>
  act(async () => {
    what();
    await new Promise(resolve => setTimeout(resolve));
  });

describe('what is pasted', () => {
  const ROWS = [
    { datalabs_path: '/data/a', file_name: 'x.fits', hdu_index: '1' },
    { datalabs_path: '/data/b', file_name: 'y, z.fits', hdu_index: '' }
  ];
  it.each<[string, string, unknown[]]>([
    ['lines', '  a.fits \n\n/data/b/c d.fits\r\nhttps://x/?a=1,2', ['a.fits', '/data/b/c d.fits', 'https://x/?a=1,2']],
    ['nothing', ' \n\t\n', []],
    ['JSON lines', '{"aws": {"key": "file_name"}}', ['{"aws": {"key": "file_name"}}']],
    ['a path with a column in it', '/data/v/file_name', ['/data/v/file_name']],
    ['a table from a spreadsheet', 'ra\tdatalabs_path\tfile_name\thdu_index\n1\t/data/a\tx.fits\t1\n2\t/data/b\ty, z.fits\t', ROWS],
    ['CSV', 'datalabs_path,file_name,hdu_index,note\n/data/a,x.fits,1,"a ""b"""\n/data/b,"y, z.fits",,n', ROWS],
    ['a table of an archive', '| FILE_NAME | access_url |\n+---+---+\n| x.fits | https://x/1 |', [{ file_name: 'x.fits', access_url: 'https://x/1' }]],
    ['a table as Python prints it', 'datalabs_path  file_name  hdu_index\n-------------  ---------  ---------\n      /data/a  x.fits     1', [ROWS[0]]],
    [
      'a table as astropy prints it, with units, a value that is masked and rows left out',
      '     datalabs_path      file_name hdu_index size\n                                             B  \n---------------------- --------- --------- ----\n/data/euclid_q1/Q1/VIS    x.fits         1    7\n                   ...       ...       ...  ...\n               /data/b y,  z.fit        --    7\nLength = 20 rows',
      [{ datalabs_path: '/data/euclid_q1/Q1/VIS', file_name: 'x.fits', hdu_index: '1' }, { datalabs_path: '/data/b', file_name: 'y,  z.fit', hdu_index: '' }]
    ],
    ['that table without the blanks that it began with', 'file_name hdu_index\n---------- ---------\n    x.fits         1', [{ file_name: 'x.fits', hdu_index: '1' }]],
    ['that table with columns left out', 'datalabs_path ... hdu_index\n------------- ... ---------\n     /data/a/ ...         0', [{ datalabs_path: '/data/a/', hdu_index: '0' }]],
    ['lines over dashes', 'a.fits\n------', ['a.fits', '------']],
    ['an answer of a service', 'accessURL\tobs_id\nhttps://x/1\t7', [{ accessurl: 'https://x/1' }]],
    ['one column', 'file_name\na.fits\nb.fits', [{ file_name: 'a.fits' }, { file_name: 'b.fits' }]]
  ])('is read as %s', (_, text, references) => {
    expect(referencesOf(text)).toEqual(references);
  });
});

const resolved = (change: Partial<Resolved>): Resolved => ({
  input: 'a.fits',
  volume: 'euclid_q1',
  path: '/data/euclid_q1/Q1_R1/a.fits',
  exists: true,
  hdu: null,
  mounted: true,
  why: { code: 'ok', message: 'It is in Euclid Q1.' },
  fallbackUrl: null,
  ...change
});
const UNMOUNTED = resolved({ input: 'b.fits', path: '/data/euclid_q1/b.fits', mounted: false, why: { code: 'not-mounted', message: 'Mount it.' } });
const ELSEWHERE = resolved({
  input: { file_name: 'c.fits' },
  volume: null,
  path: null,
  exists: false,
  mounted: false,
  why: { code: 'not-hosted', message: 'No volume that you may see has it.' },
  fallbackUrl: 'https://archive.example/c.fits'
});

class Hub {
  readonly asked: unknown[] = [];
  readonly signals: AbortSignal[] = [];
  readonly mounted: string[] = [];
  answer: () => Promise<Resolved[]> = async () => [resolved({}), this.mounted.length > 0 ? resolved({ input: 'b.fits' }) : UNMOUNTED, ELSEWHERE];
  refusal: ProblemError | null = null;
  readonly page = {
    user: 'alice',
    sessionName: '',
    client: {
      resolve: async ({ body }: { body: unknown }, { signal }: { signal: AbortSignal }) => {
        this.asked.push(body);
        this.signals.push(signal);
        return { resolved: await this.answer() };
      },
      mountHomeVolume: async ({ volume }: { volume: string }) => {
        if (this.refusal) {
          throw this.refusal;
        }
        this.mounted.push(volume);
      }
    }
  } as unknown as ISessionOfPage;
}

describe('the tab', () => {
  let hub: Hub;
  let model: ResolveModel;
  let tab: ReturnType<typeof resolveTab>;
  const did: string[][] = [];

  beforeEach(async () => {
    did.length = 0;
    hub = new Hub();
    model = new ResolveModel(hub.page, trans);
    const actions = {
      copy: (paths: string[]) => void did.push(['copy', ...paths]),
      insert: ({ volume, path }: { volume: string; path: string }) => void did.push(['insert', volume, path])
    };
    tab = resolveTab({ model, actions: () => actions, trans });
    await settle(() => Widget.attach(tab, document.body));
  });
  afterEach(() => settle(() => tab.dispose()));

  const find = <E extends HTMLElement>(selector: string): E => tab.node.querySelector<E>(selector)!;
  const rows = (): HTMLElement[] => [...tab.node.querySelectorAll<HTMLElement>('.jp-DatalabsResolve-row')];
  const type = (text: string): Promise<void> =>
    settle(() => {
      const area = find<HTMLTextAreaElement>('textarea');
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!.set!.call(area, text);
      area.dispatchEvent(new Event('input', { bubbles: true }));
    });
  const press = (label: string): Promise<void> => settle(() => find(`[aria-label="${label}"]`).click());
  const ask = async (text: string): Promise<void> => {
    await type(text);
    await settle(() => find('button[type=submit]').click());
  };

  it('asks for many long ones in parts that the hub takes, and keeps their order', async () => {
    hub.answer = async () => (hub.asked.at(-1) as { references: string[] }).references.map(input => resolved({ input }));
    const lines = Array.from({ length: 6000 }, (_, index) => `/data/${'é'.repeat(500)}/${index}`);
    await model.resolve(lines.join('\n'));
    expect(hub.asked.map(body => new Blob([JSON.stringify(body)]).size < 4 * 2 ** 20)).toEqual([true, true]);
    expect(model.state.kind === 'done' && model.state.found.map(({ input }) => input)).toEqual(lines);
  });

  it('shows where each product is, and what can be done about it', async () => {
    expect(find<HTMLButtonElement>('button[type=submit]').disabled).toBe(true);
    await ask('a.fits\nb.fits\nc.fits');
    expect(hub.asked).toEqual([{ references: ['a.fits', 'b.fits', 'c.fits'], session: '' }]);
    expect(rows().map(row => row.dataset['code'])).toEqual(['ok', 'not-mounted', 'not-hosted']);
    expect(find('[role=status]').textContent).toBe('1 of 3 are here');
    expect(rows()[0]!.textContent).toContain('/data/euclid_q1/Q1_R1/a.fits');
    expect(rows()[2]!.textContent).toContain('c.fits');
    const link = find<HTMLAnchorElement>('a[aria-label="Download c.fits"]');
    expect([link.href, link.rel, link.target]).toEqual(['https://archive.example/c.fits', 'noopener noreferrer', '_blank']);
    await press('Copy path of a.fits');
    await press('Insert path of a.fits');
    expect(did).toEqual([['copy', '/data/euclid_q1/Q1_R1/a.fits'], ['insert', 'euclid_q1', 'Q1_R1/a.fits']]);
    // Nothing shows previews here.
    expect(find('[aria-label="Preview a.fits"]')).toBeNull();
  });

  it('mounts, and looks again', async () => {
    await ask('a.fits');
    await press('Mount euclid_q1');
    expect(hub.mounted).toEqual(['euclid_q1']);
    expect(rows().map(row => row.dataset['code'])).toEqual(['ok', 'ok', 'not-hosted']);
    expect(rows().map(row => row.textContent!.includes('For '))).toEqual([false, true, false]);
    await settle(() => find('.jp-DatalabsResolve-summary button').click());
    expect(did).toEqual([['copy', '/data/euclid_q1/Q1_R1/a.fits', '/data/euclid_q1/Q1_R1/a.fits']]);
  });

  it.each([[null], [new ProblemError({ code: 'volume-unreachable', status: 503, detail: 'It does not answer.' })]])('mounting keeps the focus in its row', async refusal => {
    hub.refusal = refusal;
    await ask('a.fits');
    find('[aria-label="Mount euclid_q1"]').focus();
    await press('Mount euclid_q1');
    expect(document.activeElement).toBe(rows()[1]!.querySelector('button'));
  });

  it('is where to paste when the command leads to it, and nowhere else', async () => {
    await settle(() => tab.content.activate());
    expect(document.activeElement).not.toBe(find('textarea'));
    tab.content.wantsInput = true;
    await settle(() => tab.content.activate());
    expect(document.activeElement).toBe(find('textarea'));
  });

  it('says why a volume was not mounted, and keeps the results', async () => {
    hub.refusal = new ProblemError({ code: 'volume-unreachable', status: 503, title: 'T', detail: 'It does not answer.', action: 'Try again later.' });
    await ask('a.fits');
    await press('Mount euclid_q1');
    expect(tab.node.textContent).toContain('It does not answer.');
    expect(rows()).toHaveLength(3);
    expect(find<HTMLButtonElement>('[aria-label="Mount euclid_q1"]').disabled).toBe(false);
  });

  it('says what the hub says, and what is too much', async () => {
    hub.answer = () => Promise.reject(new ProblemError({ code: 'session-stopped', status: 410, title: 'T', detail: 'This session has ended.', action: 'Start it again.' }));
    await ask('a.fits');
    expect(tab.node.textContent).toContain('This session has ended.');
    await ask('x\n'.repeat(10_001));
    expect(tab.node.textContent).toContain('at most 10000');
    expect(hub.asked).toHaveLength(1);
  });

  it('an earlier question that answers late changes nothing', async () => {
    let late = (_: Resolved[]): void => undefined;
    hub.answer = () => new Promise(resolve => (late = resolve));
    await ask('first');
    hub.answer = async () => [ELSEWHERE];
    await settle(() => void model.resolve('second'));
    await settle(() => late([resolved({})]));
    expect(rows().map(row => row.dataset['code'])).toEqual(['not-hosted']);
  });

  it('gives up what is under way when it is closed, or asked anew', async () => {
    let late = (_: Resolved[]): void => undefined;
    hub.answer = () => new Promise(resolve => (late = resolve));
    const changed = jest.fn();
    await ask('first');
    await settle(() => void model.resolve('second'));
    expect(hub.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    model.changed.connect(changed);
    await settle(() => tab.dispose());
    expect([model.isDisposed, hub.signals[1]!.aborted]).toEqual([true, true]);
    await settle(() => late([resolved({})]));
    expect(changed).not.toHaveBeenCalled();
  });

  it('draws a part of very many, and never a link that is none', async () => {
    hub.answer = async () => Array.from({ length: 700 }, () => ({ ...ELSEWHERE, fallbackUrl: 'javascript:alert(1)' }));
    await ask('x');
    expect(rows()).toHaveLength(500);
    expect(tab.node.textContent).toContain('200 more are not shown.');
    expect(find('a')).toBeNull();
  });

  it('has no download for a line that is no name', async () => {
    hub.answer = async () => [{ ...ELSEWHERE, input: 'file_path   file_name' }, { ...ELSEWHERE, input: { file_name: 'a b.fits' } }];
    await ask('x');
    expect(rows().map(row => row.querySelector('a') !== null)).toEqual([false, true]);
  });
});
