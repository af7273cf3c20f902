import { Notification } from '@jupyterlab/apputils';
import { ProgressToast } from '../progress-toast';

/** Draws messages as JupyterLab does: a new one a turn after it is told, an updated one two, and takes one away after one. */
function drawMessages(): void {
  const draw = (id: string, message: string): void => {
    let container = document.getElementById('react-toastify-container');
    if (!container) {
      container = document.body.appendChild(document.createElement('div'));
      container.id = 'react-toastify-container';
    }
    let toast = document.getElementById(id);
    if (!toast) {
      toast = container.appendChild(document.createElement('div'));
      toast.id = id;
      toast.innerHTML = '<div class="jp-toast-message"></div><button class="jp-Notification-Toast-Close"></button>';
      const drawn = toast;
      drawn.querySelector('button')!.onclick = () => drawn.remove();
    }
    toast.querySelector('.jp-toast-message')!.textContent = message;
  };
  Notification.manager.changed.connect((_, { type, notification: { id, message } }) => {
    if (type === 'added') {
      setTimeout(() => draw(id, message), 0);
    } else if (type === 'updated') {
      setTimeout(() => setTimeout(() => draw(id, message), 0), 0);
    } else {
      setTimeout(() => document.getElementById(id)?.remove(), 0);
    }
  });
}

const drawn = (): (string | null)[] => [...document.querySelectorAll('.jp-toast-message')].map(node => node.textContent);

describe('ProgressToast', () => {
  let message = '';
  const toast = (delay = 0): ProgressToast => new ProgressToast(() => ({ message, autoClose: false }), delay);

  beforeAll(drawMessages);
  beforeEach(() => {
    jest.useFakeTimers();
    message = 'Starting';
  });
  afterEach(async () => {
    Notification.dismiss();
    await jest.runAllTimersAsync();
    jest.useRealTimers();
  });

  it('says how it goes until it is done', async () => {
    const shown = toast();
    await jest.runAllTimersAsync();
    message = 'Still starting';
    shown.update();
    await jest.runAllTimersAsync();
    expect(drawn()).toEqual(['Still starting']);
    shown.dispose();
    await jest.runAllTimersAsync();
    expect(drawn()).toEqual([]);
    expect(Notification.manager.count).toBe(0);
  });

  it('says nothing of what is done sooner', async () => {
    const shown = toast(300);
    await jest.advanceTimersByTimeAsync(299);
    shown.dispose();
    await jest.runAllTimersAsync();
    expect(Notification.manager.count).toBe(0);
    expect(drawn()).toEqual([]);
  });

  it('goes when it is done before it is drawn', async () => {
    toast().dispose();
    await jest.runAllTimersAsync();
    expect(drawn()).toEqual([]);
  });

  it.each(['before', 'after'])('goes when it is done right after an update, itself %s it is drawn', async when => {
    const shown = toast();
    if (when === 'after') {
      await jest.runAllTimersAsync();
    }
    message = 'Ready';
    shown.update();
    shown.dispose();
    await jest.runAllTimersAsync();
    expect(drawn()).toEqual([]);
    expect(Notification.manager.count).toBe(0);
  });

  it('tells of a change only once what was told before is drawn, and leaves a hidden message hidden', async () => {
    const shown = toast();
    message = 'Sooner than drawn';
    shown.update();
    expect(Notification.manager.notifications[0].message).toBe('Starting');
    await jest.runAllTimersAsync();
    shown.update();
    await jest.runAllTimersAsync();
    expect(drawn()).toEqual(['Sooner than drawn']);
    document.querySelector<HTMLElement>('.jp-Notification-Toast-Close')!.click();
    message = 'Later';
    shown.update();
    await jest.runAllTimersAsync();
    expect(drawn()).toEqual([]);
    shown.dispose();
  });

  it('does not tell the same again', () => {
    const shown = toast();
    const changed = jest.fn();
    Notification.manager.changed.connect(changed);
    shown.update();
    expect(changed).not.toHaveBeenCalled();
    Notification.manager.changed.disconnect(changed);
    shown.dispose();
  });
});
