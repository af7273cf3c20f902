import type { ICwlDocument } from '../document.js';
import type { CwlVersion, ILink, IPort, IProcess, IStep } from '../process/model.js';
import { schemaAt } from '../schema/at.js';
import { fieldsOf, VERSIONS } from '../schema/schema.js';
import type { IMapNode, IRange, YamlNode } from '../text/node.js';
import { nodeAtOffset, stringOf, valueOf } from '../text/value.js';
import { typeText } from '../types/format.js';
import { isKey } from './definition.js';
import { sinceText, typesText } from './describe.js';
import { stateOf } from './state.js';
import { holds, placeAt, writtenIn, type IPlace } from './written.js';

export interface IHover {
  range: IRange;
  title: string;
  /** Plain text, which may have anything in it that a document has. */
  lines: string[];
}

const MAX_PORTS = 12;
const MAX_TEXT = 300;

/** What is known of what is written at an offset; null for nothing. */
export function hoverAt(document: ICwlDocument, offset: number): IHover | null {
  const state = stateOf(document);
  if (!state) {
    return null;
  }
  const at = state.back(offset);
  const node = nodeAtOffset(state.source, at);
  if (node?.kind !== 'scalar' || !holds(node, at)) {
    return null;
  }
  const written = writtenIn(state);
  const link = written.links.find(one => holds(one.link.node, at));
  const place = placeAt(written, at);
  const told = link ? ofLink(link.process, link.link) : (place && ofPlace(place, node)) ?? ofField(node, versionOf(place, document));
  return told && { range: { from: state.forth(node.from), to: state.forth(node.to) }, title: short(told.title), lines: told.lines.filter(line => line !== '').map(short) };
}

type Told = Pick<IHover, 'title' | 'lines'>;

const short = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

function versionOf(place: IPlace | null, { processes }: ICwlDocument): CwlVersion {
  return place?.process.version ?? processes[0]?.version ?? VERSIONS.at(-1)!;
}

/** Null for one that there is not, which a problem tells. */
function ofLink(process: IProcess, { to }: ILink): Told | null {
  if (to.kind === 'input') {
    const input = process.inputs.find(({ id }) => id === to.input);
    return { title: input ? `${to.input}: ${typeText(input.type.type)}` : to.input, lines: ['Input of the workflow', ...aboutOf(input)] };
  }
  const step = to.kind === 'step' ? process.steps.find(({ id }) => id === to.step) : undefined;
  if (!step || to.kind !== 'step') {
    return null;
  }
  const output = step.run.process?.outputs.find(({ id }) => id === to.output);
  const manner = [step.scatter.length ? 'Scattered: an array of these' : '', step.when ? 'Conditional: null where the step is skipped' : ''];
  return { title: `${to.output}: ${output ? typeText(output.type.type) : 'unknown'}`, lines: [`Output of step ${step.id}, ${runText(step)}`, ...manner, ...aboutOf(output)] };
}

const aboutOf = (port: IPort | undefined): string[] => [port?.label ?? '', port?.doc ?? ''];

function ofPlace(place: IPlace, node: YamlNode): Told | null {
  if (place.kind === 'process') {
    return null;
  }
  if (place.kind === 'step' && node.key === 'run' && !isKey(node)) {
    return ofRun(place.step);
  }
  const { idNode, id } = place.named;
  if (idNode !== node) {
    return null;
  }
  switch (place.kind) {
    case 'step': {
      const told = ofRun(place.step);
      return { title: `Step ${id}`, lines: [place.step.label ?? '', told.title, ...told.lines] };
    }
    case 'in': {
      const input = place.step.run.process?.inputs.find(port => port.id === id);
      const from = place.named.links.map(({ text }) => text).slice(0, MAX_PORTS).join(', ');
      return { title: input ? `${id}: ${typeText(input.type.type)}` : id, lines: [`Input of step ${place.step.id}`, from && `From ${from}`, ...aboutOf(input)] };
    }
    case 'out': {
      const output = place.step.run.process?.outputs.find(port => port.id === id);
      return { title: output ? `${id}: ${typeText(output.type.type)}` : id, lines: [`Output of step ${place.step.id}`, ...aboutOf(output)] };
    }
    case 'input':
    case 'output': {
      const what = place.process.class === 'Workflow' ? 'workflow' : 'tool';
      return { title: `${id}: ${typeText(place.named.type.type)}`, lines: [`${place.kind === 'input' ? 'Input' : 'Output'} of the ${what}`, ...aboutOf(place.named)] };
    }
  }
}

const runText = (step: IStep): string => `which runs ${step.run.text ?? 'what is written in it'}`;

function ofRun({ run }: IStep): Told {
  const { process } = run;
  if (!process) {
    const nothing = 'Runs nothing';
    return { title: run.text ?? nothing, lines: [run.why ?? ''] };
  }
  const ports = (all: readonly IPort[]): string => {
    const shown = all.slice(0, MAX_PORTS).map(({ id, type }) => `${id}: ${typeText(type.type)}`);
    return [...shown, ...(all.length > shown.length ? [`and ${all.length - shown.length} more`] : [])].join(', ') || 'none';
  };
  return {
    title: `Runs ${process.class}${run.text === null ? '' : ` ${run.text}`}`,
    lines: [process.label ?? '', `Inputs: ${ports(process.inputs)}`, `Outputs: ${ports(process.outputs)}`]
  };
}

function ofField(node: YamlNode, version: CwlVersion): Told | null {
  if (!isKey(node)) {
    return null;
  }
  const map = node.parent as IMapNode;
  const place = schemaAt(map, version);
  const key = stringOf(node);
  if (place?.record == null || key === null) {
    return null;
  }
  const field = fieldsOf(place.record, version).get(key);
  if (!field) {
    return null;
  }
  const className = stringOf(valueOf(map, 'class'));
  return {
    title: key,
    lines: [`Of ${className ?? place.record}: ${typesText(field.types)}`, field.required ? 'Required' : 'Optional', sinceText(field.versions) ?? '']
  };
}
