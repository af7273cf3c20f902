import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { ICopyJob, IHub, SessionVolume, VolumeFiles } from '@jupyter-datalabs/hub-client';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { DisposableSet } from '@lumino/disposable';
import { VolumeActions } from '../actions';
import { Chosen } from '../chosen';
import { addFileCommands } from '../commands';
import { copyToWorkspace } from '../copy';
import type { VolumesModel } from '../model';
import { Mounts } from '../mounts';
import { CommandIDs } from '../tokens';
import type { IVolumeFile } from '../tokens';

const trans = nullTranslator.load('');
const file = (path: string): IVolumeFile => ({ volume: 'v', path, absolute: `/data/v/${path}`, type: 'file', size: 1 });
const job = (change: Partial<ICopyJob>): ICopyJob => ({ done: 0, total: 100, files: 1, skipped: 0, state: 'running', ...change });
const said = (): string[] => Notification.manager.notifications.map(({ message }) => message);

afterEach(() => Notification.dismiss());

describe('copyToWorkspace', () => {
  const copy = async (states: ICopyJob[], change: Partial<Parameters<typeof copyToWorkspace>[0]> = {}) => {
    const seen: string[] = [];
    const api = { copy: jest.fn(async () => 'j1'), job: jest.fn(async () => states.shift()!), cancel: jest.fn(async () => job({ state: 'cancelled' })) };
    const show = jest.fn();
    const path = await copyToWorkspace({
      files: [file('a/b.fits')],
      to: 'here',
      api,
      usage: async () => ({ used: 40, limit: 100 }),
      show,
      wait: async () => void seen.push(...said()),
      trans,
      ...change
    });
    return { api, seen, path, show };
  };

  it('tells how far it is, and where it ends', async () => {
    const { api, seen, path, show } = await copy([job({ done: 50 }), job({ state: 'done', done: 100, names: ['b.fits'] })]);
    expect(api.copy).toHaveBeenCalledWith({ volume: 'v', paths: ['a/b.fits'], to: 'here', key: expect.any(String), room: 60 });
    expect(seen).toEqual(['Copying b.fits to your workspace: 50 B of 100 B']);
    expect(said()).toEqual(['Copied b.fits to your workspace.']);
    const [{ options }] = Notification.manager.notifications;
    expect(options.actions!.map(({ label }) => label)).toEqual(['Show']);
    options.actions![0]!.callback(new MouseEvent('click'));
    expect([path, show.mock.calls]).toEqual(['here/b.fits', [['here/b.fits']]]);
  });

  it('can be cancelled, and says that nothing is left', async () => {
    const { api, path } = await copy([job({}), job({ state: 'cancelled' })], {
      wait: async () => Notification.manager.notifications[0]!.options.actions![0]!.callback(new MouseEvent('click'))
    });
    expect(api.cancel).toHaveBeenCalledWith('j1');
    expect(path).toBeNull();
    expect(said()).toEqual(['The copy of b.fits was cancelled; nothing of it was kept.']);
  });

  it('says what the server says when there is no room, or when it ends early', async () => {
    const problem = { code: 'home-full', status: 507, detail: 'The copy needs 100 bytes, and there is room for 60.', action: 'Choose fewer.' };
    await copy([job({ state: 'failed', problem })]);
    expect(said()).toEqual(['b.fits was not copied. The copy needs 100 bytes, and there is room for 60. Choose fewer.']);
    Notification.dismiss();
    await copy([], {
      api: {
        copy: async () => {
          throw new ProblemError({ ...problem, detail: 'Four copies are under way.' });
        },
        job: jest.fn(),
        cancel: jest.fn()
      }
    });
    expect(said()[0]).toContain('Four copies are under way.');
  });

  it('asks for no room where there is no quota, and tells what was left out', async () => {
    const { api } = await copy([job({ state: 'done', skipped: 2 })], {
      usage: async () => {
        throw new Error('away');
      },
      files: [file('a'), file('b')]
    });
    expect(api.copy).toHaveBeenCalledWith({ volume: 'v', paths: ['a', 'b'], to: 'here', key: expect.any(String) });
    expect(said()).toEqual(['Copied 2 files to your workspace. 2 links were left out.']);
  });
});

