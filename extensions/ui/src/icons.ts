import { LabIcon } from '@jupyterlab/ui-components';

/*
 * One family: 16 px grid, 1.25 px strokes with round joins, one accent. The stroke takes the theme's icon colour through
 * `jp-icon3`; JupyterLab's stylesheet sets `fill` with that class, so stroked shapes use `stroke` through
 * `jp-icon3` + `[stroke]`, which the same stylesheet answers for.
 */
const svg = (body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none" stroke-width="1.25" stroke-linecap="round" stroke-linejoin="round">${body}</svg>`;

const line = (d: string): string => `<path class="jp-icon3" stroke="#616161" d="${d}"/>`;
const accent = (d: string): string => `<path class="jp-icon-brand1" stroke="#1976d2" d="${d}"/>`;

/** A flask with a star in it: a datalab, and the suite itself. */
export const datalabIcon = new LabIcon({
  name: 'jupyter-datalabs:datalab',
  svgstr: svg(
    line('M6.25 2v3.9L2.6 12.2A1.2 1.2 0 0 0 3.65 14h8.7a1.2 1.2 0 0 0 1.05-1.8L9.75 5.9V2M5 2h6') +
      accent('M8 8.25c.2 1.4.6 1.8 2 2-1.4.2-1.8.6-2 2-.2-1.4-.6-1.8-2-2 1.4-.2 1.8-.6 2-2Z')
  )
});

/** Stacked platters: an archive volume. */
export const volumeIcon = new LabIcon({
  name: 'jupyter-datalabs:volume',
  svgstr: svg(
    line('M2.5 4c0-1.1 2.46-2 5.5-2s5.5.9 5.5 2-2.46 2-5.5 2-5.5-.9-5.5-2ZM2.5 4v8c0 1.1 2.46 2 5.5 2s5.5-.9 5.5-2V4') +
      accent('M2.5 8c0 1.1 2.46 2 5.5 2s5.5-.9 5.5-2')
  )
});

/** A screen with a window in it: a desktop datalab. */
export const desktopIcon = new LabIcon({
  name: 'jupyter-datalabs:desktop',
  svgstr: svg(
    line('M2.5 2.5h11a1 1 0 0 1 1 1V10a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V3.5a1 1 0 0 1 1-1ZM8 11v2.5M5 13.75h6') +
      accent('M4.5 5.25h4.25v3H4.5z')
  )
});

/** A box with a lid: the archive. */
export const archiveIcon = new LabIcon({
  name: 'jupyter-datalabs:archive',
  svgstr: svg(line('M1.75 2.5h12.5v3H1.75zM2.75 5.5v7a1 1 0 0 0 1 1h8.5a1 1 0 0 0 1-1v-7') + accent('M6 8.5h4'))
});

/** A page with two code lines under an orbit: a jupyter datalab. */
export const jupyterIcon = new LabIcon({
  name: 'jupyter-datalabs:jupyter',
  svgstr: svg(
    line('M3.5 1.75h9a1 1 0 0 1 1 1v10.5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V2.75a1 1 0 0 1 1-1ZM5.25 1.75v12.5') +
      accent('M7.75 5.25l2 1.75-2 1.75M10 11.25h1.25')
  )
});

/** The suite's icon of a kind of datalab. */
export function iconOfKind(kind: string): LabIcon {
  switch (kind) {
    case 'desktop':
      return desktopIcon;
    case 'jupyter':
      return jupyterIcon;
    default:
      return datalabIcon;
  }
}
