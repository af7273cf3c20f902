import type { IPort, ISink, IStep, IStepInput } from '../process/model.js';
import { isOptional, typeFamily, typeText, withoutNull } from '../types/format.js';
import { union } from '../types/parse.js';
import type { CwlType } from '../types/type.js';
import { again, inPort, outPort } from './ids.js';
import type { IGraphPort } from './model.js';

/** What is not known, which is compatible with everything. */
export const UNKNOWN: CwlType = { kind: 'unknown', text: '' };

/** How a type is shown; the same type is asked for by many ports and edges. */
export class TypeLook {
  private readonly known = new Map<CwlType, Pick<IGraphPort, 'typeText' | 'family' | 'isArray' | 'isOptional'>>();

  of(type: CwlType): Pick<IGraphPort, 'typeText' | 'family' | 'isArray' | 'isOptional'> {
    let look = this.known.get(type);
    if (look === undefined) {
      const isArray = withoutNull(type).kind === 'array';
      look = { typeText: typeText(type), family: typeFamily(type), isArray, isOptional: isOptional(type) };
      this.known.set(type, look);
    }
    return look;
  }
}

export interface IPortParts {
  id: string;
  name: string;
  type: CwlType;
  hasDefault?: boolean;
  sink?: ISink | undefined;
  valueFrom?: string | null;
  isScattered?: boolean;
}

export function port(look: TypeLook, parts: IPortParts): IGraphPort {
  const { id, name, type, hasDefault = false, sink, valueFrom = null, isScattered = false } = parts;
  return {
    id,
    name,
    type,
    ...look.of(type),
    hasDefault,
    valueFrom,
    linkMerge: sink?.linkMerge?.value ?? null,
    pickValue: sink?.pickValue?.value ?? null,
    isScattered,
    isConnected: false
  };
}

const arrayOf = (items: CwlType, times: number): CwlType =>
  Array.from({ length: Math.min(times, 8) }).reduce<CwlType>(inner => ({ kind: 'array', items: inner, name: null }), items);

/** The inputs of a step: those of what it runs, in that order, and those that it lists besides. */
export function stepInputs(
  step: IStep, node: string, look: TypeLook, sourceType: (input: IStepInput) => CwlType
): [IGraphPort, IStepInput | null][] {
  const scattered = new Set(step.scatter.map(({ value }) => value));
  const listed = new Map<string, IStepInput>();
  for (const input of step.in) {
    if (!listed.has(input.id)) {
      listed.set(input.id, input);
    }
  }
  const has = new Map<string, IPort>();
  for (const input of step.run.process?.inputs ?? []) {
    if (!has.has(input.id)) {
      has.set(input.id, input);
    }
  }
  const give = uniqueIds();
  const make = (name: string, input: IStepInput | null): [IGraphPort, IStepInput | null] => {
    const inner = has.get(name);
    const isScattered = scattered.has(name);
    return [
      port(look, {
        id: give(inPort(node, name)),
        name,
        type: inner ? arrayOf(inner.type.type, isScattered ? 1 : 0) : input ? sourceType(input) : UNKNOWN,
        hasDefault: (inner?.default ?? input?.default ?? input?.valueFrom ?? null) !== null,
        sink: input ?? undefined,
        valueFrom: input?.valueFrom?.value ?? null,
        isScattered
      }),
      input
    ];
  };
  return [
    ...[...has.keys()].map(name => make(name, listed.get(name) ?? null)),
    ...step.in.filter(input => !has.has(input.id) || listed.get(input.id) !== input).map(input => make(input.id, input))
  ];
}

/** The outputs of a step: those of what it runs, in that order, and those that it lists besides. */
export function stepOutputs(step: IStep, node: string, look: TypeLook): IGraphPort[] {
  const nesting = step.scatter.length === 0 ? 0 : step.scatterMethod?.value === 'nested_crossproduct' ? step.scatter.length : 1;
  const give = uniqueIds();
  const seen = new Set<string>();
  const make = (name: string, inner: CwlType | null): IGraphPort => {
    seen.add(name);
    return port(look, { id: give(outPort(node, name)), name, type: inner ? outside(inner, step, nesting) : UNKNOWN });
  };
  return [
    ...(step.run.process?.outputs ?? []).filter(({ id }) => !seen.has(id)).map(({ id, type }) => make(id, type.type)),
    ...step.out.filter(({ id }) => !seen.has(id)).map(({ id }) => make(id, null))
  ];
}

/** CWL 1.2 Workflow, "Scatter/gather" and "Conditional execution": what is skipped gives null, each element of a scatter on its own. */
function outside(inner: CwlType, step: IStep, nesting: number): CwlType {
  const file: CwlType = { kind: 'primitive', name: 'File' };
  const given = inner.kind === 'primitive' && (inner.name === 'stdout' || inner.name === 'stderr') ? file : inner;
  return arrayOf(step.when === null ? given : union([{ kind: 'primitive', name: 'null' }, given]), nesting);
}

/** Gives an id as it is once, then with a number. */
export function uniqueIds(): (id: string) => string {
  const counts = new Map<string, number>();
  return id => {
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return count === 1 ? id : again(id, count);
  };
}
