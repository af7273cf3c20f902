import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { IHub, SessionVolume, VolumeDetail } from '@jupyter-datalabs/hub-client';
import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { VolumePage } from '../page/widget';
import { problem, settle } from './preview-fakes';

const trans = nullTranslator.load('');

const bare: VolumeDetail = {
  name: 'v',
  title: 'Euclid Q1',
  mission: 'Euclid',
  description: '',
  licence: 'CC BY 4.0',
  simulated: false,
  path: '/data/v',
  available: true,
  state: 'ok',
  since: null,
  reason: null,
  examples: [],
  roots: [],
  tables: [],
  allowed: ['']
};
const full: VolumeDetail = {
  ...bare,
  release: 'Q1 R1',
  simulated: true,
  since: '2026-11-21T12:00:00.000Z',
  size: { bytes: 35_000_000_000_000, files: 1_200_000 },
  citation: 'Aussel et al. 2025\n@article{a, year={2025}}',
  documentation: 'https://example.org/q1',
  examples: [{ title: 'First look', path: 'notebooks/first.ipynb' }, { title: 'More', url: 'https://example.org/more' }],
  roots: ['/euclid/repository_idr/iqr1'],
  tables: [{ service: 'https://example.org/tap', table: 'catalogue.mer' }],
  allowed: ['public', 'mine']
};

let page: VolumePage | null = null;

async function show(answer: () => Promise<VolumeDetail>, mounts: SessionVolume[] = []) {
  const model = { volumes_changed: 'a' };
  const sessions = { changed: new Signal<object, void>({}), problem: null, get: () => model };
  const getVolume = jest.fn(answer);
  const client = { getVolume, listHomeVolumes: async () => ({ volumes: mounts }) };
  const hub = { available: true, ready: Promise.resolve(), client, user: 'u', sessionName: '', sessions } as unknown as IHub;
  const actions = { browse: jest.fn(), mount: jest.fn(), insertDataUsed: jest.fn(), openExample: jest.fn(async () => undefined), copy: jest.fn() };
  await settle(() => {
    page = new VolumePage({ hub, name: 'v', actions, trans });
    Widget.attach(page, document.body);
    MessageLoop.flush();
  });
  await settle();
  const button = (text: string): HTMLButtonElement | undefined => [...page!.node.querySelectorAll('button')].find(one => one.textContent === text);
  return { node: page!.node, actions, button, getVolume, sessions, model };
}

afterEach(() => settle(() => page?.dispose()));

describe('the page of a volume', () => {
  it('tells all that is known of it', async () => {
    const { node, actions, button } = await show(async () => full);
    for (const text of ['Euclid Q1', 'Q1 R1', 'simulated', 'Available since 2026-11-21 12:00:00 UTC', '31.8 TiB, 1,200,000 files', 'CC BY 4.0', '/euclid/repository_idr/iqr1', 'catalogue.mer', 'public', 'mine']) {
      expect(node.textContent).toContain(text);
    }
    expect(page!.title.label).toBe('About Euclid Q1');
    expect(node.querySelector('a')!.getAttribute('rel')).toBe('noopener noreferrer');
    button('Copy citation')!.click();
    button('Copy BibTeX')!.click();
    expect(actions.copy.mock.calls).toEqual([['Aussel et al. 2025'], ['@article{a, year={2025}}']]);
    button('Browse')!.click();
    expect(actions.browse).toHaveBeenCalledWith(full);
    button('Insert “Data used” cell')!.click();
    expect(actions.insertDataUsed).toHaveBeenCalledWith(full);
  });

  it('looks again when it is seen again, and stays as it was while the hub is away', async () => {
    let answer = async (): Promise<VolumeDetail> => ({ ...bare, state: 'unreachable', available: false });
    const { node, getVolume } = await show(() => answer());
    const showAgain = (): Promise<void> =>
      settle(() => {
        page!.hide();
        page!.show();
      });
    expect(node.textContent).toContain('Unreachable');
    answer = async () => bare;
    await showAgain();
    expect(node.textContent).toContain('Available');
    answer = () => Promise.reject(new ProblemError({ code: 'hub-unreachable', status: 0, detail: 'The hub does not answer.' }));
    await showAgain();
    expect([getVolume.mock.calls.length, node.textContent!.includes('Available')]).toEqual([3, true]);
  });

  it('leaves out what nobody has said', async () => {
    const { node } = await show(async () => bare);
    expect(node.textContent).not.toMatch(/simulated|Size|cite|Example|Query|Archive paths|You may see|undefined|since/);
    expect(node.textContent).toContain('Nobody has described it yet.');
  });

  it('copies an example once however often it is clicked', async () => {
    const { actions, button } = await show(async () => full);
    let finish = (): void => undefined;
    actions.openExample.mockImplementation(() => new Promise(resolve => (finish = () => resolve(undefined))));
    await settle(() => button('Copy to my workspace')!.click());
    expect(button('Copying…')!.disabled).toBe(true);
    await settle(() => button('Copying…')!.click());
    expect(actions.openExample.mock.calls).toEqual([[full, 'notebooks/first.ipynb']]);
    await settle(finish);
    expect(button('Copy to my workspace')!.disabled).toBe(false);
  });

  it('says why a volume cannot be used, once, and offers nothing that would fail', async () => {
    const reason = 'Its storage does not answer.';
    const why = { code: 'unreachable' as const, message: reason, action: 'It can be mounted once it answers again.' };
    const mount: SessionVolume = { name: 'v', title: '', path: '/data/v', mounted: false, why };
    const { node, button } = await show(async () => ({ ...full, available: false, state: 'unreachable', reason }), [mount]);
    expect(node.textContent).toContain('Unreachable');
    expect(node.textContent!.split(reason)).toHaveLength(2);
    expect(button('Browse')!.disabled).toBe(true);
    expect(button('Copy to my workspace')!.disabled).toBe(true);
    expect(button('Mount')).toBeUndefined();
  });

  it('leaves what is mounted to be read while the hub finds it away', async () => {
    const mount: SessionVolume = { name: 'v', title: '', path: '/data/v', mounted: true, why: null };
    const { node, button } = await show(async () => ({ ...full, available: false, state: 'unreachable' }), [mount]);
    expect(node.textContent).toContain('This session has it mounted, and may still read it.');
    expect(button('Browse')!.disabled).toBe(false);
  });

  it('offers to mount one that this session has not, and notices when it has', async () => {
    const mount: SessionVolume = { name: 'v', title: '', path: '/data/v', mounted: false, why: { code: 'not-chosen', message: 'This session was started without it.' } };
    const { node, actions, button, sessions, model } = await show(async () => full, [mount]);
    expect(node.textContent).toContain('This session was started without it.');
    button('Mount')!.click();
    expect(actions.mount).toHaveBeenCalledWith(full);
    mount.mounted = true;
    await settle(() => {
      model.volumes_changed = 'b';
      sessions.changed.emit();
    });
    expect(button('Browse')!.disabled).toBe(false);
  });

  it('shows an error where the page would be, with another try', async () => {
    let fails = true;
    const { node, button } = await show(async () => {
      if (fails) {
        throw problem('unknown-volume', 'There is no volume "v".');
      }
      return bare;
    });
    expect(node.querySelector('[role="alert"]')!.textContent).toContain('There is no volume "v".');
    fails = false;
    await settle(() => button('Try again')!.click());
    expect(node.querySelector('h1')!.textContent).toBe('Euclid Q1');
  });
});
