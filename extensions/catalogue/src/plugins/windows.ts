import { IRouter, JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IWindowResolver, WindowResolver } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';

/** How long a window that is being left, such as by a reload, may take to give back its layout, in milliseconds. */
const LEAVING_MS = 500;

/**
 * Names this window's layout, in the place of `@jupyterlab/apputils-extension:resolver`.
 *
 * The stock plugin asks the other windows of the origin. Sessions share one, so that it takes the home and a datalab for two
 * windows of the same JupyterLab: the later one gets an `auto-…` layout, reset at each load. Here a name belongs to its
 * session, and is held by a lock, which unlike an answer in time does not depend on how busy the other window is.
 */
export const windowsPlugin: JupyterFrontEndPlugin<IWindowResolver> = {
  id: '@jupyter-datalabs/catalogue:windows',
  description: 'Names the layout of this window, once in each session.',
  autoStart: true,
  provides: IWindowResolver,
  requires: [JupyterFrontEnd.IPaths, IRouter],
  activate: async (_app: JupyterFrontEnd, paths: JupyterFrontEnd.IPaths, router: IRouter): Promise<IWindowResolver> => {
    const name = PageConfig.getOption('workspace') || PageConfig.defaultWorkspace;
    if (await Private.claim(URLExt.join(paths.urls.base, name))) {
      return { name };
    }
    window.location.replace(Private.anotherLayout(router.current));
    // The page is being left: what needs a layout's name must not start.
    return new Promise<IWindowResolver>(() => undefined);
  }
};

namespace Private {
  /** Whether the name is this window's now, for as long as it is open. */
  export function claim(name: string): Promise<boolean> {
    const { locks } = navigator as { locks?: LockManager };
    if (!locks) {
      // Browsers have no locks for pages that came over plain HTTP from another machine.
      return new WindowResolver().resolve(name).then(
        () => true,
        () => false
      );
    }
    return new Promise(resolve => {
      const held = (): Promise<never> => {
        resolve(true);
        return new Promise(() => undefined);
      };
      locks.request(`@jupyter-datalabs/catalogue:windows:${name}`, { signal: AbortSignal.timeout(LEAVING_MS) }, held).catch(() => resolve(false));
    });
  }

  /** The address of this page with a new, empty layout: this window is the second on its own. */
  export function anotherLayout({ search = '', hash }: IRouter.ILocation): string {
    const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
    const workspace = `auto-${letters[Math.floor(Math.random() * letters.length)]}`;
    const query = { ...URLExt.queryStringToObject(search), reset: '' };
    return PageConfig.getUrl({ workspace }) + URLExt.objectToQueryString(query) + hash;
  }
}
