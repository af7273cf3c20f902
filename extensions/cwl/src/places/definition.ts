import type { ICwlDocument } from '../document.js';
import { Follow } from '../process/follow.js';
import { NO_FILES } from '../process/files.js';
import type { ILink, INamed, IProcess, IStep } from '../process/model.js';
import type { IRange, ISource, YamlNode } from '../text/node.js';
import { entry, nodeAtOffset, stringOf, valueOf } from '../text/value.js';
import { shortName } from '../types/names.js';
import { stateOf, type IState } from './state.js';
import { holds, placeAt, writtenIn, type IWritten } from './written.js';

export interface IDefinition {
  /** Of the file; with a fragment where the place in it is not known here. */
  uri: string;
  range: IRange | null;
}

/** What a name stands for. */
type Meant =
  | { kind: 'input' | 'output' | 'step'; process: IProcess; id: string }
  | { kind: 'in'; process: IProcess; step: IStep; id: string }
  | { kind: 'out'; process: IProcess; step: IStep; id: string };

/** Where that is written which is named at an offset; null for what names nothing, or nothing that is known. */
export function definitionAt(document: ICwlDocument, offset: number): IDefinition | null {
  const state = stateOf(document);
  if (state === null) {
    return null;
  }
  const at = state.back(offset);
  const found = ofName(state, at) ?? ofFile(state, at) ?? ofType(state, at);
  return found && (found.range !== null && found.uri === state.source.uri ? { ...found, range: now(state, found.range) } : found);
}

/** All places of the text where that is named which is named at an offset, its own among them; none for what has no name. */
export function usesAt(document: ICwlDocument, offset: number): IRange[] {
  const state = stateOf(document);
  const written = state && writtenIn(state);
  const meant = state && written && meantAt(written, state.back(offset));
  if (!meant) {
    return [];
  }
  const nodes = new Set<YamlNode | null>([nodeOf(meant)]);
  for (const { link, process } of written.links) {
    if (process === meant.process && isMeant(meant, link)) {
      nodes.add(link.node);
    }
  }
  if (meant.kind === 'in') {
    meant.step.scatter.filter(({ value }) => value === meant.id).forEach(({ node }) => nodes.add(node));
  }
  return [...nodes]
    .filter(node => node?.source === state.source)
    .map(node => now(state, node!))
    .sort((one, other) => one.from - other.from);
}

const now = ({ forth }: IState, { from, to }: IRange): IRange => ({ from: forth(from), to: forth(to) });

function isMeant(meant: Meant, { to }: ILink): boolean {
  switch (meant.kind) {
    case 'input':
      return to.kind === 'input' && to.input === meant.id;
    case 'step':
      return to.kind === 'step' && to.step === meant.id;
    case 'out':
      return to.kind === 'step' && to.step === meant.step.id && to.output === meant.id;
    default:
      return false;
  }
}

function meantAt(written: IWritten, at: number): Meant | null {
  const link = written.links.find(one => holds(one.link.node, at));
  if (link) {
    return ofLink(link.process, link.link);
  }
  const place = placeAt(written, at);
  if (!place || place.kind === 'process') {
    return null;
  }
  const { process } = place;
  if (place.kind === 'step') {
    const scattered = place.step.scatter.find(({ node }) => holds(node, at));
    if (scattered) {
      return { kind: 'in', process, step: place.step, id: scattered.value };
    }
  }
  if (!holds(place.named.idNode, at)) {
    return null;
  }
  const { id } = place.named;
  return place.kind === 'in' || place.kind === 'out' ? { kind: place.kind, process, step: place.step, id } : { kind: place.kind, process, id };
}

function ofLink(process: IProcess, { to }: ILink): Meant | null {
  if (to.kind === 'input') {
    return { kind: 'input', process, id: to.input };
  }
  const step = to.kind === 'step' ? process.steps.find(({ id }) => id === to.step) : undefined;
  return step && to.kind === 'step' ? { kind: 'out', process, step, id: to.output } : null;
}

/** Where its id is written, in whatever file. */
function nodeOf(meant: Meant): YamlNode | null {
  const named: INamed | undefined = listOf(meant).find(({ id }) => id === meant.id);
  return named ? (named.idNode ?? named.node) : null;
}

