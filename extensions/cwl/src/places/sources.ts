import { inputEnd, sourceEnd, sourcesOf } from '../check/effective.js';
import { fitOfLink } from '../check/link-fit.js';
import type { ILink } from '../process/model.js';
import type { YamlNode } from '../text/node.js';
import { entry, stringOf, valueOf } from '../text/value.js';
import type { Fit } from '../types/assign.js';
import { typeText } from '../types/format.js';
import type { CwlType } from '../types/type.js';
import type { ICompletion } from './completions.js';
import type { IState } from './state.js';
import { idsIn, stepAt, stepNode, workflowAt } from './within.js';

/** What can be a source at a node, those whose types fit first. */
export function sourcesAt(node: YamlNode, state: IState | null): ICompletion[] {
  const place = state && workflowAt(state, node);
  if (!place) {
    return [];
  }
  const { process } = place;
  const own = stepAt(state, node);
  const sources = sourcesOf(process, { ports: new Map() });
  const within = own ? own.inner : place.inner;
  const item = stepNode(node, within.slice(2));
  const key = within[1];
  const name = typeof key === 'number' ? stringOf(valueOf(item, 'id')) : (key ?? null);
  let wanted: CwlType | null = null;
  if (name !== null && within[0] === 'in' && own && entry(item, 'valueFrom') === null) {
    wanted = inputEnd(sources.shared, own.step, own.step.in.find(({ id }) => id === name) ?? { id: name, default: null }).type;
  } else if (name !== null && within[0] === 'outputs') {
    wanted = process.outputs.find(({ id }) => id === name)?.type.type ?? null;
  }
  const list = node.parent?.kind === 'seq' ? node.parent : null;
  const merging = {
    count: list?.items.length ?? 1,
    isList: list !== null,
    linkMerge: stringOf(valueOf(item, 'linkMerge')),
    pickValue: stringOf(valueOf(item, 'pickValue'))
  };
  // Not the one at the cursor, which is a word of ours there.
  const taken = new Set(list ? idsIn(list) : []);
  const found: { item: ICompletion; rank: number }[] = [];
  const add = (label: string, to: ILink['to']): void => {
    const source = sourceEnd(sources, to);
    if (source && !taken.has(label)) {
      const fit = wanted ? fitOfLink(source.type, wanted, merging) : 'yes';
      const detail = rankOf(fit) === 2 ? `${typeText(source.type)}, does not fit` : typeText(source.type);
      found.push({ item: { label, detail, insert: label, kind: 'source' }, rank: rankOf(fit) });
    }
  };
  process.inputs.forEach(({ id }) => add(id, { kind: 'input', input: id }));
  for (const step of process.steps) {
    if (step !== own?.step) {
      step.out.forEach(({ id }) => add(`${step.id}/${id}`, { kind: 'step', step: step.id, output: id }));
    }
  }
  return found.sort((one, other) => one.rank - other.rank).map(({ item: made }) => made);
}

const rankOf = (fit: Fit): number => (fit === 'yes' ? 0 : 'maybe' in fit ? 1 : 2);
