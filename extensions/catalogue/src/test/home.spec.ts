import type { HomeUsage } from '@jupyter-datalabs/hub-client';
import { ProblemError } from '@jupyter-datalabs/hub-client';
import { Dialog, Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { warnOfFullHome } from '../home-notices';
import { chooseDatalab, resetHome } from '../home-reset';
import { HomeStatus } from '../home-status';
import { HomeWatch } from '../home-usage';
import { homeText } from '../home-words';
import { Opener } from '../opener';
import { CommandIDs } from '../tokens';
import { datalab, FakeHub, session, settle } from './fixtures';

const GIB = 2 ** 30;
const trans = nullTranslator.load('');
const EUCLID = datalab('euclid');

const usage = (change: Partial<HomeUsage> = {}): HomeUsage => ({
  used: 4 * GIB, limit: 10 * GIB, free: 90 * GIB, level: 'fine', message: null, measured: null, homes: [], resets: [], workspace: GIB, page: '/hub/home-files', ...change
});
const shown = () => Notification.manager.notifications.map(({ message, type }) => [type, message]);

function setUp() {
  const fake = new FakeHub();
  let now: HomeUsage | Error = usage();
  const client = {
    getHomeUsage: jest.fn(async () => {
      if (now instanceof Error) {
        throw now;
      }
      return now;
    }),
    resetHome: jest.fn(async () => ({ id: 'euclid 2026' as string | null }))
  };
  Object.assign(fake.client, client);
  fake.connect();
  const commands = new CommandRegistry();
  const showFiles = jest.fn();
  commands.addCommand(CommandIDs.showHomeFiles, { execute: showFiles });
  const answer = (next: HomeUsage | Error): void => void (now = next);
  return { fake, client, commands, showFiles, answer };
}

beforeEach(() => Notification.dismiss());
afterEach(() => {
  Notification.dismiss();
  Dialog.flush();
});

it('says the size in words, and that there is little room not by colour alone', () => {
  expect(homeText(trans, usage())).toBe('Home: 4.0 GiB of 10.0 GiB');
  expect(homeText(trans, usage({ limit: null }))).toBe('Home: 4.0 GiB');
  expect(homeText(trans, usage({ level: 'warning' }))).toBe('Home nearly full: 4.0 GiB of 10.0 GiB');
  expect(homeText(trans, usage({ level: 'full' }))).toBe('Home full: 4.0 GiB of 10.0 GiB');
});

it('warns once for each level, replaces what it said, and warns again after there was room', async () => {
  const { fake, commands, showFiles, answer } = setUp();
  const watch = new HomeWatch(fake.asHub);
  warnOfFullHome({ hub: fake.asHub, watch, commands, trans });
  await settle();
  expect(shown()).toEqual([]);
  const tell = async (level: HomeUsage['level'], message: string | null): Promise<void> => {
    answer(usage({ level, message }));
    await watch.refresh();
  };
  await tell('warning', 'Nearly full.');
  await tell('warning', 'Nearly full.');
  expect(shown()).toEqual([['warning', 'Nearly full. Remove what you no longer need.']]);
  Notification.manager.notifications[0].options.actions![0].callback(new MouseEvent('click'));
  expect(showFiles).toHaveBeenCalled();
  await tell('full', 'Full.');
  expect(shown()).toEqual([['error', 'Full. Remove what you no longer need.']]);
  await tell('fine', null);
  Notification.dismiss();
  await tell('critical', 'Nearly full.');
  expect(shown()).toHaveLength(1);
  watch.dispose();
});

it('looks again when a session has ended, and when the user comes back, once at a time', async () => {
  const { fake, client } = setUp();
  fake.put(session('euclid'));
  const watch = new HomeWatch(fake.asHub);
  await settle();
  expect(client.getHomeUsage).toHaveBeenCalledTimes(1);
  fake.put(session('topcat'));
  expect(client.getHomeUsage).toHaveBeenCalledTimes(1);
  fake.remove('euclid');
  expect(client.getHomeUsage).toHaveBeenCalledTimes(2);
  await settle();
  window.dispatchEvent(new Event('focus'));
  window.dispatchEvent(new Event('focus'));
  expect(client.getHomeUsage).toHaveBeenCalledTimes(3);
  await settle();
  watch.dispose();
  window.dispatchEvent(new Event('focus'));
  fake.remove('topcat');
  expect(client.getHomeUsage).toHaveBeenCalledTimes(3);
});

it('keeps what it knows while the hub does not answer', async () => {
  const { fake, answer } = setUp();
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  const watch = new HomeWatch(fake.asHub);
  await settle();
  answer(new Error('gone'));
  await watch.refresh();
  expect(watch.usage).toMatchObject({ used: 4 * GIB });
  expect(warn).toHaveBeenCalled();
  watch.dispose();
  warn.mockRestore();
});

it('says in a safe session what is not kept, once its session is known', async () => {
  const { fake, commands } = setUp();
  const watch = new HomeWatch(fake.asHub);
  warnOfFullHome({ hub: fake.asHub, watch, commands, trans });
  expect(shown()).toEqual([]);
  fake.put(session('', { user_options: { datalab: 'jupyterlab', safe: true } }));
  fake.put(session('topcat'));
  expect(shown()).toEqual([['info', expect.stringMatching(/^Safe start: this session keeps no settings/)]]);
  watch.dispose();
});

it('shows the size in the status bar, where a click leads to the files', async () => {
  const { fake, answer } = setUp();
  answer(usage({ level: 'critical', message: 'Nearly full.' }));
  const watch = new HomeWatch(fake.asHub);
  const open = jest.fn();
  const item = new HomeStatus(watch, trans, open);
  Widget.attach(item, document.body);
  await settle();
  await settle();
  const button = item.node.querySelector('button')!;
  expect(button.textContent).toBe('Home nearly full: 4.0 GiB of 10.0 GiB');
  expect(button.title).toContain('Nearly full.');
  button.click();
  expect(open).toHaveBeenCalled();
  item.dispose();
  watch.dispose();
});

describe('reset', () => {
  const dialog = async (): Promise<HTMLElement> => {
    await settle();
    await settle();
    return document.querySelector<HTMLElement>('.jp-Dialog')!;
  };
  const press = (within: HTMLElement, label: string): void =>
    [...within.querySelectorAll('button')].find(button => button.textContent === label)!.click();

  it('says what is kept, and does nothing when cancelled', async () => {
    const { fake, client } = setUp();
    const done = resetHome({ hub: fake.asHub, datalab: EUCLID, trans });
    const asked = await dialog();
    expect(asked.textContent).toContain('Kept: everything in your workspace');
    expect(asked.textContent).not.toContain('runs now');
    press(asked, 'Cancel');
    expect(await done).toBe(false);
    expect(client.resetHome).not.toHaveBeenCalled();
  });

  it('asks which one is meant, and tells those of one title apart', async () => {
    const chosen = chooseDatalab([EUCLID, datalab('other', { title: 'Euclid' }), datalab('topcat')], trans);
    const asked = await dialog();
    const select = asked.querySelector('select')!;
    expect([...select.options].map(({ text }) => text)).toEqual(['Euclid (euclid)', 'Euclid (other)', 'TOPCAT']);
    select.value = 'Euclid (other)';
    press(asked, 'Next');
    expect((await chosen)?.id).toBe('other');
    const none = chooseDatalab([EUCLID], trans);
    press(await dialog(), 'Cancel');
    expect(await none).toBeUndefined();
  });

  it('stops what runs only when told that it does', async () => {
    const { fake, client } = setUp();
    fake.put(session('euclid'));
    const done = resetHome({ hub: fake.asHub, datalab: EUCLID, trans });
    const asked = await dialog();
    expect(asked.textContent).toContain('Euclid runs now. It is stopped first');
    press(asked, 'Stop it and reset');
    expect(await done).toBe(true);
    expect(client.resetHome).toHaveBeenCalledWith({ name: 'u', datalab: 'euclid', body: { stop: true } });
    expect(shown()).toEqual([['success', 'The environment of Euclid was reset. Its old home is kept among your files.']]);
  });

  it('tells a refusal with the next action', async () => {
    const { fake, client } = setUp();
    client.resetHome.mockRejectedValueOnce(new ProblemError({ code: 'conflict', status: 409, detail: 'It runs.', action: 'Stop it first.' }));
    const done = resetHome({ hub: fake.asHub, datalab: EUCLID, trans });
    press(await dialog(), 'Reset');
    expect(await done).toBe(false);
    expect(shown()).toEqual([['error', 'The environment of Euclid was not reset. It runs. Stop it first.']]);
  });
});

it('a start into a full home offers the files and a safe start, which is asked for once', async () => {
  const { fake, commands, showFiles } = setUp();
  const opener = new Opener({ hub: fake.asHub, commands, trans, openTab: () => null, now: () => 0, messageDelay: 0 });
  fake.refuse = new ProblemError({ code: 'home-full', status: 507, detail: 'Your home is full.', action: 'Make room.' });
  const refresh = jest.fn();
  commands.addCommand(CommandIDs.refreshHome, { execute: refresh });
  await opener.open(EUCLID, 'euclid');
  expect(refresh).toHaveBeenCalledTimes(1);
  const press = (label: string): void =>
    Notification.manager.notifications[0].options.actions!.find(action => action.label === label)!.callback(new MouseEvent('click'));
  press('Make room');
  expect(showFiles).toHaveBeenCalled();
  press('Safe start');
  await settle();
  await opener.open(EUCLID, 'euclid');
  expect(fake.started.map(([, options]) => options)).toEqual([{ datalab: 'euclid' }, { datalab: 'euclid', safe: true }, { datalab: 'euclid' }]);
});
