import type { Json } from '../text/node.js';
import { stringOf } from '../text/value.js';
import type { ILink, IProcess, IStep } from '../process/model.js';
import { isFields } from './draft.js';

/** Types that are the same everywhere, unlike those of a SchemaDefRequirement. */
const BUILT_IN = /^(null|boolean|int|long|float|double|string|File|Directory|Any)(\[\])?\??$/;

/** What can come of an output is not known. */
const ANYTHING = 'Any?';

/** Whether a type means the same in another process of the document. */
function isPortable(type: Json): boolean {
  const waiting: Json[] = [type];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string' && !BUILT_IN.test(next)) {
      return false;
    }
    if (Array.isArray(next)) {
      next.forEach(item => waiting.push(item));
    } else if (isFields(next)) {
      if (next.type !== 'array' || Object.keys(next).some(key => key !== 'type' && key !== 'items')) {
        return false;
      }
      waiting.push(next.items ?? null);
    }
  }
  return true;
}

const optional = (type: Json): Json =>
  typeof type === 'string'
    ? type.endsWith('?') || type === 'null' ? type : `${type}?`
    : Array.isArray(type) ? (type.includes('null') ? type : ['null', ...type]) : ['null', type];

/** Without `?` and `[]`, which mean something only right below `type` (Schema Salad 1.2, "Domain Specific Language for types"). */
function writtenOut(type: Json): Json {
  if (typeof type !== 'string') {
    return Array.isArray(type) ? type.map(writtenOut) : type;
  }
  if (type.endsWith('?')) {
    return ['null', writtenOut(type.slice(0, -1))];
  }
  return type.endsWith('[]') ? { type: 'array', items: writtenOut(type.slice(0, -2)) } : type;
}

const arrayOf = (type: Json): Json => (typeof type === 'string' && /^\w+$/.test(type) ? `${type}[]` : { type: 'array', items: writtenOut(type) });

/** What an output of a step gives, with `when` and `scatter` (CWL 1.2 Workflow, sections 4.1.2 and 4.1.3). */
export function typeOfOutput(step: IStep, id: string): Json {
  const written = step.run.process?.outputs.find(output => output.id === id)?.type.value ?? null;
  let type: Json = written === 'stdout' || written === 'stderr' ? 'File' : written !== null && isPortable(written) ? written : ANYTHING;
  if (step.when) {
    type = optional(type);
  }
  const depth = step.scatter.length === 0 ? 0 : step.scatterMethod?.value === 'nested_crossproduct' ? step.scatter.length : 1;
  for (let level = 0; level < depth; level++) {
    type = arrayOf(type);
  }
  return type;
}

/** What comes from the other end of a link. */
export function typeOfLink(process: IProcess, to: ILink['to']): Json {
  if (to.kind === 'input') {
    return process.inputs.find(({ id }) => id === to.input)?.type.value ?? ANYTHING;
  }
  const step = to.kind === 'step' ? process.steps.find(({ id }) => id === to.step) : undefined;
  return step && to.kind === 'step' ? typeOfOutput(step, to.output) : ANYTHING;
}

/** Ids in a step that are written with more around them, and what they are without. */
export function absoluteIds(step: IStep): { node: NonNullable<IStep['idNode']>; id: string }[] {
  const all = [step, ...step.in, ...step.out].map(({ id, idNode }) => ({ id, node: idNode as IStep['node'] | null }));
  const scattered = step.scatter.map(({ value, node }) => ({ id: value, node }));
  return [...all, ...scattered].flatMap(({ id, node }) => (node?.kind === 'scalar' && stringOf(node)?.includes('#') ? [{ node, id }] : []));
}