describe('the commands of files', () => {
  const setUp = (chosen: () => Promise<IVolumeFile[] | null>) => {
    const commands = new CommandRegistry();
    const run = jest.fn();
    const actions = new VolumeActions();
    actions.add({ id: 'topcat', label: 'Open in TOPCAT', accepts: () => true, execute: run });
    const known = [file('a/b.fits')];
    addFileCommands({
      app: { commands, contextMenu: { addItem: () => new DisposableSet() } } as unknown as JupyterFrontEnd,
      views: { current: null },
      chosen: new Chosen({ chosen, known: () => known }, () => undefined, trans),
      actions,
      api: {} as VolumeFiles,
      usage: async () => ({ used: null, limit: null }),
      serverRoot: '/media/home',
      palette: null,
      trans
    });
    return { commands, run };
  };

  it.each<[string, ReadonlyPartialJSONObject]>([
    [CommandIDs.copyPath, {}],
    [CommandIDs.runAction, { id: 'topcat' }]
  ])('%s says why what is chosen is not known', async (id, args) => {
    const gone = setUp(async () => Promise.reject(new ProblemError({ code: 'index-gone', status: 410, detail: 'The listing is gone.', action: 'Read the folder again.' })));
    await gone.commands.execute(id, args);
    expect(said()).toEqual(['The listing is gone. Read the folder again.']);
    Notification.dismiss();
    const many = setUp(async () => null);
    await many.commands.execute(id, args);
    expect(said()).toEqual(['More than 1000 entries are selected. Select fewer, or take their folder.']);
    expect([...gone.run.mock.calls, ...many.run.mock.calls]).toEqual([]);
  });
});

describe('Mounts', () => {
  const busy = new ProblemError({ code: 'volume-busy', status: 409, detail: '1 process has files open: python3 (12).' });
  const setUp = (unmount: (options: { body: { force: boolean } }) => Promise<void>) => {
    const client = { unmountHomeVolume: jest.fn(unmount), mountHomeVolume: jest.fn(async (): Promise<SessionVolume> => Promise.reject(new ProblemError({ code: 'volume-unreachable', status: 503, detail: 'Its storage does not answer.' }))) };
    const model = { titleOf: () => 'Gaia', during: (_: string, what: () => Promise<unknown>) => what() } as unknown as VolumesModel;
    return { client, mounts: new Mounts({ client, user: 'u', sessionName: '' } as unknown as IHub, model, trans, () => ['stars.ipynb', 'b.ipynb']) };
  };
  const press = async (label: string): Promise<string> => {
    for (let i = 0; i < 50 && !document.querySelector('.jp-Dialog'); i++) {
      await new Promise(resolve => setTimeout(resolve));
    }
    const text = document.querySelector('.jp-Dialog')!.textContent!;
    [...document.querySelectorAll<HTMLElement>('.jp-Dialog button')].find(({ textContent }) => textContent === label)!.click();
    return text;
  };
  afterEach(() => Dialog.flush());

  it.each([
    ['Force', [false, true]],
    ['Leave it mounted', [false]]
  ])('name who uses a volume, and %s does', async (label, forced) => {
    const { client, mounts } = setUp(({ body }) => (body.force ? Promise.resolve() : Promise.reject(busy)));
    const done = mounts.unmount('gaia');
    expect(await press(label)).toContain('python3 (12). Kernels run for stars.ipynb, b.ipynb. Forced');
    await done;
    expect(client.unmountHomeVolume.mock.calls.map(([{ body }]) => body.force)).toEqual(forced);
    expect(said()).toEqual([]);
  });

  it('say why one could not be mounted', async () => {
    expect(await setUp(async () => undefined).mounts.mount('gaia')).toBe(false);
    expect(said()).toEqual(['Gaia was not mounted. Its storage does not answer.']);
  });
});

it('actions of others come and go', () => {
  const actions = new VolumeActions();
  const changed = jest.fn();
  actions.changed.connect(changed);
  const topcat = { id: 'topcat', label: 'Open in TOPCAT', accepts: (files: readonly IVolumeFile[]) => files.every(({ path }) => path.endsWith('.fits')), execute: jest.fn() };
  const added = actions.add(topcat);
  expect(actions.values()).toEqual([topcat]);
  expect([actions.get('topcat')!.accepts([file('a.fits')]), actions.get('topcat')!.accepts([file('a.txt')])]).toEqual([true, false]);
  added.dispose();
  expect([actions.values(), changed.mock.calls.length]).toEqual([[], 2]);
});
