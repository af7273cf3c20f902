import type { ISessionContext } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import { CellRuns, type INotebookPanel } from '../cell-runs';

type Area = { future: { onIOPub(message: unknown): void } };

function notebook(): { runs: CellRuns; send(kind: string, content: object, metadata?: object, request?: string): Promise<void>; seen: string[]; prompts: string[]; cell: { model: { executionCount?: number | null }; outputArea: Area } } {
  const seen: string[] = [];
  const prompts: string[] = [];
  const outputArea = {
    set future(run: { onIOPub: unknown }) {
      run.onIOPub = (message: { header: { msg_type: string } }) => seen.push(message.header.msg_type);
    }
  } as unknown as Area;
  const cell = { model: { id: 'mine', executionCount: null as number | null }, outputArea, setPrompt: (value: string) => prompts.push(value) };
  const context = {} as ISessionContext;
  const iopubMessage = new Signal<ISessionContext, unknown>(context);
  Object.assign(context, { iopubMessage });
  const panel = { context: { ready: Promise.resolve() }, content: { widgets: [cell] } } as unknown as INotebookPanel;
  const send = async (kind: string, content: object, metadata = {}, request = 'run'): Promise<void> => {
    iopubMessage.emit({ header: { msg_type: kind }, parent_header: { msg_id: request }, metadata, content });
    await Promise.resolve();
  };
  return { runs: new CellRuns(panel, context), send, seen, prompts, cell };
}

describe('runs that a closed tab has started', () => {
  it('go on in the cell that the server names, until they end', async () => {
    const { send, seen, prompts, cell } = notebook();
    await send('execute_input', { execution_count: 3 }, { datalabs_cell: 'mine' });
    await send('stream', { text: 'live' });
    await send('status', { execution_state: 'idle' });
    await send('stream', { text: 'too late' });
    expect(seen).toEqual(['execute_input', 'stream']);
    expect(prompts).toEqual(['*', '3']);
    expect(cell.model.executionCount).toBe(3);
  });

  it('are left alone if they are of another notebook, or of this browser', async () => {
    const { send, seen, prompts } = notebook();
    await send('stream', { text: 'a' }, { datalabs_cell: 'another' });
    await send('stream', { text: 'b' }, {}, 'own');
    expect(seen).toEqual([]);
    expect(prompts).toEqual([]);
  });

  it('no longer matter once the notebook is closed', async () => {
    const { runs, send, seen } = notebook();
    runs.dispose();
    await send('stream', { text: 'a' }, { datalabs_cell: 'mine' });
    expect(seen).toEqual([]);
  });
});
