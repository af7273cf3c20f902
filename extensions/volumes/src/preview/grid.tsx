import type { IFileColumn } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { columnsInView, edgesOf, gridLayout, HEADER_HEIGHT, NUMBER_WIDTH, ROW_HEIGHT } from './grid-layout';
import type { IGridLayout } from './grid-layout';
import type { IView } from './rows-model';
import { useSize } from './size';
import { cellText, columnTitle, columnWidth, shortText } from './values';
import { countText } from '../words';

export interface IGridColumn {
  /** Its number in the table. */
  index: number;
  column: IFileColumn;
}

/** A cell: its row in the table, and its place among the columns shown. */
export interface IGridPlace {
  row: number;
  at: number;
}

export interface IGridProps {
  label: string;
  columns: readonly IGridColumn[];
  rows: number;
  /** The end of the table is not known. */
  open: boolean;
  /** Undefined: not here yet. */
  value: (row: number, column: number) => unknown;
  isNumber: (column: number) => boolean;
  active: IGridPlace;
  onActive: (place: IGridPlace) => void;
  /** What is seen now. */
  onView: (view: IView) => void;
  onCopy: (text: string) => void;
  trans: TranslationBundle;
}

/** Where a key leads, null for keys that lead nowhere. */
export function gridTarget(event: { key: string; ctrlKey: boolean; metaKey: boolean }, from: IGridPlace, last: IGridPlace, page: number): IGridPlace | null {
  const control = event.ctrlKey || event.metaKey;
  const to = (row: number, at: number): IGridPlace => ({
    row: Math.max(0, Math.min(last.row, row)),
    at: Math.max(0, Math.min(last.at, at))
  });
  switch (event.key) {
    case 'ArrowDown':
      return to(control ? last.row : from.row + 1, from.at);
    case 'ArrowUp':
      return to(control ? 0 : from.row - 1, from.at);
    case 'ArrowRight':
      return to(from.row, control ? last.at : from.at + 1);
    case 'ArrowLeft':
      return to(from.row, control ? 0 : from.at - 1);
    case 'PageDown':
      return to(from.row + page, from.at);
    case 'PageUp':
      return to(from.row - page, from.at);
    case 'Home':
      return to(control ? 0 : from.row, 0);
    case 'End':
      return to(control ? last.row : from.row, last.at);
    default:
      return null;
  }
}

