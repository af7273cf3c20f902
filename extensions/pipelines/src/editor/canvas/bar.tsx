import { caretDownIcon, listIcon, redoIcon, searchIcon, undoIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { addEnd } from './actions';
import type { Align } from './actions';
import { useView } from './hooks';
import { alignIcon, arrangeIcon, exportIcon, groupIcon, inputIcon, mapIcon, outputIcon } from './icons';
import { partsOf } from './lookup';
import { short } from './words';

/** A button of the bar: an icon and its name; pressed for what is on. */
export function BarButton(props: { icon: LabIcon; label: string; onClick: () => void; isPressed?: boolean; isDisabled?: boolean; hasMenu?: boolean; isOpen?: boolean }): JSX.Element {
  const { icon: Icon, label, isPressed, isDisabled, onClick, hasMenu, isOpen } = props;
  return (
    <button
      type="button"
      className="jp-DatalabsGraph-barButton"
      aria-label={label}
      data-tip={label}
      aria-pressed={isPressed}
      // Not "disabled", which would lose the focus of who goes back step by step.
      aria-disabled={isDisabled}
      onClick={isDisabled ? undefined : onClick}
      {...(hasMenu ? { 'aria-haspopup': 'menu' as const, 'aria-expanded': isOpen } : {})}
    >
      <Icon.react tag="span" width="16px" height="16px" aria-hidden="true" />
      {hasMenu && <caretDownIcon.react tag="span" width="10px" height="10px" aria-hidden="true" />}
    </button>
  );
}

interface IItem {
  label: string;
  run: () => void;
}

/** A button with a menu below it. Arrow keys go through it, Escape leads back. */
export function MenuButton(props: { icon: LabIcon; label: string; items: readonly IItem[]; isDisabled?: boolean }): JSX.Element {
  const { icon, label, items, isDisabled } = props;
  const [isOpen, setOpen] = React.useState(false);
  const root = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    if (isOpen) {
      root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    }
  }, [isOpen]);
  const close = (): void => {
    setOpen(false);
    root.current?.querySelector('button')?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const all = [...root.current!.querySelectorAll<HTMLElement>('[role=menuitem]')];
    const index = all.indexOf(document.activeElement as HTMLElement);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (isOpen && step !== 0) {
      event.preventDefault();
      all[(index + step + all.length) % all.length]?.focus();
    } else if (isOpen && event.key === 'Escape') {
      close();
    } else {
      return;
    }
    event.stopPropagation();
  };
  return (
    <div
      ref={root}
      className="jp-DatalabsGraph-menuHost"
      onKeyDown={onKeyDown}
      onBlur={event => {
        if (!event.currentTarget.contains(event.relatedTarget)) {
          setOpen(false);
        }
      }}
    >
      <BarButton icon={icon} label={label} hasMenu isOpen={isOpen} isDisabled={isDisabled} onClick={() => setOpen(!isOpen)} />
      {isOpen && (
        <div className="jp-DatalabsGraph-menu" role="menu" aria-label={label}>
          {items.map(item => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                close();
                item.run();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Where in the pipeline this is, and the way back. */
export function Crumbs(): JSX.Element {
  const view = useView();
  const { scope, trans, graph } = view;
  const parts = scope === null ? [] : partsOf(scope);
  const segments = scope?.split('/') ?? [];
  const top = short(graph.process?.label || graph.process?.id || view.model.document.uri.replace(/^.*\//, ''), 80);
  return (
    <nav className="jp-DatalabsGraph-crumbs" aria-label={trans.__('Where this is')}>
      {[{ name: top, scope: null as string | null }, ...parts.map(({ name }, index) => ({ name: short(name, 80), scope: segments.slice(0, index + 1).join('/') }))].map((crumb, index) =>
        crumb.scope === scope ? (
          <span key={index} aria-current="page">
            {crumb.name}
          </span>
        ) : (
          <React.Fragment key={index}>
            <button type="button" onClick={() => view.enter(crumb.scope)}>
              {crumb.name}
            </button>
            <span aria-hidden="true">›</span>
          </React.Fragment>
        )
      )}
    </nav>
  );
}

export interface IBarProps {
  isSearching: boolean;
  hasMap: boolean;
  isGrouped: boolean;
  /** How many nodes are chosen. */
  chosen: number;
  onSearch: () => void;
  onMap: () => void;
  onAlign: (how: Align) => void;
  onExport: (format: 'svg' | 'png') => void;
  onGroup: () => void;
}

/** What can be done with the graph as a whole. */
export function Bar(props: IBarProps): JSX.Element {
  const view = useView();
  const { trans, model } = view;
  const isGraph = view.mode === 'graph';
  const canHaveEnds = model.graph.process?.class === 'Workflow' && model.document.readOnly === null && view.whyNot(view.scope) === null;
  const aligns: [Align, string][] = [
    ['left', trans.__('Align left')], ['right', trans.__('Align right')], ['top', trans.__('Align top')], ['bottom', trans.__('Align bottom')],
    ['across', trans.__('Distribute across')], ['down', trans.__('Distribute down')]
  ];
  return (
    <div className="jp-DatalabsGraph-bar" role="toolbar" aria-label={trans.__('Graph')}>
      <Crumbs />
      <BarButton icon={undoIcon} label={trans.__('Undo')} isDisabled={!model.canUndo} onClick={() => view.undo()} />
      <BarButton icon={redoIcon} label={trans.__('Redo')} isDisabled={!model.canRedo} onClick={() => view.redo()} />
      <span className="jp-DatalabsGraph-barGap" />
      {canHaveEnds && (
        <>
          <BarButton icon={inputIcon} label={trans.__('Add an input')} onClick={() => addEnd(view, 'input', view.scope)} />
          <BarButton icon={outputIcon} label={trans.__('Add an output')} onClick={() => addEnd(view, 'output', view.scope)} />
          <span className="jp-DatalabsGraph-barGap" />
        </>
      )}
      {isGraph && (
        <>
          <MenuButton icon={alignIcon} label={trans.__('Align what is chosen')} isDisabled={props.chosen < 2} items={aligns.map(([how, label]) => ({ label, run: () => props.onAlign(how) }))} />
          <BarButton icon={arrangeIcon} label={trans.__('Arrange anew')} onClick={() => view.arrange()} />
          <BarButton icon={groupIcon} label={trans.__('Inputs in one card')} isPressed={props.isGrouped} onClick={props.onGroup} />
          <BarButton icon={mapIcon} label={trans.__('Map')} isPressed={props.hasMap} onClick={props.onMap} />
          <MenuButton
            icon={exportIcon}
            label={trans.__('Export as a picture')}
            items={[{ label: trans.__('SVG'), run: () => props.onExport('svg') }, { label: trans.__('PNG'), run: () => props.onExport('png') }]}
          />
          <span className="jp-DatalabsGraph-barGap" />
        </>
      )}
      <BarButton icon={searchIcon} label={trans.__('Search the graph')} isPressed={props.isSearching} onClick={props.onSearch} />
      <BarButton
        icon={listIcon}
        label={trans.__('List')}
        isPressed={!isGraph}
        onClick={() => {
          view.mode = isGraph ? 'list' : 'graph';
        }}
      />
    </div>
  );
}
