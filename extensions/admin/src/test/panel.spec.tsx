import { Dialog } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import { Access } from '../access';
import { AdminModel } from '../model';
import { AdminPanel } from '../widget';
import { AWAY, DENIED, fakeHub, listedVolume, page, session, settle, TestTimers, user } from './fixtures';

const trans = nullTranslator.load('');

async function setUp(made = fakeHub()) {
  const timers = new TestTimers();
  const access = new Access(made.hub);
  const model = new AdminModel({ hub: made.hub, access, timers });
  const panel = new AdminPanel(model, trans);
  act(() => {
    Widget.attach(panel, document.body);
    MessageLoop.flush();
  });
  await settle();
  const find = <T extends HTMLElement>(selector: string): T => panel.node.querySelector<T>(selector)!;
  const button = (label: string): HTMLButtonElement =>
    [...document.querySelectorAll('button')].find(node => (node.getAttribute('aria-label') ?? node.textContent) === label)!;
  const rows = (): string[] => [...panel.node.querySelectorAll('tbody tr:not(.jp-mod-skeleton)')].map(row => row.textContent ?? '');
  const open = (tab: string): Promise<void> => settle(() => [...panel.node.querySelectorAll<HTMLElement>('[role="tab"]')].find(node => node.textContent === tab)!.click());
  /** As somebody who types. */
  const type = async (input: HTMLInputElement, text: string): Promise<void> =>
    settle(() => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input, text);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
  /** Presses a button of the dialog that is open. */
  const answer = async (accept: boolean): Promise<void> => {
    await settle();
    await settle(() => document.querySelector<HTMLElement>(`.jp-Dialog ${accept ? '.jp-mod-accept' : '.jp-mod-reject'}`)!.click());
    await settle();
  };
  return { ...made, timers, access, model, panel, find, button, rows, open, type, answer };
}

type It = Awaited<ReturnType<typeof setUp>>;