/** A table of any length and width, of which only what is seen is in the page. */
export function Grid(props: IGridProps): JSX.Element {
  const { columns, rows, active, trans } = props;
  const id = React.useId();
  const box = React.useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const [first, setFirst] = React.useState(0);
  const [left, setLeft] = React.useState(0);
  const layout = gridLayout(rows, size.height);
  const edges = React.useMemo(() => edgesOf(columns.map(({ column }) => columnWidth(column))), [columns]);
  const room = Math.max(0, size.width - NUMBER_WIDTH);
  const total = edges[edges.length - 1]!;
  const [from, end] = columnsInView(edges, left, room);
  const start = Math.min(first, layout.lastFirst);
  const lastRow = Math.min(rows, start + layout.visible + 1);
  const seen = columns.slice(from, end);
  const numbers = seen.map(({ index }) => props.isNumber(index));
  const seenKey = seen.map(({ index }) => index).join();

  React.useEffect(() => {
    // Neighbours come along, so that a step aside asks nothing.
    const near = columns.slice(Math.max(0, from - 10), end + 10).map(({ index }) => index);
    props.onView({ first: start, end: lastRow, columns: near });
  }, [start, lastRow, seenKey, rows === 0]);

  // Brought into view whenever it changes, whoever changed it.
  const lastActive = React.useRef(active);
  React.useLayoutEffect(() => {
    const node = box.current;
    if (!node || lastActive.current === active) {
      return;
    }
    lastActive.current = active;
    const top = active.row < start ? active.row : active.row >= start + layout.visible ? active.row - layout.visible + 1 : start;
    if (top !== start) {
      node.scrollTop = layout.scrollOf(top);
      setFirst(top);
    }
    const [cellLeft, cellRight] = [edges[active.at] ?? 0, edges[active.at + 1] ?? 0];
    const across = cellLeft < left ? cellLeft : cellRight > left + room ? Math.min(cellLeft, cellRight - room) : left;
    if (across !== left) {
      node.scrollLeft = across;
      setLeft(across);
    }
  });
  useScaledWheel(box, layout, start, setFirst);

  const onScroll = (event: React.UIEvent<HTMLDivElement>): void => {
    const { scrollTop, scrollLeft } = event.currentTarget;
    setLeft(scrollLeft);
    // The answer to our own move says less than we know: a pixel may stand for many rows.
    if (Math.abs(scrollTop - layout.scrollOf(start)) > 1) {
      setFirst(layout.firstOf(scrollTop));
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const next = gridTarget(event, active, { row: Math.max(0, rows - 1), at: Math.max(0, columns.length - 1) }, layout.visible);
    const column = columns[active.at];
    if (next) {
      props.onActive(next);
    } else if (column && event.key === 'c' && (event.ctrlKey || event.metaKey) && (window.getSelection()?.isCollapsed ?? true)) {
      props.onCopy(cellText(props.value(active.row, column.index)));
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const cellId = (row: number, at: number): string => `${id}-${row}-${at}`;
  const activeSeen = active.row >= start && active.row < lastRow && active.at >= from && active.at < end;
  const words = { unit: trans.__('Unit'), ucd: trans.__('UCD'), type: trans.__('Type') };

  return (
    <div
      ref={box}
      className="jp-DatalabsGrid"
      role="grid"
      aria-label={props.label}
      aria-readonly={true}
      aria-rowcount={props.open ? -1 : rows + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={activeSeen ? cellId(active.row, active.at) : undefined}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <div className="jp-DatalabsGrid-scrolled" role="presentation" style={{ height: layout.height, width: NUMBER_WIDTH + total }}>
        <div className="jp-DatalabsGrid-window" role="presentation" style={{ height: size.height, width: size.width }}>
          <div className="jp-DatalabsGrid-row jp-mod-header" role="row" aria-rowindex={1} style={{ height: HEADER_HEIGHT }}>
            {seen.map(({ index, column }, i) => (
              <div
                key={index}
                role="columnheader"
                aria-colindex={from + i + 2}
                className={`jp-DatalabsGrid-cell${numbers[i] ? ' jp-mod-number' : ''}`}
                title={columnTitle(column, words)}
                style={place(edges, from + i, left)}
              >
                <span className="jp-DatalabsGrid-name">{column.name}</span>
                <span className="jp-DatalabsGrid-unit">{column.unit || '\u00a0'}</span>
              </div>
            ))}
            <div className="jp-DatalabsGrid-number" role="columnheader" aria-colindex={1}>
              {trans.__('Row')}
            </div>
          </div>
          {Array.from({ length: Math.max(0, lastRow - start) }, (_, i) => start + i).map(row => (
            <div
              // Rows that leave make room for those that come: their elements stay.
              key={row % (layout.visible + 2)}
              className="jp-DatalabsGrid-row"
              role="row"
              aria-rowindex={row + 2}
              style={{ top: HEADER_HEIGHT + (row - start) * ROW_HEIGHT, height: ROW_HEIGHT }}
            >
              {seen.map(({ index }, i) => {
                const at = from + i;
                const value = props.value(row, index);
                const current = row === active.row && at === active.at;
                return (
                  <div
                    key={index}
                    id={cellId(row, at)}
                    role="gridcell"
                    aria-colindex={at + 2}
                    aria-selected={current}
                    className={cellClass(value, numbers[i]!, current)}
                    style={place(edges, at, left)}
                    onMouseDown={() => props.onActive({ row, at })}
                  >
                    {value === undefined ? '' : shortText(value, numbers[i]!)}
                  </div>
                );
              })}
              <div className="jp-DatalabsGrid-number" role="rowheader" aria-colindex={1}>
                {countText(row + 1)}
              </div>
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function place(edges: readonly number[], at: number, left: number): React.CSSProperties {
  return { left: NUMBER_WIDTH + edges[at]! - left, width: edges[at + 1]! - edges[at]! };
}

function cellClass(value: unknown, isNumber: boolean, current: boolean): string {
  return [
    'jp-DatalabsGrid-cell',
    typeof value === 'number' || isNumber ? 'jp-mod-number' : '',
    value === null ? 'jp-mod-null' : '',
    value === undefined ? 'jp-mod-loading' : '',
    current ? 'jp-mod-active' : ''
  ]
    .filter(Boolean)
    .join(' ');
}

/** Where a pixel of the scroll bar is many rows, the wheel still moves by rows. */
function useScaledWheel(box: React.RefObject<HTMLDivElement>, layout: IGridLayout, first: number, setFirst: (first: number) => void): void {
  const { scaled } = layout;
  const latest = React.useRef({ layout, first, rest: 0 });
  latest.current.layout = layout;
  latest.current.first = first;
  React.useEffect(() => {
    const node = box.current;
    if (!node || !scaled) {
      return;
    }
    // React listens passively, and the browser would scroll as well.
    const onWheel = (event: WheelEvent): void => {
      if (event.deltaY === 0 || event.ctrlKey || event.shiftKey) {
        return;
      }
      event.preventDefault();
      const now = latest.current;
      const moved = now.rest + (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY : event.deltaY / ROW_HEIGHT);
      const steps = Math.trunc(moved);
      now.rest = moved - steps;
      const to = Math.max(0, Math.min(now.layout.lastFirst, now.first + steps));
      now.first = to;
      node.scrollTop = now.layout.scrollOf(to);
      setFirst(to);
    };
    node.addEventListener('wheel', onWheel, { passive: false });
    return () => node.removeEventListener('wheel', onWheel);
  }, [scaled]);
}
