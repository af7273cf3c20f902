import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { IHub, ISessionStore } from '@jupyter-datalabs/hub-client';
import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import { DesktopModel, type Fetch } from './model';
import { DesktopPanel } from './panel';

/** As much of noVNC as the panel sees: a canvas that can have the focus, and what was sent to the desktop. */
class MockRFB extends EventTarget {
  static latest: MockRFB;
  readonly sent: string[] = [];
  readonly canvas = document.createElement('canvas');
  viewOnly = false;
  /** What the panel said of the size, each time it did. */
  readonly sizes: boolean[] = [];

  set resizeSession(value: boolean) {
    this.sizes.push(value);
  }

  constructor(readonly target: HTMLElement) {
    super();
    MockRFB.latest = this;
    this.canvas.tabIndex = -1;
    target.append(this.canvas);
  }

  focus(): void {
    this.canvas.focus();
  }
  blur(): void {
    this.canvas.blur();
  }
  disconnect(): void {
    this.canvas.remove();
  }
  sendKey(_keysym: number, code: string, down?: boolean): void {
    this.sent.push(down === undefined ? code : `${code} ${down ? 'down' : 'up'}`);
  }
  clipboardPasteFrom(text: string): void {
    this.sent.push(`text ${text}`);
  }
}

jest.mock('@novnc/novnc', () => ({ __esModule: true, default: MockRFB }));

interface ISession {
  datalab: string;
  ready: boolean;
  user_options: object;
  pending: string | null;
  failure: unknown;
}

const RUNNING: ISession = { datalab: 'topcat', ready: true, pending: null, failure: null, user_options: {} };
let panels: DesktopPanel[] = [];

function setup(options: { session?: ISession | null; state?: string; start?: () => Promise<unknown> } = {}) {
  const changed = new Signal<ISessionStore, void>({} as ISessionStore);
  const list = new Map<string, ISession>();
  if (options.session !== null) {
    list.set('topcat', options.session ?? RUNNING);
  }
  const sessions = { state: options.state ?? 'ready', get: (name: string) => list.get(name), values: () => [...list.values()], changed };
  const hub = {
    sessions,
    mintAccessToken: jest.fn(async () => 'minted'),
    start: jest.fn(async () => undefined),
    sessionUrl: (name: string, path = '') => `http://localhost/user/vera/${name}/${path}`
  };
  const app = { state: 'running', logTail: '' };
  const fetch = jest.fn(async (_url: string, _init: RequestInit) => ({ ok: true, status: 200, json: async () => ({ app }) }));
  const model = new DesktopModel({ hub: hub as unknown as IHub, session: 'topcat', fetch: fetch as unknown as Fetch });
  const panel = new DesktopPanel({ model, title: 'TOPCAT', trans: nullTranslator.load(''), start: options.start });
  panels.push(panel);
  Widget.attach(panel, document.body);
  const say = (session: ISession | null): void => {
    if (session) {
      list.set('topcat', session);
    } else {
      list.delete('topcat');
    }
    changed.emit();
  };
  return { hub, sessions, app, fetch, model, panel, say };
}

