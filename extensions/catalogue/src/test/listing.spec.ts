import { LauncherModel } from '@jupyterlab/launcher';
import { nullTranslator } from '@jupyterlab/translation';
import { stopIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { Catalogue } from '../catalogue';
import { addCommands } from '../commands';
import { listEverywhere } from '../listing';
import type { Opener } from '../opener';
import { RunningDatalabs } from '../running';
import { CommandIDs } from '../tokens';
import { datalab, FakeHub, session, settle } from './fixtures';

const trans = nullTranslator.load('');

function setUp() {
  const fake = new FakeHub();
  const hub = fake.asHub;
  const catalogue = new Catalogue(hub);
  const launcher = new LauncherModel();
  const commands = new CommandRegistry();
  const open = jest.fn().mockResolvedValue(undefined);
  const added = addCommands({ hub, catalogue, commands, trans, opener: { open } as unknown as Opener });
  const listed = listEverywhere({ catalogue, hub, launcher, palette: null, category: 'Datalabs' });
  const cards = () => [...launcher.items()].map(i => i.args!.datalab);
  // As the launcher shows them.
  const labels = () => [...launcher.items()].sort((a, b) => a.rank! - b.rank!).map(i => commands.label(i.command, i.args));
  return { fake, hub, catalogue, launcher, commands, open, cards, labels, added, listed };
}

describe('launcher cards', () => {
  it('show every datalab but the one this JupyterLab is, once the hub has answered', async () => {
    const { fake, cards } = setUp();
    expect(cards()).toEqual([]);
    fake.connect();
    await settle();
    expect(cards()).toEqual(['euclid', 'topcat']);
  });

  it('in a datalab show the home instead, called so', async () => {
    const { fake, cards, launcher, commands } = setUp();
    fake.sessionName = 'euclid';
    fake.connect();
    await settle();
    expect(cards()).toEqual(['jupyterlab', 'topcat']);
    expect([...launcher.items()].map(i => commands.label(i.command, i.args))).toEqual(['Jupyterlab\nHome', 'TOPCAT\nDesktop']);
  });

  it('are absent without rights', async () => {
    const { fake, cards } = setUp();
    fake.available = false;
    fake.connect();
    await settle();
    expect(cards()).toEqual([]);
  });

  it('stay the same items while sessions come and go, and follow a new catalogue after a reconnection', async () => {
    const { fake, launcher, cards } = setUp();
    fake.connect();
    await settle();
    const before = [...launcher.items()];
    fake.put(session('euclid'));
    expect([...launcher.items()]).toEqual(before);
    fake.sessions.state = 'offline';
    fake.sessions.changed.emit();
    expect([...launcher.items()]).toEqual(before);
    fake.datalabs = [datalab('euclid'), datalab('gaia')];
    fake.connect();
    await settle();
    expect(cards()).toEqual(['euclid', 'gaia']);
  });

  it('give way to why there are none while the hub is away or refuses, and come when it is back', async () => {
    const { fake, labels, commands, launcher } = setUp();
    fake.disconnect('offline', { code: 'hub-unreachable', status: 0, detail: 'The hub does not answer.', action: 'Check that it is running.' });
    expect(labels()).toEqual(['Waiting for the hub\nShow why']);
    const [card] = [...launcher.items()];
    expect(commands.caption(card.command, card.args)).toBe('The hub does not answer. Check that it is running.');
    fake.disconnect('refused', { code: 'too-many', status: 429, detail: '32 event streams are open.' });
    expect(labels()).toEqual(['Not available\nShow why']);
    fake.connect();
    await settle();
    expect(labels()).toEqual(['Euclid\nJupyterLab', 'TOPCAT\nDesktop']);
    fake.disconnect('offline', { code: 'hub-unreachable', status: 0, detail: 'The hub does not answer.' });
    expect(labels()).toEqual(['Euclid\nJupyterLab', 'TOPCAT\nDesktop']);
    fake.disconnect('refused', { code: 'unauthenticated', status: 403, detail: 'You are not logged in.' });
    expect(labels()).toEqual(['Not available\nShow why', 'Euclid\nJupyterLab', 'TOPCAT\nDesktop']);
  });

  it('and commands end with whoever made them', async () => {
    const { fake, commands, labels, added, listed } = setUp();
    fake.connect();
    await settle();
    listed.dispose();
    expect(labels()).toEqual([]);
    added.dispose();
    expect(commands.hasCommand(CommandIDs.open)).toBe(false);
    const told = jest.fn();
    commands.commandChanged.connect(told);
    fake.put(session('euclid'));
    expect(labels()).toEqual([]);
    expect(told).not.toHaveBeenCalled();
  });

  it('have title, kind, caption and icon from their command', async () => {
    const { fake, commands, launcher } = setUp();
    fake.connect();
    await settle();
    const [, topcat] = [...launcher.items()];
    expect(commands.label(topcat.command, topcat.args)).toBe('TOPCAT\nDesktop');
    expect(commands.caption(topcat.command, topcat.args)).toContain('About topcat');
    const icon = commands.icon(topcat.command, topcat.args) as LabIcon;
    expect(icon.svgstr).toContain('href="http://localhost/hub/api/datalabs/topcat/icon"');
  });
});

describe('commands', () => {
  it('open a datalab in its session, the home in the unnamed one', async () => {
    const { fake, commands, open } = setUp();
    fake.connect();
    await settle();
    await commands.execute(CommandIDs.open, { datalab: 'euclid' });
    expect(open).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'euclid' }), 'euclid', null);
    await commands.execute(CommandIDs.open, { datalab: 'jupyterlab' });
    expect(open).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'jupyterlab' }), '', null);
    await commands.execute(CommandIDs.open, { datalab: 'euclid', session: 'second' });
    expect(open).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'euclid' }), 'second', null);
  });

  it('are enabled only for what exists', async () => {
    const { fake, commands } = setUp();
    fake.connect();
    await settle();
    expect(commands.isEnabled(CommandIDs.open, { datalab: 'euclid' })).toBe(true);
    expect(commands.isEnabled(CommandIDs.open, { datalab: 'nothing' })).toBe(false);
    expect(commands.isEnabled(CommandIDs.stop, { session: 'euclid' })).toBe(false);
    fake.put(session('euclid'));
    expect(commands.isEnabled(CommandIDs.stop, { session: 'euclid' })).toBe(true);
  });
});

describe('running items', () => {
  it('are the other sessions that run or start, with open and stop', async () => {
    const { fake, hub, catalogue, commands, open } = setUp();
    fake.connect();
    await settle();
    const manager = new RunningDatalabs({ hub, catalogue, commands, trans, stopIcon });
    fake.put(session(''));
    fake.put(session('euclid'));
    fake.put(session('topcat', { ready: false, pending: 'spawn', step: 'mounting' }));
    fake.put(session('gone', { ready: false, stopped: true }));
    const items = manager.running();
    expect(items.map(i => i.label())).toEqual(['Euclid', 'TOPCAT']);
    expect(items.map(i => i.detail!())).toEqual(['', 'mounting volumes and workspace']);
    items[0].open!();
    expect(open).toHaveBeenCalledWith(expect.objectContaining({ id: 'euclid' }), 'euclid', null);
    items[0].shutdown!();
    await settle();
    expect(fake.stopped).toEqual(['euclid']);
    manager.shutdownAll();
    await settle();
    expect(fake.stopped).toEqual(['euclid', 'topcat']);
  });
});
