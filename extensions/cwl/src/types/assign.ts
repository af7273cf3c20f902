import { isNull, isOptional, typeText } from './format.js';
import type { CwlType, PrimitiveName } from './type.js';

/** Whether a value of one type can go where another is wanted: always, sometimes, or never, and then why, in a sentence. */
export type Fit = 'yes' | { maybe: string } | { no: string };

/** Types with names may share parts, which makes them larger than they were written. */
const MAX_STEPS = 20_000;

/** Each number type can hold what those before it hold. */
const NUMBERS: readonly PrimitiveName[] = ['int', 'long', 'float', 'double'];

/**
 * How a source goes with a sink (CWL 1.2 Workflow, section 2.2 "Data links" and 4.2.1.2 "WorkflowStepInput"). Where the standard is
 * silent, as cwltool judges: it accepts no other number type, and no string for an enum, which others do, so that these are `maybe`.
 */
export function fits(source: CwlType, sink: CwlType): Fit {
  return judge(source, sink, { steps: 0 });
}

function judge(source: CwlType, sink: CwlType, count: { steps: number }): Fit {
  count.steps += 1;
  if (count.steps > MAX_STEPS || isAnything(source) || isAnything(sink)) {
    return 'yes';
  }
  if (source.kind === 'union') {
    return judgeAll(source, sink, count);
  }
  if (sink.kind === 'union') {
    return best(sink.types.map(part => judge(source, part, count))) ?? no(source, sink);
  }
  if (source.kind === 'array' && sink.kind === 'array') {
    return within(judge(source.items, sink.items, count), source, sink);
  }
  if (source.kind === 'record' && sink.kind === 'record') {
    return judgeRecords(source, sink, count);
  }
  if (source.kind === 'enum' && sink.kind === 'enum') {
    return judgeEnums(source.symbols, sink.symbols);
  }
  if (source.kind === 'primitive' && sink.kind === 'primitive') {
    return judgePrimitives(value(source.name), value(sink.name));
  }
  if (source.kind === 'enum' && isString(sink)) {
    return { maybe: 'A symbol of an enum is a string, but cwltool takes no enum for a string.' };
  }
  if (sink.kind === 'enum' && isString(source)) {
    return { maybe: `Not every string is one of ${typeText({ ...sink, name: null })}, and cwltool takes no string for an enum.` };
  }
  return no(source, sink);
}

const isAnything = (type: CwlType): boolean => type.kind === 'unknown' || (type.kind === 'primitive' && type.name === 'Any');
const isString = (type: CwlType): boolean => type.kind === 'primitive' && type.name === 'string';

/** The standard streams of a tool are files (CWL 1.2 CommandLineTool, section 4.1.1). */
const value = (name: PrimitiveName): PrimitiveName => (name === 'stdin' || name === 'stdout' || name === 'stderr' ? 'File' : name);

/** Of several types that the source may have; `null` alone is not enough to go together. */
function judgeAll(source: CwlType & { kind: 'union' }, sink: CwlType, count: { steps: number }): Fit {
  const found = source.types.map(part => ({ part, fit: judge(part, sink, count) }));
  if (found.every(({ fit }) => fit === 'yes')) {
    return 'yes';
  }
  if (!found.some(({ part, fit }) => !isNull(part) && !isNo(fit))) {
    return no(source, sink);
  }
  const wrong = found.filter(({ fit }) => isNo(fit)).map(({ part }) => part);
  if (wrong.some(isNull)) {
    return { maybe: `The source may be null, and null is not of type '${typeText(sink)}'.` };
  }
  if (wrong.length > 0) {
    return { maybe: `The source may be of type '${typeText(wrong[0])}', which is not compatible with '${typeText(sink)}'.` };
  }
  return found.map(({ fit }) => fit).find(fit => fit !== 'yes') ?? 'yes';
}

function best(fits: readonly Fit[]): Fit | null {
  return fits.find(fit => fit === 'yes') ?? fits.find(fit => !isNo(fit)) ?? null;
}

function judgeRecords(source: CwlType & { kind: 'record' }, sink: CwlType & { kind: 'record' }, count: { steps: number }): Fit {
  const given = new Map(source.fields.map(field => [field.name, field.type]));
  let worst: Fit = 'yes';
  for (const field of sink.fields) {
    const type = given.get(field.name);
    if (type === undefined && !isOptional(field.type) && !isAnything(field.type)) {
      return { no: `The record of the source has no field '${field.name}' of type '${typeText(field.type)}'.` };
    }
    const fit = type === undefined ? 'yes' : judge(type, field.type, count);
    if (isNo(fit)) {
      return { no: `Field '${field.name}': ${fit.no}` };
    }
    if (worst === 'yes' && fit !== 'yes') {
      worst = { maybe: `Field '${field.name}': ${fit.maybe}` };
    }
  }
  return worst;
}

function judgeEnums(source: readonly string[], sink: readonly string[]): Fit {
  const allowed = new Set(sink);
  const others = source.filter(symbol => !allowed.has(symbol));
  if (others.length === 0) {
    return 'yes';
  }
  return others.length === source.length
    ? { no: 'The enums have no symbol in common.' }
    : { maybe: `The source may be '${others[0]}', which is none of the symbols of the sink.` };
}

function judgePrimitives(source: PrimitiveName, sink: PrimitiveName): Fit {
  if (source === sink) {
    return 'yes';
  }
  const from = NUMBERS.indexOf(source);
  if (from >= 0 && from < NUMBERS.indexOf(sink)) {
    return { maybe: `Every ${source} is a ${sink}, but cwltool takes no '${source}' for a '${sink}'.` };
  }
  return { no: message(source, sink) };
}

/** The words for items are those for the whole, unless they say more. */
function within(fit: Fit, source: CwlType, sink: CwlType): Fit {
  return isNo(fit) && !fit.no.startsWith('Field') ? no(source, sink) : fit;
}

function no(source: CwlType, sink: CwlType): { no: string } {
  return { no: message(typeText(source), typeText(sink)) };
}

const message = (source: string, sink: string): string => `A source of type '${source}' is not compatible with '${sink}'.`;

export function isNo(fit: Fit): fit is { no: string } {
  return typeof fit === 'object' && 'no' in fit;
}
