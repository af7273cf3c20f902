import { Dialog } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import { Access } from '../access';
import { AdminModel } from '../model';
import { parseEntry, toEntered } from '../volume-entry';
import { AdminPanel } from '../widget';
import { AWAY, fakeHub, listedVolume, problem, settle, TestTimers } from './fixtures';

const trans = nullTranslator.load('');
const SCOPES = ['admin-ui', 'admin:volumes'];

const full = listedVolume('euclid_q1', {
  title: 'Euclid Q1',
  entry: {
    ...listedVolume('euclid_q1').entry,
    title: 'Euclid Q1', release: 'Q1', citation: 'C', documentation: 'https://example.org/', size: { bytes: 35e12, files: 12 }, groups: ['a, b', 'c'],
    rules: [{ prefix: 'private', groups: ['deep'] }, { prefix: 'private/out', groups: [] }], roots: ['/euclid/q1'], urls: ['^https://x/(?<path>.+)'], download: 'https://x/{path}',
    tables: [{ service: 'https://tap.example.org', table: 't.x' }], examples: [{ title: 'A', path: 'a.ipynb' }, { title: 'B', url: 'https://example.org/b.ipynb' }], simulated: true
  }
});

describe('an entry as a form', () => {
  it('goes there and back with everything', () => expect(parseEntry(toEntered(full.entry), trans)).toEqual({ entry: full.entry, errors: {} }));

  it.each([['35 TB', 35e12], ['1.5TiB', 1.5 * 2 ** 40], ['2,5 GB', 2.5e9], ['1000', 1000], ['7 B', 7]])('takes %s for a size', (bytes, expected) => {
    expect(parseEntry({ ...toEntered(full.entry), bytes }, trans).entry?.size?.bytes).toBe(expected);
  });

  it.each([[35e12, '35 TB'], [1_200_000, '1.2 MB'], [1.5 * 2 ** 40, '1.5 TiB'], [4096, '4 KiB'], [123, '123 B'], [1234567, '1234567 B'], [0, '0 B'], [2e15, '2 PB']])('writes %s bytes as %s, and reads the same back', (bytes, expected) => {
    const entered = toEntered({ ...full.entry, size: { bytes } });
    expect(entered.bytes).toBe(expected);
    expect(parseEntry(entered, trans).entry?.size?.bytes).toBe(bytes);
  });

  it.each(['/archive/q1', 'sample-data/euclid', 'sample-data', '{sampleData}/x'])('takes the path %s', path => {
    expect(parseEntry({ ...toEntered(full.entry), path }, trans).errors).toEqual({});
  });

  it('says of each field what is wrong with it, and knows its row', () => {
    const wrong = {
      ...toEntered(full.entry), name: 'No', title: ' ', documentation: 'nowhere', bytes: '300 files', files: '1.5', path: 'archive/deep field', roots: '/fine\n\neuclid', urls: '(', download: 'ftp://x',
      rules: [{ prefix: '', groups: '' }, { prefix: '../out', groups: '' }, { prefix: 'a', groups: '' }, { prefix: 'a', groups: 'x' }],
      examples: [{ title: '', where: 'a.ipynb' }, { title: 'T', where: '' }], tables: [{ service: 'tap', table: '' }]
    };
    const { entry, errors } = parseEntry(wrong, trans);
    expect(entry).toBeNull();
    expect(errors).toEqual({
      name: 'It must be lower case letters, digits, "_" or "-".',
      title: 'Enter something here.',
      documentation: 'Enter an address such as https://example.org/page.',
      bytes: 'Enter a size such as 35 TB, or nothing.',
      files: 'Enter a whole number, or nothing.',
      path: 'It must begin with a slash.',
      roots: '"euclid": It must begin with a slash.',
      urls: '"(": It must be a regular expression.',
      download: 'It must be an http or https address.',
      'rules.0.prefix': 'Enter something here.',
      'rules.1.prefix': 'It must be a path inside the volume, without a slash at either end.',
      rules: 'There are two rules for one path.',
      'examples.0.title': 'Enter something here.',
      'examples.1.where': 'Enter something here.',
      'tables.0.service': 'Enter an address such as https://example.org/page.',
      'tables.0.table': 'Enter something here.'
    });
  });
});

