import type { IGraphPort } from '@jupyter-datalabs/cwl';
import { METRICS, strips } from '../layout/boxes';
import type { IPlace, Places } from '../layout/places';
import { curve } from './curve';
import type { IShown, IShownNode } from './shown';
import { nameOf } from './words';

export interface ILook {
  font: string;
  paper: string;
  card: string;
  border: string;
  text: string;
  quiet: string;
  accent: string;
  families: { [family: string]: string };
  measure: (text: string, size: number, weight: number) => number;
  way: (edge: string) => { x: number; y: number }[] | undefined;
}

const MARGIN = 40;
const SIZES = { name: 13, small: 11 };
const BOLD = 600;

/** The graph as SVG without anything from elsewhere: text is text, in the colours of the theme. */
export function pictureOf(shown: IShown, places: Places, look: ILook): { svg: string; width: number; height: number } {
  const at = absolute(shown, places);
  const all = [...at.values()];
  const left = Math.min(...all.map(({ x }) => x), 0) - MARGIN;
  const top = Math.min(...all.map(({ y }) => y), 0) - MARGIN;
  const width = Math.max(...all.map(place => place.x + place.width), 0) - left + MARGIN;
  const height = Math.max(...all.map(place => place.y + place.height), 0) - top + MARGIN;
  const nodes = [...shown.nodes].sort((one, other) => one.id.split('/').length - other.id.split('/').length);
  const frames = nodes.filter(({ isFrame }) => isFrame);
  const parts = [
    ...frames.map(node => frame(node, at.get(node.id)!, look)),
    ...shown.edges.map(({ id, source, target, family }) => line(curve(spot(at.get(source.node)!, source.port), spot(at.get(target.node)!, target.port), look.way(id)), colourOf(family, look))),
    ...nodes.filter(({ isFrame }) => !isFrame).map(node => (node.kind === 'step' || node.kind === 'group' ? card(node, at.get(node.id)!, look) : pill(node, at.get(node.id)!, look)))
  ];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}" font-family="${escaped(look.font)}" font-size="${SIZES.small}">` +
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${look.paper}"/>${parts.join('')}</svg>`;
  return { svg, width, height };
}

function absolute({ nodes }: IShown, places: Places): Map<string, IPlace> {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const found = new Map<string, IPlace>();
  for (const { id } of nodes) {
    const place = { ...places.get(id)! };
    for (let up = parents.get(id) ?? null; up !== null; up = parents.get(up) ?? null) {
      place.x += places.get(up)?.x ?? 0;
      place.y += places.get(up)?.y ?? 0;
    }
    found.set(id, place);
  }
  return found;
}

function spot(place: IPlace, port: string): { x: number; y: number } {
  const own = place.ports.find(({ id }) => id === port);
  return { x: own?.side === 'in' ? place.x : place.x + place.width, y: place.y + (own?.y ?? place.height / 2) };
}

function line(path: string, colour: string): string {
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.75" opacity="0.8"/>`;
}

