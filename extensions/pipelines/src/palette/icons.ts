import { LabIcon } from '@jupyterlab/ui-components';

const icon = (name: string, d: string, accent = ''): LabIcon =>
  new LabIcon({
    name: `jupyter-datalabs:palette-${name}`,
    svgstr:
      '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none" stroke-width="1.25" stroke-linecap="round" stroke-linejoin="round">' +
      `<path class="jp-icon3" stroke="#616161" d="${d}"/>${accent && `<path class="jp-icon-brand1" stroke="#1976d2" d="${accent}"/>`}</svg>`
  });

/** A prompt; a page with code; a box; a play sign. */
export const commandIcon = icon('command', 'M2 3h12v10H2z', 'M4.5 6l2 2-2 2M8.5 10.25h3');
export const notebookIcon = icon('notebook', 'M3.5 1.75h9a1 1 0 0 1 1 1v10.5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V2.75a1 1 0 0 1 1-1ZM5.25 1.75v12.5', 'M7.75 5.25l2 1.75-2 1.75M10 11.25h1.25');
export const containerIcon = icon('container', 'M8 1.75l5.75 3v6.5L8 14.25l-5.75-3v-6.5z', 'M2.25 4.75L8 7.75l5.75-3M8 7.75v6.5');
export const doneIcon = icon('done', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z', 'M5.25 8.25l2 2 3.5-4.25');
export const todoIcon = icon('todo', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z');
export const wrongIcon = icon('wrong', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM5.75 5.75l4.5 4.5M10.25 5.75l-4.5 4.5');
export const noteIcon = icon('note', 'M8 2.25l6.25 11.5H1.75zM8 6.5v3.25M8 11.6v.1');
export const busyIcon = icon('busy', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z', 'M8 4.75V8l2 1.5');
export const laterIcon = icon('later', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM5 8h.1M8 8h.1M11 8h.1');
export const skippedIcon = icon('skipped', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM5 8h6');
export const cancelledIcon = icon('cancelled', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM3.75 12.25l8.5-8.5');
