import { addIcon, closeIcon, duplicateIcon, linkIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { addEnd, disconnect, duplicate, remove } from '../canvas/actions';
import { useOf, useView } from '../canvas/hooks';
import { chevronIcon, workflowIcon } from '../canvas/icons';
import type { IMarks } from '../canvas/marks';
import { SeverityIcon } from '../canvas/port';
import type { IShown } from '../canvas/shown';
import { rowsOf } from './rows';
import type { IRow } from './rows';

interface IAct {
  icon: LabIcon;
  label: string;
  run: () => void;
}

/** The pipeline as a tree: what the graph shows and does, in lines. */
export function ListView(props: { shown: IShown; marks: ReadonlyMap<string | null, IMarks>; onPick: (port: string) => void }): JSX.Element {
  const { shown, marks, onPick } = props;
  const view = useView();
  const { model, trans, scope } = view;
  const [turned, setTurned] = React.useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = React.useState<string | null>(model.selected);
  const selected = useOf(model.selectedChanged, () => model.selected);
  const root = React.useRef<HTMLUListElement>(null);
  // Parts are open from the start, all else closed, until somebody turns it.
  const rows = React.useMemo(() => {
    void shown;
    return rowsOf(view.graph, scope, id => id.includes('#') !== turned.has(id), trans);
  }, [view, shown, scope, turned, trans]);
  const at = rows.findIndex(({ id }) => id === cursor);
  const last = React.useRef(0);
  const index = at >= 0 ? at : Math.min(last.current, rows.length - 1);
  last.current = index;
  // A line that is removed takes the focus with it: the next one has it then.
  const hadFocus = React.useRef(false);
  React.useEffect(() => {
    if (hadFocus.current && document.activeElement === document.body) {
      root.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    }
  }, [rows]);
  const turn = (id: string): void => {
    const next = new Set(turned);
    if (!next.delete(id)) {
      next.add(id);
    }
    setTurned(next);
  };
  const go = (to: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (row) {
      setCursor(row.id);
      model.select(row.edge || !row.node ? null : row.id);
      root.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.id)}"]`)?.focus();
    }
  };
  const actsOf = (row: IRow): IAct[] => {
    const { node, port, edge } = row;
    if (edge) {
      return [{ icon: closeIcon, label: trans.__('Disconnect'), run: () => void disconnect(view, edge) }];
    }
    const end = row.node ? null : row.id.endsWith('#input') ? 'input' : row.id.endsWith('#output') ? 'output' : null;
    return [
      ...(end ? [{ icon: addIcon, label: end === 'input' ? trans.__('Add input') : trans.__('Add output'), run: () => void addEnd(view, end, row.id.slice(0, row.id.lastIndexOf('#')) || null) }] : []),
      ...(port ? [{ icon: linkIcon, label: trans.__('Connect'), run: () => onPick(port.id) }] : []),
      ...(node && !port && node.run?.canExpand ? [{ icon: workflowIcon, label: trans.__('Show alone'), run: () => view.enter(node.id) }] : []),
      ...(node?.kind === 'step' && !port ? [{ icon: duplicateIcon, label: trans.__('Duplicate'), run: () => void duplicate(view, [node.id]) }] : []),
      ...(node && (!port || node.kind !== 'step') ? [{ icon: closeIcon, label: trans.__('Remove'), run: () => void remove(view, [node.id], []) }] : [])
    ];
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const row = rows[index];
    if (!row || (event.target as HTMLElement).closest('button')) {
      return;
    }
    switch (event.key) {
      case 'ArrowDown':
        go(index + 1);
        break;
      case 'ArrowUp':
        go(index - 1);
        break;
      case 'Home':
        go(0);
        break;
      case 'End':
        go(rows.length - 1);
        break;
      case 'ArrowRight':
        if (row.isOpen === false) {
          turn(row.id);
        } else if (row.isOpen) {
          go(index + 1);
        }
        break;
      case 'ArrowLeft':
        if (row.isOpen) {
          turn(row.id);
        } else {
          go(rows.slice(0, index).reduce((found, other, at) => (other.level < row.level ? at : found), 0));
        }
        break;
      case 'Enter':
      case ' ':
        if (row.isOpen !== null) {
          turn(row.id);
        }
        break;
      case 'c':
        if (row.port && !row.edge) {
          onPick(row.port.id);
        }
        break;
      case 'Delete':
        if (row.node) {
          actsOf(row).at(-1)?.run();
        }
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <ul ref={root} className="jp-DatalabsGraph-list" role="tree" aria-label={trans.__('Pipeline')} onKeyDown={onKeyDown} onFocus={() => (hadFocus.current = true)} onBlur={({ relatedTarget }) => (hadFocus.current = relatedTarget === null)}>
      {rows.map((row, line) => {
        const own = row.edge ? undefined : row.port && row.node?.kind === 'step' ? marks.get(row.node.id)?.ports[row.port.id] : row.node ? marks.get(row.node.id) : undefined;
        return (
          <li
            key={row.id}
            role="treeitem"
            aria-level={row.level}
            aria-expanded={row.isOpen ?? undefined}
            aria-selected={selected === row.id}
            tabIndex={line === index ? 0 : -1}
            data-row={row.id}
            style={{ paddingInlineStart: row.level * 16 - 8 }}
            className={row.node ? '' : 'jp-mod-part'}
            onClick={() => go(line)}
            onDoubleClick={() => row.isOpen !== null && turn(row.id)}
          >
            <span
              className="jp-DatalabsGraph-turn"
              onClick={event => {
                event.stopPropagation();
                turn(row.id);
              }}
            >
              {row.isOpen !== null && <chevronIcon.react tag="span" width="12px" height="12px" aria-hidden="true" />}
            </span>
            {row.port && !row.edge && <i className={`jp-DatalabsGraph-dot jp-mod-${row.port.family}${row.port.isArray ? ' jp-mod-array' : ''}${row.port.isOptional ? ' jp-mod-optional' : ''}`} />}
            <bdi className="jp-DatalabsGraph-name">{row.text}</bdi>
            <bdi className="jp-DatalabsGraph-note">{row.note}</bdi>
            {own && (
              <span className="jp-DatalabsGraph-rowMarks" title={own.messages.join('\n')}>
                <SeverityIcon severity={own.worst} />
                {own.messages[0]}
              </span>
            )}
            <span className="jp-DatalabsGraph-acts">
              {actsOf(row).map(({ icon: Icon, label, run }) => (
                <button
                  key={label}
                  type="button"
                  tabIndex={line === index ? 0 : -1}
                  aria-label={row.node ? `${label}: ${row.text}` : label}
                  data-tip={label}
                  onClick={event => {
                    event.stopPropagation();
                    run();
                  }}
                >
                  <Icon.react tag="span" width="14px" height="14px" aria-hidden="true" />
                </button>
              ))}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
