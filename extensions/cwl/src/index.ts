/** CWL documents as text: edits that change nothing else, what is wrong with them, and what an editor draws of them. */
export { open } from './document.js';
export type { EditResult, ICwlDocument, IOpenOptions } from './document.js';
export type { IReadOnly } from './reading.js';
export type { Edit, From, PortField, To, WrittenType } from './edits/kinds.js';
export type { Fix, IProblem, Severity } from './problem.js';
export { CODES } from './codes.js';
export type { Code } from './codes.js';
export * from './graph/ids.js';
export type { IGraph, IGraphEdge, IGraphNode, IGraphOptions, IGraphPort, TypeFamily } from './graph/model.js';
export { positionsOf } from './positions.js';
export { linkJudge } from './check/link-fit.js';
export type { LinkJudge } from './check/link-fit.js';
export type { Fit } from './types/assign.js';
export type {
  CwlVersion, IHere, ILink, INamed, IPort, IProcess, IRequirement, IRun, ISink, IStep, IStepInput, IWorkflowOutput, ProcessClass, RunState
} from './process/model.js';
export { MERGES, PICKS, SCATTERS } from './process/model.js';
export type { CwlType, IRecordField, ITypeHere, PrimitiveName } from './types/type.js';
export { parseType } from './types/parse.js';
export { writeType } from './types/write.js';
export { typeFamily, typeText } from './types/format.js';
export type { TextChange } from './text/change.js';
export type { IRange, ISource, Json, Path, YamlNode } from './text/node.js';
export { secondOpinion } from './second-opinion/index.js';
export type { ISecondOpinionOptions, ISecondReader } from './second-opinion/index.js';
export { offsetAt, positionAt } from './text/position.js';
export type { IPosition } from './text/position.js';
export { applyChanges } from './text/splice.js';
export { nodeAt, nodeAtOffset, pathOf, toJson } from './text/value.js';
export { classesOf, fieldsOf, symbolsOf } from './schema/index.js';
export type { FieldType, IField } from './schema/index.js';
export { pieces } from './expressions/pieces.js';
export { isOptional, withoutNull } from './types/format.js';
export { parseSource } from './text/tree.js';
export { completionsAt, definitionAt, hoverAt, idAt, rangeOf, usesAt } from './places.js';
export type { ICompletion, ICompletions, IDefinition, IHover, ListFiles } from './places.js';
