export { Beside } from './beside';
export type { IInspectorServices } from './context';
export { newEvaluator } from './expressions/evaluator';
export { fileChooser } from './files';
export { Inspector } from './inspector';
export type { IInspectorProps } from './inspector';
