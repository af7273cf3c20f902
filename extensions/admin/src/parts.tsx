import { isFinal } from '@jupyter-datalabs/hub-client';
import type { IProblemInfo } from '@jupyter-datalabs/hub-client';
import { IconButton, ProblemView, StatusLine } from '@jupyter-datalabs/ui';
import { Time } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretUpIcon, refreshIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { Live } from './live';
import { PAGE } from './model';
import { exact } from './words';

const SKELETON_ROWS = 6;

export interface IColumn<T> {
  id: string;
  label: string;
  /** What `sort` is called for it; without one it cannot be sorted by. */
  sort?: string;
  /** Its share of the table, as CSS has it; those without one divide the rest. */
  width?: string;
  /** Only its buttons: the heading is for screen readers. */
  actions?: boolean;
  cell: (row: T) => React.ReactNode;
}

/** A table with the column headings as buttons that sort. In a narrow panel each row is a card; the roles keep it a table for screen readers. */
export function Table<T>(props: {
  label: string;
  columns: readonly IColumn<T>[];
  rows: readonly T[] | null;
  keyOf: (row: T) => string;
  sort?: string;
  onSort?: (sort: string) => void;
  busy?: boolean;
  trans: TranslationBundle;
}): JSX.Element {
  const { columns, rows, sort, trans } = props;
  return (
    <table className="jp-DatalabsAdmin-table" role="table" aria-label={props.label} aria-busy={rows === null || props.busy}>
      <colgroup>
        {columns.map(({ id, width }) => (
          <col key={id} style={{ width }} />
        ))}
      </colgroup>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(column => {
            const current = column.sort !== undefined && sort?.replace(/^-/, '') === column.sort;
            const descending = current && sort!.startsWith('-');
            const Caret = descending ? caretDownIcon : caretUpIcon;
            return (
              <th key={column.id} role="columnheader" scope="col" aria-sort={current ? (descending ? 'descending' : 'ascending') : undefined}>
                {column.sort !== undefined && props.onSort ? (
                  <button
                    type="button"
                    className="jp-DatalabsAdmin-sort"
                    title={trans.__('Sort by %1', column.label.toLowerCase())}
                    onClick={() => props.onSort!(current && !descending ? `-${column.sort}` : column.sort!)}
                  >
                    {column.label}
                    {current && <Caret.react tag="span" width="12px" height="12px" aria-hidden="true" />}
                  </button>
                ) : (
                  <span className={column.actions ? 'jp-DatalabsAdmin-heard' : undefined}>{column.label}</span>
                )}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows === null
          ? Array.from({ length: SKELETON_ROWS }, (_, index) => (
              <tr key={index} role="row" className="jp-mod-skeleton" aria-hidden="true">
                {columns.map(column => (
                  <td key={column.id} role="cell">
                    <span className="jp-DatalabsAdmin-bone" />
                  </td>
                ))}
              </tr>
            ))
          : rows.map(row => (
              <tr key={props.keyOf(row)} role="row">
                {columns.map(column => (
                  <td key={column.id} role="cell" data-label={column.actions ? undefined : column.label}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
      </tbody>
    </table>
  );
}

/** An icon and its word: state is never told by one of the two alone. */
export function Told(props: { icon: LabIcon; text: string; detail?: string | null; tone?: 'warning'; clamped?: boolean }): JSX.Element {
  const Icon = props.icon;
  return (
    <span className={`jp-DatalabsAdmin-told${props.tone ? ` jp-mod-${props.tone}` : ''}`} title={props.detail ?? undefined}>
      <Icon.react tag="span" width="16px" height="16px" aria-hidden="true" />
      <span>
        {props.text}
        {props.detail && <span className={`jp-DatalabsAdmin-detail${props.clamped ? ' jp-mod-clamped' : ''}`}>{props.detail}</span>}
      </span>
    </span>
  );
}

/** How long ago, with the exact time on hover. */
export function Ago(props: { at: string | null | undefined; none: string }): JSX.Element {
  if (!props.at) {
    return <span className="jp-DatalabsAdmin-none">{props.none}</span>;
  }
  return (
    <time className="jp-DatalabsAdmin-time" dateTime={props.at} title={exact(props.at)}>
      {Time.formatHuman(new Date(props.at))}
    </time>
  );
}

export function Search(props: { label: string; placeholder: string; value: string; onChange: (value: string) => void }): JSX.Element {
  return (
    <input
      type="search"
      className="jp-mod-styled jp-DatalabsAdmin-search"
      aria-label={props.label}
      placeholder={props.placeholder}
      value={props.value}
      maxLength={255}
      onChange={event => props.onChange(event.target.value)}
    />
  );
}

export function Pager(props: { offset: number; total: number; onOffset: (offset: number) => void; trans: TranslationBundle }): JSX.Element | null {
  const { offset, total, trans } = props;
  const last = Math.min(offset + PAGE, total);
  return (
    <nav className="jp-DatalabsAdmin-pager" aria-label={trans.__('Pages')}>
      <span role="status">{total === 0 ? '' : trans.__('%1–%2 of %3', (Math.min(offset, total - 1) + 1).toLocaleString(), last.toLocaleString(), total.toLocaleString())}</span>
      {(offset > 0 || total > PAGE) && (
        <>
          <button type="button" className="jp-DatalabsButton" disabled={offset === 0} onClick={() => props.onOffset(Math.max(0, offset - PAGE))}>
            {trans.__('Previous')}
          </button>
          <button type="button" className="jp-DatalabsButton" disabled={last >= total} onClick={() => props.onOffset(offset + PAGE)}>
            {trans.__('Next')}
          </button>
        </>
      )}
    </nav>
  );
}

/** The bar above a list, what went wrong with it, and the list. Nothing moves when the rows come. */
export function Section<Q extends object, D>(props: { live: Live<Q, D>; trans: TranslationBundle; bar?: React.ReactNode; children: React.ReactNode }): JSX.Element {
  const { live, trans } = props;
  const { problem } = live;
  const retry = { label: trans.__('Try again'), onClick: () => void live.refresh() };
  const reload = { label: trans.__('Reload this page'), onClick: () => window.location.reload() };
  return (
    <div {...useKeptFocus()}>
      <div className="jp-DatalabsAdmin-bar">
        {props.bar}
        <IconButton icon={refreshIcon} label={trans.__('Refresh')} onClick={() => void live.refresh()} />
      </div>
      {problem && live.data !== null && <StatusLine tone="warning" text={staleText(trans, problem, live.updated)} />}
      {problem && (live.data === null || isFinal(problem)) ? (
        <ProblemView problem={problem} trans={trans} actions={problem.status === 401 ? [reload] : [retry]} />
      ) : (
        props.children
      )}
    </div>
  );
}

/** Where the focus goes when what had it is gone, a row that ended or a button that has done its work: to the row in its place, else to the first thing of the bar. */
function useKeptFocus(): React.HTMLAttributes<HTMLDivElement> & React.RefAttributes<HTMLDivElement> {
  const ref = React.useRef<HTMLDivElement>(null);
  const last = React.useRef<Element | null>(null);
  const row = React.useRef(-1);
  const rows = (): Element[] => [...(ref.current?.querySelectorAll('tbody tr') ?? [])];
  React.useEffect(() => {
    if (last.current && (!last.current.isConnected || last.current.matches(':disabled')) && document.activeElement === document.body) {
      const there = row.current < 0 ? undefined : rows()[Math.min(row.current, rows().length - 1)];
      const next = there?.querySelector<HTMLElement>('button:not(:disabled)') ?? ref.current?.querySelector<HTMLElement>('input, button');
      next?.focus();
    }
  });
  return {
    ref,
    onFocus: ({ target }) => {
      last.current = target;
      row.current = rows().findIndex(each => each.contains(target));
    },
    // What is removed does not blur. A dialog gives the focus back to where it was, which may be gone by then.
    onBlur: ({ relatedTarget }) => {
      if (!relatedTarget?.closest('.jp-Dialog')) {
        last.current = null;
      }
    }
  };
}

function staleText(trans: TranslationBundle, problem: IProblemInfo, updated: number): string {
  return trans.__('%1 What is shown is from %2.', problem.detail, new Date(updated).toLocaleTimeString());
}
