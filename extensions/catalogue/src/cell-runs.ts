import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';

type Run = Kernel.IShellFuture<KernelMessage.IExecuteRequestMsg, KernelMessage.IExecuteReplyMsg>;

/** The part of a notebook panel that is needed here; its package is JupyterLab's own, and large. */
export interface INotebookPanel {
  readonly context: { readonly ready: Promise<void> };
  readonly content: {
    readonly widgets: readonly {
      readonly model: { readonly id: string; executionCount?: number | null };
      readonly outputArea?: { future: Run };
      setPrompt?(value: string): void;
    }[];
  };
}

/** The name under which the server says, in a message's metadata, to which cell the run of another browser belongs. */
const CELL = 'datalabs_cell';

/** Runs of cells that this browser has not asked for itself, each with the output area it is shown in. */
export class CellRuns implements IDisposable {
  constructor(
    private readonly panel: INotebookPanel,
    private readonly sessionContext: ISessionContext
  ) {
    sessionContext.iopubMessage.connect(this.onMessage, this);
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  dispose(): void {
    this.disposed = true;
    this.sessionContext.iopubMessage.disconnect(this.onMessage, this);
    this.runs.clear();
  }

  private onMessage(_: ISessionContext, published: KernelMessage.IMessage): void {
    const message = published as KernelMessage.IIOPubMessage;
    const request = (message.parent_header as { msg_id?: string }).msg_id;
    const cell = message.metadata[CELL];
    if (request === undefined || (typeof cell !== 'string' && !this.runs.has(request))) {
      return;
    }
    const run = this.runs.get(request) ?? new ForeignRun(request, String(cell));
    this.runs.set(request, run);
    // The kernel may be connected before the cells are there.
    void this.panel.context.ready.then(() => {
      if (!this.disposed && !run.take(message, this.panel)) {
        this.runs.delete(request);
      }
    });
  }

  private disposed = false;
  private readonly runs = new Map<string, ForeignRun>();
}

class ForeignRun {
  constructor(
    request: string,
    private readonly cellId: string
  ) {
    const ignore = (): void => undefined;
    this.future = {
      msg: { header: { msg_id: request } } as KernelMessage.IExecuteRequestMsg,
      done: this.end.promise,
      onReply: ignore,
      onIOPub: ignore,
      onStdin: ignore,
      registerMessageHook: ignore,
      removeMessageHook: ignore,
      sendInputReply: ignore,
      isDisposed: false,
      dispose: () => {
        // The cell was run again, here: what still comes of the old run is not its output.
        this.over = true;
      }
    };
  }

  /** Returns whether more is expected. */
  take(message: KernelMessage.IIOPubMessage, panel: INotebookPanel): boolean {
    const cell = panel.content.widgets.find(({ model }) => model.id === this.cellId);
    if (this.over || !cell?.outputArea) {
      return false;
    }
    if (!this.shown) {
      this.shown = true;
      cell.outputArea.future = this.future;
      cell.setPrompt?.('*');
    }
    const { msg_type: kind } = message.header;
    if (kind === 'execute_input') {
      this.count = (message.content as { execution_count: number }).execution_count;
    }
    if (kind === 'status') {
      if ((message.content as { execution_state: string }).execution_state !== 'idle') {
        return true;
      }
      cell.model.executionCount = this.count;
      cell.setPrompt?.(String(this.count ?? ''));
      this.end.resolve({} as KernelMessage.IExecuteReplyMsg);
      return false;
    }
    void this.future.onIOPub(message);
    return true;
  }

  private readonly end = new PromiseDelegate<KernelMessage.IExecuteReplyMsg>();
  private readonly future: Run;
  private shown = false;
  private over = false;
  private count: number | null = null;
}
