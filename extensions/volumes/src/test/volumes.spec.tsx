import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { IHub, IProblemInfo, SessionStoreState, Volume } from '@jupyter-datalabs/hub-client';
import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import { VolumesModel } from '../model';
import { browserPath, mountedVolumes } from '../paths';
import { VolumesPanel } from '../widget';

const trans = nullTranslator.load('');
(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

/** Does something, and everything React and promises make of it. */
const settle = (what: () => void = () => undefined): Promise<void> =>
  act(async () => {
    what();
    await new Promise(resolve => setTimeout(resolve));
  });

function volume(name: string, change: Partial<Volume> = {}): Volume {
  return {
    name,
    title: name,
    mission: 'Euclid',
    description: '',
    licence: '',
    simulated: false,
    path: `/data/${name}`,
    available: true,
    reason: null,
    ...change
  };
}

function setUp(answer: () => Promise<{ volumes: Volume[] }>, available = true, mounted: string[] | null = null) {
  const sessions = { state: 'ready' as SessionStoreState, problem: null as IProblemInfo | null, changed: new Signal<object, void>({}) };
  const listVolumes = jest.fn(answer);
  const hub = { available, ready: Promise.resolve(), sessions, client: { listVolumes } } as unknown as IHub;
  const model = new VolumesModel(hub, async () => mounted && new Set(mounted), trans);
  const actions = { open: jest.fn(), copyPath: jest.fn() };
  const panel = new VolumesPanel({ model, trans, actions });
  act(() => {
    Widget.attach(panel, document.body);
    MessageLoop.flush();
  });
  return { sessions, listVolumes, model, actions, panel };
}

const rows = (panel: Widget): HTMLElement[] => [...panel.node.querySelectorAll<HTMLElement>('[role="option"]')];

describe('VolumesPanel', () => {
  let panel: Widget | null = null;
  afterEach(() => settle(() => panel?.dispose()));

  it('shows rows where they will be while it loads', async () => {
    const it = setUp(() => new Promise(() => undefined));
    panel = it.panel;
    await settle();
    expect(panel.node.querySelector('[role="status"]')!.getAttribute('aria-label')).toBe('Reading the volumes');
  });

  it('shows volumes with mission, path, simulated, and why one is not available', async () => {
    const it = setUp(async () => ({
      volumes: [
        volume('euclid_q1', { title: 'Euclid Q1', simulated: true }),
        volume('hst', { available: false, reason: 'The directory is missing.' })
      ]
    }));
    panel = it.panel;
    await settle();
    const [first, second] = rows(panel);
    expect(first.textContent).toContain('Euclid Q1');
    expect(first.textContent).toContain('simulated');
    expect(first.textContent).toContain('/data/euclid_q1');
    expect(second.getAttribute('aria-disabled')).toBe('true');
    expect(second.textContent).toContain('Not available. The directory is missing.');
  });

  it('does not offer what was added after the session started', async () => {
    const it = setUp(async () => ({ volumes: [volume('old'), volume('new')] }), true, ['old']);
    panel = it.panel;
    await settle();
    const [first, second] = rows(panel);
    expect(first.getAttribute('aria-disabled')).toBe('false');
    expect(second.getAttribute('aria-disabled')).toBe('true');
    expect(second.textContent).toContain('Restart the session to see it.');
  });

  it('works with the keyboard alone', async () => {
    const it = setUp(async () => ({ volumes: [volume('a'), volume('b'), volume('c')] }));
    panel = it.panel;
    await settle();
    const list = panel.node.querySelector<HTMLElement>('[role="listbox"]')!;
    const key = async (name: string, init: KeyboardEventInit = {}): Promise<void> => {
      await settle(
        () => void list.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...init }))
      );
    };
    expect(list.tabIndex).toBe(0);
    await key('ArrowDown');
    expect(list.getAttribute('aria-activedescendant')).toBe(rows(panel)[1].id);
    await key('Enter');
    expect(it.actions.open).toHaveBeenCalledWith(expect.objectContaining({ name: 'b' }));
    await key('End');
    await key('ArrowDown');
    await key('c', { ctrlKey: true });
    expect(it.actions.copyPath).toHaveBeenCalledWith(expect.objectContaining({ name: 'c' }));
  });

  it('a click opens; the copy button copies and does not open', async () => {
    const it = setUp(async () => ({ volumes: [volume('a')] }));
    panel = it.panel;
    await settle();
    rows(panel)[0].querySelector<HTMLElement>('[title="Copy path /data/a"]')!.click();
    expect(panel.node.querySelector('[role="option"] :is(button, a, [tabindex])')).toBeNull();
    expect(it.actions.copyPath).toHaveBeenCalledTimes(1);
    expect(it.actions.open).not.toHaveBeenCalled();
    rows(panel)[0].click();
    expect(it.actions.open).toHaveBeenCalledTimes(1);
  });

  it('says what would be here when there is nothing', async () => {
    const it = setUp(async () => ({ volumes: [] }));
    panel = it.panel;
    await settle();
    expect(panel.node.textContent).toContain('No archive volumes');
  });

  it('shows an error where the list was to be, with another try', async () => {
    let fails = true;
    const it = setUp(async () => {
      if (fails) {
        throw new ProblemError({ code: 'engine-down', status: 503, detail: 'The volumes could not be read.' });
      }
      return { volumes: [volume('a')] };
    });
    panel = it.panel;
    await settle();
    const alert = panel.node.querySelector('[role="alert"]')!;
    expect(alert.textContent).toContain('The volumes could not be read.');
    fails = false;
    await settle(() => [...alert.querySelectorAll('button')].find(b => b.textContent === 'Try again')!.click());
    expect(rows(panel)).toHaveLength(1);
  });

  it('looks again when the hub is back', async () => {
    const it = setUp(async () => ({ volumes: [] }));
    panel = it.panel;
    await settle();
    for (const state of ['offline', 'loading', 'ready', 'ready'] as const) {
      it.sessions.state = state;
      it.sessions.changed.emit();
    }
    await settle();
    expect(it.listVolumes).toHaveBeenCalledTimes(2);
  });

  it('says why the hub refuses this page, and that only a new one helps', async () => {
    const it = setUp(async () => ({ volumes: [] }), false);
    it.sessions.problem = { code: 'unauthenticated', status: 403, detail: 'You are not logged in.' };
    panel = it.panel;
    await settle(() => void it.model.refresh());
    const alert = panel.node.querySelector('[role="alert"]')!;
    expect(alert.textContent).toContain('You are not logged in.');
    expect([...alert.querySelectorAll('button')].map(b => b.textContent)).toContain('Reload this page');
    expect(it.listVolumes).not.toHaveBeenCalled();
  });

  it('asks nothing without a hub', async () => {
    const it = setUp(async () => ({ volumes: [] }), false);
    panel = it.panel;
    await settle();
    expect(it.listVolumes).not.toHaveBeenCalled();
    expect(it.model.state.kind).toBe('absent');
  });
});

