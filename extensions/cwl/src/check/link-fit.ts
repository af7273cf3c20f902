import type { From, To } from '../edits/kinds.js';
import type { IProcess, ISink } from '../process/model.js';
import { fits, isNo } from '../types/assign.js';
import type { Fit } from '../types/assign.js';
import { withoutNull } from '../types/format.js';
import type { CwlType } from '../types/type.js';
import { inputEnd, sourceEnd, sourcesOf } from './effective.js';
import { mergedTypes } from './merge.js';
import type { IMerging } from './merge.js';

/** How a source goes with a sink after merging and picking; the best of what the standard leaves open. */
export function fitOfLink(source: CwlType, sink: CwlType, merging: IMerging): Fit {
  const found = mergedTypes(source, merging).map(type => fits(type, sink));
  return found.find(fit => fit === 'yes') ?? found.find(fit => !isNo(fit)) ?? found[0];
}

/** Whether arrays are among its values. */
export function takesArrays(type: CwlType): boolean {
  const whole = withoutNull(type);
  return (whole.kind === 'union' ? whole.types : [whole])
    .some(part => part.kind === 'array' || part.kind === 'unknown' || (part.kind === 'primitive' && part.name === 'Any'));
}

/** Whether a link from here to there would go, one after the other: what an editor asks while somebody draws it. */
export type LinkJudge = (from: From, to: To) => Fit;

/** For one state of a workflow. */
export function linkJudge(process: IProcess): LinkJudge {
  const sources = sourcesOf(process, { ports: new Map() });
  return (from, to) => {
    const source = sourceEnd(sources, 'input' in from ? { kind: 'input', ...from } : { kind: 'step', ...from });
    const sink = sinkOf(process, sources, to);
    if (source === null || sink === null) {
      return { no: source === null ? 'There is no such source.' : 'There is no such input or output.' };
    }
    if ('step' in from && 'step' in to && from.step === to.step) {
      return { no: 'A step cannot wait for itself.' };
    }
    return sink.isFree ? 'yes' : fitOfLink(source.type, sink.type, sink.merging);
  };
}

interface ISinkType {
  type: CwlType;
  merging: IMerging;
  /** An expression makes something else of what comes. */
  isFree: boolean;
}

function sinkOf(process: IProcess, sources: ReturnType<typeof sourcesOf>, to: To): ISinkType | null {
  if ('output' in to) {
    const output = process.outputs.find(({ id }) => id === to.output);
    return output === undefined ? null : { type: output.type.type, merging: withOneMore('links' in output ? output : null), isFree: false };
  }
  const step = sources.steps.get(to.step);
  if (step === undefined) {
    return null;
  }
  const input = step.in.find(({ id }) => id === to.input);
  const { type } = inputEnd(sources.shared, step, input ?? { id: to.input, default: null });
  return { type, merging: withOneMore(input ?? null), isFree: input !== undefined && input.valueFrom !== null };
}

/** A sink with the link that would be added to those it has. */
function withOneMore(sink: ISink | null): IMerging {
  const count = (sink?.links.length ?? 0) + 1;
  return {
    count,
    isList: (sink?.isList ?? false) || count > 1,
    linkMerge: sink?.linkMerge?.value ?? null,
    pickValue: sink?.pickValue?.value ?? null
  };
}
