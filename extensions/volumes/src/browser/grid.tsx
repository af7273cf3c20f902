import type { IFileEntry } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretUpIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { FolderModel, IOrder } from './folder';
import { FolderKeys } from './keys';
import { FolderRow, ROW_HEIGHT } from './row';
import { Scroller } from './scroller';

/** The header stands over the rows in the same element. */
const HEADER = ROW_HEIGHT;
/** Rows drawn above and below what is seen: what a fast wheel brings before they are asked for. */
const AHEAD = 16;
/** After this long without a scroll nobody scrolls, for browsers that do not tell. */
const SETTLED_MS = 150;
const TELLS = 'onscrollend' in window;

export interface IGridActions {
  open: (entry: IFileEntry) => void;
  copyPath: () => void;
  /** What a row is when it is dragged; null for one that cannot be. */
  dragText: (entry: IFileEntry) => string | null;
  iconOf: (entry: IFileEntry) => LabIcon;
}

function Header(props: { model: FolderModel; by: IOrder['by']; label: string; trans: TranslationBundle }): JSX.Element {
  const { model, by, label, trans } = props;
  const { order } = model;
  const isSorted = order.by === by;
  const sorted = !isSorted ? 'none' : order.descending ? 'descending' : 'ascending';
  const Caret = order.descending ? caretDownIcon : caretUpIcon;
  return (
    <span role="columnheader" aria-sort={sorted} className={`jp-DatalabsFolder-cell jp-mod-${by}`}>
      <button
        type="button"
        title={trans.__('Sort by %1', label.toLowerCase())}
        onClick={() => model.sortBy(by)}
      >
        {label}
        {isSorted && <Caret.react tag="span" width="16px" height="16px" aria-hidden="true" />}
      </button>
    </span>
  );
}

const rowOf = (target: EventTarget): number | null => {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  return row ? Number(row.dataset.row) : null;
};

