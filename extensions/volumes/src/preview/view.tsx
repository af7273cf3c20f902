import type { FilePreview, ITablePreview } from '@jupyter-datalabs/hub-client';
import { ProblemView, sizeText, useSignal } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { FitsView } from './fits';
import { ImageView } from './image';
import type { PreviewModel } from './model';
import { TableView } from './table';
import { TabList, TabPanel } from './tabs';
import { TextView } from './text';
import { readable, sessionPath } from '../paths';
import type { IPlace } from '../paths';
import { countText } from '../words';

export interface IPreviewActions {
  copy: (text: string) => void;
  notify: (sentence: string) => void;
  insertSnippet: (hdu?: number) => void;
  /** Brings the file's volume into the session; null where nothing can. */
  mount: (() => Promise<unknown>) | null;
}

interface IPreviewProps {
  model: PreviewModel;
  hdu: number | undefined;
  onHdu: (hdu: number) => void;
  actions: IPreviewActions;
  trans: TranslationBundle;
}

/** A file of a volume, as far as it can be shown without a kernel. */
export function PreviewView(props: IPreviewProps): JSX.Element {
  const { model, trans } = props;
  const { mount } = props.actions;
  useSignal(model.changed);
  const [asText, setAsText] = React.useState(false);
  const { state } = model;
  switch (state.kind) {
    case 'loading':
      return <Bones trans={trans} />;
    case 'failed':
      return (
        <>
          <ProblemView
            problem={state.problem}
            trans={trans}
            actions={[
              ...(state.problem.code === 'not-mounted' && mount ? [{ label: trans.__('Mount'), onClick: () => void mount().then(() => model.load()) }] : []),
              { label: trans.__('Try again'), onClick: () => void model.load() },
              ...(AS_TEXT.has(state.problem.code) && !asText ? [{ label: trans.__('Show as text'), onClick: () => setAsText(true) }] : [])
            ]}
          />
          {asText && <TextView files={model.files} file={model.file} size={null} trans={trans} />}
        </>
      );
    case 'ready':
      return (
        <>
          <FileLine file={model.file} preview={state.value} trans={trans} />
          {/* Of a damaged file, what comes before the damage is shown. */}
          {state.value.problem && <ProblemView problem={state.value.problem} trans={trans} />}
          <Content {...props} preview={state.value} />
        </>
      );
  }
}

/** Of a file that no reader makes anything of, the text may still tell what is wrong: it is there, and may be read. */
const AS_TEXT = new Set(['unreadable-file', 'preview-unavailable', 'too-large']);

/** What a table and a picture have in common: a line of controls, and room below. */
function Bones(props: { trans: TranslationBundle }): JSX.Element {
  return (
    <div role="status" aria-label={props.trans.__('Reading the file')} className="jp-DatalabsPreview-bones">
      <span className="jp-DatalabsPreview-bone jp-mod-short" aria-hidden="true" />
      <span className="jp-DatalabsPreview-bone" aria-hidden="true" />
    </div>
  );
}

function FileLine(props: { file: IPlace; preview: FilePreview; trans: TranslationBundle }): JSX.Element {
  const { file, preview, trans } = props;
  const path = readable(sessionPath(file.volume, file.path));
  return (
    <div className="jp-DatalabsPreview-file">
      <span className="jp-DatalabsPreview-path" title={path}>
        {path}
      </span>
      <span className="jp-DatalabsPreview-quiet" title={trans.__('%1 bytes', countText(preview.size))}>
        {sizeText(preview.size)}
        {preview.packed ? `, ${String(preview.packed)}` : ''}
      </span>
    </div>
  );
}

function Content(props: IPreviewProps & { preview: FilePreview }): JSX.Element {
  const { model, preview, actions, trans } = props;
  const { files, file } = model;
  switch (preview.kind) {
    case 'fits':
      return (
        <FitsView
          files={files}
          file={file}
          hdus={preview.hdus}
          more={preview.more === true}
          hdu={props.hdu}
          onHdu={props.onHdu}
          copy={actions.copy}
          notify={actions.notify}
          trans={trans}
        />
      );
    case 'votable':
    case 'parquet':
    case 'table':
      return <TablesView {...props} preview={preview} />;
    case 'image':
      return <ImageView files={files} file={file} label={readable(file.path.slice(file.path.lastIndexOf('/') + 1))} scaled={false} planes={1} trans={trans} />;
    case 'text':
      return <TextView files={files} file={file} size={preview.size} trans={trans} />;
    case 'binary':
      return (
        <div className="jp-DatalabsPreview-note">
          <p>{trans.__('No reader knows this file: it has %1 of binary data.', sizeText(preview.size))}</p>
          <p>{trans.__('Read it in a notebook, with the library that its format needs.')}</p>
          <button type="button" className="jp-DatalabsButton" onClick={() => actions.insertSnippet()}>
            {trans.__('Insert snippet')}
          </button>
        </div>
      );
  }
}

/** One table, or the tables of a VOTable. */
function TablesView(props: IPreviewProps & { preview: ITablePreview }): JSX.Element {
  const { model, preview, actions, trans } = props;
  const { volume, path } = model.file;
  const id = React.useId();
  const tables = preview.tables ?? [];
  const [chosen, setChosen] = React.useState(0);
  const table = tables.find(({ index }) => index === chosen) ?? tables[0];
  const source = React.useMemo(
    () => ({
      volume,
      path,
      ...(table ? { table: table.index, columns: table.columns, rows: table.rows } : { columns: preview.columns, rows: preview.rows })
    }),
    [volume, path, table, preview]
  );
  const name = table?.name || readable(path.slice(path.lastIndexOf('/') + 1));
  if (preview.tables && !table) {
    return <p className="jp-DatalabsPreview-note">{trans.__('The file has no table.')}</p>;
  }
  const view = <TableView key={table?.index ?? 0} files={model.files} source={source} label={name} copy={actions.copy} trans={trans} />;
  return tables.length > 1 ? (
    <>
      <TabList
        id={id}
        label={trans.__('Tables')}
        selected={String(table!.index)}
        onSelect={key => setChosen(Number(key))}
        tabs={tables.map(one => ({ key: String(one.index), label: one.name || trans.__('Table %1', one.index + 1) }))}
      />
      <TabPanel id={id} tab={String(table!.index)} className="jp-DatalabsFits-part">
        {view}
      </TabPanel>
    </>
  ) : (
    view
  );
}
