import { LabIcon } from '@jupyterlab/ui-components';

/** Steps and what goes between them: a pipeline. */
export const pipelineIcon = new LabIcon({
  name: 'jupyter-datalabs:pipeline',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16" fill="none" stroke-width="1.25" stroke-linecap="round" stroke-linejoin="round">' +
    '<path class="jp-icon3" stroke="#616161" d="M1.75 2.25h4v3h-4zM1.75 10.75h4v3h-4zM10.25 6.5h4v3h-4z"/>' +
    '<path class="jp-icon-brand1" stroke="#1976d2" d="M5.75 3.75h1c1.5 0 1.25 4.25 3.5 4.25M5.75 12.25h1c1.5 0 1.25-4.25 3.5-4.25"/></svg>'
});
