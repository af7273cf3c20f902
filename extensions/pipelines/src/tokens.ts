/** Ids of the commands of this package. */
export namespace CommandIDs {
  export const create = 'datalabs-pipelines:create';
  export const showGraph = 'datalabs-pipelines:show-graph';
  export const showSplit = 'datalabs-pipelines:show-split';
  export const showCode = 'datalabs-pipelines:show-code';
  export const goToDefinition = 'datalabs-pipelines:go-to-definition';
  export const findUses = 'datalabs-pipelines:find-uses';
  export const writePositions = 'datalabs-pipelines:write-positions';
  export const removePositions = 'datalabs-pipelines:remove-positions';
  export const upgrade = 'datalabs-pipelines:upgrade';
}

export const FACTORY = 'CWL pipeline';
export const FILE_TYPE = 'cwl';
