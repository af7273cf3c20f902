import type { Json } from '../text/node.js';
import type { CwlType } from './type.js';

/** The types that a document names: those of SchemaDefRequirement (CWL 1.2 Workflow, section 5.1.2). */
export interface ITypeNames {
  /** What is written under a name, which may be `name`, `#name`, `file.yml#name` or `file.yml#other/name`. */
  find(text: string): { name: string; value: Json } | null;
  /** Not where an import could not be followed: then a name that is not found may well be there. */
  readonly isComplete: boolean;
  /** Of `parseType`: named types that were read already. */
  readonly read: Map<string, CwlType>;
}

/** The last part of an id: of `#main/reads` and of `types.yml#reads`, `reads`. */
export function shortName(id: string): string {
  const fragment = id.slice(id.lastIndexOf('#') + 1);
  return fragment.slice(fragment.lastIndexOf('/') + 1);
}

/** `definitions` as the `types` of all SchemaDefRequirements that hold in a place, the innermost first. */
export function typeNames(definitions: readonly Json[]): ITypeNames {
  const exact = new Map<string, Json>();
  const short = new Map<string, Json>();
  let isComplete = true;
  for (const definition of definitions.flatMap(unpacked)) {
    isComplete &&= !isImport(definition);
    const name = isMap(definition) ? own(definition, 'name') : undefined;
    if (typeof name !== 'string' || name === '') {
      continue;
    }
    const plain = name.slice(name.lastIndexOf('#') + 1);
    for (const [map, key] of [[exact, plain], [short, shortName(name)]] as const) {
      if (!map.has(key)) {
        map.set(key, definition);
      }
    }
  }
  return {
    isComplete,
    read: new Map(),
    find: text => {
      const plain = text.slice(text.lastIndexOf('#') + 1);
      const whole = exact.get(plain);
      if (whole !== undefined) {
        return { name: plain, value: whole };
      }
      const name = shortName(text);
      const value = short.get(name);
      return value === undefined ? null : { name, value };
    }
  };
}

/** A SchemaDefRequirement that is imported as one of the types of another, as packing leaves it, stands for its own types. */
export function unpacked(definition: Json): Json[] {
  const types = isMap(definition) && own(definition, 'type') === undefined ? own(definition, 'types') : undefined;
  return Array.isArray(types) ? types : [definition];
}

/** `{$import: …}` that is still there. */
export function isImport(value: Json): boolean {
  return isMap(value) && own(value, '$import') !== undefined;
}

/** Whether it is a map of YAML. */
export function isMap(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a key that is really there, not one that every object has. */
export function own(map: { [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