/** The rows of a folder around what is seen, however many there are. */
export function FolderGrid(props: {
  model: FolderModel;
  label: string;
  trans: TranslationBundle;
  actions: IGridActions;
  onRows: (grid: HTMLElement) => void;
}): JSX.Element {
  const { model, label, trans, actions, onRows } = props;
  const node = React.useRef<HTMLDivElement>(null);
  const [scroller] = React.useState(() => new Scroller(ROW_HEIGHT));
  const [viewport, setViewport] = React.useState(0);
  const [, draw] = React.useReducer((drawn: number) => drawn + 1, 0);
  const settled = React.useRef(0);
  const prefix = React.useId();
  const { cursor, total, start } = model;
  scroller.setSize(total, viewport);
  const [first, last] = scroller.rows;

  const scrollTo = (element: number): void => {
    if (node.current) {
      node.current.scrollTop = element;
    }
    draw();
  };
  const openRow = (row: number): void => {
    const entry = model.entry(row);
    if (entry) {
      actions.open(entry);
    }
  };
  const settle = (): void => {
    const element = scroller.settle();
    if (Math.abs(node.current!.scrollTop - element) > 1) {
      scrollTo(element);
    }
  };
  const latest = React.useRef({ actions, openRow, scrollTo, settle });
  latest.current = { actions, openRow, scrollTo, settle };
  const keys = React.useMemo(
    () =>
      new FolderKeys(model, {
        open: () => latest.current.openRow(model.cursor),
        copyPath: () => latest.current.actions.copyPath(),
        reveal: () => latest.current.scrollTo(scroller.reveal(model.cursor)),
        page: () => Math.max(1, Math.floor(scroller.viewport / ROW_HEIGHT) - 1)
      }),
    [model, scroller]
  );

  React.useLayoutEffect(() => {
    const measure = (): void => setViewport(Math.max(0, node.current!.clientHeight - HEADER));
    const observer = new ResizeObserver(measure);
    observer.observe(node.current!);
    // Not before: to move what is still gliding would send it further.
    node.current!.addEventListener('scrollend', () => latest.current.settle());
    measure();
    onRows(node.current!);
    return () => {
      observer.disconnect();
      window.clearTimeout(settled.current);
    };
  }, [onRows]);
  React.useLayoutEffect(() => {
    scrollTo(scroller.show(start.row));
    // Only a new wish moves what somebody looks at; the first size that is known is when it can be fulfilled.
  }, [start.wish, viewport > 0]);
  React.useEffect(() => {
    if (viewport > 0) {
      model.want(Math.max(0, first - AHEAD), Math.min(last + AHEAD, total), first);
    }
  }, [model, first, last, total, viewport]);

  const onScroll = (): void => {
    const [before, at] = [scroller.rows[0], scroller.place(0)];
    scroller.onScroll(node.current!.scrollTop);
    if (scroller.rows[0] !== before || scroller.place(0) !== at) {
      draw();
    }
    if (!TELLS) {
      window.clearTimeout(settled.current);
      settled.current = window.setTimeout(() => latest.current.settle(), SETTLED_MS);
    }
  };

  const onMouseDown = (event: React.MouseEvent): void => {
    const row = rowOf(event.target);
    // The second button chooses only what is not chosen: the menu is about all that is.
    if (row === null || (event.button !== 0 && model.selection.has(row))) {
      return;
    }
    const command = (event.ctrlKey || event.metaKey) && event.button === 0;
    // What is chosen may be dragged, all of it: a click chooses one of it when the button is let go.
    const one = model.selection.has(row) ? 'keep' : 'choose';
    model.moveCursor(row, event.shiftKey ? 'extend' : command ? 'toggle' : one);
  };
  const onClick = (event: React.MouseEvent): void => {
    const row = rowOf(event.target);
    if (row !== null && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      model.moveCursor(row);
    }
  };

  // A row that goes becomes the one that comes: while somebody scrolls, nothing is made or thrown away.
  const pool = Math.ceil(viewport / ROW_HEIGHT) + 2 * AHEAD + 2;
  const drawn: JSX.Element[] = [];
  for (let row = Math.max(0, first - AHEAD); row < Math.min(last + AHEAD, total); row++) {
    drawn.push(
      <FolderRow
        key={row % pool}
        id={`${prefix}-${row}`}
        row={row}
        y={scroller.place(row)}
        entry={model.entry(row)}
        shared={model.shared(row)}
        isChosen={model.selection.has(row)}
        isCursor={row === cursor}
        iconOf={actions.iconOf}
        trans={trans}
      />
    );
  }
  const isDrawn = cursor >= first - AHEAD && cursor < last + AHEAD && cursor < total;
  return (
    <div
      ref={node}
      className="jp-DatalabsFolder-grid"
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={3}
      aria-multiselectable="true"
      aria-busy={model.isBusy}
      data-order={model.order.by}
      aria-keyshortcuts="Enter Backspace Control+A Control+C"
      aria-activedescendant={isDrawn ? `${prefix}-${cursor}` : undefined}
      onScroll={onScroll}
      onMouseDown={onMouseDown}
      onClick={onClick}
      onDoubleClick={event => {
        const row = rowOf(event.target);
        if (row !== null) {
          openRow(row);
        }
      }}
      onDragStart={event => {
        const row = rowOf(event.target);
        const entry = row === null ? undefined : model.entry(row);
        const text = entry ? actions.dragText(entry) : null;
        if (text === null) {
          event.preventDefault();
        } else {
          event.dataTransfer.setData('text/plain', text);
          event.dataTransfer.effectAllowed = 'copy';
        }
      }}
      onKeyDown={event => {
        // Keys on a column's header are those of a button.
        if (event.target === event.currentTarget && keys.onKeyDown(event.nativeEvent)) {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
    >
      <div role="rowgroup" className="jp-DatalabsFolder-head">
        <div role="row" aria-rowindex={1} className="jp-DatalabsFolder-columns">
          <Header model={model} by="name" label={trans.__('Name')} trans={trans} />
          <Header model={model} by="size" label={trans.__('Size')} trans={trans} />
          <Header model={model} by="modified" label={trans.__('Modified')} trans={trans} />
        </div>
      </div>
      <div role="rowgroup" className="jp-DatalabsFolder-rows" style={{ height: scroller.height }}>
        {drawn}
      </div>
    </div>
  );
}
