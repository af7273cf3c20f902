import { ReactFlowProvider } from '@xyflow/react';
import * as React from 'react';
import { Canvas } from '../canvas';
import type { ICanvas } from '../canvas';
import { ListView } from '../list/list';
import type { Places } from '../layout/places';
import { aligned } from './actions';
import { Bar } from './bar';
import { ConnectList } from './connect-list';
import { Banner, Empty, OpenFile } from './empty';
import { exportPicture } from './export';
import { useView, ViewContext } from './hooks';
import { Legend, Zoom } from './legend';
import { marksOf } from './marks';
import type { IMarks } from './marks';
import { Search } from './search';
import { GROUP } from './shown';
import type { IShown } from './shown';
import { Tooltip } from './tooltip';
import { useKeys } from './use-keys';
import type { GraphView, ISaid } from './view';

/** Drawn anew after any change of what is shown. */
function useVersion(view: GraphView): number {
  const [version, again] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    const { changed } = view.model;
    changed.connect(again);
    view.changed.connect(again);
    return () => {
      changed.disconnect(again);
      view.changed.disconnect(again);
    };
  }, [view]);
  return version;
}

/** Checking waits until somebody pauses, so that the graph follows what they type at once. */
const CHECK_AFTER = 200;
/** How long the first arrangement waits for the files that the steps run. */
const FILES_WITHIN = 500;

function useMarks(view: GraphView, version: number): ReadonlyMap<string | null, IMarks> {
  const [marks, setMarks] = React.useState(() => marksOf(view.model.problems));
  const isFirst = React.useRef(true);
  React.useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    const timer = window.setTimeout(() => setMarks(marksOf(view.model.problems)), CHECK_AFTER);
    return () => window.clearTimeout(timer);
  }, [view, version]);
  return marks;
}

/** The last that has places, until the next has. */
function useArranged(view: GraphView, shown: IShown): { shown: IShown; places: Places; scope: string } | null {
  const [arranged, setArranged] = React.useState<{ shown: IShown; places: Places; scope: string } | null>(null);
  const isFirst = arranged === null;
  // At once, not after the frame in which all else is painted: the worker has nothing to do until then.
  React.useLayoutEffect(() => {
    let isWanted = true;
    // What is arranged anew is looked at as a whole again.
    const scope = `${view.scope ?? ''} ${view.arranged}`;
    const arrange = (): void =>
      void view.layouts.places(shown).then(
        places => {
          if (isWanted) {
            setArranged({ shown, places, scope });
          }
        },
        (error: unknown) => {
          if (isWanted) {
            view.say(String(error), true);
            view.setDrawn();
          }
        }
      );
    const isWaiting = isFirst && shown.nodes.some(({ run }) => run?.state === 'loading');
    const timer = isWaiting ? window.setTimeout(arrange, FILES_WITHIN) : 0;
    if (!isWaiting) {
      arrange();
    }
    return () => {
      isWanted = false;
      window.clearTimeout(timer);
    };
  }, [view, shown, isFirst]);
  return arranged;
}

/** Tells the view when what has been arranged is painted. */
function useDrawn(view: GraphView, isArranged: boolean): void {
  React.useEffect(() => {
    if (!isArranged) {
      return;
    }
    let timer = 0;
    // The first task after a frame.
    const frame = requestAnimationFrame(() => {
      timer = window.setTimeout(() => view.setDrawn());
    });
    return () => {
      cancelAnimationFrame(frame);
      window.clearTimeout(timer);
    };
  }, [view, isArranged]);
}

const NOTHING_SAID: ISaid = { text: '', isProblem: false, file: null };
const SHOWN_FOR = 6_000;
/** With a button, which takes longer to get to. */
const OFFERED_FOR = 20_000;

function Said(props: { view: GraphView }): JSX.Element {
  const { view } = props;
  const [said, setSaid] = React.useState(NOTHING_SAID);
  React.useEffect(() => {
    let timer = 0;
    const show = (_: unknown, next: ISaid): void => {
      setSaid(next);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => setSaid(NOTHING_SAID), next.file === null ? SHOWN_FOR : OFFERED_FOR);
    };
    view.said.connect(show);
    return () => {
      view.said.disconnect(show);
      window.clearTimeout(timer);
    };
  }, [view]);
  return (
    <div className={`jp-DatalabsGraph-said${said.isProblem ? ' jp-mod-problem' : ''}`} role="status" aria-live="polite">
      {said.text}
      <OpenFile file={said.file} />
    </div>
  );
}

