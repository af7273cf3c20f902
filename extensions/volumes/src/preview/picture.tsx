import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ImageModel, IShownImage } from './image-model';
import { clamped, fittingSheet, placeOf, spotAt, windowSheet } from './image-place';
import type { ISheet, ISpot } from './image-place';
import type { PixelModel } from './pixel-model';
import { useSize } from './size';
import type { ISize } from './size';

const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
/** Pixels of the screen after which a press is no click any more. */
const DRAG = 3;

function sheetOf({ info }: IShownImage, model: ImageModel, frame: ISize, scaled: boolean): ISheet {
  if (info.left !== undefined) {
    return windowSheet(info, frame, model.centre);
  }
  const [height, width] = info.size;
  // A picture with colours of its own is not enlarged.
  return model.settings.size === 'large' ? { width, height } : fittingSheet(info, frame, scaled ? Infinity : 1);
}

/** A picture in its frame, with the pixel that is pointed at; native pixels are moved by dragging and with the arrows. */
export function Picture(props: {
  model: ImageModel | null;
  /** Of a picture with colours of its own no pixel has a value. */
  pixels: PixelModel | null;
  shown: IShownImage | null;
  label: string;
  scaled: boolean;
  trans: TranslationBundle;
}): JSX.Element {
  const { model, shown, scaled, trans } = props;
  const pixels = scaled ? props.pixels : null;
  const frame = React.useRef<HTMLDivElement>(null);
  const sheet = React.useRef<HTMLDivElement>(null);
  const pressed = React.useRef<{ x: number; y: number; moved: boolean } | null>(null);
  /** The pixel is marked when it was found with the keyboard: no pointer tells where it is. */
  const [marked, setMarked] = React.useState(false);
  const size = useSize(frame);
  React.useEffect(() => model?.setRoom(size.width, size.height, window.devicePixelRatio || 1), [model, size.width, size.height]);
  const native = shown?.info.left !== undefined;
  const layout = native ? 'native' : model?.settings.size === 'large' ? 'large' : 'fit';
  const place = shown && model ? sheetOf(shown, model, size, scaled) : null;
  // Between pixels, and between flags, there is nothing.
  const exact = shown !== null && place !== null && (shown.info.how === 'nearest' || (shown.info.step === 1 && place.width >= shown.info.size[1]));
  // Native pixels that are drawn larger already are not looked for.
  const zooms = scaled && shown !== null && place !== null && !native && place.width < shown.info.shape[1];

  const spotOf = (event: React.PointerEvent): ISpot | null => {
    const box = sheet.current?.getBoundingClientRect();
    return shown && box ? spotAt(shown.info, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height) : null;
  };
  const point = (spot: ISpot | null, byKeys: boolean): void => {
    setMarked(byKeys);
    pixels?.point(spot, model?.settings.plane ?? 0);
  };
  const onPointerMove = (event: React.PointerEvent): void => {
    const from = pressed.current;
    if (from && native) {
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (from.moved || Math.hypot(dx, dy) >= DRAG) {
        pressed.current = { x: event.clientX, y: event.clientY, moved: true };
        model?.pan(-dx, dy);
      }
      return;
    }
    point(spotOf(event), false);
  };
  const onPointerUp = (event: React.PointerEvent): void => {
    const spot = spotOf(event);
    if (pressed.current && !pressed.current.moved && zooms && spot) {
      model?.lookAt(spot);
    }
    pressed.current = null;
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (!model || !shown || !scaled || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const arrow = ARROWS[event.key];
    const [height, width] = shown.info.shape;
    if (event.key === 'Enter' && !native) {
      const spot = pixels?.spot ?? model.centre;
      model.lookAt(spot);
      point(spot, true);
    } else if (event.key === 'Escape' && native) {
      model.set({ size: 'fit' });
    } else if (arrow && native) {
      model.pan(...scaledBy(arrow, event.shiftKey ? 1 : Math.ceil(size.width / 10), event.shiftKey ? 1 : Math.ceil(size.height / 10)));
      point({ x: Math.round(model.centre.x), y: Math.round(model.centre.y) }, true);
    } else if (arrow && layout === 'fit') {
      const [right, up] = scaledBy(arrow, event.shiftKey ? 1 : Math.ceil(width / 50), event.shiftKey ? 1 : Math.ceil(height / 50));
      const from = pixels?.spot;
      point(from ? clamped({ x: from.x + right, y: from.y + up }, shown.info.shape) : model.centre, true);
    } else {
      return;
    }
    event.preventDefault();
  };
  const spot = pixels?.spot;
  const mark = marked && spot && shown ? placeOf(shown.info, spot) : null;
  return (
    <div
      ref={frame}
      className={`jp-DatalabsImage-frame jp-mod-${layout}${scaled ? '' : ' jp-mod-own'}${zooms ? ' jp-mod-zooms' : ''}${exact ? ' jp-mod-exact' : ''}`}
      tabIndex={0}
      role="region"
      aria-label={trans.__('Picture')}
      aria-description={scaled ? trans.__('Enter shows native pixels, Escape all of the picture; arrows choose a pixel or move, with Shift by one.') : undefined}
      aria-busy={model?.busy ?? true}
      onKeyDown={onKeyDown}
      onPointerMove={onPointerMove}
      onPointerLeave={() => point(null, false)}
      onPointerDown={event => {
        if (event.button === 0) {
          pressed.current = { x: event.clientX, y: event.clientY, moved: false };
          if (native) {
            event.currentTarget.setPointerCapture(event.pointerId);
          }
        }
      }}
      onPointerUp={onPointerUp}
      onPointerCancel={() => (pressed.current = null)}
    >
      {shown && place && (
        <div ref={sheet} className="jp-DatalabsImage-sheet" style={place}>
          <img src={shown.url} alt={props.label} className="jp-DatalabsImage-picture" draggable={false} />
          {mark && <span className="jp-DatalabsImage-mark" style={{ left: `${100 * mark.across}%`, top: `${100 * mark.down}%` }} />}
        </div>
      )}
    </div>
  );
}

const scaledBy = ([right, up]: [number, number], across: number, along: number): [number, number] => [right * across, up * along];