/** Promises, widgets and React each need turns of their own. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) {
    await jest.advanceTimersByTimeAsync(20);
  }
}

async function connected(options: Parameters<typeof setup>[0] = {}) {
  const all = setup(options);
  await settle();
  MockRFB.latest.dispatchEvent(new Event('connect'));
  await settle();
  return { ...all, rfb: MockRFB.latest };
}

const overlay = (panel: DesktopPanel) => panel.node.querySelector<HTMLElement>('.jp-DatalabsDesktopPanel-overlay')!;
const said = (panel: DesktopPanel) => overlay(panel).querySelector('[role="status"]')?.textContent;
const desktop = (panel: DesktopPanel) => panel.node.querySelector<HTMLElement>('[role="application"]')!;
const hint = (panel: DesktopPanel) => panel.toolbar.node.querySelector('[role="status"]')!.textContent;

function button(panel: DesktopPanel, name: string): HTMLElement {
  const all = [...panel.node.querySelectorAll<HTMLElement>('button, jp-button')];
  const found = all.find(element => element.textContent?.trim() === name);
  if (!found) {
    throw new Error(`No button "${name}" among: ${all.map(element => element.textContent?.trim()).join(', ')}`);
  }
  return found;
}

const press = (target: Element, init: KeyboardEventInit, type = 'keydown') => {
  const event = new KeyboardEvent(type, { bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
};

beforeEach(() => void jest.useFakeTimers());

afterEach(() => {
  panels.forEach(panel => panel.dispose());
  panels = [];
  document.body.replaceChildren();
  jest.useRealTimers();
});

describe('what the panel says', () => {
  it('while it connects, until the application shows', async () => {
    const { panel, app } = setup();
    app.state = 'starting';
    await settle();
    expect(said(panel)).toBe('Connecting to TOPCAT…');
    MockRFB.latest.dispatchEvent(new Event('connect'));
    await settle();
    expect(said(panel)).toBe('Opening TOPCAT…');
    app.state = 'running';
    await jest.advanceTimersByTimeAsync(1000);
    await settle();
    expect(overlay(panel).classList.contains('lm-mod-hidden')).toBe(true);
  });

  it('while the session starts, and connects once it is ready', async () => {
    const { panel, say, hub } = setup({ session: { ...RUNNING, ready: false, pending: 'spawn' } });
    await settle();
    expect(said(panel)).toBe('TOPCAT is starting…');
    expect(hub.mintAccessToken).not.toHaveBeenCalled();
    say(RUNNING);
    await settle();
    expect(said(panel)).toBe('Connecting to TOPCAT…');
    expect(hub.mintAccessToken).toHaveBeenCalledTimes(1);
  });

  it('nothing of a session before the list of sessions has come', async () => {
    const { panel, sessions, say, hub } = setup({ session: null, state: 'loading' });
    await settle();
    expect(said(panel)).toBe('Connecting to TOPCAT…');
    expect(hub.mintAccessToken).not.toHaveBeenCalled();
    sessions.state = 'ready';
    say(null);
    await settle();
    expect(said(panel)).toBe('TOPCAT was stopped. Your files are kept.');
  });

  it('when the connection is lost, with a button that does not wait', async () => {
    const { panel, rfb, hub } = await connected();
    rfb.dispatchEvent(new Event('disconnect'));
    hub.mintAccessToken.mockRejectedValue(new Error('away'));
    await jest.advanceTimersByTimeAsync(30 * 60_000);
    expect(said(panel)).toBe('The connection to TOPCAT was lost. Reconnecting…');
    hub.mintAccessToken.mockResolvedValue('again');
    button(panel, 'Reconnect now').click();
    await settle();
    expect(MockRFB.latest).not.toBe(rfb);
    MockRFB.latest.dispatchEvent(new Event('connect'));
    await settle();
    expect(overlay(panel).classList.contains('lm-mod-hidden')).toBe(true);
  });

  it('when the connection is dead though nobody closed it', async () => {
    const { panel, fetch, rfb } = await connected();
    fetch.mockRejectedValue(new TypeError('Failed to fetch'));
    await jest.advanceTimersByTimeAsync(6100);
    await settle();
    expect(said(panel)).toBe('The connection to TOPCAT was lost. Reconnecting…');
    expect(rfb.canvas.isConnected).toBe(false);
  });

  it('when an attempt gets no answer at all', async () => {
    const { panel } = setup();
    await settle();
    const first = MockRFB.latest;
    await jest.advanceTimersByTimeAsync(16_000);
    await settle();
    expect(MockRFB.latest).not.toBe(first);
    expect(said(panel)).toBe('The connection to TOPCAT was lost. Reconnecting…');
  });

  it('when the session was stopped, with a way to start it again', async () => {
    const { panel, rfb, say, hub } = await connected();
    say({ ...RUNNING, ready: false, pending: 'stop' });
    rfb.dispatchEvent(new Event('disconnect'));
    await settle();
    expect(said(panel)).toBe('TOPCAT is stopping…');
    say(null);
    await settle();
    expect(said(panel)).toBe('TOPCAT was stopped. Your files are kept.');
    button(panel, 'Start again').click();
    await settle();
    expect(hub.start).toHaveBeenCalledWith('topcat', { datalab: 'topcat' });
  });

  it('when it is not started again, with the reason and what to do', async () => {
    const { panel, hub } = setup({ session: null });
    await settle();
    hub.start.mockRejectedValueOnce(new ProblemError({ code: 'quota', status: 409, detail: 'You have 2 sessions running.', action: 'Stop one of them first.' }));
    button(panel, 'Start again').click();
    await settle();
    expect(Notification.manager.notifications[0].message).toBe('TOPCAT did not start. You have 2 sessions running. Stop one of them first.');
    expect(said(panel)).toBe('TOPCAT was stopped. Your files are kept.');
    Notification.dismiss();
  });

  it('when the session was stopped, and lets who opened it start it again', async () => {
    const start = jest.fn(async () => undefined);
    const { panel, hub } = setup({ session: null, start });
    await settle();
    button(panel, 'Start again').click();
    await settle();
    expect(start).toHaveBeenCalledTimes(1);
    expect(hub.start).not.toHaveBeenCalled();
  });

  it('when the session failed, with the reason', async () => {
    const failure = { code: 'out-of-memory', detail: 'TOPCAT used up its memory.', action: 'Ask for more.', log: 'java.lang.OutOfMemoryError' };
    const { panel } = setup({ session: { ...RUNNING, ready: false, failure } });
    await settle();
    const alert = overlay(panel).querySelector('[role="alert"]')!;
    expect(alert.textContent).toContain('TOPCAT used up its memory.');
    expect(alert.textContent).toContain('java.lang.OutOfMemoryError');
    expect(button(panel, 'Start again')).toBeTruthy();
  });

  it('when the application cannot run, with the end of its log', async () => {
    const { panel, app, fetch } = setup();
    Object.assign(app, { state: 'failed', logTail: 'no licence' });
    await settle();
    MockRFB.latest.dispatchEvent(new Event('connect'));
    await settle();
    const alert = overlay(panel).querySelector('[role="alert"]')!;
    expect(alert.textContent).toContain('TOPCAT ended several times right after its start.');
    expect(alert.textContent).toContain('no licence');
    button(panel, 'Start again').click();
    await settle();
    expect(fetch.mock.calls.map(([url, { method }]) => `${method} ${url}`)).toContain('POST http://localhost/user/vera/topcat/restart');
  });
});

describe('the size of the desktop', () => {
  it('is asked for by the panel that is used or comes to be seen, and not by one that is hidden', async () => {
    const { panel, rfb } = await connected();
    expect(rfb.sizes).toEqual([true]);
    desktop(panel).dispatchEvent(new Event('pointerdown'));
    expect(rfb.sizes.splice(0)).toEqual([true, true]);
    panel.hide();
    expect(rfb.sizes.splice(0)).toEqual([false]);
    panel.show();
    expect(rfb.sizes.splice(0)).toEqual([true]);
    let hidden = true;
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
    expect(rfb.sizes.splice(0)).toEqual([false]);
    hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    expect(rfb.sizes.splice(0)).toEqual([true]);
    Reflect.deleteProperty(document, 'hidden');
  });

  it('is left alone by a panel that connects while it is hidden', async () => {
    const { panel } = setup();
    panel.hide();
    await settle();
    expect(MockRFB.latest.sizes).toEqual([false]);
  });
});

describe('the keyboard', () => {
  it('enters with Enter, leaves with Ctrl+Alt+Shift, and shows where it is', async () => {
    const { panel, rfb } = await connected();
    desktop(panel).focus();
    expect(hint(panel)).toBe('Press Enter to use TOPCAT');
    press(desktop(panel), { key: 'Enter' });
    expect(document.activeElement).toBe(rfb.canvas);
    expect(hint(panel)).toBe('Keyboard in TOPCAT. Ctrl+Alt+Shift gives it back.');
    expect(panel.content.hasClass('jp-mod-keyboard')).toBe(true);
    press(rfb.canvas, { key: 'Shift', ctrlKey: true, altKey: true, shiftKey: true });
    expect(document.activeElement).toBe(desktop(panel));
    expect(panel.content.hasClass('jp-mod-keyboard')).toBe(false);
    expect(rfb.sent).toEqual(expect.arrayContaining(['ControlLeft up', 'AltLeft up', 'ShiftLeft up']));
  });

  it('is given back by the button', async () => {
    const { panel, rfb } = await connected();
    rfb.focus();
    await settle();
    // It acts before it could take the focus.
    button(panel, 'Release keyboard').dispatchEvent(new MouseEvent('mousedown', { bubbles: true }));
    expect(document.activeElement).toBe(desktop(panel));
  });

  it('is there again after a lost connection, unless something else has it', async () => {
    const { panel, rfb } = await connected();
    rfb.focus();
    rfb.disconnect();
    rfb.dispatchEvent(new Event('disconnect'));
    expect(document.activeElement).toBe(desktop(panel));
    expect(panel.content.hasClass('jp-mod-keyboard')).toBe(false);
    await jest.advanceTimersByTimeAsync(300);
    await settle();
    MockRFB.latest.dispatchEvent(new Event('connect'));
    expect(document.activeElement).toBe(MockRFB.latest.canvas);
  });
});

describe('the clipboard', () => {
  const paste = (text: string, target: EventTarget = document.body) => {
    const event = new Event('paste', { bubbles: true, cancelable: true });
    Object.assign(event, { clipboardData: { getData: () => text } });
    target.dispatchEvent(event);
    return event;
  };

  it('is handed over before the key that pastes it', async () => {
    const { rfb } = await connected();
    rfb.focus();
    const heard = jest.fn();
    rfb.canvas.addEventListener('keydown', heard);
    const key = press(rfb.canvas, { key: 'v', code: 'KeyV', ctrlKey: true });
    // Left to the browser, which then tells what is pasted: at the selection, wherever that is.
    expect(key.defaultPrevented).toBe(false);
    expect(heard).not.toHaveBeenCalled();
    expect(paste('x').defaultPrevented).toBe(true);
    press(rfb.canvas, { key: 'v', code: 'KeyV', ctrlKey: true }, 'keyup');
    expect(rfb.sent).toEqual(['text x', 'KeyV']);
  });

  it('passes the key on where the browser has nothing to paste', async () => {
    const { rfb } = await connected();
    rfb.focus();
    press(rfb.canvas, { key: 'Insert', code: 'Insert', shiftKey: true });
    press(rfb.canvas, { key: 'Insert', code: 'Insert', shiftKey: true }, 'keyup');
    expect(rfb.sent).toEqual(['Insert']);
  });

  it('translates the shortcuts of a Mac', async () => {
    const { rfb } = await connected();
    rfb.focus();
    press(rfb.canvas, { key: 'c', code: 'KeyC', metaKey: true });
    expect(rfb.sent).toEqual(['MetaLeft up', 'MetaRight up', 'ControlLeft down', 'KeyC', 'ControlLeft up']);
  });

  it('is left alone while the keyboard is elsewhere', async () => {
    const { rfb } = await connected();
    expect(paste('secret').defaultPrevented).toBe(false);
    expect(rfb.sent).toEqual([]);
  });

  it('takes what is copied in the desktop while the user works there, and only then', async () => {
    const writeText = jest.fn(async (_text: string) => undefined);
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
    const { rfb } = await connected();
    const copied = (text: string) => rfb.dispatchEvent(new CustomEvent('clipboard', { detail: { text } }));
    copied('planted');
    expect(writeText).not.toHaveBeenCalled();
    rfb.focus();
    copied('wanted');
    expect(writeText).toHaveBeenCalledWith('wanted');
    Reflect.deleteProperty(navigator, 'clipboard');
  });

  it('takes it by an event where a page may not use the clipboard, and offers a click where that fails too', async () => {
    const { rfb } = await connected();
    rfb.focus();
    const taken: string[] = [];
    let allowed = true;
    const execCommand = jest.fn(() => {
      if (allowed) {
        const event = new Event('copy', { cancelable: true });
        Object.assign(event, { clipboardData: { setData: (_: string, text: string) => taken.push(text) } });
        window.dispatchEvent(event);
      }
      return allowed;
    });
    Object.assign(document, { execCommand });
    rfb.dispatchEvent(new CustomEvent('clipboard', { detail: { text: 'one' } }));
    await settle();
    expect(taken).toEqual(['one']);
    expect(Notification.manager.notifications).toEqual([]);

    allowed = false;
    rfb.dispatchEvent(new CustomEvent('clipboard', { detail: { text: 'two' } }));
    await settle();
    const [offer] = Notification.manager.notifications;
    expect(offer.message).toBe('The browser did not take the text copied in TOPCAT.');
    allowed = true;
    offer.options.actions![0].callback(new MouseEvent('click'));
    await settle();
    expect(taken).toEqual(['one', 'two']);
    Reflect.deleteProperty(document, 'execCommand');
  });
});
