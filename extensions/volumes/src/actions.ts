import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { IVolumeAction, IVolumeActions } from './tokens';

/** What other extensions offer to do with files. */
export class VolumeActions implements IVolumeActions {
  readonly changed = new Signal<this, void>(this);

  add(action: IVolumeAction): IDisposable {
    this._actions.set(action.id, action);
    this.changed.emit();
    return new DisposableDelegate(() => {
      if (this._actions.get(action.id) === action) {
        this._actions.delete(action.id);
        this.changed.emit();
      }
    });
  }

  get(id: string): IVolumeAction | undefined {
    return this._actions.get(id);
  }

  values(): readonly IVolumeAction[] {
    return [...this._actions.values()];
  }

  private readonly _actions = new Map<string, IVolumeAction>();
}