describe('AdminPanel', () => {
  let it_: It;
  afterEach(async () => {
    Dialog.flush();
    await settle(() => it_.panel.dispose());
    it_.access.dispose();
    expect(it_.timers.waiting.size).toBe(0);
  });

  it('shows rows where they will be, then the sessions of everybody', async () => {
    const made = fakeHub();
    let arrive = (_: unknown): void => undefined;
    made.client.findSessions.mockImplementation(() => new Promise(resolve => (arrive = resolve)));
    it_ = await setUp(made);
    expect(it_.find('table').getAttribute('aria-busy')).toBe('true');
    expect(it_.panel.node.querySelectorAll('.jp-mod-skeleton')).not.toHaveLength(0);
    await settle(() => arrive(page([session('bob', 'long', { title: 'T'.repeat(300), state: 'queued', place: { place: 2, of: 9 } })], 10_000)));
    expect(it_.rows()).toHaveLength(1);
    expect(it_.rows()[0]).toContain('Waiting');
    expect(it_.rows()[0]).toContain('Place 2 of 9');
    expect(it_.find('.jp-DatalabsAdmin-pager').textContent).toContain('1–50 of 10,000');
    expect(it_.client.findSessions.mock.calls[0][0].query).toMatchObject({ limit: 50, offset: 0 });
  });

  it('asks for pages, an order, a state, and for what was typed once it stays', async () => {
    const made = fakeHub();
    made.client.findSessions.mockImplementation(async () => page([session('bob', 'euclid')], 120));
    it_ = await setUp(made);
    const last = (): Record<string, unknown> => made.client.findSessions.mock.calls.at(-1)![0].query;
    await settle(() => it_.button('Next').click());
    expect(last()).toMatchObject({ offset: 50 });
    await settle(() => it_.button('Started').click());
    expect(last()).toMatchObject({ sort: 'requested', offset: 0 });
    expect(it_.find('th[aria-sort="ascending"]').textContent).toBe('Started');
    await settle(() => it_.button('Started').click());
    expect(last()).toMatchObject({ sort: '-requested' });
    const before = made.client.findSessions.mock.calls.length;
    await it_.type(it_.find('input[type="search"]'), 'bo');
    await it_.type(it_.find('input[type="search"]'), 'bob');
    expect(made.client.findSessions).toHaveBeenCalledTimes(before);
    expect(it_.find('table').getAttribute('aria-busy')).toBe('true');
    await it_.timers.advance(250);
    expect(made.client.findSessions).toHaveBeenCalledTimes(before + 1);
    expect(last()).toMatchObject({ search: 'bob', offset: 0 });
  });

  it('says so when nothing fits, and when nobody runs anything', async () => {
    const made = fakeHub();
    made.client.findSessions.mockImplementation(async () => page([]));
    it_ = await setUp(made);
    expect(it_.panel.node.textContent).toContain('Nobody runs anything');
    await it_.type(it_.find('input[type="search"]'), 'zoe');
    await it_.timers.advance(250);
    expect(it_.panel.node.textContent).toContain('No session fits');
    await settle(() => it_.button('Show all').click());
    expect(it_.panel.node.textContent).toContain('Nobody runs anything');
    await it_.open('Queue');
    expect(it_.panel.node.textContent).toContain('Nobody waits');
    await it_.open('Volumes');
    expect(it_.panel.node.textContent).toContain('No archive volumes');
  });

  it('says of each volume how its storage is and since when', async () => {
    const made = fakeHub();
    const volume = listedVolume;
    made.client.listAllVolumes.mockResolvedValue({
      removed: [],
      volumes: [
        volume('well', {}), volume('late', { state: 'slow' }), volume('lost', { available: false, state: 'stale', reason: 'Mount it anew.' }), volume('gone', { available: false, state: 'unreachable', reason: 'It does not exist.' })
      ]
    });
    it_ = await setUp(made);
    await it_.open('Volumes');
    expect(it_.rows()).toEqual([
      expect.stringMatching(/well.*Available/), expect.stringMatching(/late.*Slow.*more than a second/), expect.stringMatching(/lost.*Cut off.*Mount it anew/), expect.stringMatching(/gone.*Not available.*does not exist/)
    ]);
    expect(it_.panel.node.querySelectorAll('time')).toHaveLength(4);
  });

  it('looks again while it is seen, and only then', async () => {
    it_ = await setUp();
    const { findSessions } = it_.client;
    expect(findSessions).toHaveBeenCalledTimes(1);
    await it_.timers.advance(5000);
    expect(findSessions).toHaveBeenCalledTimes(2);
    await settle(() => it_.panel.hide());
    await it_.timers.advance(60_000);
    expect(findSessions).toHaveBeenCalledTimes(2);
    await settle(() => it_.panel.show());
    expect(findSessions).toHaveBeenCalledTimes(3);
    const hidden = jest.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    await settle(() => void document.dispatchEvent(new Event('visibilitychange')));
    await it_.timers.advance(60_000);
    expect(findSessions).toHaveBeenCalledTimes(3);
    hidden.mockRestore();
    await settle(() => void document.dispatchEvent(new Event('visibilitychange')));
    expect(findSessions).toHaveBeenCalledTimes(4);
    await it_.open('Volumes');
    await it_.timers.advance(20_000);
    expect(findSessions).toHaveBeenCalledTimes(4);
  });

  it('a hub that is away: Try again before anything was there, else what was known with its time, until it is back', async () => {
    const made = fakeHub();
    made.client.findSessions.mockRejectedValueOnce(AWAY);
    it_ = await setUp(made);
    expect(it_.find('[role="alert"]').textContent).toContain('The hub does not answer.');
    await settle(() => it_.button('Try again').click());
    expect(it_.rows()).toHaveLength(2);
    made.client.findSessions.mockRejectedValueOnce(AWAY);
    await it_.timers.advance(5000);
    expect(it_.rows()).toHaveLength(2);
    expect(it_.find('.jp-DatalabsStatusLine').textContent).toMatch(/The hub does not answer. What is shown is from \d+:\d\d:\d\d/);
    await it_.timers.advance(5000);
    expect(it_.panel.node.querySelector('.jp-DatalabsStatusLine')).toBeNull();
  });

  it('rights that are withdrawn while it is open: says so, shows nothing more, and stops asking', async () => {
    it_ = await setUp();
    it_.client.findSessions.mockRejectedValue(DENIED);
    it_.client.getSelf.mockResolvedValue({ scopes: ['list:users'] });
    await it_.timers.advance(5000);
    expect(it_.panel.node.textContent).toContain('You are no longer an administrator');
    expect(it_.panel.node.textContent).not.toContain('bob');
    const asked = it_.client.findSessions.mock.calls.length;
    await it_.timers.advance(600_000);
    expect(it_.client.findSessions).toHaveBeenCalledTimes(asked);
    it_.client.getSelf.mockResolvedValue({ scopes: ['admin-ui'] });
    it_.client.findSessions.mockResolvedValue(page([session('zoe', '')]));
    await settle(() => it_.button('Check again').click());
    expect(it_.rows()[0]).toContain('zoe');
  });

  it('one right less: that section says which, the others go on', async () => {
    it_ = await setUp();
    it_.client.findSessions.mockRejectedValue(DENIED);
    await it_.timers.advance(5000);
    expect(it_.find('[role="alert"]').textContent).toContain('This needs the scope read:servers');
    expect(it_.rows()).toHaveLength(0);
    await it_.timers.advance(600_000);
    await it_.open('Users');
    expect(it_.rows()).toHaveLength(2);
  });

  it('somebody without rights sees nothing and asks for nothing', async () => {
    it_ = await setUp(fakeHub({ scopes: ['list:users', 'admin-ui!user=ada'] }));
    expect(it_.panel.node.textContent).toContain('You are not an administrator');
    expect(it_.client.findSessions).not.toHaveBeenCalled();
  });

  it('stops after a question that says what the owner is told', async () => {
    it_ = await setUp();
    await settle(() => it_.button('Stop euclid of bob').click());
    expect(document.querySelector('.jp-Dialog')!.textContent).toContain('bob is told that you, an administrator, did it.');
    await it_.answer(false);
    expect(it_.client.stopSession).not.toHaveBeenCalled();
    await settle(() => it_.button('Stop euclid of bob').click());
    const asked = it_.client.findSessions.mock.calls.length;
    await it_.answer(true);
    expect(it_.client.stopSession).toHaveBeenCalledWith({ name: 'bob', server: 'euclid', body: { force: false } });
    expect(it_.client.findSessions.mock.calls.length).toBe(asked + 1);
    await settle(() => it_.button('Stop JupyterLab of ada').click());
    expect(document.querySelector('.jp-Dialog')!.textContent).not.toContain('is told');
    await it_.answer(true);
    expect(it_.client.stopHome).toHaveBeenCalledWith({ name: 'ada', body: { force: false } });
  });

  it('ends at once what is being stopped, cancels what waits, and leaves alone what has ended', async () => {
    const made = fakeHub();
    made.client.findSessions.mockImplementation(async ({ query }) =>
      query.state === 'queued'
        ? page([session('bob', 'waits', { state: 'queued', place: { place: 1, of: 1 } })])
        : page([
            session('bob', 'ending', { state: 'stopping' }),
            session('bob', 'dead', { state: 'failed', failure: { type: '', title: '', status: 500, code: 'crashed', detail: 'It ended with exit code 3.' } })
          ])
    );
    it_ = await setUp(made);
    expect(it_.button('Stop dead of bob').disabled).toBe(true);
    expect(it_.rows()[1]).toContain('It ended with exit code 3.');
    await settle(() => it_.button('End ending of bob at once').click());
    await it_.answer(true);
    expect(made.client.stopSession).toHaveBeenLastCalledWith({ name: 'bob', server: 'ending', body: { force: true } });
    await it_.open('Queue');
    await settle(() => it_.button('Cancel the start of waits of bob').click());
    expect(document.querySelector('.jp-Dialog')!.textContent).toContain('Keep it');
    await it_.answer(true);
    expect(made.client.stopSession).toHaveBeenLastCalledWith({ name: 'bob', server: 'waits', body: { force: false } });
  });

  it('changes a role after a question, never that of oneself', async () => {
    it_ = await setUp();
    await it_.open('Users');
    expect(it_.panel.node.querySelector('button[aria-label$="change the role of ada"]')).toBeNull();
    await settle(() => it_.button('User: change the role of bob').click());
    // Chosen step by step with the keyboard: nothing is asked or done before the end.
    const role = document.querySelector<HTMLSelectElement>('.jp-Dialog select')!;
    await settle(() => {
      Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value')!.set!.call(role, 'admin');
      role.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await it_.answer(true);
    expect(it_.client.modifyUser).toHaveBeenCalledWith({ name: 'bob', body: { role: 'admin' } });
  });

  it('gives the focus of a row that is gone to the next, and that of the last to the search', async () => {
    it_ = await setUp();
    await settle(() => it_.button('Stop JupyterLab of ada').focus());
    it_.client.findSessions.mockImplementation(async () => page([session('bob', 'euclid')]));
    await settle(() => it_.button('Refresh').click());
    expect(document.activeElement!.closest('tr')!.textContent).toContain('bob');
    it_.client.findSessions.mockImplementation(async () => page([]));
    await settle(() => it_.button('Refresh').click());
    expect(document.activeElement!.getAttribute('aria-label')).toBe('Search sessions');
  });

  const allowed = (sessions: number) => ({ own: null, effective: { sessions: { value: sessions, origin: 'default' }, cpu: null, memory: { value: '8Gi', origin: 'group:euclid' }, home: null } });

  it('asks for the quotas of a page at each look, a few at a time', async () => {
    const made = fakeHub();
    made.client.listUsers.mockImplementation(async () => page(Array.from({ length: 50 }, (_, index) => user(`user${index}`)), 10_000));
    let open = 0;
    let most = 0;
    let sessions = 3;
    made.client.getUserQuota.mockImplementation(async () => {
      most = Math.max(most, ++open);
      await Promise.resolve();
      open--;
      return allowed(sessions);
    });
    it_ = await setUp(made);
    await it_.open('Users');
    await settle();
    expect(made.client.getUserQuota).toHaveBeenCalledTimes(50);
    expect(most).toBeLessThanOrEqual(4);
    expect(it_.rows()[0]).toContain('3 sessions, 8 GiB memory');
    // What only changes the question asks for none.
    await it_.type(it_.find('input[type="search"]'), 'u');
    expect(made.client.getUserQuota).toHaveBeenCalledTimes(50);
    sessions = 4;
    await it_.timers.advance(30_000);
    await settle();
    expect(made.client.getUserQuota).toHaveBeenCalledTimes(100);
    expect(it_.rows().every(row => row.includes('4 sessions, 8 GiB memory'))).toBe(true);
    await it_.open('Sessions');
    await it_.timers.advance(60_000);
    expect(made.client.getUserQuota).toHaveBeenCalledTimes(100);
  });

  it('keeps a quota over a look that fails, and asks again for one it could not get', async () => {
    it_ = await setUp();
    const { getUserQuota } = it_.client;
    getUserQuota.mockImplementation(async () => Promise.reject(AWAY));
    await it_.open('Users');
    expect(it_.rows()[0]).toContain('Not known');
    getUserQuota.mockImplementation(async () => allowed(3));
    await it_.timers.advance(30_000);
    expect(it_.rows()[0]).toContain('3 sessions');
    getUserQuota.mockImplementation(async () => Promise.reject(AWAY));
    await it_.timers.advance(30_000);
    expect(it_.rows()[0]).toContain('3 sessions');
    getUserQuota.mockImplementation(async () => Promise.reject(DENIED));
    await it_.timers.advance(30_000);
    expect(it_.rows()[0]).toContain('Not known');
  });

  it('shows no quota of before a change, of the user or of a group, that arrives after it', async () => {
    it_ = await setUp();
    const { getUserQuota } = it_.client;
    const none = { sessions: null, cpu: null, memory: null, home: null };
    const late: ((quota: unknown) => void)[] = [];
    const slow = (): void => void getUserQuota.mockImplementation(() => new Promise(resolve => late.push(resolve)));
    const quick = (sessions: number): void => void getUserQuota.mockImplementation(async () => allowed(sessions));
    const arrive = (): Promise<void> => settle(() => late.splice(0).forEach(resolve => resolve(allowed(1))));
    slow();
    await it_.open('Users');
    quick(2);
    await settle(() => void it_.model.setQuota('user', 'bob', { ...none, sessions: 2 }));
    await arrive();
    expect(it_.rows()[1]).toContain('2 sessions');
    slow();
    await it_.timers.advance(30_000);
    quick(5);
    await it_.open('Groups');
    await settle(() => void it_.model.setQuota('group', 'euclid', { ...none, sessions: 5 }));
    await arrive();
    await it_.open('Users');
    expect(it_.rows()[1]).toContain('5 sessions');
  });

  it('the tabs are one stop of the keyboard, and the arrows go round', async () => {
    it_ = await setUp();
    const selected = (): HTMLElement => it_.find('[role="tab"][aria-selected="true"]');
    const press = (key: string): Promise<void> => settle(() => void selected().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })));
    expect([...it_.panel.node.querySelectorAll<HTMLElement>('[role="tab"]')].filter(tab => tab.tabIndex === 0)).toEqual([selected()]);
    await press('ArrowLeft');
    expect(selected().textContent).toBe('Hub');
    await press('ArrowRight');
    expect(selected().textContent).toBe('Sessions');
    await press('End');
    await press('Home');
    expect(selected().textContent).toBe('Sessions');
    expect(document.activeElement).toBe(selected());
    expect(it_.find('[role="tabpanel"]').getAttribute('aria-labelledby')).toBe(selected().id);
  });
});
