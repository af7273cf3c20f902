import type { OwnedSession } from '@jupyter-datalabs/hub-client';
import { LabIcon } from '@jupyterlab/ui-components';

/* The family of the suite: 16 px grid, strokes of 1.25 px. Each state has a shape of its own, and its word beside it. */
const icon = (name: string, line: string, accent = ''): LabIcon =>
  new LabIcon({
    name: `jupyter-datalabs:admin-${name}`,
    svgstr:
      `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none" stroke-width="1.25" stroke-linecap="round" stroke-linejoin="round">` +
      `<path class="jp-icon3" stroke="#616161" d="${line}"/>${accent && `<path class="jp-icon-brand1" stroke="#1976d2" d="${accent}"/>`}</svg>`
  });

const CIRCLE = 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z';

/** Two sliders: what an administrator sets. */
export const adminIcon = icon('panel', 'M2 5h6.5M12.5 5H14M2 11h1.5M7.5 11H14', 'M12.5 5a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM7.5 11a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z');
export const warningIcon = icon('warning', 'M8 2.25 14.25 13.5H1.75ZM8 6.5v3.25M8 11.6v.15');
export const okIcon = icon('ok', CIRCLE, 'M5.25 8.25 7.25 10.25 11 6');
export const missingIcon = icon('missing', `${CIRCLE}M5.75 5.75l4.5 4.5M10.25 5.75l-4.5 4.5`);
export const historyIcon = icon('history', CIRCLE, 'M8 4.75V8l2.25 1.5');

export const stateIcons: Record<OwnedSession['state'], LabIcon> = {
  queued: icon('queued', 'M4.5 2.25h7M4.5 13.75h7M5.25 2.25c0 3 2.75 3.75 2.75 5.75s-2.75 2.75-2.75 5.75M10.75 2.25c0 3-2.75 3.75-2.75 5.75s2.75 2.75 2.75 5.75'),
  starting: icon('starting', 'M8 2a6 6 0 1 0 6 6', 'M8 2a6 6 0 0 1 4.25 1.75'),
  ready: okIcon,
  stopping: icon('stopping', `${CIRCLE}M6 6h4v4H6Z`),
  stopped: icon('stopped', 'M4 4h8v8H4Z'),
  failed: missingIcon
};
