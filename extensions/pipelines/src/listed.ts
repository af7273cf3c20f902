import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';

/** Calls back once, when the page has nothing else to do and a file with this extension is in the folder that is shown. */
export function whenListed({ model }: IDefaultFileBrowser, extension: string, callback: () => void): IDisposable {
  let idle: number | null = null;
  const look = (): void => {
    for (const { name } of model.items()) {
      if (name.endsWith(extension)) {
        model.refreshed.disconnect(look);
        idle = requestIdleCallback(callback);
        return;
      }
    }
  };
  model.refreshed.connect(look);
  look();
  return new DisposableDelegate(() => {
    model.refreshed.disconnect(look);
    if (idle !== null) {
      cancelIdleCallback(idle);
    }
  });
}
