import type { Json, YamlNode } from '../text/node.js';

export type PrimitiveName = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'string' | 'File' | 'Directory' | 'Any' | 'stdin' | 'stdout' | 'stderr';

export interface IRecordField {
  name: string;
  type: CwlType;
  label: string | null;
  doc: string | null;
}

/**
 * A type of CWL, with `?` and `[]` written out and named types followed (CWL 1.2 Workflow, sections 5.1.2 to 5.1.6;
 * CommandLineTool, section 2). `name` is that of a SchemaDef type, null for none.
 */
export type CwlType =
  | { kind: 'primitive'; name: PrimitiveName }
  | { kind: 'array'; items: CwlType; name: string | null }
  | { kind: 'record'; fields: IRecordField[]; name: string | null }
  | { kind: 'enum'; symbols: string[]; name: string | null }
  /** Flat, of two at least, `null` first where it is one of them. */
  | { kind: 'union'; types: CwlType[] }
  /** A type by a name that is nowhere, or that is defined by itself, or something that is no type: compatible with everything, and a problem of its own. */
  | { kind: 'unknown'; text: string };

/** A type as it stands in a document. */
export interface ITypeHere {
  type: CwlType;
  /** Null where there is none. */
  node: YamlNode | null;
  value: Json;
}
