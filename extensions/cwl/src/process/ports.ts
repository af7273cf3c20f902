import type { IMapNode, ISource, Json, YamlNode } from '../text/node.js';
import { parseType } from '../types/parse.js';
import type { ITypeNames } from '../types/names.js';
import type { ITypeHere } from '../types/type.js';
import type { Follow, IItem } from './follow.js';
import type { IHere, IPort, IRequirement } from './model.js';
import { readId, type IScope } from './names.js';

/** Of a port without a type. */
const noType = (): ITypeHere => ({ type: { kind: 'unknown', text: '' }, node: null, value: null });

export interface IReadPort {
  port: IPort;
  /** Its absolute id, which sources name. */
  key: string;
  /** The map it is written as; null for the short form. */
  map: IMapNode | null;
}

/** An input or output of a process: a map with an id, or a type under an id. */
export function readPort(follow: Follow, item: IItem, scope: IScope, names: ITypeNames): IReadPort {
  const { node, idNode } = item;
  const { key, id } = item.text === null ? { key: '', id: '' } : readId(item.text, scope);
  const map = node.kind === 'map' ? node : null;
  const typeNode = map ? follow.fields(map).get('type')?.value ?? null : node === idNode ? null : node;
  const port: IPort = {
    id,
    idNode,
    node,
    type: typeNode ? typeHere(follow, typeNode, names) : noType(),
    label: map && follow.text(map, 'label'),
    doc: map && follow.text(map, 'doc'),
    format: map && here(follow, map, 'format'),
    secondaryFiles: map && here(follow, map, 'secondaryFiles'),
    default: map && here(follow, map, 'default')
  };
  return { port, key, map };
}

function typeHere(follow: Follow, node: YamlNode, names: ITypeNames): ITypeHere {
  const value = follow.plain(node);
  return { type: parseType(value, names).type, node, value };
}

/** A field with its value; null where it is not written. */
export function here(follow: Follow, map: IMapNode, key: string): IHere | null {
  const node = follow.fields(map).get(key)?.value;
  return node ? { value: follow.plain(node), node } : null;
}

/** A field that is text, a number or a boolean, as text; null where it is something else or nothing. */
export function hereText(follow: Follow, map: IMapNode, key: string): IHere<string> | null {
  const found = here(follow, map, key);
  const value = found?.value ?? null;
  return found === null || value === null || typeof value === 'object' ? null : { value: String(value), node: found.node };
}

/** Requirements or hints of a process or step: a list of maps with `class`, or a map from classes. */
export function readRequirements(follow: Follow, map: IMapNode, field: 'requirements' | 'hints'): IRequirement[] {
  return follow.items(follow.fields(map).get(field)?.value, 'class').map(({ text, node }) => {
    const value = follow.plain(node);
    return { class: text ?? '', node, value: typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {} };
  });
}

/** What SchemaDefRequirements define (CWL 1.2 Workflow, section 5.1.2), and imports that could not be followed, which may be some. */
export function schemaTypes(requirements: readonly IRequirement[]): Json[] {
  return requirements.flatMap(({ class: name, value }): Json[] => {
    if (name === '' && Object.hasOwn(value, '$import')) {
      return [value];
    }
    const types = name === 'SchemaDefRequirement' && Object.hasOwn(value, 'types') ? value.types : null;
    return Array.isArray(types) ? types.flat(1) : types === null ? [] : [types];
  });
}

export const fileUri = (source: ISource): string => source.uri.split('#')[0];
