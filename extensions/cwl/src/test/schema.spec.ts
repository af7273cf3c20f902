import { classesOf, fieldIn, fieldsOf, isKnownField, recordsOf, schemaAt, symbolsOf, versionsOfClass, versionsOfField } from '../schema/index.js';
import { ENUMS, GROUPS, RECORDS } from '../schema/tables.js';
import type { Path } from '../text/node.js';
import { parseSource } from '../text/tree.js';
import { nodeAt } from '../text/value.js';

describe('fields', () => {
  it('are those of a record and of all that it extends', () => {
    expect([...fieldsOf('WorkflowStep', 'v1.2').keys()].sort()).toEqual(
      ['doc', 'hints', 'id', 'in', 'label', 'out', 'requirements', 'run', 'scatter', 'scatterMethod', 'when'].sort()
    );
  });

  it('know in which versions they are', () => {
    expect(versionsOfField('WorkflowStep', 'when')).toEqual(['v1.2']);
    expect(versionsOfField('WorkflowStep', 'run')).toEqual(['v1.0', 'v1.1', 'v1.2']);
    expect(versionsOfField('WorkflowOutputParameter', 'outputBinding')).toEqual(['v1.0']);
    expect(versionsOfField('WorkflowStep', 'constructor')).toEqual([]);
    expect(fieldsOf('WorkflowStep', 'v1.2').get('when')?.versions).toEqual(['v1.2']);
    expect(isKnownField('WorkflowStep', 'when', 'v1.1')).toBe(false);
  });

  it('of an input of a workflow are found though its record was renamed', () => {
    expect(fieldsOf('WorkflowInputParameter', 'v1.0').size).toBe(0);
    expect(versionsOfField('InputParameter', 'loadContents')).toEqual(['v1.1', 'v1.2']);
    expect(fieldIn('WorkflowInputParameter', 'type', 'v1.0')?.required).toBe(false);
  });

  it('say what is required', () => {
    const required = (record: string): string[] => [...fieldsOf(record, 'v1.2').values()].filter(field => field.required).map(field => field.name);
    expect(required('WorkflowStep').sort()).toEqual(['in', 'out', 'run']);
    expect(required('Dirent')).toEqual(['entry']);
    // It has a default.
    expect(required('WorkReuse')).toEqual(['class']);
    expect(fieldsOf('CommandInputParameter', 'v1.0').get('type')?.required).toBe(false);
    expect(fieldsOf('CommandInputParameter', 'v1.1').get('type')?.required).toBe(true);
  });

  it('say how a list is written as a map', () => {
    const steps = fieldsOf('Workflow', 'v1.2').get('steps');
    const inputs = fieldsOf('WorkflowStep', 'v1.2').get('in');
    expect([steps?.mapSubject, steps?.mapPredicate]).toEqual(['id', null]);
    expect([inputs?.mapSubject, inputs?.mapPredicate]).toEqual(['id', 'source']);
  });

  it('have types, with lists in lists', () => {
    expect(fieldsOf('InitialWorkDirRequirement', 'v1.2').get('listing')?.types).toEqual([
      { kind: 'name', name: 'Expression' },
      {
        kind: 'array',
        items: [
          ...['Dirent', 'Expression', 'File', 'Directory'].map(name => ({ kind: 'name', name })),
          { kind: 'array', items: [{ kind: 'name', name: 'File' }, { kind: 'name', name: 'Directory' }] },
          { kind: 'name', name: 'null' }
        ]
      }
    ]);
    expect(fieldsOf('File', 'v1.0').get('class')?.types).toEqual([{ kind: 'word', word: 'File' }]);
  });

  it('of the parts of a tool are those of the tool, not of what it extends', () => {
    const types = fieldsOf('CommandInputArraySchema', 'v1.2').get('items')?.types;
    expect(types).toContainEqual({ kind: 'name', name: 'CommandInputRecordSchema' });
    expect(types).not.toContainEqual({ kind: 'name', name: 'InputRecordSchema' });
  });
});

