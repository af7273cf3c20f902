import { ProblemError } from '@jupyter-datalabs/hub-client';
import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { DisposableSet } from '@lumino/disposable';
import { Opener } from '../opener';
import { CommandIDs } from '../tokens';
import { datalab, FakeHub, session, settle } from './fixtures';

const EUCLID = datalab('euclid');
const TOPCAT = datalab('topcat');
const FAILURE = {
  type: 'urn:datalabs:problem:crashed',
  title: 'Crashed',
  status: 500,
  detail: 'The program ended.',
  code: 'crashed',
  log: ['line']
};

function setUp(options: { blocked?: boolean; desktop?: boolean; messageDelay?: number } = {}) {
  const fake = new FakeHub();
  fake.connect();
  const commands = new CommandRegistry();
  const openDesktop = jest.fn();
  if (options.desktop ?? true) {
    commands.addCommand(CommandIDs.openDesktop, { execute: openDesktop });
  }
  const tab = { go: jest.fn(), close: jest.fn() };
  const openTab = jest.fn(() => (options.blocked ? null : tab));
  const opener = new Opener({ hub: fake.asHub, commands, trans: nullTranslator.load(''), openTab, now: () => 0, messageDelay: options.messageDelay ?? 0 });
  return { fake, opener, tab, openTab, openDesktop, commands };
}

const last = () => Notification.manager.notifications[0];
const press = (label: string): void =>
  last().options.actions!.find(a => a.label === label)!.callback(new MouseEvent('click'));

