import type { Places } from '../layout/places';
import type { IShown } from './shown';
import { pictureOf } from './picture';
import type { ILook } from './picture';
import type { GraphView } from './view';
import { FAMILIES } from './words';

const PNG_SCALE = 2;
/** Browsers draw no larger pictures. */
const MOST_PIXELS = 12_000;

/** Saves a picture of all that is on the canvas, whether in sight or not, as the theme draws it. */
export async function exportPicture(view: GraphView, { shown, places }: { shown: IShown; places: Places }, format: 'svg' | 'png', element: HTMLElement): Promise<void> {
  const { svg, width, height } = pictureOf(shown, places, { ...lookOf(element), way: id => view.layouts.way(id) });
  const name = view.model.document.uri.replace(/^.*\//, '').replace(/\.cwl$/i, '') || 'pipeline';
  const blob = new Blob([svg], { type: 'image/svg+xml' });
  try {
    save(format === 'svg' ? blob : await pngOf(blob, width, height), `${decodeURIComponent(name)}.${format}`);
    view.say(view.trans.__('Picture saved'));
  } catch (error) {
    view.say(view.trans.__('The picture could not be made: %1', String(error)), true);
  }
}

/** Colours and fonts of the theme, as they are now. */
export function lookOf(element: HTMLElement): Omit<ILook, 'way'> {
  const style = getComputedStyle(element);
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const probe = document.createElement('span');
  element.append(probe);
  const colour = (variable: string): string => {
    probe.style.color = `var(${variable})`;
    return plain(getComputedStyle(probe).color || '#000', context);
  };
  const font = style.fontFamily || 'sans-serif';
  const look: Omit<ILook, 'way'> = {
    font,
    paper: colour('--jp-datalabs-graph-paper'),
    card: colour('--jp-datalabs-graph-card'),
    border: colour('--jp-datalabs-graph-border'),
    text: colour('--jp-ui-font-color1'),
    quiet: colour('--jp-ui-font-color2'),
    accent: colour('--jp-brand-color1'),
    families: Object.fromEntries(FAMILIES.map(family => [family, colour(`--jp-datalabs-family-${family}`)])),
    measure: (text, size, weight) => {
      if (!context) {
        return text.length * size * 0.55;
      }
      context.font = `${weight} ${size}px ${font}`;
      return context.measureText(text).width;
    }
  };
  probe.remove();
  return look;
}

/** What is mixed of others is `color(srgb …)` to browsers, which other programs that draw SVG do not know. */
function plain(colour: string, context: CanvasRenderingContext2D | null): string {
  if (!context || !colour.startsWith('color(')) {
    return colour;
  }
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return `rgb(${[...context.getImageData(0, 0, 1, 1).data.slice(0, 3)].join(', ')})`;
}

async function pngOf(svg: Blob, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(PNG_SCALE, MOST_PIXELS / width, MOST_PIXELS / height);
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob(made => (made ? resolve(made) : reject(new Error('too large'))), 'image/png'));
  } finally {
    URL.revokeObjectURL(url);
  }
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
