import { IRouter, JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IWindowResolver, WindowResolver } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';

/**
 * Names this window's layout, in the place of `@jupyterlab/apputils-extension:resolver`.
 *
 * The browser's windows agree on names through the storage of their origin. Sessions share one origin, so that the stock
 * plugin takes the home and a datalab for two windows of the same JupyterLab: the later one gets an `auto-…` layout,
 * reset at each load. Here a name is known to the others together with the session that it belongs to.
 */
export const windowsPlugin: JupyterFrontEndPlugin<IWindowResolver> = {
  id: '@jupyter-datalabs/catalogue:windows',
  description: 'Names the layout of this window, once in each session.',
  autoStart: true,
  provides: IWindowResolver,
  requires: [JupyterFrontEnd.IPaths, IRouter],
  activate: async (_app: JupyterFrontEnd, paths: JupyterFrontEnd.IPaths, router: IRouter): Promise<IWindowResolver> => {
    const name = PageConfig.getOption('workspace') || PageConfig.defaultWorkspace;
    const others = new WindowResolver();
    try {
      await others.resolve(URLExt.join(paths.urls.base, name));
    } catch {
      window.location.replace(Private.anotherLayout(router.current));
      // The page is being left: what needs a layout's name must not start.
      return new Promise<IWindowResolver>(() => undefined);
    }
    return { name };
  }
};

namespace Private {
  /** The address of this page with a new, empty layout: this window is the second on its own. */
  export function anotherLayout({ search = '', hash }: IRouter.ILocation): string {
    const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
    const workspace = `auto-${letters[Math.floor(Math.random() * letters.length)]}`;
    const query = { ...URLExt.queryStringToObject(search), reset: '' };
    return PageConfig.getUrl({ workspace }) + URLExt.objectToQueryString(query) + hash;
  }
}
