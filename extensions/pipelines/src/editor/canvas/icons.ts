import { LabIcon } from '@jupyterlab/ui-components';

const icon = (name: string, d: string): LabIcon =>
  new LabIcon({
    name: `jupyter-datalabs:graph-${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none" stroke-width="1.25" stroke-linecap="round" stroke-linejoin="round"><path class="jp-icon3" stroke="#616161" d="${d}"/></svg>`
  });

/** What a step runs: a prompt, braces, steps in a frame, a dashed box, a question. */
export const toolIcon = icon('tool', 'M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10.25h3');
export const expressionIcon = icon('expression', 'M6 2.5c-2 0-2 .75-2 2.75S3.75 8 2.5 8c1.25 0 1.5.75 1.5 2.75s0 2.75 2 2.75M10 2.5c2 0 2 .75 2 2.75S12.25 8 13.5 8c-1.25 0-1.5.75-1.5 2.75s0 2.75-2 2.75');
export const workflowIcon = icon('workflow', 'M1.75 2.25h4.5v3.5h-4.5zM9.75 10.25h4.5v3.5h-4.5zM6.25 4h2.5c2.5 0 3.25 1.5 3.25 6.25');
export const operationIcon = icon('operation', 'M2.5 4.5v-2h2M7 2.5h2M11.5 2.5h2v2M13.5 7v2M13.5 11.5v2h-2M9 13.5H7M4.5 13.5h-2v-2M2.5 9V7');
export const unknownIcon = icon('unknown', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6.25 6.25c0-1 .75-1.75 1.75-1.75s1.75.75 1.75 1.75C9.75 7.5 8 7.5 8 9M8 11.25v.1');
export const containerIcon = icon('container', 'M8 1.75l5.75 3v6.5L8 14.25l-5.75-3v-6.5zM2.25 4.75L8 7.75l5.75-3M8 7.75v6.5');
export const scatterIcon = icon('scatter', 'M2 8h3.5M5.5 8C8 8 7 3.5 9.5 3.5H14M5.5 8H14M5.5 8c2.5 0 1.5 4.5 4 4.5H14');
export const problemErrorIcon = icon('error', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM5.75 5.75l4.5 4.5M10.25 5.75l-4.5 4.5');
export const problemWarningIcon = icon('warning', 'M8 2.25l6.25 11.5H1.75zM8 6.5v3.25M8 11.6v.1');
export const problemInfoIcon = icon('info', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.25v3.75M8 4.9v.1');
export const remoteIcon = icon('remote', 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2 8h12M8 2c-4.5 4-4.5 8 0 12M8 2c4.5 4 4.5 8 0 12');
export const loopIcon = icon('loop', 'M13.5 8A5.5 5.5 0 1 1 11.25 3.5M11.5 1.25v2.5H9');
export const fitIcon = icon('fit', 'M2 5.5V2.5h3M14 5.5v-3h-3M2 10.5v3h3M14 10.5v3h-3M5.5 6h5v4h-5z');
export const arrangeIcon = icon('arrange', 'M1.75 3h4v3.5h-4zM1.75 9.5h4V13h-4zM10.25 6.25h4v3.5h-4zM5.75 4.75h1.5c1.5 0 1 3.25 3 3.25M5.75 11.25h1.5c1.5 0 1-3.25 3-3.25');
export const groupIcon = icon('group', 'M2.5 2.5h7v11h-7zM4.5 5.5h3M4.5 8h3M4.5 10.5h3M9.5 5.5h4M9.5 8h4M9.5 10.5h4');
export const mapIcon = icon('map', 'M2 3h12v10H2zM8.5 8h3.75v3.25H8.5zM4 5h2.5M4 7h1.5');
export const legendIcon = icon('legend', 'M3.75 5.25a1.25 1.25 0 1 0 0-2.5 1.25 1.25 0 0 0 0 2.5ZM3.75 9.25a1.25 1.25 0 1 0 0-2.5 1.25 1.25 0 0 0 0 2.5ZM3.75 13.25a1.25 1.25 0 1 0 0-2.5 1.25 1.25 0 0 0 0 2.5ZM7.5 4H13M7.5 8H13M7.5 12H13');
export const alignIcon = icon('align', 'M2.5 2v12M5 4h8v2.75H5zM5 9.25h5V12H5z');
export const exportIcon = icon('export', 'M8 2v7.5M5 6.75l3 3 3-3M2.5 11.5v2h11v-2');
export const inputIcon = icon('input', 'M1.75 8h6M5.25 5.5L7.75 8l-2.5 2.5M10.5 2.75h3.25v10.5H10.5');
export const outputIcon = icon('output', 'M5.5 2.75H2.25v10.5H5.5M7.5 8h6.25M11.25 5.5l2.5 2.5-2.5 2.5');
export const chevronIcon = icon('chevron', 'M6 3.5L10.5 8 6 12.5');
