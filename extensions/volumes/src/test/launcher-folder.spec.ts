import type { Contents } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { LauncherFolder } from '../launcher-folder';

class Shown {
  path = 'my_workspace';
  readonly pathChanged = new Signal<this, void>(this);
  go(path: string): void {
    this.path = path;
    this.pathChanged.emit();
  }
}

const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

function setUp() {
  const shown = new Shown();
  const launcher = { cwd: shown.path };
  const open = [launcher];
  // JupyterLab's own: the launcher goes where the file browser goes.
  const follow = (): void => void (launcher.cwd = shown.path);
  const get = jest.fn(async (path: string) => {
    if (path === 'gone') {
      throw new Error('404');
    }
    return { writable: !path.startsWith('data') } as Contents.IModel;
  });
  const folder = new LauncherFolder({ shown, contents: { get }, launchers: () => open, start: 'my_workspace' });
  shown.pathChanged.connect(follow);
  return { shown, launcher, open, folder, get };
}

describe('LauncherFolder', () => {
  it.each(['data/euclid_q1', 'gone'])('stays in the last writable folder while the file browser shows %s', async path => {
    const { shown, launcher } = setUp();
    shown.go('my_workspace/plots');
    await settle();
    expect(launcher.cwd).toBe('my_workspace/plots');
    shown.go(path);
    await settle();
    expect(launcher.cwd).toBe('my_workspace/plots');
    shown.go('my_workspace');
    await settle();
    expect(launcher.cwd).toBe('my_workspace');
  });

  it('has a writable folder for a launcher opened in an archive, also right after a reload', async () => {
    const { shown, open, folder } = setUp();
    shown.go('data/gaia_dr3');
    await settle();
    const added = { cwd: 'data/gaia_dr3' };
    open.push(added);
    folder.apply();
    expect(added.cwd).toBe('my_workspace');
  });

  it('believes the folder shown last, whichever answer comes last', async () => {
    const { shown, launcher, get } = setUp();
    await settle();
    let answer = (): void => undefined;
    get.mockImplementationOnce(() => new Promise(resolve => (answer = () => resolve({ writable: true } as Contents.IModel))));
    shown.go('slow');
    await settle();
    expect(launcher.cwd).toBe('my_workspace');
    shown.go('data/gaia_dr3');
    await settle();
    answer();
    await settle();
    expect(launcher.cwd).toBe('my_workspace');
  });
});
