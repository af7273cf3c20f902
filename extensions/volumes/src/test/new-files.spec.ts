import { CommandRegistry } from '@lumino/commands';
import { placeNewFiles } from '../new-files';

const NEW = 'docmanager:new-untitled';

function setUp() {
  const commands = new CommandRegistry();
  const make = jest.fn(async ({ path }: { path?: unknown }) => ({ path: `${String(path)}/Untitled.ipynb` }));
  commands.addCommand(NEW, { execute: make });
  commands.addCommand('other', { execute: ({ path }) => path });
  const onMoved = jest.fn();
  const placed = placeNewFiles({ commands, placeFor: async path => (path.startsWith('data/') ? 'work' : path), onMoved });
  return { commands, make, onMoved, placed };
}

describe('placeNewFiles', () => {
  it('makes a file elsewhere that was meant for an archive, and says so', async () => {
    const { commands, onMoved } = setUp();
    expect(await commands.execute(NEW, { path: 'data/euclid', type: 'notebook' })).toEqual({ path: 'work/Untitled.ipynb' });
    expect(onMoved).toHaveBeenCalledWith('work/Untitled.ipynb', 'data/euclid');
  });

  it('leaves other files and other commands alone', async () => {
    const { commands, make, onMoved } = setUp();
    await commands.execute(NEW, { path: 'notes', type: 'file' });
    expect(make).toHaveBeenCalledWith({ path: 'notes', type: 'file' });
    expect(await commands.execute('other', { path: 'data/x' })).toBe('data/x');
    expect(onMoved).not.toHaveBeenCalled();
  });

  it('tells of no file that was not made', async () => {
    const { commands, make, onMoved } = setUp();
    make.mockResolvedValueOnce(undefined as never);
    await commands.execute(NEW, { path: 'data/euclid' });
    expect(onMoved).not.toHaveBeenCalled();
  });

  it('is gone once disposed', async () => {
    const { commands, placed } = setUp();
    placed.dispose();
    expect(await commands.execute(NEW, { path: 'data/euclid' })).toEqual({ path: 'data/euclid/Untitled.ipynb' });
  });
});