function listOf(meant: Meant): readonly INamed[] {
  switch (meant.kind) {
    case 'input':
      return meant.process.inputs;
    case 'output':
      return meant.process.outputs;
    case 'step':
      return meant.process.steps;
    case 'in':
      return meant.step.in;
    case 'out':
      return meant.step.out;
  }
}

const placed = (node: YamlNode | null): IDefinition | null => node && { uri: node.source.uri, range: { from: node.from, to: node.to } };

/** A source, a scattered input; the port of a step, which what it runs defines. */
function ofName(state: IState, at: number): IDefinition | null {
  const written = writtenIn(state);
  const meant = meantAt(written, at);
  if (!meant) {
    return null;
  }
  const own = nodeOf(meant);
  if (own && !(own.source === state.source && holds(own, at))) {
    return placed(own);
  }
  if (meant.kind === 'in' || meant.kind === 'out') {
    const run = meant.step.run.process;
    const port = (meant.kind === 'in' ? run?.inputs : run?.outputs)?.find(({ id }) => id === meant.id);
    return placed(port?.idNode ?? port?.node ?? own);
  }
  return placed(own);
}

/** `run`, `$import` and `$include`. */
function ofFile(state: IState, at: number): IDefinition | null {
  const node = nodeAtOffset(state.source, at);
  const text = node && stringOf(node);
  if (node?.kind !== 'scalar' || text === null || isKey(node)) {
    return null;
  }
  if (/^([$@]import|\$include|\$mixin)$/.test(String(node.key))) {
    return { uri: uriOf(text, state.source), range: null };
  }
  const place = placeAt(writtenIn(state), at);
  const run = place?.kind === 'step' ? place.step.run : null;
  if (!run || run.text === null || node.key !== 'run') {
    return null;
  }
  const { process, uri, state: found } = run;
  if (process) {
    return { uri: process.source.uri, range: startOf(process) };
  }
  return uri !== null && found !== 'missing' && found !== 'remote' ? { uri, range: null } : null;
}

/** The id of a process, or its first line. */
function startOf(process: IProcess): IRange {
  const id = valueOf(process.node, 'id');
  if (id?.source === process.source) {
    return { from: id.from, to: id.to };
  }
  const { from } = process.node;
  const length = process.source.text.slice(from, from + 200).search(/[\r\n]/);
  return { from, to: length < 0 ? from : from + length };
}

function uriOf(text: string, source: ISource): string {
  const [file, fragment] = new Follow(source, NO_FILES).uriOf(text, source);
  return fragment === null ? file : `${file}#${fragment}`;
}

/** Without the `[]` and `?` at its end; not by a pattern, which begins anew at each of them. */
function bareName(type: string): string {
  let end = type.length;
  for (let cut = 1; cut > 0; end -= cut) {
    cut = type.endsWith('?', end) ? 1 : type.endsWith('[]', end) ? 2 : 0;
  }
  return type.slice(0, end);
}

/** The name of a type of a SchemaDefRequirement. */
function ofType(state: IState, at: number): IDefinition | null {
  const node = nodeAtOffset(state.source, at);
  const text = node && bareName(stringOf(node) ?? '');
  if (!node || !text || isKey(node)) {
    return null;
  }
  if (/^[^#]+#./.test(text)) {
    return { uri: uriOf(text, state.source), range: null };
  }
  const found = namedTypes(state).find(({ name }) => name === shortName(text));
  return found && !holds(found.node, at) ? placed(found.node) : null;
}

export interface INamedType {
  name: string;
  node: YamlNode;
}

/** The types that the text itself names. */
export function namedTypes(state: IState): INamedType[] {
  return writtenIn(state).processes
    .flatMap(process => [...process.requirements, ...process.hints])
    .filter(requirement => requirement.class === 'SchemaDefRequirement')
    .flatMap(({ node }): INamedType[] => {
      const types = valueOf(node, 'types');
      return (types?.kind === 'seq' ? types.items : []).flatMap(type => {
        const name = entry(type, 'name')?.value ?? null;
        const text = stringOf(name);
        return name && text !== null ? [{ name: shortName(text), node: name }] : [];
      });
    });
}

export const isKey = (node: YamlNode): boolean => node.parent?.kind === 'map' && node.parent.entries.some(({ keyNode }) => keyNode === node);