describe('browserPath', () => {
  it.each([
    ['/data/euclid_q1', '/', 'data/euclid_q1'],
    ['/data/euclid_q1', '', 'data/euclid_q1'],
    ['/data/euclid_q1', '/data/', 'euclid_q1'],
    ['/data/euclid_q1', '/media/home', 'data/euclid_q1'],
    ['/data/euclid_q1', '~', 'data/euclid_q1'],
    ['/data/euclid_q1', '/srv', null],
    ['/database/x', '/data', null]
  ])('%s under %s is %s', (path, root, expected) => {
    expect(browserPath(path, root)).toBe(expected);
  });
});

describe('mountedVolumes', () => {
  it('are the folders that the session has', async () => {
    const get = jest.fn(async () => ({ content: [{ name: 'euclid_q1' }] }) as never);
    expect(await mountedVolumes({ get }, '/media/home')).toEqual(new Set(['euclid_q1']));
    expect(get).toHaveBeenCalledWith('data', { type: 'directory' });
  });

  it.each([
    ['where the server shows no volumes', '/srv'],
    ['where it does not answer', '/']
  ])('are not known %s', async (_, root) => {
    const get = async (): Promise<never> => {
      throw new Error('away');
    };
    expect(await mountedVolumes({ get }, root)).toBeNull();
  });
});
