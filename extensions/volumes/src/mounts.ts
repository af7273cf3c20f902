import { hasCode, mountVolume, toProblem, unmountVolume } from '@jupyter-datalabs/hub-client';
import type { IHub, IProblemInfo } from '@jupyter-datalabs/hub-client';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { VolumesModel } from './model';
import { problemText } from './words';

/** Brings volumes into this session and takes them out, and says what keeps it from doing so. */
export class Mounts {
  constructor(
    private readonly _hub: IHub,
    private readonly _model: VolumesModel,
    private readonly _trans: TranslationBundle,
    /** What the kernels of this session run for. */
    private readonly _kernels: () => readonly string[] = () => []
  ) {}

  /** Whether it is there now. */
  async mount(name: string): Promise<boolean> {
    try {
      await this._model.during(name, () => mountVolume(this._hub, name));
      return true;
    } catch (error) {
      this._say(this._trans.__('%1 was not mounted.', this._model.titleOf(name)), error);
      return false;
    }
  }

  async unmount(name: string): Promise<void> {
    try {
      await this._model.during(name, () => unmountVolume(this._hub, name));
    } catch (error) {
      if (!hasCode(error, 'volume-busy')) {
        this._say(this._trans.__('%1 was not unmounted.', this._model.titleOf(name)), error);
      } else if (await this._wantsForce(name, toProblem(error))) {
        await this._force(name);
      }
    }
  }

  private async _force(name: string): Promise<void> {
    try {
      await this._model.during(name, () => unmountVolume(this._hub, name, { force: true }));
    } catch (error) {
      this._say(this._trans.__('%1 was not unmounted.', this._model.titleOf(name)), error);
    }
  }

  private async _wantsForce(name: string, problem: IProblemInfo): Promise<boolean> {
    const kernels = this._kernels();
    // Of a kernel the hub has a number alone, which nobody knows a notebook by.
    const which = kernels.length > 0 ? ` ${this._trans.__('Kernels run for %1.', kernels.join(', '))}` : '';
    const { button } = await showDialog({
      title: this._trans.__('%1 is in use', this._model.titleOf(name)),
      // The hub names the processes.
      body: this._trans.__('%1 Forced, it goes from /data all the same, and those keep only the files that they have open.', `${problem.detail}${which}`),
      buttons: [
        Dialog.cancelButton({ label: this._trans.__('Leave it mounted') }),
        Dialog.warnButton({ label: this._trans.__('Force') })
      ],
      defaultButton: 0
    });
    return button.accept;
  }

  private _say(what: string, error: unknown): void {
    Notification.error(`${what} ${problemText(toProblem(error))}`);
  }
}
