import { framePromise } from '@jupyterlab/testing';
import { nullTranslator } from '@jupyterlab/translation';
import { SessionEnd } from '../ended';
import { FakeHub, session } from './fixtures';

/** A dialog is drawn in the frame after the next. */
const drawn = async (): Promise<void> => {
  await framePromise();
  await framePromise();
};
const dialogs = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.jp-Dialog')];
const press = async (label: string): Promise<void> => {
  [...document.querySelectorAll<HTMLElement>('.jp-Dialog button')].find(button => button.textContent === label)!.click();
  await drawn();
};

describe('SessionEnd', () => {
  let end: SessionEnd;
  let fake: FakeHub;
  let go: jest.Mock;
  let answers: jest.Mock;
  let now: number;

  beforeEach(() => {
    fake = new FakeHub();
    fake.sessionName = 'euclid';
    go = jest.fn();
    now = 0;
    answers = jest.fn(async () => true);
    end = new SessionEnd({ hub: fake.asHub, trans: nullTranslator.load(''), answers, go, now: () => now });
    fake.connect();
  });
  afterEach(async () => {
    end.dispose();
    await drawn();
  });

  it('says that this session was stopped, once, and starts it again', async () => {
    fake.put(session('euclid'));
    fake.put(session('euclid', { ready: false, pending: 'stop' }));
    await drawn();
    expect(dialogs()).toEqual([]);
    fake.remove('euclid');
    fake.put(session('topcat'));
    await drawn();
    expect(dialogs()).toHaveLength(1);
    expect(dialogs()[0].textContent).toContain('Euclid was stopped');
    await press('Start again');
    expect(go).toHaveBeenCalledWith('http://localhost/hub/spawn/u/euclid?next=%2F');
    await end.tell();
    expect(dialogs()).toEqual([]);
  });

  it.each([[['gaia_dr3', 'hst'], 'volumes=gaia_dr3,hst&'], [[], 'volumes=&']])('starts it again with the volumes that were chosen: %j', async (volumes, query) => {
    fake.put(session('euclid', { user_options: { volumes } }));
    fake.remove('euclid');
    await drawn();
    await press('Start again');
    expect(go).toHaveBeenCalledWith(`http://localhost/hub/spawn/u/euclid?${query}next=%2F`);
  });

  it('says why it failed, and no more of it once it is back', async () => {
    fake.put(session('euclid'));
    const failure = { type: 'x', title: 'x', status: 500, code: 'out-of-memory', detail: 'It used up its memory.', action: 'Use less.' };
    fake.put(session('euclid', { ready: false, stopped: true, failure }));
    await drawn();
    expect(dialogs()[0].textContent).toContain('It used up its memory. Use less.');
    fake.put(session('euclid'));
    await drawn();
    expect(dialogs()).toEqual([]);
    expect(go).not.toHaveBeenCalled();
  });

  it('says nothing of one that comes and goes while it is asked why, and is there in the end', async () => {
    fake.put(session('euclid'));
    for (let turn = 0; turn < 2; turn += 1) {
      fake.remove('euclid');
      fake.put(session('euclid'));
    }
    await drawn();
    expect(dialogs()).toEqual([]);
    // The last one counts.
    fake.remove('euclid');
    fake.put(session('euclid'));
    fake.remove('euclid');
    await drawn();
    expect(dialogs()).toHaveLength(1);
    await press('Close');
    expect(dialogs()).toEqual([]);
  });

  it('by itself says nothing of a hub that is away, nor of other sessions', async () => {
    fake.put(session('euclid'));
    fake.put(session('topcat'));
    fake.remove('topcat');
    fake.sessions.map.clear();
    fake.disconnect('offline', { code: 'hub-unreachable', status: 0, detail: 'Away.' });
    await drawn();
    expect(dialogs()).toEqual([]);
    expect(end.isRunning).toBeNull();
    void end.tell();
    await drawn();
    expect(dialogs()[0].textContent).toContain('Euclid does not answer');
    await press('Close');
    expect(go).not.toHaveBeenCalled();
  });

  it('of a page that the hub lets in no more, asks whether the session is there', async () => {
    const refused = { code: 'unauthenticated', status: 403, detail: 'Not logged in.' };
    fake.put(session('euclid'));
    fake.disconnect('refused', refused);
    await drawn();
    expect(answers).toHaveBeenCalledWith('http://localhost/user/u/euclid/');
    expect(dialogs()).toEqual([]);
    answers.mockResolvedValue(false);
    fake.disconnect('refused', refused);
    await drawn();
    expect(dialogs()[0].textContent).toContain('Euclid was stopped');
  });

  it('says, in one dialog, why the hub has ended it', async () => {
    const reason = { code: 'idle', message: 'Stopped after 60 minutes without activity at 14:03 UTC. Files are kept.' };
    Object.assign(fake.client, { getSessionTimeline: async () => ({ reason }) });
    fake.put(session('euclid'));
    fake.remove('euclid');
    await drawn();
    expect(dialogs()).toHaveLength(1);
    expect(dialogs()[0].textContent).toContain('Euclid was stopped');
    expect(dialogs()[0].textContent).toContain(reason.message);
    await press('Close');
    expect(dialogs()).toEqual([]);
  });

  it('where the hub cannot be asked, tells by the clock that its time had come', async () => {
    const at = Date.parse('2026-03-01T12:00:00Z');
    const deadline = { at: new Date(at).toISOString(), kind: 'age' as const, extendable: 0 };
    const end = async (): Promise<string | null> => {
      fake.put(session('euclid', { deadline }));
      fake.put(session('euclid', { ready: false, pending: 'stop' }));
      fake.remove('euclid');
      await drawn();
      const text = dialogs()[0].textContent;
      await press('Close');
      return text;
    };
    now = at - 1;
    expect(await end()).toContain('What ran in it has ended.');
    now = at;
    expect(await end()).toContain('because it had reached its maximum age.');
  });
});