describe('classes and symbols', () => {
  it('are those of the version', () => {
    expect(classesOf('Process', 'v1.1')).toEqual(['CommandLineTool', 'ExpressionTool', 'Workflow']);
    expect(versionsOfClass('Process', 'Operation')).toEqual(['v1.2']);
    expect(versionsOfClass('ProcessRequirement', 'WorkReuse')).toEqual(['v1.1', 'v1.2']);
    expect(symbolsOf('PickValueMethod', 'v1.2')).toEqual(['first_non_null', 'the_only_non_null', 'all_non_null']);
    expect(symbolsOf('PickValueMethod', 'v1.0')).toBeNull();
    expect(recordsOf('WorkflowStep', 'v1.2')).toBeNull();
  });
});

describe('the tables', () => {
  it('name nothing that is not in them', () => {
    const known = new Set([
      ...Object.keys(RECORDS), ...Object.keys(ENUMS), ...Object.keys(GROUPS),
      'null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'Any', 'Expression', 'CWLType', 'stdin', 'stdout', 'stderr'
    ]);
    const unknown = new Set<string>();
    for (const version of ['v1.0', 'v1.1', 'v1.2'] as const) {
      for (const record of Object.keys(RECORDS)) {
        const types = [...fieldsOf(record, version).values()].flatMap(field => field.types);
        for (let at = types.pop(); at; at = types.pop()) {
          if (at.kind === 'array') {
            types.push(...at.items);
          } else if (at.kind === 'name' && !known.has(at.name)) {
            unknown.add(at.name);
          }
        }
      }
    }
    expect([...unknown]).toEqual([]);
  });
});

describe('a place in a document', () => {
  const text = `cwlVersion: v1.2
class: Workflow
inputs: {a: File, b: {type: {type: array, items: string}}}
outputs: []
hints: {DockerRequirement: {dockerPull: x}, Other: {x: y}}
requirements: [{class: InitialWorkDirRequirement, listing: [{entryname: a}]}]
steps:
  one:
    run: {class: CommandLineTool, inputs: [{id: q, inputBinding: {prefix: a}}], outputs: [], arguments: [{valueFrom: q}]}
    in: {c: a, d: {source: b, default: {x: y}}}
    out: [x]
  two: {}
s:x: {y: z}
`;
  const at = (...path: Path): (string | null | undefined)[] | null => {
    const { source } = parseSource(text, 'file:///w.cwl');
    const place = schemaAt(nodeAt(source.root, path)!, 'v1.2');
    return place && [place.record, place.given, place.field?.name];
  };

  it('is in a record, in a field', () => {
    expect(at()).toEqual(['Workflow', null, undefined]);
    expect(at('inputs', 'a')).toEqual([null, null, 'type']);
    expect(at('inputs', 'b')).toEqual(['WorkflowInputParameter', 'id', 'inputs']);
    expect(at('inputs', 'b', 'type', 'items')).toEqual([null, null, 'items']);
    expect(at('hints', 'DockerRequirement')).toEqual(['DockerRequirement', 'class', 'hints']);
    expect(at('requirements', 0, 'listing', 0)).toEqual(['Dirent', null, 'listing']);
    expect(at('steps')).toEqual([null, null, 'steps']);
    expect(at('steps', 'two')).toEqual(['WorkflowStep', 'id', 'steps']);
    expect(at('steps', 'one', 'run', 'inputs', 0, 'inputBinding')).toEqual(['CommandLineBinding', null, 'inputBinding']);
    expect(at('steps', 'one', 'run', 'arguments', 0)).toEqual(['CommandLineBinding', null, 'arguments']);
    expect(at('steps', 'one', 'in', 'c')).toEqual([null, null, 'source']);
    expect(at('steps', 'one', 'out', 0)).toEqual([null, null, 'out']);
  });

  it('of which the schema says nothing is none', () => {
    expect(at('s:x')).toBeNull();
    expect(at('s:x', 'y')).toBeNull();
    expect(at('steps', 'one', 'in', 'd', 'default', 'x')).toBeNull();
  });

  it('in a packed document is in its process', () => {
    const { source } = parseSource('{"$graph": [{"class": "Workflow", "steps": [{"id": "a", "run": "b"}]}]}', 'file:///w.cwl');
    expect(schemaAt(nodeAt(source.root, ['$graph', 0, 'steps', 0])!, 'v1.2')?.record).toBe('WorkflowStep');
    expect(schemaAt(nodeAt(source.root, ['$graph', 0])!, 'v1.2')?.record).toBe('Workflow');
  });
});
