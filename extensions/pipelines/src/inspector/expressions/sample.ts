import type { CwlType, IPort, Json } from '@jupyter-datalabs/cwl';
import { isOptional, withoutNull } from '@jupyter-datalabs/cwl';

const MAX_DEPTH = 6;

/** A value of a type, for trying expressions: `reads.txt` for a File by the name `reads`. */
export function sampleOf(type: CwlType, name: string, depth = 0): Json {
  if (depth > MAX_DEPTH) {
    return null;
  }
  switch (type.kind) {
    case 'array':
      return [sampleOf(type.items, name, depth + 1)];
    case 'record':
      return Object.fromEntries(type.fields.map(field => [field.name, sampleOf(field.type, field.name, depth + 1)]));
    case 'enum':
      return type.symbols[0] ?? null;
    case 'union':
      return sampleOf(isOptional(type) ? withoutNull(type) : type.types[0]!, name, depth + 1);
    case 'unknown':
      return null;
    case 'primitive':
      return primitive(type.name, name);
  }
}

function primitive(type: string, name: string): Json {
  switch (type) {
    case 'File':
    case 'stdin':
    case 'stdout':
    case 'stderr':
      return { class: 'File', location: `file:///data/${name}.txt`, path: `/data/${name}.txt`, basename: `${name}.txt`, nameroot: name, nameext: '.txt', dirname: '/data', size: 1024 };
    case 'Directory':
      return { class: 'Directory', location: `file:///data/${name}`, path: `/data/${name}`, basename: name };
    case 'string':
      return name;
    case 'boolean':
      return true;
    case 'int':
    case 'long':
      return 1;
    case 'float':
    case 'double':
      return 1.5;
    default:
      return null;
  }
}

/** Samples of inputs, their defaults where they have them. */
export const sampleInputs = (ports: readonly Pick<IPort, 'id' | 'type' | 'default'>[]): { [id: string]: Json } =>
  Object.fromEntries(ports.map(({ id, type, default: given }) => [id, given?.value ?? sampleOf(type.type, id)]));

/** What a tool is told of where it runs (CWL 1.2 CommandLineTool, section 3.6). */
export const RUNTIME: { [key: string]: Json } = { outdir: '/out', tmpdir: '/tmp', cores: 1, ram: 1024, outdirSize: 1024, tmpdirSize: 1024, exitCode: 0 };
