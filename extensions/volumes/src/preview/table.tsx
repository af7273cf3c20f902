import { ProblemView, useDisposable, useSignal } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { Grid } from './grid';
import type { IGridPlace } from './grid';
import type { PreviewFiles } from './model';
import { RowsModel } from './rows-model';
import type { ITableSource, IView } from './rows-model';
import { cellText, matchesColumn } from './values';
import { countText } from '../words';

/** Of fewer columns all are seen at a glance. */
const FILTER_FROM = 9;

/** A table of a file: any rows of it, found by scrolling or by number, and columns found by typing. */
export function TableView(props: {
  files: PreviewFiles;
  source: ITableSource;
  label: string;
  copy: (text: string) => void;
  trans: TranslationBundle;
}): JSX.Element {
  const { files, source, trans } = props;
  const model = useDisposable(() => new RowsModel(files, source), [files, source]);
  useSignal(model?.changed);
  const [typed, setTyped] = React.useState('');
  const [wanted, setActive] = React.useState<IGridPlace>({ row: 0, at: 0 });
  const [view, setView] = React.useState<IView>({ first: 0, end: 0, columns: [] });
  const all = model?.columns;
  const columns = React.useMemo(
    () => (all ?? []).map((column, index) => ({ column, index })).filter(({ column }) => matchesColumn(column, typed)),
    [all, typed]
  );
  const row = Math.max(0, Math.min(wanted.row, (model?.count ?? 0) - 1));
  const at = Math.max(0, Math.min(wanted.at, columns.length - 1));
  const active = React.useMemo(() => ({ row, at }), [row, at]);
  const current = columns[at];
  if (!model) {
    return <div className="jp-DatalabsTable" />;
  }
  const onView = (next: IView): void => {
    model.show(next);
    setView(next);
  };
  const value = current && model.value(active.row, current.index);
  const rows = model.count;
  const shownEnd = Math.min(view.end, rows);
  return (
    <div className="jp-DatalabsTable">
      <div className="jp-DatalabsPreview-controls">
        <span className="jp-DatalabsTable-range" role="status">
          {rows === 0 && !model.busy
            ? trans.__('No rows')
            : model.total === null
              ? trans.__('Rows %1–%2, end not known', countText(view.first + 1), countText(shownEnd))
              : trans.__('Rows %1–%2 of %3', countText(Math.min(view.first + 1, shownEnd)), countText(shownEnd), countText(model.total))}
        </span>
        <GoToRow
          trans={trans}
          onGo={to => {
            model.reach(to);
            setActive({ row: to, at });
          }}
        />
        {(all?.length ?? 0) >= FILTER_FROM && (
          <label className="jp-DatalabsPreview-field">
            <span>{trans.__('Columns')}</span>
            <input
              type="search"
              className="jp-DatalabsPreview-input"
              placeholder={trans.__('Name, unit, UCD')}
              value={typed}
              onChange={event => {
                setTyped(event.target.value);
                setActive({ row, at: 0 });
              }}
            />
            <span role="status" className="jp-DatalabsPreview-quiet">
              {typed ? trans.__('%1 of %2', columns.length, all?.length ?? 0) : String(all?.length ?? 0)}
            </span>
          </label>
        )}
      </div>
      {model.problem && (
        <ProblemView problem={model.problem} trans={trans} actions={[{ label: trans.__('Try again'), onClick: () => model.retry() }]} />
      )}
      <Grid
        label={props.label}
        columns={columns}
        rows={rows}
        open={model.total === null}
        value={(row, column) => model.value(row, column)}
        isNumber={column => model.isNumber(column)}
        active={active}
        onActive={setActive}
        onView={onView}
        onCopy={props.copy}
        trans={trans}
      />
      {/* A cell is narrow: the whole of the current one is here, and can be selected. */}
      <div className="jp-DatalabsTable-value" aria-live="off">
        {current && value !== undefined ? (
          <>
            <span className="jp-DatalabsPreview-quiet">
              {current.column.name}
              {current.column.unit ? ` (${current.column.unit})` : ''}
            </span>{' '}
            <span className="jp-DatalabsTable-whole">{cellText(value)}</span>
          </>
        ) : (
          <span className="jp-DatalabsPreview-quiet">{model.busy ? trans.__('Reading rows…') : typed && columns.length === 0 ? trans.__('No column matches') : '\u00a0'}</span>
        )}
      </div>
    </div>
  );
}

function GoToRow(props: { onGo: (row: number) => void; trans: TranslationBundle }): JSX.Element {
  const [typed, setTyped] = React.useState('');
  return (
    <form
      className="jp-DatalabsPreview-field"
      onSubmit={event => {
        event.preventDefault();
        const row = Number.parseInt(typed.replace(/\D/g, ''), 10);
        if (Number.isSafeInteger(row)) {
          props.onGo(Math.max(0, row - 1));
        }
      }}
    >
      <label className="jp-DatalabsPreview-field">
        <span>{props.trans.__('Go to row')}</span>
        <input className="jp-DatalabsPreview-input jp-mod-number" inputMode="numeric" value={typed} onChange={event => setTyped(event.target.value)} />
      </label>
    </form>
  );
}
