import type { JupyterFrontEnd } from '@jupyterlab/application';
import { CommandRegistry } from '@lumino/commands';
import type { Widget } from '@lumino/widgets';
import { adminPlugin } from '../plugins/admin';
import { CommandIDs } from '../tokens';
import { fakeHub, settle } from './fixtures';

function set() {
  const items = new Set<unknown>();
  const add = (item: unknown) => {
    items.add(item);
    return { isDisposed: false, dispose: () => void items.delete(item) };
  };
  return { items, add, addItem: add };
}

function activate(made: ReturnType<typeof fakeHub>) {
  const commands = new CommandRegistry();
  const added: Widget[] = [];
  const shell = { add: jest.fn((widget: Widget) => void added.push(widget)), activateById: jest.fn() };
  const [palette, launcher] = [set(), set()];
  const activated: unknown = adminPlugin.activate({ commands, shell } as unknown as JupyterFrontEnd, made.hub as never, null as never, palette as never, launcher as never, null as never);
  // Nothing of JupyterLab waits for the hub.
  expect(activated).toBeUndefined();
  const shown = (): unknown[] => [commands.isVisible(CommandIDs.open), commands.isEnabled(CommandIDs.open), palette.items.size, launcher.items.size];
  return { commands, shell, added, shown };
}

describe('the command', () => {
  afterEach(() => adminPlugin.deactivate!({} as never));

  it('comes once the hub has said that one is an administrator, goes with the right, and opens one panel', async () => {
    const made = fakeHub();
    const { commands, shell, added, shown } = activate(made);
    expect(shown()).toEqual([false, false, 0, 0]);
    await settle();
    expect(shown()).toEqual([true, true, 1, 1]);
    await settle(() => void commands.execute(CommandIDs.open));
    await settle(() => void commands.execute(CommandIDs.open));
    expect(shell.add).toHaveBeenCalledTimes(1);
    expect(shell.activateById).toHaveBeenCalledTimes(2);
    await settle(() => added[0]!.dispose());
    await settle(() => void commands.execute(CommandIDs.open));
    expect(shell.add).toHaveBeenCalledTimes(2);
    await settle(() => added[1]!.dispose());
  });

  it('is not there for others, nor where there is no hub or no answer', async () => {
    const others = activate(fakeHub({ scopes: ['list:users', 'admin-ui!user=ada'] }));
    await settle();
    expect(others.shown()).toEqual([false, false, 0, 0]);
    adminPlugin.deactivate!({} as never);
    const absent = fakeHub({ available: false });
    const alone = activate(absent);
    await settle();
    expect(alone.shown()).toEqual([false, false, 0, 0]);
    expect(absent.client.getSelf).not.toHaveBeenCalled();
    adminPlugin.deactivate!({} as never);
    const silent = fakeHub();
    silent.client.getSelf.mockRejectedValue(new Error('away'));
    const waiting = activate(silent);
    await settle();
    expect(waiting.shown()).toEqual([false, false, 0, 0]);
    // Back again: it is asked once more.
    silent.client.getSelf.mockResolvedValue({ scopes: ['admin-ui'] });
    for (const state of ['offline', 'loading', 'ready', 'ready'] as const) {
      silent.sessions.state = state;
      await settle(() => silent.sessions.changed.emit());
    }
    expect(waiting.shown()).toEqual([true, true, 1, 1]);
    expect(silent.client.getSelf).toHaveBeenCalledTimes(2);
  });
});