function Shell(): JSX.Element {
  const view = useView();
  const { model, trans } = view;
  const version = useVersion(view);
  const host = React.useRef<HTMLDivElement>(null);
  const canvas = React.useRef<ICanvas | null>(null);
  const [isSearching, setSearching] = React.useState(false);
  const [hasMap, setMap] = React.useState(true);
  const [picking, setPicking] = React.useState<{ port: string; at: { x: number; y: number } | null } | null>(null);
  const pick = React.useCallback((port: string, at: { x: number; y: number } | null = null) => setPicking({ port, at }), []);
  const [chosen, setChosen] = React.useState(0);
  const marks = useMarks(view, version);
  const kept = React.useMemo(() => {
    const { selected } = model;
    return new Set([...[...marks.values()].flatMap(({ ports }) => Object.keys(ports).filter(id => ports[id]!.worst === 'error')), ...(selected ? [selected] : [])]);
    // What is chosen is looked at when the graph changes, not the other way round.
  }, [marks, model]);
  const last = React.useRef<IShown | null>(null);
  const isUnreadable = model.document.processes.length === 0;
  const shown = React.useMemo(() => {
    void version;
    // What somebody types cannot be read between two keys: what was drawn last stays, rather than to vanish and come back.
    if (!isUnreadable || last.current === null) {
      last.current = view.shown(view.graph, kept);
    }
    return last.current;
  }, [view, version, kept, isUnreadable]);
  const arranged = useArranged(view, shown);
  useDrawn(view, arranged !== null);
  const close = (): void => {
    setSearching(false);
    setPicking(null);
    host.current?.querySelector<HTMLElement>('.jp-DatalabsGraph-stage, [role=treeitem][tabindex="0"]')?.focus();
  };
  const keys = useKeys(view, arranged, canvas, { search: () => setSearching(true), pick });
  view.canvas = canvas;
  const isEmpty = shown.nodes.length === 0;
  const isGrouped = shown.nodes.some(({ id }) => id.endsWith(GROUP));
  return (
    <div ref={host} className={`jp-DatalabsGraph-shell${isUnreadable && !isEmpty ? ' jp-mod-past' : ''}`}>
      <Bar
        isSearching={isSearching}
        hasMap={hasMap}
        isGrouped={isGrouped}
        chosen={chosen}
        onSearch={() => (isSearching ? close() : setSearching(true))}
        onMap={() => setMap(!hasMap)}
        onGroup={() => view.group(!isGrouped)}
        onAlign={how => {
          const corners = aligned(canvas.current?.boxes(canvas.current.chosen()) ?? [], how);
          canvas.current?.place(corners);
          view.say(trans._n('%1 node moved', '%1 nodes moved', corners.length));
        }}
        onExport={format => arranged && void exportPicture(view, arranged, format, host.current!)}
      />
      <Banner />
      {view.mode === 'list' ? (
        <ListView shown={shown} marks={marks} onPick={pick} />
      ) : (
        <div
          ref={element => void (view.stage = element)}
          className="jp-DatalabsGraph-stage"
          tabIndex={0}
          role="application"
          aria-label={trans.__('Graph of the pipeline. Arrow keys go from node to node, Enter to the ports, c connects. The list shows the same as text.')}
          {...keys}
        >
          {arranged && !isEmpty && <Canvas key={arranged.scope} view={view} shown={arranged.shown} places={arranged.places} marks={marks} canvas={canvas} hasMap={hasMap} onChosen={setChosen} onPick={pick} />}
          {isEmpty && <Empty />}
          {!isEmpty && (
            <div className="jp-DatalabsGraph-foot">
              <Zoom />
              <Legend shown={shown} />
            </div>
          )}
        </div>
      )}
      {isSearching && <Search shown={shown} onClose={close} />}
      {picking !== null && <ConnectList key={picking.port} {...picking} onClose={close} />}
      <Said view={view} />
      <Tooltip view={view} host={host} />
    </div>
  );
}

export function Root(props: { view: GraphView }): JSX.Element {
  return (
    <ViewContext.Provider value={props.view}>
      <ReactFlowProvider>
        <Shell />
      </ReactFlowProvider>
    </ViewContext.Provider>
  );
}