const colourOf = (family: string, look: ILook): string => look.families[family] ?? look.quiet;
/** What XML forbids is left out, whatever a name has. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');

function text(words: string, x: number, y: number, room: number, look: ILook, { size = SIZES.small, weight = 400, colour = look.text, anchor = 'start' } = {}): string {
  let shown = words;
  // Halves, as names may be of any length.
  while (shown.length > 1 && look.measure(`${shown}…`, size, weight) > room && look.measure(shown, size, weight) > room) {
    shown = shown.slice(0, shown.length > 80 ? shown.length / 2 : -1);
  }
  const cut = shown === words ? shown : `${shown.slice(0, -1)}…`;
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour}" text-anchor="${anchor}">${escaped(cut)}</text>`;
}

function dot(port: IGraphPort, x: number, y: number, look: ILook): string {
  const colour = colourOf(port.family, look);
  const fill = port.isOptional ? look.card : colour;
  if (!port.isArray) {
    return `<circle cx="${x}" cy="${y}" r="4" fill="${fill}" stroke="${colour}" stroke-width="1.5"/>`;
  }
  const square = (by: number, size: number, look: string): string => `<rect x="${x - size / 2 + by}" y="${y - size / 2 - by}" width="${size}" height="${size}" rx="1.5" ${look}/>`;
  return square(3, 9, `fill="${colour}"`) + square(0, 12, `fill="${look.card}"`) + square(0, 8, `fill="${fill}" stroke="${colour}" stroke-width="1.5"`);
}

function card(node: IShownNode, place: IPlace, look: ILook): string {
  const { x, y, width, height } = place;
  const shadow = node.scatter ? [8, 4].map(by => box(x + by, y + by, width, height, look)).join('') : '';
  const known = new Map([...node.inputs, ...node.outputs].map(port => [port.id, port]));
  const isGroup = node.kind === 'group';
  const head = isGroup
    ? text(`${node.outputs.length + node.folded} inputs`, x + 12, y + 22, width - 24, look, { size: SIZES.name, weight: BOLD })
    : text(nameOf(node), x + 12, y + 20, width - 24, look, { size: SIZES.name, weight: BOLD }) + text(node.run?.text ?? node.image ?? node.run?.class ?? '', x + 12, y + 37, width - 24, look, { colour: look.quiet });
  const scatter = node.scatter ? text(`⋔ ${node.scatter.ports.join(' × ')}`, x + 12, y + METRICS.header + (strips(node) - 0.3) * METRICS.strip, width - 24, look, { colour: look.accent }) : '';
  const ports = place.ports.map(({ id, side, y: down }) => {
    const port = known.get(id) ?? { ...node.outputs[0]!, family: 'mixed' as const };
    const px = side === 'in' ? x : x + width;
    const isAlone = Math.max(node.inputs.length, node.outputs.length) === 0 || isGroup || node.inputs.length === 0 || node.outputs.length === 0;
    const words = node.isClosed ? '' : text(port.name, side === 'in' ? px + 12 : px - 12, y + down + 4, isAlone ? width - 28 : width / 2 - 18, look, { anchor: side === 'in' ? 'start' : 'end' });
    return words + dot(port, px, y + down, look);
  });
  const when = node.when === null ? '' : `<path d="M${x + 20},${y - 7} l7,7 l-7,7 l-7,-7 z" fill="${look.card}" stroke="${look.accent}" stroke-width="1.5"/>`;
  const folded = node.folded > 0 && !node.isClosed ? text(`+ ${node.folded}`, x + 12, y + height - METRICS.foot - 7, width - 24, look, { colour: look.quiet }) : '';
  return `<g>${shadow}${box(x, y, width, height, look)}${when}${head}${scatter}${ports.join('')}${folded}</g>`;
}

const box = (x: number, y: number, width: number, height: number, look: ILook): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${look.card}" stroke="${look.border}"/>`;

function frame(node: IShownNode, { x, y, width, height }: IPlace, look: ILook): string {
  return (
    `<g><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${look.accent}" fill-opacity="0.05" stroke="${look.accent}" stroke-opacity="0.5"/>` +
    `${text(nameOf(node), x + 12, y + 24, width - 24, look, { size: SIZES.name, weight: BOLD })}</g>`
  );
}

function pill(node: IShownNode, { x, y, width, height }: IPlace, look: ILook): string {
  const port = node.inputs[0] ?? node.outputs[0]!;
  const type = port.typeText.length > 14 ? `${port.typeText.slice(0, 13)}…` : port.typeText;
  const room = look.measure(type, SIZES.small, 400);
  return (
    `<g><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${height / 2}" fill="${look.card}" stroke="${colourOf(port.family, look)}" stroke-width="1.25"/>` +
    `${text(nameOf(node), x + 16, y + height / 2 + 4, width - 40 - room, look, { size: 12, weight: 500 })}` +
    `${text(type, x + width - 16, y + height / 2 + 4, width, look, { colour: look.quiet, anchor: 'end' })}` +
    `${dot(port, node.kind === 'input' ? x + width : x, y + height / 2, look)}</g>`
  );
}
