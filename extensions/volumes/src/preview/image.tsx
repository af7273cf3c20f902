import type { ColourMap, Interval, Stretch } from '@jupyter-datalabs/hub-client';
import { ProblemView, useDisposable, useSignal } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { ImageModel, LARGEST } from './image-model';
import type { IImageSettings, IShownImage } from './image-model';
import { imageLine, pixelLine } from './image-words';
import type { PreviewFiles } from './model';
import { Picture } from './picture';
import { PixelModel } from './pixel-model';
import type { IPlace } from '../paths';
import { countText } from '../words';

function Choice<T extends string>(props: { label: string; value: T; options: readonly [T, string][]; onChange: (value: T) => void }): JSX.Element {
  return (
    <label className="jp-DatalabsPreview-field">
      <span>{props.label}</span>
      <select className="jp-DatalabsPreview-select" value={props.value} onChange={event => props.onChange(event.target.value as T)}>
        {props.options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}

function Plane(props: { planes: number; plane: number; onChange: (plane: number) => void; trans: TranslationBundle }): JSX.Element {
  const { planes, plane, onChange, trans } = props;
  return (
    <label className="jp-DatalabsPreview-field">
      <span>{trans.__('Plane')}</span>
      <input type="range" min={1} max={planes} value={plane + 1} onChange={event => onChange(Number(event.target.value) - 1)} />
      <span className="jp-DatalabsPreview-quiet">{trans.__('%1 of %2', countText(plane + 1), countText(planes))}</span>
    </label>
  );
}

function Size(props: { size: IImageSettings['size']; scaled: boolean; onChange: (size: IImageSettings['size']) => void; trans: TranslationBundle }): JSX.Element {
  const { size, scaled, onChange, trans } = props;
  const options: [IImageSettings['size'], string, string][] = [
    ['fit', trans.__('Fit'), trans.__('As large as there is room')],
    ['large', trans.__('Larger'), trans.__('With up to %1 points in a row, to scroll', countText(LARGEST))]
  ];
  if (scaled) {
    options.push(['native', '1:1', trans.__('A part of the image, with one point of the screen for each of its pixels')]);
  }
  return (
    <span className="jp-DatalabsPreview-toggle" role="group" aria-label={trans.__('Size of the picture')}>
      {options.map(([value, label, title]) => (
        <button key={value} type="button" className="jp-DatalabsButton" title={title} aria-pressed={size === value} onClick={() => onChange(value)}>
          {label}
        </button>
      ))}
    </span>
  );
}

const hint = ({ left }: IShownImage['info'], trans: TranslationBundle): string =>
  left === undefined ? trans.__('Point at a pixel for its value; a click shows native pixels.') : trans.__('Point at a pixel for its value; drag, or press an arrow, to move.');

export function ImageView(props: {
  files: PreviewFiles;
  file: IPlace & { hdu?: number };
  label: string;
  /** Of an image of an HDU: its values become colours as the user says. Else it has colours of its own. */
  scaled: boolean;
  /** Planes of a cube, as far as the header tells. */
  planes: number;
  unit?: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { files, file, trans } = props;
  const model = useDisposable(() => new ImageModel(files, file), [files, file]);
  useSignal(model?.changed);
  const pixels = useDisposable(() => new PixelModel(files, file), [files, file]);
  useSignal(pixels?.changed);
  const settings = model?.settings;
  const shown = model?.shown ?? null;
  const failed = model?.state.kind === 'failed' ? model.state.problem : null;
  return (
    <div className="jp-DatalabsImage">
      <div className="jp-DatalabsPreview-controls">
        {settings && (
          <>
            {props.scaled && (
              <>
                <Choice<Stretch>
                  label={trans.__('Stretch')}
                  value={settings.stretch}
                  options={[
                    ['linear', trans.__('Linear')],
                    ['log', trans.__('Log')],
                    ['sqrt', trans.__('Square root')],
                    ['asinh', 'asinh']
                  ]}
                  onChange={stretch => model.set({ stretch })}
                />
                <Choice<Interval>
                  label={trans.__('Interval')}
                  value={settings.interval}
                  options={[
                    ['zscale', 'ZScale'],
                    ['minmax', trans.__('Min–max')],
                    ['percentile', trans.__('Percentile')]
                  ]}
                  onChange={interval => model.set({ interval })}
                />
                <Choice<ColourMap>
                  label={trans.__('Colours')}
                  value={settings.map}
                  options={[
                    ['gray', trans.__('Grey')],
                    ['gray_r', trans.__('Grey, inverted')],
                    ['viridis', 'Viridis'],
                    ['inferno', 'Inferno'],
                    ['magma', 'Magma']
                  ]}
                  onChange={map => model.set({ map })}
                />
                {props.planes > 1 && <Plane planes={props.planes} plane={settings.plane} onChange={plane => model.set({ plane })} trans={trans} />}
              </>
            )}
            <Size size={settings.size} scaled={props.scaled} onChange={value => model.set({ size: value })} trans={trans} />
          </>
        )}
      </div>
      {failed && <ProblemView problem={failed} trans={trans} actions={[{ label: trans.__('Try again'), onClick: () => model?.retry() }]} />}
      <Picture model={model} pixels={pixels} shown={failed ? null : shown} label={props.label} scaled={props.scaled} trans={trans} />
      {props.scaled && (
        <div className="jp-DatalabsPreview-foot jp-DatalabsImage-pixel" role="status" aria-label={trans.__('Pixel')}>
          {pixels?.spot ? (
            pixelLine(pixels.spot, pixels.state, props.unit, trans)
          ) : (
            <span className="jp-DatalabsPreview-quiet">{shown && !failed ? hint(shown.info, trans) : '\u00a0'}</span>
          )}
        </div>
      )}
      <div className="jp-DatalabsPreview-foot" role="status">
        {shown && !failed ? imageLine(shown.info, props.scaled, props.unit, trans) : '\u00a0'}
        {model?.busy && !failed ? <span className="jp-DatalabsPreview-quiet"> {trans.__('Drawing…')}</span> : null}
      </div>
    </div>
  );
}
