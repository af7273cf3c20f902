import { ProblemError } from '@jupyter-datalabs/hub-client';
import { Dialog } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { moreOfCards } from '../card-more';
import { startWith } from '../start-with';
import type { IStart } from '../start-with';
import { FakeHub, session, settle } from './fixtures';

const trans = nullTranslator.load('');

let fake: FakeHub;
let started: IStart[];
let done: Promise<void>;

const volume = (name: string, change: object = {}) => ({
  name, title: name.toUpperCase(), mission: 'Gaia', release: 'DR3', simulated: false, available: true, state: 'ok', since: '2026-03-01T11:00:00Z', reason: null, ...change
});
const gone = volume('xmm', { state: 'unreachable', available: false, reason: 'Its storage does not answer.' });

async function open(id = 'euclid'): Promise<void> {
  done = startWith({ hub: fake.asHub, datalabs: fake.datalabs, ...(id && { datalab: fake.datalabs.find(each => each.id === id)! }), trans, start: what => started.push(what) });
  await drawn();
}
const drawn = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) {
    await settle();
  }
};
const dialog = (): HTMLElement => document.querySelector('.jp-Dialog')!;
const text = (): string => dialog().textContent ?? '';
const boxes = (): HTMLInputElement[] => [...dialog().querySelectorAll<HTMLInputElement>('input[type="checkbox"]')];
const box = (label: string): HTMLInputElement => boxes().find(node => node.closest('label')!.textContent === label)!;
const press = async (label: string): Promise<void> => {
  [...dialog().querySelectorAll('button')].find(node => node.textContent === label)!.click();
  await drawn();
};
const click = async (node: HTMLElement): Promise<void> => {
  node.click();
  await drawn();
};
const type = async (node: HTMLInputElement | HTMLSelectElement, value: string): Promise<void> => {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(node), 'value')!.set!.call(node, value);
  node.dispatchEvent(new Event(node instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
  await drawn();
};
const name = (): HTMLInputElement => dialog().querySelector('.jp-DatalabsStartWith-name input')!;

beforeEach(() => {
  fake = new FakeHub();
  fake.volumes = [volume('gaia_dr3'), volume('hst', { state: 'slow' }), gone];
  fake.connect();
  started = [];
});
afterEach(async () => {
  Dialog.flush();
  await settle();
});

describe('Start with', () => {
  it('starts with all where nothing else is chosen, without naming them', async () => {
    await open();
    expect(text()).toContain('All that you may see');
    await press('Start');
    await done;
    expect(started).toEqual([{ datalab: 'euclid', session: 'euclid' }]);
  });

  it('starts with those that are chosen, and tells what state they are in', async () => {
    await open();
    expect(text()).toMatch(/Slow since .*2026/);
    expect(text()).toContain('Its storage does not answer. The session starts without it, unless it answers by then.');
    await click(box('HST'));
    expect([box('All 3 volumes').checked, box('All 3 volumes').indeterminate]).toEqual([false, true]);
    expect(dialog().querySelector('[role="status"]')!.textContent).toContain('2 of 3 chosen');
    await click(box('XMM'));
    expect(text()).not.toContain('starts without it');
    await press('Start');
    expect(started).toEqual([{ datalab: 'euclid', session: 'euclid', volumes: ['gaia_dr3'] }]);
  });

  it('can be told none, and all again', async () => {
    await open();
    await click(box('All 3 volumes'));
    expect(boxes().map(node => node.checked)).toEqual([false, false, false, false]);
    await click(box('All 3 volumes'));
    expect(boxes().map(node => node.checked)).toEqual([true, true, true, true]);
    await click(box('All 3 volumes'));
    await press('Start');
    expect(started).toEqual([{ datalab: 'euclid', session: 'euclid', volumes: [] }]);
  });

  it('looks for one among many, and keeps what was chosen of the others', async () => {
    fake.volumes = Array.from({ length: 11 }, (_, i) => volume(`v${i}`, { mission: i === 7 ? 'Hubble' : 'Gaia' }));
    await open();
    await click(box('V3'));
    await type(dialog().querySelector('input[type="search"]')!, 'hubb');
    expect(boxes()).toHaveLength(2);
    await click(box('V7'));
    await type(dialog().querySelector('input[type="search"]')!, 'nothing');
    expect(text()).toContain('No volume fits "nothing".');
    await press('Start');
    expect(started[0]!.volumes).toEqual(['v0', 'v1', 'v2', 'v4', 'v5', 'v6', 'v8', 'v9', 'v10']);
  });

  it('suggests a free name, and refuses one that runs or cannot be', async () => {
    fake.put(session('euclid'));
    await open();
    expect(name().value).toBe('euclid-2');
    await type(name(), 'euclid');
    expect(text()).toContain('This session runs already');
    await press('Start');
    await type(name(), 'No good');
    expect(text()).toContain('Use lower case letters');
    await press('Start');
    expect(started).toEqual([]);
    await type(name(), 'euclid-deep');
    await press('Start');
    expect(started).toEqual([{ datalab: 'euclid', session: 'euclid-deep' }]);
  });

  it('asks for the datalab where none is given, with the name that goes with it', async () => {
    await open('');
    await type(dialog().querySelector('select')!, 'jupyterlab');
    expect([name().value, name().placeholder]).toEqual(['', 'Home']);
    await press('Start');
    expect(started).toEqual([{ datalab: 'jupyterlab', session: '' }]);
  });

  it('says that it is reading, why it cannot, and reads again', async () => {
    let answer: (what: unknown) => void = () => undefined;
    const list = (fake.client.listVolumes = jest.fn(() => new Promise<unknown>((_, reject) => (answer = reject))));
    await open();
    expect(text()).toContain('Reading the list of volumes');
    answer(new ProblemError({ code: 'hub-unreachable', status: 0, detail: 'The hub does not answer.' }));
    await drawn();
    expect(text()).toContain('The hub does not answer.');
    list.mockResolvedValue({ volumes: [] });
    await press('Try again');
    expect(text()).toContain('No archive volumes');
    await press('Start');
    expect(started).toEqual([{ datalab: 'euclid', session: 'euclid' }]);
  });

  it('starts nothing when it is closed', async () => {
    await open();
    await press('Cancel');
    await done;
    expect([started, document.querySelector('.jp-Dialog')]).toEqual([[], null]);
  });

  it('Enter starts, but presses a button of the list where it is on one', async () => {
    await open();
    const enter = (node: Element): boolean => node.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    box('HST').focus();
    enter(box('HST'));
    await done;
    expect(started).toHaveLength(1);
    fake.client.listVolumes = async () => Promise.reject(new ProblemError({ code: 'x', status: 0, detail: 'No.' }));
    await open();
    const again = [...dialog().querySelectorAll('button')].find(node => node.textContent === 'Try again')!;
    expect(enter(again)).toBe(true);
    expect(started).toHaveLength(1);
    await press('Cancel');
  });
});

it('a card that has the pointer has a button for more, which does not start it', () => {
  document.body.innerHTML = '<div id="a"><div class="jp-LauncherCard" title="A"><p></p></div><div class="jp-LauncherCard"></div></div>';
  const clicks: unknown[] = [];
  document.querySelector('#a')!.addEventListener('click', () => clicks.push('card'));
  const own = moreOfCards({ title: card => card.title || undefined, more: card => clicks.push(card.title) });
  const point = (node: Element): boolean => node.dispatchEvent(new Event('pointerover', { bubbles: true }));
  point(document.querySelector('p')!);
  point(document.querySelector('p')!);
  point(document.querySelectorAll('.jp-LauncherCard')[1]!);
  const buttons = document.querySelectorAll<HTMLElement>('button');
  expect(buttons).toHaveLength(1);
  expect([buttons[0]!.tabIndex, buttons[0]!.getAttribute('aria-hidden')]).toEqual([-1, 'true']);
  buttons[0]!.click();
  expect(clicks).toEqual(['A']);
  own.dispose();
  expect(document.querySelector('button')).toBeNull();
});