async function setUp(made = fakeHub({ scopes: SCOPES })) {
  const timers = new TestTimers();
  const access = new Access(made.hub);
  const model = new AdminModel({ hub: made.hub, access, timers });
  const panel = new AdminPanel(model, trans);
  act(() => {
    Widget.attach(panel, document.body);
    MessageLoop.flush();
  });
  await settle();
  const open = (tab: string): Promise<void> => settle(() => [...panel.node.querySelectorAll<HTMLElement>('[role="tab"]')].find(node => node.textContent === tab)!.click());
  await open('Volumes');
  const button = (label: string): HTMLButtonElement | undefined => [...document.querySelectorAll('button')].find(node => (node.getAttribute('aria-label') ?? node.textContent) === label);
  const press = (label: string): Promise<void> => settle(() => button(label)!.click());
  const field = (label: string): HTMLInputElement =>
    panel.node.querySelector(`#${CSS.escape([...panel.node.querySelectorAll('label')].find(node => node.textContent!.replace(' *', '') === label)!.htmlFor)}`)!;
  const type = (label: string, value: string): Promise<void> =>
    settle(() => {
      const input = field(label);
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(input), 'value')!.set!.call(input, value);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
  const answer = async (accept: boolean): Promise<void> => {
    await settle();
    await settle(() => document.querySelector<HTMLElement>(`.jp-Dialog ${accept ? '.jp-mod-accept' : '.jp-mod-reject'}`)!.click());
    await settle();
  };
  const text = (): string => panel.node.textContent!;
  return { ...made, timers, access, model, panel, open, button, press, field, type, answer, text };
}

describe('volumes of the administration panel', () => {
  let it_: Awaited<ReturnType<typeof setUp>>;
  afterEach(async () => {
    Dialog.flush();
    await settle(() => it_.panel.dispose());
    it_.access.dispose();
  });

  async function withVolumes(...volumes: object[]) {
    const made = fakeHub({ scopes: SCOPES });
    made.client.listAllVolumes.mockResolvedValue({ volumes, removed: ['gaia_dr3'] });
    it_ = await setUp(made);
  }

  it('adds one, shows what is wrong where it is, and sends nothing before', async () => {
    await withVolumes(full);
    await it_.press('Add volume');
    expect(document.activeElement).toBe(it_.field('Name'));
    await it_.type('Name', 'euclid_q1');
    await it_.press('Save');
    expect(it_.client.setVolume).not.toHaveBeenCalled();
    expect(it_.text()).toContain('There is a volume of this name');
    expect(document.activeElement).toBe(it_.field('Name'));
    for (const [label, value] of [['Name', 'hst'], ['Title', 'Hubble'], ['Mission', 'HST'], ['Description', 'Images'], ['Licence', 'CC'], ['Path on the machine of the hub', '/archive/hst'], ['Groups that see it', 'stsci\nesa']] as const) {
      await it_.type(label, value);
    }
    expect(it_.panel.node.querySelector('[aria-invalid="true"]')).toBeNull();
    await it_.press('Add rule');
    await it_.type('Path in the volume', 'private');
    await it_.type('Groups', 'esa');
    await it_.press('Save');
    expect(it_.client.setVolume.mock.calls[0]![0]).toMatchObject({ volume: 'hst', body: { name: 'hst', groups: ['stsci', 'esa'], rules: [{ prefix: 'private', groups: ['esa'] }] } });
    expect(it_.button('Add volume')).toBe(document.activeElement);
  });

  it('changes one; what the hub refuses, or cannot be asked, loses nothing, also in another tab', async () => {
    await withVolumes(full);
    await it_.press('Edit Euclid Q1');
    expect(it_.field('Name').readOnly).toBe(true);
    await it_.type('Title', 'Euclid one');
    it_.client.setVolume.mockRejectedValueOnce(problem('bad-request', 400, 'The body is not valid: roots.0: too odd.')).mockRejectedValueOnce(AWAY);
    await it_.press('Save');
    expect(it_.text()).toContain('roots.0: too odd');
    await it_.open('Users');
    await it_.open('Volumes');
    expect(it_.field('Title').value).toBe('Euclid one');
    await it_.press('Save');
    expect(it_.text()).toContain('The hub does not answer.');
    expect(it_.text()).toContain('What you entered is still here');
    await it_.press('Save');
    expect(it_.client.setVolume.mock.calls.at(-1)![0].body).toEqual({ ...full.entry, title: 'Euclid one' });
    expect(document.activeElement).toBe(it_.button('Edit Euclid Q1'));
  });

  it('removes rules, and asks before what was entered is left', async () => {
    await withVolumes(full);
    await it_.press('Edit Euclid Q1');
    await it_.press('Cancel');
    await it_.press('Edit Euclid Q1');
    await it_.press('Remove rule 1');
    await it_.press('Cancel');
    await it_.answer(false);
    expect(it_.field('Path in the volume').value).toBe('private/out');
    await it_.press('Cancel');
    await it_.answer(true);
    expect(it_.button('Add volume')).toBeDefined();
    expect(it_.client.setVolume).not.toHaveBeenCalled();
  });

  it('probes, removes and goes back to the entry of the file', async () => {
    const changed = { ...full, origin: 'store' };
    const added = listedVolume('mine', { origin: 'store', declared: false });
    await withVolumes(changed, added);
    expect(it_.text()).toContain('Changed here');
    expect(it_.text()).toContain('Added here');
    expect(it_.button('Back to the file’s entry of mine')).toBeUndefined();
    await it_.press('Probe Euclid Q1 now');
    expect(it_.client.probeVolume).toHaveBeenCalledWith({ volume: 'euclid_q1' });
    await it_.press('Back to the file’s entry of Euclid Q1');
    await it_.answer(true);
    expect(it_.client.restoreVolume).toHaveBeenCalledWith({ volume: 'euclid_q1' });
    await it_.press('Remove mine');
    await it_.answer(false);
    expect(it_.client.deleteVolume).not.toHaveBeenCalled();
    await it_.press('Remove mine');
    await it_.answer(true);
    expect(it_.client.deleteVolume).toHaveBeenCalledWith({ volume: 'mine' });
    await it_.press('Bring back gaia_dr3');
    expect(it_.client.restoreVolume).toHaveBeenLastCalledWith({ volume: 'gaia_dr3' });
  });

  it('says which groups there are none of, and what is wrong with the file', async () => {
    const made = fakeHub({ scopes: SCOPES });
    made.client.listAllVolumes.mockResolvedValue({ volumes: [{ ...full, absent_groups: ['euklid'] }], removed: [], problem: 'The list of volumes has errors.' });
    it_ = await setUp(made);
    expect(it_.text()).toContain('There is no group euklid.');
    expect(it_.text()).toContain('The list of volumes has errors.');
  });

  it('offers none of it to who may only look', async () => {
    const made = fakeHub();
    made.client.listAllVolumes.mockResolvedValue({ volumes: [full], removed: ['x'] });
    it_ = await setUp(made);
    expect([it_.button('Add volume'), it_.button('Edit Euclid Q1'), it_.button('Bring back x')]).toEqual([undefined, undefined, undefined]);
    expect(it_.text()).toContain('2 path rules');
  });
});
