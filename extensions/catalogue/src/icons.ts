import type { DatalabSummary } from '@jupyter-datalabs/hub-client';
import { datalabIcon, iconOfKind } from '@jupyter-datalabs/ui';
import { infoIcon, LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * A datalab's own icon. The picture is referred to, not inlined: a contributed SVG cannot run scripts that way, nor
 * can its ids clash with those of another. In a section's heading it stands for all datalabs, hence the suite's icon.
 */
class DatalabIcon extends LabIcon {
  constructor(name: string, svgstr: string) {
    super({ name, svgstr });
    const own = this.react;
    const Shown = React.forwardRef<SVGElement, LabIcon.IProps>((props, ref) => {
      const Icon = props.stylesheet === 'launcherSection' ? datalabIcon.react : own;
      const className = `${props.className ?? ''} jp-DatalabsIcon`.trim();
      return React.createElement(Icon, { ...props, className, ref: ref as LabIcon.IReactRef });
    });
    Shown.displayName = 'DatalabIcon';
    Object.defineProperty(this, 'react', { value: Shown });
  }
}

/** Stands on a card in the place of datalabs that cannot be shown. */
export const problemIcon: LabIcon = new DatalabIcon('jupyter-datalabs:problem', infoIcon.svgstr);

/** One icon per look, since LabIcon keeps a global register of names. */
const icons = new Map<string, LabIcon>();

export function iconOf(datalab: DatalabSummary, url: string): LabIcon {
  const key = `jupyter-datalabs:datalab:${datalab.id}:${datalab.version}:${datalab.icon ? 'own' : datalab.kind}`;
  let icon = icons.get(key);
  if (!icon) {
    const href = url.replace(/&/g, '&amp;').replace(/"/g, '&quot;');
    const svgstr = datalab.icon
      ? `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><image href="${href}" width="16" height="16"/></svg>`
      : iconOfKind(datalab.kind).svgstr;
    icon = new DatalabIcon(key, svgstr);
    icons.set(key, icon);
  }
  return icon;
}