describe('Opener', () => {
  beforeEach(() => {
    Notification.dismiss();
    // The list of messages is open: it shows every change at once.
    document.body.innerHTML = '<div class="jp-Notification-Center"></div>';
  });
  afterEach(() => {
    Notification.dismiss();
    document.body.replaceChildren();
  });

  it('opens what runs at once', async () => {
    const { fake, opener, tab } = setUp();
    fake.put(session('euclid'));
    await opener.open(EUCLID, 'euclid');
    expect(tab.go).toHaveBeenCalledWith('http://localhost/user/u/euclid/');
    expect(fake.started).toEqual([]);
    expect(Notification.manager.count).toBe(0);
  });

  it('opens the tab before anything is awaited, lets it follow the start, and tells the steps', async () => {
    const { fake, opener, tab, openTab } = setUp();
    const done = opener.open(EUCLID, 'euclid');
    expect(openTab).toHaveBeenCalledTimes(1);
    expect(last().type).toBe('in-progress');
    await settle();
    expect(fake.started).toEqual([['euclid', { datalab: 'euclid' }]]);
    expect(tab.go).toHaveBeenCalledWith('http://localhost/hub/spawn-pending/u/euclid');
    fake.put(session('euclid', { ready: false, pending: 'spawn', step: 'mounting' }));
    expect(last().message).toBe('Starting Euclid: mounting volumes and workspace');
    fake.put(session('euclid'));
    await done;
    expect(tab.go).toHaveBeenLastCalledWith('http://localhost/user/u/euclid/');
    // What shows itself needs no message on top of it.
    expect(Notification.manager.count).toBe(0);
  });

  it('tells nothing of a start that takes no time', async () => {
    const { fake, opener } = setUp({ messageDelay: 300 });
    const told = jest.fn();
    Notification.manager.changed.connect(told);
    const done = opener.open(TOPCAT, 'topcat');
    await settle();
    fake.put(session('topcat'));
    await done;
    expect(told).not.toHaveBeenCalled();
    Notification.manager.changed.disconnect(told);
  });

  it('opens a desktop as a panel, without a tab', async () => {
    const { fake, opener, openTab, openDesktop } = setUp();
    const done = opener.open(TOPCAT, 'topcat');
    await settle();
    expect(openDesktop).not.toHaveBeenCalled();
    fake.put(session('topcat'));
    await done;
    expect(openTab).not.toHaveBeenCalled();
    expect(openDesktop).toHaveBeenCalledWith({ session: 'topcat', title: 'TOPCAT' });
  });

  it('a panel takes the place of the launcher it was opened from; a start that fails, or opens elsewhere, leaves it', async () => {
    const { fake, opener } = setUp();
    const launcher = new DisposableSet();
    fake.refuse = new ProblemError({ code: 'disk-full', status: 507, detail: 'The disk is full.' });
    await opener.open(TOPCAT, 'topcat', launcher);
    fake.refuse = null;
    fake.put(session('euclid'));
    await opener.open(EUCLID, 'euclid', launcher);
    expect(launcher.isDisposed).toBe(false);
    fake.put(session('topcat'));
    await opener.open(TOPCAT, 'topcat', launcher);
    expect(launcher.isDisposed).toBe(true);
  });

  it('says when the desktop extension is missing', async () => {
    const { fake, opener } = setUp({ desktop: false });
    fake.put(session('topcat'));
    await opener.open(TOPCAT, 'topcat');
    expect(last().type).toBe('error');
    expect(last().message).toContain('disabled');
  });

  it('starts once for two clicks', async () => {
    const { fake, opener } = setUp();
    const first = opener.open(TOPCAT, 'topcat');
    const second = opener.open(TOPCAT, 'topcat');
    await settle();
    fake.put(session('topcat'));
    await Promise.all([first, second]);
    expect(fake.started).toHaveLength(1);
  });

  it('Cancel stops the start and closes the tab', async () => {
    const { fake, opener, tab } = setUp();
    const done = opener.open(EUCLID, 'euclid');
    await settle();
    press('Cancel');
    await done;
    expect(fake.stopped).toEqual(['euclid']);
    expect(tab.close).toHaveBeenCalled();
    expect(last().message).toBe('Euclid was not started.');
  });

  it('Cancel waits for the hub to know of the start, which would go on otherwise', async () => {
    const { fake, opener, tab } = setUp();
    let answer = (): void => undefined;
    const { start } = fake;
    fake.start = async (...args) => {
      await new Promise<void>(resolve => (answer = resolve));
      await start(...args);
    };
    const done = opener.open(EUCLID, 'euclid');
    press('Cancel');
    await settle();
    expect(fake.stopped).toEqual([]);
    answer();
    await done;
    expect(fake.stopped).toEqual(['euclid']);
    expect(tab.go).not.toHaveBeenCalled();
    expect(tab.close).toHaveBeenCalled();
  });

  it('a Cancel that the hub refuses says so', async () => {
    const { fake, opener } = setUp();
    void opener.open(EUCLID, 'euclid');
    await settle();
    fake.refuse = new ProblemError({ code: 'engine-down', status: 503, detail: 'It cannot be stopped now.', action: 'Try again.' });
    press('Cancel');
    await settle();
    expect(last().message).toBe('The start of Euclid was not cancelled. It cannot be stopped now. Try again.');
  });

  it('a failure is told even when the progress was hidden, and with what to do', async () => {
    const { fake, opener } = setUp();
    const done = opener.open(EUCLID, 'euclid');
    Notification.dismiss(last().id);
    await settle();
    fake.put(session('euclid', { ready: false, stopped: true, failure: { ...FAILURE, action: 'Start it again.' } }));
    await done;
    expect(last().message).toBe('Euclid did not start. The program ended. Start it again.');
  });

  it('a failure has its sentence, the log, and another try', async () => {
    const { fake, opener } = setUp();
    const done = opener.open(EUCLID, 'euclid');
    await settle();
    fake.put(session('euclid', { ready: false, stopped: true, failure: FAILURE }));
    await done;
    expect(last().type).toBe('error');
    expect(last().message).toBe('Euclid did not start. The program ended.');
    expect(last().options.actions!.map(a => a.label)).toEqual(['Try again', 'Show log']);
    press('Try again');
    await settle();
    expect(fake.started).toHaveLength(2);
    fake.put(session('euclid'));
    await settle();
  });

  it('a limit says what runs, and leads there', async () => {
    const { fake, opener, commands } = setUp();
    const show = jest.fn();
    commands.addCommand(CommandIDs.showRunning, { execute: show });
    const detail = 'You have 2 sessions running (Euclid, TOPCAT), and 2 is the limit on this hub.';
    fake.refuse = new ProblemError({ code: 'quota', status: 409, detail, action: 'Stop one of them first.' });
    await opener.open(EUCLID, 'euclid');
    expect(last().message).toBe(`Euclid did not start. ${detail} Stop one of them first.`);
    expect(last().options.actions!.map(a => a.label)).toEqual(['Show what runs', 'Show details']);
    press('Show what runs');
    expect(show).toHaveBeenCalledTimes(1);
  });

  it('a refusal closes the tab and says why', async () => {
    const { fake, opener, tab } = setUp();
    fake.refuse = new ProblemError({ code: 'disk-full', status: 507, detail: 'The disk is full.' });
    await opener.open(EUCLID, 'euclid');
    expect(tab.close).toHaveBeenCalled();
    expect(last().message).toBe('Euclid did not start. The disk is full.');
  });

  it('waits for a stop that is under way', async () => {
    const { fake, opener, openDesktop } = setUp();
    fake.put(session('topcat', { ready: false, pending: 'stop' }));
    fake.refuse = new ProblemError({ code: 'stop-pending', status: 400, detail: 'It is being stopped.' });
    const done = opener.open(TOPCAT, 'topcat');
    await settle();
    expect(last().message).toContain('waiting for the last one to stop');
    fake.refuse = null;
    fake.remove('topcat');
    await settle();
    expect(fake.started).toHaveLength(2);
    fake.put(session('topcat'));
    await done;
    expect(openDesktop).toHaveBeenCalledTimes(1);
  });

  it('waits for the hub when it goes away, and says so', async () => {
    const { fake, opener, openDesktop } = setUp();
    const done = opener.open(TOPCAT, 'topcat');
    await settle();
    fake.sessions.state = 'offline';
    fake.sessions.changed.emit();
    expect(last().message).toContain('waiting for the hub to answer');
    fake.connect();
    fake.put(session('topcat'));
    await done;
    expect(openDesktop).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['runs', { datalab: 'euclid', title: 'Euclid', kind: 'jupyter' as const }],
    ['starts', { datalab: 'euclid', title: 'Euclid', kind: 'jupyter' as const, ready: false, pending: 'spawn' as const }]
  ])('says which other datalab %s under the name, and opens that one', async (_, other) => {
    const { fake, opener, tab, openTab, openDesktop } = setUp();
    fake.put(session('topcat', other));
    await opener.open(TOPCAT, 'topcat');
    expect(openDesktop).not.toHaveBeenCalled();
    expect(fake.started).toEqual([]);
    expect(last().message).toBe('TOPCAT was not opened: the session "topcat" runs Euclid.');
    fake.put(session('topcat', { ...other, ready: true, pending: null }));
    press('Open Euclid');
    await settle();
    expect(openTab).toHaveBeenCalledTimes(1);
    expect(tab.go).toHaveBeenCalledWith('http://localhost/user/u/topcat/');
    expect(fake.started).toEqual([]);
  });

  it('stops the other datalab and starts the one asked for, in a tab that opens with the click', async () => {
    const { fake, opener, openTab, tab } = setUp();
    fake.put(session('euclid', { datalab: 'topcat', title: 'TOPCAT', kind: 'desktop' }));
    fake.stop = async name => {
      fake.stopped.push(name);
      fake.put(session(name, { datalab: 'topcat', ready: false, pending: 'stop' }));
    };
    await opener.open(EUCLID, 'euclid');
    expect(openTab).not.toHaveBeenCalled();
    press('Stop it and start Euclid');
    expect(openTab).toHaveBeenCalledTimes(1);
    await settle();
    expect(fake.stopped).toEqual(['euclid']);
    expect(fake.started).toEqual([['euclid', { datalab: 'euclid' }]]);
    fake.put(session('euclid'));
    await settle();
    expect(tab.go).toHaveBeenLastCalledWith('http://localhost/user/u/euclid/');
  });

  it('says so when the hub knows it first', async () => {
    const { fake, opener, tab } = setUp();
    fake.start = async () => {
      fake.put(session('euclid', { datalab: 'topcat', title: 'TOPCAT', kind: 'desktop' }));
      throw new ProblemError({ code: 'already-running', status: 400, detail: 'It runs another datalab.' });
    };
    await opener.open(EUCLID, 'euclid');
    expect(tab.close).toHaveBeenCalled();
    expect(last().message).toBe('Euclid was not opened: the session "euclid" runs TOPCAT.');
  });

  it('a stop that is refused says so, and nothing is started', async () => {
    const { fake, opener, tab } = setUp();
    fake.put(session('euclid', { datalab: 'topcat', title: 'TOPCAT', kind: 'desktop' }));
    await opener.open(EUCLID, 'euclid');
    fake.refuse = new ProblemError({ code: 'engine-down', status: 503, detail: 'It cannot be stopped now.' });
    press('Stop it and start Euclid');
    await settle();
    expect(tab.close).toHaveBeenCalled();
    expect(fake.started).toEqual([]);
    expect(last().message).toBe('Euclid did not start. It cannot be stopped now.');
  });

  it('does not wait for ever for news that the hub refuses', async () => {
    const { fake, opener } = setUp();
    const done = opener.open(TOPCAT, 'topcat');
    await settle();
    fake.disconnect('refused', { code: 'unauthenticated', status: 403, detail: 'You are not logged in.', action: 'Log in again.' });
    await done;
    expect(last().message).toContain('does not tell this window how it goes. You are not logged in. Log in again.');
  });

  it('offers a button where the browser allows no tab', async () => {
    const { fake, opener } = setUp({ blocked: true });
    const done = opener.open(EUCLID, 'euclid');
    await settle();
    fake.put(session('euclid'));
    await done;
    expect(last().message).toBe('Euclid is ready. The browser did not allow a new tab for it.');
    expect(last().options.actions!.map(a => a.label)).toEqual(['Open Euclid']);
  });
});
