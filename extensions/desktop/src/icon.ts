import { LabIcon } from '@jupyterlab/ui-components';
import type { Widget } from '@lumino/widgets';

/** LabIcon keeps a global register of names, hence one icon per address. */
const icons = new Map<string, LabIcon>();

function iconFrom(url: string): LabIcon {
  let icon = icons.get(url);
  if (!icon) {
    const href = url.replace(/&/g, '&amp;').replace(/"/g, '&quot;');
    icon = new LabIcon({
      name: `jupyter-datalabs:desktop-tab:${url}`,
      svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><image href="${href}" width="16" height="16"/></svg>`
    });
    icons.set(url, icon);
  }
  return icon;
}

/** Give a tab the picture at an address, once that is known to be there: a datalab need not have one of its own. */
export function showIcon(widget: Widget, url: string): void {
  const picture = new Image();
  picture.onload = () => {
    if (!widget.isDisposed) {
      // JupyterLab does this for an icon that is there when the tab is made; this one may come later.
      widget.title.icon = iconFrom(url).bindprops({ stylesheet: 'mainAreaTab' });
    }
  };
  picture.src = url;
}
