import type { IProblem } from '@jupyter-datalabs/cwl';
import { useDisposable, useSignal } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';
import { Checklist } from './checklist/checklist';
import { checklistOf } from './checklist/items';
import type { ItemAction } from './checklist/items';
import { useOf } from './editor/canvas/hooks';
import { useAfter, useSignalLater, useUntilEdit } from './hooks';
import type { IPipelineHost } from './host';
import type { PipelineModel } from './model';
import { addTool, canHaveSteps, pathOfDrag, TOOL_MIME } from './palette/add';
import type { IAddAt } from './palette/add';
import { Palette, Said } from './palette/palette';
import type { ISaid } from './palette/palette';
import { ProblemList } from './runs/problem-list';
import { RunStates } from './runs/states';
import type { IRunMarks } from './runs/states';
import { TestRun } from './runs/test-run';
import { TestRuns } from './runs/test-runs';
import { Validation } from './runs/validation';

/** Checking waits until somebody pauses, so that what they type is there at once. */
const CHECK_AFTER_MS = 200;

/** Pixels; with less, palette and checklist are folded, unless somebody chose otherwise. */
const NARROW_PX = 900;

const NO_MARKS: IRunMarks = { states: new Map(), isStale: false };

type Panel = 'problems' | 'run';

/** What stands around a graph: the palette and the checklist beside it, problems and test runs below it. */
export function Workbench(props: {
  model: PipelineModel;
  host: IPipelineHost;
  trans: TranslationBundle;
  children: React.ReactNode;
  where?: (drop?: { x: number; y: number }) => IAddAt;
  toolsWanted?: ISignal<unknown, void>;
  /** Adds an input or an output to the pipeline, to be named and connected. */
  addEnd?: (kind: 'input' | 'output') => void;
  /** What stands around comes after it. */
  after?: Promise<unknown>;
}): JSX.Element {
  const { model, host, trans, children, where, toolsWanted, addEnd } = props;
  const isReady = useAfter(props.after);
  useSignalLater(model.changed, CHECK_AFTER_MS);
  const validation = useDisposable(() => (isReady ? new Validation(model, host) : null), [model, host, isReady]);
  const runs = useDisposable(() => (isReady ? new TestRuns(host) : null), [host, isReady]);
  useSignal(validation?.changed);
  useSignal(runs?.changed);
  const marks = useRunMarks(model, runs);
  const [isNarrow, setNarrow] = React.useState(false);
  const [isSideWanted, setSideOpen] = React.useState<boolean | null>(null);
  const isSideOpen = isSideWanted ?? !isNarrow;
  const [panel, setPanel] = React.useState<Panel | null>(null);
  const [dropProblem, setDropProblem] = useUntilEdit<ISaid>(model);
  const [searches, setSearches] = React.useState(0);
  const below = React.useRef<HTMLDivElement>(null);
  const root = React.useRef<HTMLDivElement>(null);
  // Beside code, or in a small window, the graph needs the room.
  React.useEffect(() => {
    if (typeof ResizeObserver === 'undefined') {
      return;
    }
    const observer = new ResizeObserver(([entry]) => {
      const { width } = entry!.contentRect;
      // Nothing while it is hidden, as all is narrow then.
      if (width > 0) {
        setNarrow(width < NARROW_PX);
      }
    });
    observer.observe(root.current!);
    return () => observer.disconnect();
  }, []);
  React.useEffect(() => {
    const find = (): void => {
      setSideOpen(true);
      setSearches(count => count + 1);
    };
    toolsWanted?.connect(find);
    return () => void toolsWanted?.disconnect(find);
  }, [toolsWanted]);
  const tabs = React.useRef<HTMLDivElement>(null);

  const items = checklistOf(
    {
      graph: model.graph,
      problems: model.problems,
      validation: { state: validation?.state ?? 'none', isStale: validation?.isStale ?? false, why: validation?.problem?.detail ?? null },
      run: { state: runs?.state ?? 'loading', last: runs?.runs[0] ?? null },
      isReadOnly: model.document.readOnly !== null
    },
    trans
  );
  const show = (next: Panel): void => {
    setPanel(next);
    // What was asked for is where the focus is.
    window.requestAnimationFrame(() => below.current?.focus());
  };
  const onAction = (action: ItemAction): void => {
    switch (action.kind) {
      case 'select':
        model.show(action.node);
        break;
      case 'show-palette':
        setSideOpen(true);
        setSearches(count => count + 1);
        break;
      case 'add-input':
        addEnd?.('input');
        break;
      case 'add-output':
        addEnd?.('output');
        break;
      case 'validate':
        void (host.isDirty() ? host.save() : validation?.ask());
        break;
      case 'show-problems':
        show('problems');
        break;
      case 'show-run':
        show('run');
        break;
    }
  };
  const onShow = ({ node, uri, range }: IProblem): void => {
    if (node !== null) {
      model.show(node);
    } else {
      // Of another file cwltool tells the line alone.
      host.showPlace(uri, uri === model.document.uri ? range : null);
    }
  };
  const names: Record<Panel, string> = {
    problems: trans._n('Problems (%1)', 'Problems (%1)', model.problems.length),
    run: trans.__('Test run')
  };
  const SideIcon = isSideOpen ? caretDownIcon : caretRightIcon;
  const PanelIcon = panel ? caretDownIcon : caretRightIcon;

  return (
    <div ref={root} className="jp-DatalabsPipeline-workbench">
      <div className={`jp-DatalabsPipeline-side${isSideOpen ? '' : ' jp-mod-folded'}`}>
        <button
          type="button"
          className="jp-DatalabsPipeline-fold"
          aria-expanded={isSideOpen}
          aria-label={trans.__('Palette and checklist')}
          title={isSideOpen ? trans.__('Fold palette and checklist') : trans.__('Show palette and checklist')}
          onClick={() => setSideOpen(!isSideOpen)}
        >
          <SideIcon.react tag="span" width="16px" height="16px" aria-hidden="true" />
          {isSideOpen && trans.__('Tools')}
        </button>
        {isSideOpen && isReady && (
          <>
            <Palette model={model} host={host} trans={trans} where={where && (() => where())} focus={searches} />
            <h3 className="jp-DatalabsPalette-title">{trans.__('Checklist')}</h3>
            <Checklist items={items} trans={trans} onAction={onAction} />
          </>
        )}
      </div>
      <div className="jp-DatalabsPipeline-main">
        <div
          className="jp-DatalabsPipeline-graph"
          onDragOver={event => {
            if (event.dataTransfer.types.includes(TOOL_MIME) && canHaveSteps(model)) {
              event.preventDefault();
              event.dataTransfer.dropEffect = 'copy';
            }
          }}
          onDrop={event => {
            const path = pathOfDrag(event.dataTransfer.getData(TOOL_MIME));
            if (path !== null) {
              event.preventDefault();
              const at = where?.({ x: event.clientX, y: event.clientY });
              addTool(model, { contents: host.contents, document: host.path(), path, at }).then(
                result => setDropProblem(result.ok ? null : { text: result.message, isProblem: true, file: result.file }),
                (error: unknown) => setDropProblem({ text: error instanceof Error ? error.message : String(error), isProblem: true })
              );
            }
          }}
        >
          <RunStates.Provider value={marks}>{children}</RunStates.Provider>
        </div>
        {dropProblem && <Said said={dropProblem} host={host} trans={trans} />}
        <div className="jp-DatalabsPipeline-below">
          <div className="jp-DatalabsPipeline-bar">
            <button type="button" className="jp-DatalabsPipeline-fold" aria-expanded={panel !== null} aria-label={trans.__('Problems and test runs')} onClick={() => setPanel(panel ? null : 'problems')}>
              <PanelIcon.react tag="span" width="16px" height="16px" aria-hidden="true" />
            </button>
            <div
              ref={tabs}
              role="tablist"
              aria-label={trans.__('Problems and test runs')}
              onKeyDown={event => {
                if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
                  const next = (panel ?? 'problems') === 'problems' ? 'run' : 'problems';
                  setPanel(next);
                  tabs.current?.querySelector<HTMLElement>(`[data-panel="${next}"]`)?.focus();
                  event.stopPropagation();
                }
              }}
            >
              {(['problems', 'run'] as const).map(one => (
                <button
                  key={one}
                  type="button"
                  role="tab"
                  data-panel={one}
                  className="jp-DatalabsPipeline-tab"
                  aria-selected={panel === one}
                  tabIndex={(panel ?? 'problems') === one ? 0 : -1}
                  onClick={() => setPanel(panel === one ? null : one)}
                >
                  {names[one]}
                </button>
              ))}
            </div>
          </div>
          {panel && (
            <div ref={below} role="tabpanel" tabIndex={-1} aria-label={names[panel]} className="jp-DatalabsPipeline-panel" onKeyDown={event => event.stopPropagation()}>
              {panel === 'problems' && validation && <ProblemList model={model} validation={validation} trans={trans} onShow={onShow} />}
              {panel === 'run' && runs && <TestRun model={model} runs={runs} host={host} trans={trans} />}
            </div>
          )}
        </div>
      </div>
    </div>
  );
}

/** How the steps are in the run that is followed; of what was changed since they say so. */
function useRunMarks(model: PipelineModel, runs: TestRuns | null): IRunMarks {
  const states = runs?.nodeStates;
  const text = runs?.text ?? null;
  const compared = (): boolean | null => (text === null ? null : model.document.text !== text);
  const isStale = useOf(model.changed, compared);
  return React.useMemo(() => (states ? { states, isStale } : NO_MARKS), [states, isStale]);
}
