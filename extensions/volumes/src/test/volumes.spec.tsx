import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { IHub, IProblemInfo, SessionStoreState, SessionVolume, Volume } from '@jupyter-datalabs/hub-client';
import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import { FolderModel } from '../browser/folder';
import { FolderWidget } from '../browser/view';
import type { IFolderActions } from '../browser/view';
import { VolumesModel } from '../model';
import { browserPath } from '../paths';
import { VolumesPanel } from '../widget';

const trans = nullTranslator.load('');
(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

/** Does something, and everything React and promises make of it. */
const settle = (what: () => unknown = () => undefined): Promise<void> =>
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
    state: 'ok',
    since: null,
    reason: null,
    ...change
  };
}

const mount = (name: string, mounted: boolean, message = ''): SessionVolume => ({
  name,
  title: name,
  path: `/data/${name}`,
  mounted,
  why: mounted ? null : { code: 'not-chosen', message }
});

function setUp(answer: () => Promise<{ volumes: Volume[] }>, available = true, mounts: () => Promise<SessionVolume[]> = async () => []) {
  const sessions = {
    state: 'ready' as SessionStoreState,
    problem: null as IProblemInfo | null,
    changed: new Signal<object, void>({}),
    session: {} as { volumes_changed?: string },
    get: () => sessions.session
  };
  const listVolumes = jest.fn(answer);
  const hub = { available, ready: Promise.resolve(), sessions, client: { listVolumes } } as unknown as IHub;
  const model = new VolumesModel(hub, mounts);
  const actions = { open: jest.fn(), copyPath: jest.fn(), mount: jest.fn(), unmount: jest.fn() };
  const folder = new FolderWidget(new FolderModel({ list: jest.fn(() => new Promise<never>(() => undefined)) }), trans, {
    titleOf: (name: string) => name,
    before: [],
    after: () => []
  } as unknown as IFolderActions);
  const prepare = jest.fn();
  const panel = new VolumesPanel({ model, trans, actions, folder, prepare });
  act(() => {
    Widget.attach(panel, document.body);
    MessageLoop.flush();
  });
  return { sessions, listVolumes, model, actions, panel, folder, prepare };
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

  it('has listing prepared when the volumes come into sight, not when a folder does', async () => {
    const it = setUp(async () => ({ volumes: [volume('v')] }));
    panel = it.panel;
    const showAgain = (): Promise<void> =>
      settle(() => {
        panel!.hide();
        panel!.show();
      });
    await showAgain();
    expect(it.prepare).toHaveBeenCalledTimes(1);
    await settle(() => it.folder.model.goTo({ volume: 'v', path: '' }));
    await showAgain();
    expect(it.prepare).toHaveBeenCalledTimes(1);
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

  it('says what this session has, and offers to mount the rest', async () => {
    const has = { old: true };
    const it = setUp(
      async () => ({ volumes: [volume('old'), volume('new')] }),
      true,
      async () => [mount('old', has.old), mount('new', false, 'The session was started with others.')]
    );
    panel = it.panel;
    await settle();
    const [first, second] = rows(panel);
    expect([first.getAttribute('aria-label'), second.getAttribute('aria-label')]).toEqual([
      'old, Euclid, mounted, /data/old',
      'new, Euclid, not mounted, /data/new'
    ]);
    expect(second.title).toContain('The session was started with others.');
    const press = (row: HTMLElement, text: string): void => [...row.querySelectorAll('span')].find(span => span.textContent === text)!.click();
    press(second, 'Mount');
    press(first, 'Unmount');
    expect(it.actions.mount).toHaveBeenCalledWith(expect.objectContaining({ name: 'new' }));
    expect(it.actions.unmount).toHaveBeenCalledWith(expect.objectContaining({ name: 'old' }));
    expect(it.actions.open).not.toHaveBeenCalled();
    // Another window has taken it out.
    has.old = false;
    it.sessions.session = { volumes_changed: '2026-01-01T00:00:00Z' };
    await settle(() => it.sessions.changed.emit());
    expect(rows(panel)[0].getAttribute('aria-label')).toContain('not mounted');
  });

  it('shows a volume that is being mounted as such, and then as it is', async () => {
    let end = (): void => undefined;
    const it = setUp(async () => ({ volumes: [volume('a')] }), true, async () => [mount('a', false)]);
    panel = it.panel;
    await settle();
    let done = Promise.resolve();
    await settle(() => (done = it.model.during('a', () => new Promise<void>(resolve => (end = resolve)))));
    expect(rows(panel)[0].textContent).toContain('Mounting…');
    expect(rows(panel)[0].getAttribute('aria-busy')).toBe('true');
    await settle(() => end());
    await done;
    expect(rows(panel)[0].textContent).not.toContain('Mounting…');
  });

  it('says what is the matter with a volume, and for how long', async () => {
    const since = new Date(Date.now() - 5 * 60_000).toISOString();
    const it = setUp(async () => ({ volumes: [volume('a', { state: 'slow', since }), volume('b', { state: 'unreachable', since, available: false, reason: 'Its storage does not answer.' }), volume('c', { state: 'stale', available: false })] }), true, async () => [mount('c', true)]);
    panel = it.panel;
    await settle();
    expect(rows(panel)[0].textContent).toContain('Slow for 5 minutes.');
    expect(rows(panel)[1].textContent).not.toContain('may still read it');
    expect(rows(panel)[1].textContent).toContain('Unreachable for 5 minutes. Its storage does not answer.');
    expect(rows(panel)[2].textContent).toContain('Cut off. This session has it mounted, and may still read it.');
  });

  it('shows a folder in the place of the list, and the list again', async () => {
    const it = setUp(async () => ({ volumes: [volume('a')] }));
    panel = it.panel;
    await settle();
    panel.node.querySelector<HTMLElement>('[role="listbox"]')!.focus();
    await settle(() => it.folder.model.goTo({ volume: 'a', path: '' }));
    expect(it.folder.isVisible).toBe(true);
    expect(it.folder.node.contains(document.activeElement)).toBe(true);
    await settle(() => it.folder.model.goTo(null));
    expect(it.folder.isVisible).toBe(false);
    expect(document.activeElement).toBe(panel.node.querySelector('[role="listbox"]'));
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
    // The command palette, and Caps Lock.
    await key('C', { ctrlKey: true, shiftKey: true });
    await key('c', { ctrlKey: true, shiftKey: true });
    expect(it.actions.copyPath).toHaveBeenCalledTimes(1);
    await key('C', { ctrlKey: true });
    expect(it.actions.copyPath).toHaveBeenCalledTimes(2);
  });

  it('a click opens, and no option holds a control', async () => {
    const it = setUp(async () => ({ volumes: [volume('a')] }));
    panel = it.panel;
    await settle();
    expect(panel.node.querySelector('[role="option"] :is(button, a, [tabindex])')).toBeNull();
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

  it('looks again when it is seen again or asked for, and keeps its rows while the hub is away', async () => {
    let answer = async (): Promise<{ volumes: Volume[] }> => ({ volumes: [volume('a', { state: 'unreachable' })] });
    const it = setUp(() => answer());
    panel = it.panel;
    await settle();
    expect(rows(panel)[0].textContent).toContain('Unreachable');
    answer = async () => ({ volumes: [volume('a')] });
    await settle(() => {
      panel!.hide();
      panel!.show();
    });
    expect(rows(panel)[0].textContent).not.toContain('Unreachable');
    answer = () => Promise.reject(new ProblemError({ code: 'hub-unreachable', status: 0, detail: 'The hub does not answer.' }));
    await settle(() => panel!.activate());
    expect([it.listVolumes.mock.calls.length, rows(panel).length]).toEqual([3, 1]);
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
