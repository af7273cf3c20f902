/** One workflow in the styles that people write them in, and tools. The same ids everywhere: the edits are the same. */
import { open, type EditResult, type ICwlDocument } from '../document.js';
import type { Edit } from '../edits/kinds.js';

export const BLOCK = `#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: Workflow

inputs:
  reads: File   # of one sample
  sample:
    type: string
    doc: its name

outputs:
  bam:
    type: File
    outputSource: align/bam
  report: {type: File, outputSource: report/html}

steps:
  # the long one
  align:
    run: align.cwl
    in:
      reads: reads
      name: {source: sample, valueFrom: $(inputs.reads.basename)}
    out: [bam]   # sorted
  stats:
    run:
      class: CommandLineTool
      baseCommand: stats
      inputs: {bam: {type: File, inputBinding: {position: 1}}}
      outputs:
        table: stdout
    in:
      bam: align/bam
    out:
      - table
  report:
    run: report.cwl
    in:
      tables: [stats/table, align/bam]
    out: [html]
`;

export const LISTS = `cwlVersion: v1.2
class: Workflow
inputs:
- id: reads
  type: File   # of one sample
- {id: sample, type: string, doc: its name}
outputs:
- id: bam
  type: File
  outputSource: align/bam
- id: report
  type: File
  outputSource: 'report/html'
steps:
# the long one
- id: align
  run: align.cwl
  in:
  - {id: reads, source: reads}
  - id: name
    source: sample
    valueFrom: $(inputs.reads.basename)
  out: [bam]
- id: stats
  run:
    class: CommandLineTool
    baseCommand: stats
    inputs:
    - id: bam
      type: File
      inputBinding: {position: 1}
    outputs:
    - id: table
      type: stdout
  in:
  - id: bam
    source: align/bam
  out:
  - id: table
- id: report
  run: report.cwl
  in:
  - id: tables
    source:
    - stats/table
    - align/bam   # for the names
  out: [{id: html}]
requirements:
- class: ResourceRequirement
  coresMin: 2
`;

export const PACKED = `{
    "$graph": [
        {
            "class": "CommandLineTool",
            "id": "#stats",
            "baseCommand": "stats",
            "inputs": [
                {"id": "#stats/bam", "type": "File", "inputBinding": {"position": 1}}
            ],
            "stdout": "$(inputs.bam.nameroot).txt",
            "outputs": [
                {"id": "#stats/table", "type": "stdout"}
            ]
        },
        {
            "class": "Workflow",
            "id": "#main",
            "inputs": [
                {"id": "#main/reads", "type": "File"},
                {"id": "#main/sample", "type": "string"}
            ],
            "outputs": [
                {"id": "#main/bam", "type": "File", "outputSource": "#main/align/bam"},
                {"id": "#main/report", "type": "File", "outputSource": "#main/report/html"}
            ],
            "steps": [
                {
                    "id": "#main/align",
                    "run": "align.cwl",
                    "in": [
                        {"id": "#main/align/reads", "source": "#main/reads"},
                        {"id": "#main/align/name", "source": "#main/sample", "valueFrom": "$(inputs.reads.basename)"}
                    ],
                    "out": ["#main/align/bam"]
                },
                {
                    "id": "#main/stats",
                    "run": "#stats",
                    "in": [
                        {"id": "#main/stats/bam", "source": "#main/align/bam"}
                    ],
                    "out": ["#main/stats/table"]
                },
                {
                    "id": "#main/report",
                    "run": "report.cwl",
                    "in": [
                        {"id": "#main/report/tables", "source": ["#main/stats/table", "#main/align/bam"]}
                    ],
                    "out": ["#main/report/html"]
                }
            ]
        }
    ],
    "cwlVersion": "v1.2"
}
`;

export const STYLES = { block: BLOCK, lists: LISTS, packed: PACKED, 'CR LF': BLOCK.replaceAll('\n', '\r\n') } as const;

export const TOOL = `cwlVersion: v1.0
class: CommandLineTool
hints:
  DockerRequirement: {dockerPull: "a:1"}
baseCommand: [sort, -k]
arguments:
  - prefix: -o   # where to
    valueFrom: $(inputs.bam.nameroot).$(inputs['by'])
  - --quiet
  # the last
  - $(inputs.bam.size)
inputs:
  bam:
    type: File
    inputBinding: {position: 1}
    secondaryFiles: |-
      \${
        // not inputs.bam
        return inputs.bam.location + ".bai" + inputs[self];
      }
  by: string
outputs:
  sorted: {type: File, outputBinding: {glob: "$(inputs.bam.nameroot)*"}}
stdout: $(inputs.bam.basename).log
`;

export const openText = (text: string): ICwlDocument => open(text, { uri: 'file:///w/main.cwl' });

/** The text after some edits, all of which have to be made. */
export function edited(text: string, ...edits: Edit[]): string {
  const document = openText(text);
  for (const edit of edits) {
    const result = document.apply(edit);
    if (!result.ok) {
      throw new Error(`${edit.kind}: ${result.code}: ${result.message}`);
    }
  }
  return document.text;
}

export const applied = (text: string, edit: Edit): EditResult => openText(text).apply(edit);

/** Lines that went and lines that came, in the order of the texts. */
export function diff(before: string, after: string): string[] {
  const [old, now] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  const length = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      length[i][j] = old[i] === now[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
    }
  }
  const lines: string[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length; ) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      i++;
      j++;
    } else if (i < old.length && (j >= now.length || length[i + 1][j] >= length[i][j + 1])) {
      lines.push(`-${old[i++]}`);
    } else {
      lines.push(`+${now[j++]}`);
    }
  }
  return lines;
}

/** What an edit does, as a diff. */
export const change = (text: string, ...edits: Edit[]): string[] => diff(text, edited(text, ...edits));

