// Made by scripts/cwl-schema.mjs from the published Salad schemas of CWL v1.0, v1.1 and v1.2
// (Apache-2.0, https://www.commonwl.org). Names and types only. Do not edit: make it anew.
type Table = Readonly<Record<string, string>>;

/**
 * Fields of each record, those of what it extends among them: `name: type marks @versions`; `@versions` alone is of the record. `=x` is
 * the word itself; `{id source}` says that a list may be written as a map by `id`, with `source` alone as the value; `~type` and
 * `~files` are the short forms of types and secondary files; `?` says that it has a default.
 */
export const RECORDS: Table = {
  CommandInputArraySchema:
    'type: =array ~type; items: CommandInputType|(CommandInputType)[]; label: string|null; doc: string|string[]|null @1.1+; ' +
    'name: string|null @1.1+; inputBinding: CommandLineBinding|null',
  CommandInputEnumSchema:
    'type: =enum ~type; symbols: string[]; label: string|null; doc: string|string[]|null @1.1+; name: string|null @1.1+; ' +
    'inputBinding: CommandLineBinding|null',
  CommandInputParameter:
    'label: string|null; secondaryFiles: string|Expression|(string|Expression)[]|null @1.0; ' +
    'secondaryFiles: SecondaryFileSchema|SecondaryFileSchema[]|null ~files @1.1+; streamable: boolean|null; ' +
    'doc: string|string[]|null; id: string @1.0; id: string|null @1.1+; format: string|string[]|Expression|null; ' +
    'loadContents: boolean|null @1.1+; loadListing: LoadListingEnum|null @1.1+; default: Any|null; ' +
    'type: CommandInputType|(CommandInputType)[]|null ~type @1.0; ' +
    'type: stdin|CommandInputType|(CommandInputType)[] ~type @1.1+; inputBinding: CommandLineBinding|null',
  CommandInputRecordField:
    'doc: string|null @1.0; doc: string|string[]|null @1.1+; name: string; type: CommandInputType|(CommandInputType)[] ~type; ' +
    'label: string|null; secondaryFiles: SecondaryFileSchema|SecondaryFileSchema[]|null ~files @1.1+; ' +
    'streamable: boolean|null @1.1+; format: string|string[]|Expression|null @1.1+; loadContents: boolean|null @1.1+; ' +
    'loadListing: LoadListingEnum|null @1.1+; inputBinding: CommandLineBinding|null',
  CommandInputRecordSchema:
    'type: =record ~type; fields: CommandInputRecordField[]|null {name type}; label: string|null; ' +
    'doc: string|string[]|null @1.1+; name: string|null @1.1+; inputBinding: CommandLineBinding|null @1.1+',
  CommandLineBinding:
    'loadContents: boolean|null; position: int|null @1.0; position: int|Expression|null @1.1+; prefix: string|null; ' +
    'separate: boolean|null; itemSeparator: string|null; valueFrom: string|Expression|null; shellQuote: boolean|null',
  CommandLineTool:
    'id: string|null; label: string|null; doc: string|null @1.0; doc: string|string[]|null @1.1+; ' +
    'inputs: CommandInputParameter[] {id type}; outputs: CommandOutputParameter[] {id type}; ' +
    'requirements: ProcessRequirement[]|null {class}; hints: Any[]|null {class}; cwlVersion: CWLVersion|null; ' +
    'intent: string[]|null @1.2+; class: =CommandLineTool; baseCommand: string|string[]|null; ' +
    'arguments: (string|Expression|CommandLineBinding)[]|null; stdin: string|Expression|null; stderr: string|Expression|null; ' +
    'stdout: string|Expression|null; successCodes: int[]|null; temporaryFailCodes: int[]|null; permanentFailCodes: int[]|null',
  CommandOutputArraySchema:
    'type: =array ~type; items: CommandOutputType|(CommandOutputType)[]; label: string|null; doc: string|string[]|null @1.1+; ' +
    'name: string|null @1.1+; outputBinding: CommandOutputBinding|null @1.0',
  CommandOutputBinding:
    'loadContents: boolean|null; loadListing: LoadListingEnum|null @1.1+; glob: string|Expression|string[]|null; ' +
    'outputEval: string|Expression|null @1.0; outputEval: Expression|null @1.1+',
  CommandOutputEnumSchema:
    'type: =enum ~type; symbols: string[]; label: string|null; doc: string|string[]|null @1.1+; name: string|null @1.1+; ' +
    'outputBinding: CommandOutputBinding|null @1.0',
  CommandOutputParameter:
    'label: string|null; secondaryFiles: string|Expression|(string|Expression)[]|null @1.0; ' +
    'secondaryFiles: SecondaryFileSchema|SecondaryFileSchema[]|null ~files @1.1+; streamable: boolean|null; ' +
    'doc: string|string[]|null; id: string @1.0; id: string|null @1.1+; format: string|Expression|null; ' +
    'type: stdout|stderr|CommandOutputType|(CommandOutputType)[]|null ~type @1.0; ' +
    'type: stdout|stderr|CommandOutputType|(CommandOutputType)[] ~type @1.1+; outputBinding: CommandOutputBinding|null',
  CommandOutputRecordField:
    'doc: string|null @1.0; doc: string|string[]|null @1.1+; name: string; ' +
    'type: CommandOutputType|(CommandOutputType)[] ~type; label: string|null @1.1+; ' +
    'secondaryFiles: SecondaryFileSchema|SecondaryFileSchema[]|null ~files @1.1+; streamable: boolean|null @1.1+; ' +
    'format: string|Expression|null @1.1+; outputBinding: CommandOutputBinding|null',
  CommandOutputRecordSchema:
    'type: =record ~type; fields: CommandOutputRecordField[]|null {name type}; label: string|null; ' +
    'doc: string|string[]|null @1.1+; name: string|null @1.1+',
  Directory:
    'class: =Directory; location: string|null; path: string|null; basename: string|null; listing: (File|Directory)[]|null',
  Dirent:
    'entryname: string|Expression|null; entry: string|Expression; writable: boolean|null',
  DockerRequirement:
    'class: =DockerRequirement; dockerPull: string|null; dockerLoad: string|null; dockerFile: string|null; ' +
    'dockerImport: string|null; dockerImageId: string|null; dockerOutputDirectory: string|null',
  EnvVarRequirement:
    'class: =EnvVarRequirement; envDef: EnvironmentDef[] {envName envValue}',
  EnvironmentDef:
    'envName: string; envValue: string|Expression',
  ExpressionTool:
    'id: string|null; label: string|null; doc: string|null @1.0; doc: string|string[]|null @1.1+; ' +
    'inputs: InputParameter[] {id type} @1.0; inputs: WorkflowInputParameter[] {id type} @1.1+; ' +
    'outputs: ExpressionToolOutputParameter[] {id type}; requirements: ProcessRequirement[]|null {class}; ' +
    'hints: Any[]|null {class}; cwlVersion: CWLVersion|null; intent: string[]|null @1.2+; class: =ExpressionTool; ' +
    'expression: string|Expression @1.0; expression: Expression @1.1+',
  ExpressionToolOutputParameter:
    'label: string|null; secondaryFiles: string|Expression|(string|Expression)[]|null @1.0; ' +
    'secondaryFiles: SecondaryFileSchema|SecondaryFileSchema[]|null ~files @1.1+; streamable: boolean|null; ' +
    'doc: string|string[]|null; id: string @1.0; id: string|null @1.1+; format: string|Expression|null; ' +
    'type: OutputType|(OutputType)[]|null ~type @1.0; type: OutputType|(OutputType)[] ~type @1.1+; ' +
    'outputBinding: OutputBinding|null @1.0',
  File:
    'class: =File; location: string|null; path: string|null; basename: string|null; dirname: string|null; ' +
    'nameroot: string|null; nameext: string|null; checksum: string|null; size: long|null; ' +
    'secondaryFiles: (File|Directory)[]|null @1.0; secondaryFiles: (File|Directory)[]|null ~files @1.1+; format: string|null; ' +
    'contents: string|null',
  InitialWorkDirRequirement:
    'class: =InitialWorkDirRequirement; listing: string|Expression|(File|Directory|Dirent|string|Expression)[] @1.0; ' +
    'listing: Expression|(File|Directory|Dirent|Expression|(File|Directory)[]|null)[] @1.1; ' +
    'listing: Expression|(Dirent|Expression|File|Directory|(File|Directory)[]|null)[] @1.2+',
  InlineJavascriptRequirement:
    'class: =InlineJavascriptRequirement; expressionLib: string[]|null',
  InplaceUpdateRequirement:
    '@1.1+; class: =InplaceUpdateRequirement; inplaceUpdate: boolean',
  InputArraySchema:
    'type: =array ~type; items: InputType|(InputType)[]; label: string|null; doc: string|string[]|null @1.1+; ' +
    'name: string|null @1.1+; inputBinding: InputBinding|null @1.0',
  InputBinding:
    '@1.1+; loadContents: boolean|null',
  InputEnumSchema:
    'type: =enum ~type; symbols: string[]; label: string|null; doc: string|string[]|null @1.1+; name: string|null @1.1+; ' +
    'inputBinding: InputBinding|null @1.0',
  InputParameter:
    '@1.0; label: string|null; secondaryFiles: string|Expression|(string|Expression)[]|null; streamable: boolean|null; ' +
    'doc: string|string[]|null; id: string; format: string|string[]|Expression|null; inputBinding: InputBinding|null; ' +
    'default: Any|null; type: InputType|(InputType)[]|null ~type',
  InputRecordField:
    'doc: string|null @1.0; doc: string|string[]|null @1.1+; name: string; type: InputType|(InputType)[] ~type; ' +
    'label: string|null; secondaryFiles: SecondaryFileSchema|SecondaryFileSchema[]|null ~files @1.1+; ' +
    'streamable: boolean|null @1.1+; format: string|string[]|Expression|null @1.1+; loadContents: boolean|null @1.1+; ' +
    'loadListing: LoadListingEnum|null @1.1+; inputBinding: InputBinding|null @1.0',
  InputRecordSchema:
    'type: =record ~type; fields: InputRecordField[]|null {name type}; label: string|null; doc: string|string[]|null @1.1+; ' +
    'name: string|null @1.1+',
  LoadListingRequirement:
    '@1.1+; class: =LoadListingRequirement; loadListing: LoadListingEnum|null',
  MultipleInputFeatureRequirement:
    'class: =MultipleInputFeatureRequirement',
  NetworkAccess:
    '@1.1+; class: =NetworkAccess; networkAccess: boolean|Expression',
  Operation:
    '@1.2+; id: string|null; label: string|null; doc: string|string[]|null; inputs: OperationInputParameter[] {id type}; ' +
    'outputs: OperationOutputParameter[] {id type}; requirements: ProcessRequirement[]|null {class}; ' +
    'hints: Any[]|null {class}; cwlVersion: CWLVersion|null; intent: string[]|null; class: =Operation',
  OperationInputParameter:
    '@1.2+; label: string|null; secondaryFiles: SecondaryFileSchema|SecondaryFileSchema[]|null ~files; ' +
    'streamable: boolean|null; doc: string|string[]|null; id: string|null; format: string|string[]|Expression|null; ' +
    'loadContents: boolean|null; loadListing: LoadListingEnum|null; default: Any|null; type: InputType|(InputType)[] ~type',
  OperationOutputParameter:
    '@1.2+; label: string|null; secondaryFiles: SecondaryFileSchema|SecondaryFileSchema[]|null ~files; ' +
    'streamable: boolean|null; doc: string|string[]|null; id: string|null; format: string|Expression|null; ' +
    'type: OutputType|(OutputType)[] ~type',
  OutputArraySchema:
    'type: =array ~type; items: OutputType|(OutputType)[]; label: string|null; doc: string|string[]|null @1.1+; ' +
    'name: string|null @1.1+; outputBinding: OutputBinding|null @1.0',
  OutputEnumSchema:
    'type: =enum ~type; symbols: string[]; label: string|null; doc: string|string[]|null @1.1+; name: string|null @1.1+; ' +
    'outputBinding: OutputBinding|null @1.0',
  OutputRecordField:
    'doc: string|null @1.0; doc: string|string[]|null @1.1+; name: string; type: OutputType|(OutputType)[] ~type; ' +
    'label: string|null @1.1+; secondaryFiles: SecondaryFileSchema|SecondaryFileSchema[]|null ~files @1.1+; ' +
    'streamable: boolean|null @1.1+; format: string|Expression|null @1.1+; outputBinding: OutputBinding|null @1.0',
  OutputRecordSchema:
    'type: =record ~type; fields: OutputRecordField[]|null {name type}; label: string|null; doc: string|string[]|null @1.1+; ' +
    'name: string|null @1.1+',
  ResourceRequirement:
    'class: =ResourceRequirement; coresMin: long|string|Expression|null @1.0; coresMin: long|Expression|null @1.1; ' +
    'coresMin: long|float|Expression|null @1.2+; coresMax: int|string|Expression|null @1.0; ' +
    'coresMax: int|Expression|null @1.1; coresMax: long|float|Expression|null @1.2+; ramMin: long|string|Expression|null @1.0; ' +
    'ramMin: long|Expression|null @1.1; ramMin: long|float|Expression|null @1.2+; ramMax: long|string|Expression|null @1.0; ' +
    'ramMax: long|Expression|null @1.1; ramMax: long|float|Expression|null @1.2+; tmpdirMin: long|string|Expression|null @1.0; ' +
    'tmpdirMin: long|Expression|null @1.1; tmpdirMin: long|float|Expression|null @1.2+; ' +
    'tmpdirMax: long|string|Expression|null @1.0; tmpdirMax: long|Expression|null @1.1; ' +
    'tmpdirMax: long|float|Expression|null @1.2+; outdirMin: long|string|Expression|null @1.0; ' +
    'outdirMin: long|Expression|null @1.1; outdirMin: long|float|Expression|null @1.2+; ' +
    'outdirMax: long|string|Expression|null @1.0; outdirMax: long|Expression|null @1.1; ' +
    'outdirMax: long|float|Expression|null @1.2+',
  ScatterFeatureRequirement:
    'class: =ScatterFeatureRequirement',
  SchemaDefRequirement:
    'class: =SchemaDefRequirement; types: InputSchema[] @1.0; types: CommandInputSchema[] @1.1+',
  SecondaryFileSchema:
    '@1.1+; pattern: string|Expression; required: boolean|Expression|null',
  ShellCommandRequirement:
    'class: =ShellCommandRequirement',
  SoftwarePackage:
    'package: string; version: string[]|null; specs: string[]|null',
  SoftwareRequirement:
    'class: =SoftwareRequirement; packages: SoftwarePackage[] {package specs}',
  StepInputExpressionRequirement:
    'class: =StepInputExpressionRequirement',
  SubworkflowFeatureRequirement:
    'class: =SubworkflowFeatureRequirement',
  ToolTimeLimit:
    '@1.1+; class: =ToolTimeLimit; timelimit: long|Expression',
  WorkReuse:
    '@1.1+; class: =WorkReuse; enableReuse: boolean|Expression ?',
  Workflow:
    'id: string|null; label: string|null; doc: string|null @1.0; doc: string|string[]|null @1.1+; ' +
    'inputs: InputParameter[] {id type} @1.0; inputs: WorkflowInputParameter[] {id type} @1.1+; ' +
    'outputs: WorkflowOutputParameter[] {id type}; requirements: ProcessRequirement[]|null {class}; hints: Any[]|null {class}; ' +
    'cwlVersion: CWLVersion|null; intent: string[]|null @1.2+; class: =Workflow; steps: WorkflowStep[] {id}',
  WorkflowInputParameter:
    '@1.1+; label: string|null; secondaryFiles: SecondaryFileSchema|SecondaryFileSchema[]|null ~files; ' +
    'streamable: boolean|null; doc: string|string[]|null; id: string|null; format: string|string[]|Expression|null; ' +
    'loadContents: boolean|null; loadListing: LoadListingEnum|null; default: Any|null; type: InputType|(InputType)[] ~type; ' +
    'inputBinding: InputBinding|null',
  WorkflowOutputParameter:
    'label: string|null; secondaryFiles: string|Expression|(string|Expression)[]|null @1.0; ' +
    'secondaryFiles: SecondaryFileSchema|SecondaryFileSchema[]|null ~files @1.1+; streamable: boolean|null; ' +
    'doc: string|string[]|null; id: string @1.0; id: string|null @1.1+; format: string|Expression|null; ' +
    'outputSource: string|string[]|null; linkMerge: LinkMergeMethod|null; pickValue: PickValueMethod|null @1.2+; ' +
    'type: OutputType|(OutputType)[]|null ~type @1.0; type: OutputType|(OutputType)[] ~type @1.1+; ' +
    'outputBinding: OutputBinding|null @1.0',
  WorkflowStep:
    'id: string @1.0; id: string|null @1.1+; label: string|null; doc: string|null @1.0; doc: string|string[]|null @1.1+; ' +
    'in: WorkflowStepInput[] {id source}; out: (string|WorkflowStepOutput)[]; requirements: ProcessRequirement[]|null {class}; ' +
    'hints: Any[]|null {class}; run: string|Process; when: Expression|null @1.2+; scatter: string|string[]|null; ' +
    'scatterMethod: ScatterMethod|null',
  WorkflowStepInput:
    'id: string @1.0; id: string|null @1.1+; source: string|string[]|null; linkMerge: LinkMergeMethod|null; ' +
    'pickValue: PickValueMethod|null @1.2+; loadContents: boolean|null @1.1+; loadListing: LoadListingEnum|null @1.1+; ' +
    'label: string|null @1.1+; default: Any|null; valueFrom: string|Expression|null',
  WorkflowStepOutput:
    'id: string @1.0; id: string|null @1.1+'
};

