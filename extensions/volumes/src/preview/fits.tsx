import { toProblem } from '@jupyter-datalabs/hub-client';
import type { IFitsHdu } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { Cards } from './cards';
import { ImageView } from './image';
import type { PreviewFiles } from './model';
import { mainHdu } from './snippets';
import { TableView } from './table';
import { TabList, TabPanel } from './tabs';
import type { IPlace } from '../paths';
import { countText } from '../words';

/** Axes as people say them: width × height × planes. */
function sizeOf(hdu: IFitsHdu, trans: TranslationBundle): string {
  if (hdu.type === 'table' && hdu.rows !== undefined) {
    return trans.__('%1 rows, %2 columns', countText(hdu.rows), hdu.columns?.length ?? 0);
  }
  return hdu.type === 'empty' ? trans.__('header only') : hdu.dims.map(countText).join(' × ');
}

const typeOf = (hdu: IFitsHdu, trans: TranslationBundle): string =>
  ({ image: trans.__('image'), table: trans.__('table'), empty: trans.__('no data') })[hdu.type];

/** Several planes lie in all axes after the first two. */
const planesOf = (hdu: IFitsHdu): number => hdu.dims.slice(2).reduce((product, length) => product * Math.max(1, length), 1);

/** A spectrum, or another row of values: no picture of it says anything. */
const isRow = (hdu: IFitsHdu): boolean => hdu.type === 'image' && hdu.dims.slice(1).every(length => length === 1);

/** A FITS file: its HDUs, and of the chosen one the picture or the rows, and the header. */
export function FitsView(props: {
  files: PreviewFiles;
  file: IPlace;
  hdus: readonly IFitsHdu[];
  /** Not all HDUs were looked at. */
  more: boolean;
  hdu: number | undefined;
  onHdu: (hdu: number) => void;
  copy: (text: string) => void;
  notify: (sentence: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { files, file, hdus, trans } = props;
  const id = React.useId();
  const hdu = hdus.find(({ index }) => index === props.hdu) ?? mainHdu(hdus);
  if (!hdu) {
    return <p className="jp-DatalabsPreview-note">{trans.__('The file has no HDU.')}</p>;
  }
  return (
    <div className="jp-DatalabsFits">
      <div className="jp-DatalabsFits-side">
        <TabList
          id={id}
          label={trans.__('HDUs')}
          vertical={true}
          selected={String(hdu.index)}
          onSelect={key => props.onHdu(Number(key))}
          tabs={hdus.map(one => ({
            key: String(one.index),
            label: (
              <>
                <span className="jp-DatalabsFits-index">{one.index}</span>
                <span className="jp-DatalabsFits-name">{one.name || (one.index === 0 ? trans.__('Primary') : trans.__('Unnamed'))}</span>
                <span className="jp-DatalabsFits-detail">
                  {typeOf(one, trans)} · {sizeOf(one, trans)}
                </span>
              </>
            ),
            title: one.name
          }))}
        />
        {props.more && <p className="jp-DatalabsPreview-note">{trans.__('Further HDUs are not shown here. Open the file in a notebook.')}</p>}
      </div>
      <TabPanel id={id} tab={String(hdu.index)} className="jp-DatalabsFits-hdu">
        <HduView key={hdu.index} {...props} files={files} file={file} hdu={hdu} />
      </TabPanel>
    </div>
  );
}

function HduView(props: {
  files: PreviewFiles;
  file: IPlace;
  hdu: IFitsHdu;
  copy: (text: string) => void;
  notify: (sentence: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { files, trans } = props;
  const id = React.useId();
  const { volume, path } = props.file;
  const [hdu, readMore] = useAllCards(props);
  const [tab, setTab] = React.useState(hdu.type === 'empty' ? 'header' : 'data');
  const { index, columns, rows } = props.hdu;
  const row = isRow(props.hdu);
  const count = row ? props.hdu.dims[0] : rows;
  const source = React.useMemo(() => ({ volume, path, hdu: index, columns, rows: count }), [volume, path, index, columns, count]);
  const tabs = [
    ...(row ? [{ key: 'data', label: trans.__('Values') }] : []),
    ...(hdu.type === 'image' && !row ? [{ key: 'data', label: trans.__('Image') }] : []),
    ...(hdu.type === 'table' ? [{ key: 'data', label: trans.__('Table') }] : []),
    { key: 'header', label: trans.__('Header') }
  ];
  const label = trans.__('%1, HDU %2', hdu.name || path.slice(path.lastIndexOf('/') + 1), hdu.index);
  return (
    <>
      <TabList id={id} label={trans.__('Parts of the HDU')} selected={tab} onSelect={setTab} tabs={tabs} />
      {hdu.truncated && <p className="jp-DatalabsPreview-warning">{trans.__('The file ends before the data of this HDU do: it may have been cut off.')}</p>}
      <TabPanel id={id} tab={tab} className="jp-DatalabsFits-part">
        {tab === 'header' ? (
          <Cards hdu={hdu} copy={props.copy} more={readMore} trans={trans} />
        ) : hdu.type === 'image' && !row ? (
          <ImageView files={files} file={source} label={label} scaled={true} planes={planesOf(hdu)} unit={hdu.unit} trans={trans} />
        ) : (
          <TableView files={files} source={source} label={label} copy={props.copy} trans={trans} />
        )}
      </TabPanel>
    </>
  );
}

/** The HDU with the cards that came later, and how to ask for the next; null when all are here. */
function useAllCards(props: Parameters<typeof HduView>[0]): [IFitsHdu, (() => void) | null] {
  const { files, file, notify } = props;
  const [hdu, setHdu] = React.useState(props.hdu);
  const [busy, setBusy] = React.useState(false);
  const readMore = async (): Promise<void> => {
    setBusy(true);
    try {
      const answer = await files.preview(file.volume, file.path, { hdu: hdu.index, offset: hdu.cards.length });
      const next = answer.kind === 'fits' ? answer.hdus[0] : undefined;
      if (next) {
        setHdu({ ...hdu, cards: [...hdu.cards, ...next.cards], more: next.more === true && next.cards.length > 0 });
      }
    } catch (error) {
      const { detail, action } = toProblem(error);
      notify([detail, action].filter(Boolean).join(' '));
    }
    setBusy(false);
  };
  return [hdu, hdu.more && !busy ? () => void readMore() : null];
}
