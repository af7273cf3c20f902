import { nullTranslator } from '@jupyterlab/translation';
import { YFile } from '@jupyter/ydoc';
import { GraphView } from '../editor/canvas/view';
import { Layouts } from '../editor/layout/places';
import type { Arrange } from '../editor/layout/places';
import { PipelineModel } from '../model';

export const trans = nullTranslator.load('');

export const WORKFLOW = `cwlVersion: v1.2
class: Workflow
requirements: {SubworkflowFeatureRequirement: {}, MultipleInputFeatureRequirement: {}}
inputs:
  reads: File[]
  name: string
outputs:
  table: {type: File, outputSource: count/table}
steps:
  align:
    label: Align <b>reads</b>
    run:
      class: CommandLineTool
      requirements: {DockerRequirement: {dockerPull: "bwa:1"}}
      inputs: {reads: File, name: string, threads: int?, seed: int?, mode: string?}
      outputs: {bam: File, log: File}
    scatter: reads
    in: {reads: reads, name: name}
    out: [bam, log]
  count:
    run: {class: CommandLineTool, inputs: {bams: "File[]", one: "File[]?"}, outputs: {table: File}}
    in: {bams: align/bam}
    out: [table]
  deep:
    run:
      class: Workflow
      inputs: {table: File}
      outputs: {end: {type: File, outputSource: last/end}}
      steps:
        last:
          run: {class: CommandLineTool, inputs: {table: File}, outputs: {end: File}}
          in: {table: table}
          out: [end]
    in: {table: count/table}
    out: [end]
`;

/** Puts the nodes of a level beside each other. */
export const inRow: Arrange = async ({ nodes }) => {
  let x = 0;
  const corners = new Map<string, { x: number; y: number }>();
  for (const { id, width } of nodes) {
    corners.set(id, { x, y: 0 });
    x += width + 100;
  }
  return { corners, ways: new Map() };
};

export const noPositions = { read: () => [], write: () => undefined };

export function viewOf(source = WORKFLOW): { view: GraphView; text: YFile; said: string[] } {
  const text = new YFile();
  text.setSource(source);
  const model = new PipelineModel({ text, uri: 'contents:///folder/main.cwl', read: () => Promise.reject(new Error('none')) });
  const view = new GraphView(model, trans, new Layouts(inRow, noPositions));
  const said: string[] = [];
  view.said.connect((_, { text: words }) => said.push(words));
  return { view, text, said };
}
