import type { ColourMap, Interval, Stretch } from '@jupyter-datalabs/hub-client';
import { ProblemView } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { ImageModel, LARGEST } from './image-model';
import type { IImageSettings } from './image-model';
import type { PreviewFiles } from './model';
import { useSize } from './size';
import { useDisposable, useSignal } from '../hooks';
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

function Size(props: { size: IImageSettings['size']; onChange: (size: IImageSettings['size']) => void; trans: TranslationBundle }): JSX.Element {
  const { size, onChange, trans } = props;
  const options: [IImageSettings['size'], string, string][] = [
    ['fit', trans.__('Fit'), trans.__('As large as there is room')],
    ['full', '100 %', trans.__('One point of the screen for one of the picture, which has at most %1 in a row', countText(LARGEST))]
  ];
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

/** A number as short as it says what it is. */
const short = (value: number): string => String(Number(value.toPrecision(4)));

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
  const frame = React.useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  React.useEffect(() => {
    const ratio = window.devicePixelRatio || 1;
    model?.setRoom(size.width * ratio, size.height * ratio);
  }, [model, size.width, size.height]);
  const settings = model?.settings;
  const shown = model?.shown ?? null;
  const failed = model?.state.kind === 'failed' ? model.state.problem : null;
  return (
    <div className="jp-DatalabsImage">
      {settings && (
        <div className="jp-DatalabsPreview-controls">
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
          <Size size={settings.size} onChange={value => model.set({ size: value })} trans={trans} />
        </div>
      )}
      {failed && <ProblemView problem={failed} trans={trans} actions={[{ label: trans.__('Try again'), onClick: () => model?.retry() }]} />}
      <div
        ref={frame}
        className={`jp-DatalabsImage-frame jp-mod-${settings?.size ?? 'fit'}${props.scaled ? '' : ' jp-mod-own'}`}
        tabIndex={0}
        role="region"
        aria-label={trans.__('Picture')}
        aria-busy={model?.busy ?? true}
      >
        {shown && !failed && (
          <img src={shown.url} alt={props.label} className="jp-DatalabsImage-picture" draggable={false} />
        )}
      </div>
      <div className="jp-DatalabsPreview-foot" role="status">
        {shown && !failed ? imageLine(shown.info, props.scaled, props.unit, trans) : '\u00a0'}
        {model?.busy && !failed ? <span className="jp-DatalabsPreview-quiet"> {trans.__('Drawing…')}</span> : null}
      </div>
    </div>
  );
}

type Info = { shape?: [number, number]; low?: number | null; high?: number | null; step?: number };

function imageLine({ shape, low, high, step }: Info, scaled: boolean, unit: string | undefined, trans: TranslationBundle): string {
  const values =
    typeof low === 'number' && typeof high === 'number'
      ? trans.__('values shown %1 to %2', short(low), short(high)) + (unit ? ` ${unit}` : '')
      : trans.__('no pixel has a value');
  return [
    shape && trans.__('%1 × %2 pixels', countText(shape[1]), countText(shape[0])),
    step && step > 1 ? trans.__('one picture point for %1 × %1 pixels', short(step)) : step === 1 ? trans.__('every pixel') : undefined,
    scaled ? values : undefined
  ]
    .filter(Boolean)
    .join(', ');
}
