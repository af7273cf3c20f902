import { ProblemError, sessionVolumes } from '@jupyter-datalabs/hub-client';
import type { IHub, SessionVolume, VolumeDetail } from '@jupyter-datalabs/hub-client';
import { Signal } from '@lumino/signaling';
import { Loader } from '../loader';

export interface IVolumePage {
  volume: VolumeDetail;
  /** What this session has of it; null where that is not known. */
  mount: SessionVolume | null;
}

/** What is known of a volume, kept as it is now. */
export class PageModel extends Loader<IVolumePage> {
  constructor(
    private readonly _hub: Pick<IHub, 'available' | 'ready' | 'client' | 'user' | 'sessionName' | 'sessions'>,
    readonly name: string
  ) {
    super(async () => {
      await _hub.ready;
      if (!_hub.available) {
        throw new ProblemError(_hub.sessions.problem ?? NO_HUB);
      }
      const [volume, mounts] = await Promise.all([
        _hub.client.getVolume({ volume: name }),
        // The page is worth showing without it.
        sessionVolumes(_hub).catch((): SessionVolume[] => [])
      ]);
      return { volume, mount: mounts.find(mount => mount.name === name) ?? null };
    });
    this._mountsOf = this._volumesChanged();
    _hub.sessions.changed.connect(this._onSessions, this);
  }

  override dispose(): void {
    Signal.disconnectReceiver(this);
    super.dispose();
  }

  private _onSessions(): void {
    const now = this._volumesChanged();
    if (now !== this._mountsOf) {
      this._mountsOf = now;
      void this.load();
    }
  }

  private _volumesChanged(): unknown {
    return this._hub.sessions.get(this._hub.sessionName)?.volumes_changed ?? null;
  }

  private _mountsOf: unknown;
}

const NO_HUB = { code: 'no-hub', status: 0, detail: 'No hub has started this JupyterLab.', action: 'Volumes are known to a hub alone: log in at yours.' };