/** Short for what stands in many types. */
export const ALIASES: Table = {
  CommandInputType:
    'CWLType|CommandInputRecordSchema|CommandInputEnumSchema|CommandInputArraySchema|string',
  CommandOutputType:
    'CWLType|CommandOutputRecordSchema|CommandOutputEnumSchema|CommandOutputArraySchema|string',
  InputType:
    'CWLType|InputRecordSchema|InputEnumSchema|InputArraySchema|string',
  OutputType:
    'CWLType|OutputRecordSchema|OutputEnumSchema|OutputArraySchema|string'
};

export const ENUMS: Table = {
  CWLVersion:
    'draft-2; draft-3.dev1; draft-3.dev2; draft-3.dev3; draft-3.dev4; draft-3.dev5; draft-3; draft-4.dev1; draft-4.dev2; ' +
    'draft-4.dev3; v1.0.dev4; v1.0; v1.1.0-dev1 @1.1+; v1.1 @1.1+; v1.2.0-dev1 @1.2+; v1.2.0-dev2 @1.2+; v1.2.0-dev3 @1.2+; ' +
    'v1.2.0-dev4 @1.2+; v1.2.0-dev5 @1.2+; v1.2 @1.2+',
  LinkMergeMethod:
    'merge_nested; merge_flattened',
  LoadListingEnum:
    'no_listing @1.1+; shallow_listing @1.1+; deep_listing @1.1+',
  PickValueMethod:
    'first_non_null @1.2+; the_only_non_null @1.2+; all_non_null @1.2+',
  ScatterMethod:
    'dotproduct; nested_crossproduct; flat_crossproduct'
};

/** Records that take the place of an abstract one. */
export const GROUPS: Table = {
  CommandInputSchema:
    'CommandInputRecordSchema @1.1+; CommandInputEnumSchema @1.1+; CommandInputArraySchema @1.1+',
  InputBinding:
    'CommandLineBinding @1.0',
  InputSchema:
    'InputRecordSchema @1.0; InputEnumSchema @1.0; InputArraySchema @1.0',
  OutputBinding:
    'CommandOutputBinding @1.0',
  Process:
    'CommandLineTool; ExpressionTool; Workflow; Operation @1.2+',
  ProcessRequirement:
    'InlineJavascriptRequirement; SchemaDefRequirement; LoadListingRequirement @1.1+; DockerRequirement; SoftwareRequirement; ' +
    'InitialWorkDirRequirement; EnvVarRequirement; ShellCommandRequirement; ResourceRequirement; WorkReuse @1.1+; ' +
    'NetworkAccess @1.1+; InplaceUpdateRequirement @1.1+; ToolTimeLimit @1.1+; SubworkflowFeatureRequirement; ' +
    'ScatterFeatureRequirement; MultipleInputFeatureRequirement; StepInputExpressionRequirement'
};
