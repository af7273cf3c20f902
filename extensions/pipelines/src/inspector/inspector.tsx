import type { Edit, EditResult, IProblem, IProcess } from '@jupyter-datalabs/cwl';
import type { TranslationBundle } from '@jupyterlab/translation';
import { caretLeftIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { IconButton } from '@jupyter-datalabs/ui';
import * as React from 'react';
import { pathOf } from '../files';
import { useUntilEdit } from '../hooks';
import { fileOf } from '../inside';
import type { PipelineModel } from '../model';
import { InspectingProvider } from './context';
import type { IInspecting, IInspectorServices } from './context';
import { OpenButton, Problems } from './field';
import { Many } from './many';
import { PortForm } from './port-form';
import { ProcessForm } from './process-form';
import { StepInputForm } from './sink-form';
import { StepForm, StepOutputForm } from './step-form';
import { problemsByField, subjectOf } from './subject';
import type { ISubject } from './subject';

const CLASS = 'jp-DatalabsPipeline-inspector';

export interface IInspectorProps extends IInspectorServices {
  model: PipelineModel;
  trans: TranslationBundle;
  /** Where several are chosen, all of them; `model.selected` alone if not given. */
  selection?: readonly string[];
  /** The step whose workflow is shown alone; null for the document's own. */
  scope?: string | null;
  isFolded?: boolean;
  /** Its place alone is there if not. */
  isReady?: boolean;
  onFold?: (isFolded: boolean) => void;
}

/** Draws again when the model, or what is chosen in it, is another: at once for who works here, else after the graph and the code. */
function useModel(model: PipelineModel, hasFocus: () => boolean): void {
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    const slot = (): void => {
      if (hasFocus()) {
        redraw();
      } else {
        React.startTransition(redraw);
      }
    };
    model.changed.connect(slot);
    model.selectedChanged.connect(slot);
    return () => {
      model.changed.disconnect(slot);
      model.selectedChanged.disconnect(slot);
    };
  }, [model, hasFocus]);
}

/** Checking waits until somebody pauses, in ms: the other views follow them first. */
const CHECK_AFTER = 200;

/** The problems as they were at the last pause, by the node of the graph. */
function useProblems(model: PipelineModel): ReadonlyMap<string | null, readonly IProblem[]> {
  const [problems, setProblems] = React.useState(() => model.problems);
  React.useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => setProblems(model.problems), CHECK_AFTER);
    };
    setProblems(model.problems);
    model.changed.connect(later);
    return () => {
      clearTimeout(timer);
      model.changed.disconnect(later);
    };
  }, [model]);
  return React.useMemo(() => {
    const byNode = new Map<string | null, IProblem[]>();
    for (const problem of problems) {
      const own = byNode.get(problem.node);
      if (own) {
        own.push(problem);
      } else {
        byNode.set(problem.node, [problem]);
      }
    }
    return byNode;
  }, [problems]);
}

/** Shows what is chosen in a pipeline, and changes it. */
export function Inspector(props: IInspectorProps): JSX.Element {
  const { model, trans, selection, isReady = true } = props;
  const host = useKeptFocus();
  const { ref } = host;
  useModel(
    model,
    React.useCallback(() => ref.current?.contains(ref.current.ownerDocument.activeElement) ?? false, [ref])
  );
  const [isOwnFolded, setFolded] = React.useState(false);
  const isFolded = props.isFolded ?? isOwnFolded;
  const fold = (folded: boolean): void => {
    setFolded(folded);
    props.onFold?.(folded);
  };
  const title = trans.__('Inspector');
  const byNode = useProblems(model);
  const [note, setNote] = useUntilEdit<string>(model);
  const hear = (result: EditResult): string | null => {
    if (!result.ok) {
      return result.message;
    }
    setNote(result.notes?.join(' ') ?? null);
    return null;
  };
  return (
    <aside {...host} className={`${CLASS}${isFolded ? ' jp-mod-folded' : ''}`} aria-label={title} tabIndex={-1} onKeyDown={event => undoKeys(event, model)}>
      <div className={`${CLASS}Fold`}>
        <IconButton icon={isFolded ? caretLeftIcon : caretRightIcon} label={isFolded ? trans.__('Show the inspector') : trans.__('Hide the inspector')} onClick={() => fold(!isFolded)} />
      </div>
      {!isFolded && isReady && (selection && selection.length > 1 ? <Many {...props} hear={hear} ids={selection} /> : <One {...props} hear={hear} id={model.selected} byNode={byNode} />)}
      {!isFolded && (
        <p className={`${CLASS}Said`} role="status">
          {note}
        </p>
      )}
    </aside>
  );
}

/** Takes the focus when what had it is not drawn any more, so that the keyboard stays here. */
function useKeptFocus(): React.HTMLAttributes<HTMLElement> & { ref: React.RefObject<HTMLElement> } {
  const ref = React.useRef<HTMLElement>(null);
  const hasFocus = React.useRef(false);
  React.useLayoutEffect(() => {
    const { activeElement, body } = ref.current!.ownerDocument;
    if (hasFocus.current && (activeElement === body || activeElement === null)) {
      ref.current!.focus();
    }
  });
  return {
    ref,
    onFocus: () => {
      hasFocus.current = true;
    },
    onBlur: event => {
      // What is taken away is not left by anybody.
      if (event.target.isConnected) {
        hasFocus.current = false;
      }
    }
  };
}

/** Undo and redo of the document; a text that is being typed has its own. */
function undoKeys(event: React.KeyboardEvent<HTMLElement>, model: PipelineModel): void {
  const key = event.key.toLowerCase();
  const isText = event.target instanceof Element && event.target.closest('input[type="text"], textarea, [contenteditable]') !== null;
  if (isText || event.altKey || !(event.ctrlKey || event.metaKey) || (key !== 'z' && key !== 'y')) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  if (key === 'y' || event.shiftKey) {
    model.redo();
  } else {
    model.undo();
  }
}

function One(props: IInspectorProps & Pick<IInspecting, 'hear'> & { id: string | null; byNode: ReadonlyMap<string | null, readonly IProblem[]> }): JSX.Element {
  const { byNode, hear, id, model, trans } = props;
  const { document } = model;
  // What is renamed here stays the same form, so that the focus stays in it.
  const keys = React.useRef(new Map<string, string>());
  const renames = React.useRef<[string, string][]>([]);
  const found = subjectOf(id, document, model.graph, props.scope);
  // Undone, or done again: it has its other name.
  const isThere = (other: string): boolean => subjectOf(other, document, model.graph).subject.kind !== 'gone';
  const other =
    found.subject.kind === 'gone'
      ? renames.current.flatMap(([from, to]) => (to === id ? [from] : from === id ? [to] : [])).filter(isThere).at(-1)
      : undefined;
  React.useEffect(() => {
    if (other !== undefined) {
      model.select(other);
    }
  }, [model, other]);
  const { process, place, within } = found;
  if (!process) {
    return <Nothing text={document.readOnly?.message ?? trans.__('There is no process in this document that could be shown.')} trans={trans} />;
  }
  const apply = (...edits: Edit[]): string | null => {
    const named = edits.map(edit => ({ ...place, ...edit }));
    return hear(named.length === 1 ? model.apply(named[0]!) : model.applyAll(named));
  };
  const inspecting: IInspecting = {
    ...props,
    process,
    version: process.version ?? document.processes[0]?.version ?? 'v1.2',
    isReadOnly: document.readOnly !== null || !place,
    problems: problemsByField([...(id === 'tool' ? (byNode.get(null) ?? []) : []), ...(byNode.get(id) ?? [])], found),
    problemsOf: one => byNode.get(within + one) ?? NO_PROBLEMS,
    apply,
    rename: (edit, next) => {
      const refused = apply(edit);
      if (refused === null) {
        keys.current.set(within + next, keys.current.get(id!) ?? id!);
        renames.current.push([id!, within + next]);
        model.select(within + next);
      }
      return refused;
    },
    select: next => model.select(within + next)
  };
  const shownFields = FIELDS[found.subject.kind] ?? [];
  const others = [...inspecting.problems].filter(([field]) => !shownFields.includes(field)).flatMap(([, problems]) => problems);
  return (
    <InspectingProvider value={inspecting}>
      <Head found={found} process={process} trans={trans} onUp={id === null || id === 'tool' ? null : () => model.select(null)} />
      <div className={`${CLASS}Body`} key={id === null ? '' : (keys.current.get(id) ?? id)}>
        {document.readOnly && (
          <p className={`${CLASS}ReadOnly`} role="note">
            {document.readOnly.message}
          </p>
        )}
        {!document.readOnly && !place && (
          <p className={`${CLASS}ReadOnly`} role="note">
            {fileOf(document, process) === null
              ? trans.__('It cannot be changed here: a step around it has the name of another one, or a very long one. Rename that first.')
              : trans.__('It is written in another file: %1. Open that to change it.', pathOf(process.uri) ?? process.uri)}
            <OpenButton uri={fileOf(document, process)} />
          </p>
        )}
        {others.length > 0 && found.subject.kind !== 'gone' && <Problems problems={others} />}
        <Form found={found} />
      </div>
    </InspectingProvider>
  );
}

const NO_PROBLEMS: readonly IProblem[] = [];
const PORT_FIELDS = ['id', 'type', 'outputSource', 'linkMerge', 'pickValue', 'default', 'label', 'doc', 'format', 'secondaryFiles', 'streamable'];
/** Fields that say their problems themselves. */
const FIELDS: { [kind: string]: readonly string[] } = {
  process: ['label', 'doc', 'id', 'cwlVersion', 'baseCommand', 'arguments', 'stdin', 'stdout', 'stderr', 'successCodes', 'temporaryFailCodes', 'permanentFailCodes', 'expression'],
  input: PORT_FIELDS.filter(field => !['outputSource', 'linkMerge', 'pickValue'].includes(field)),
  output: PORT_FIELDS.filter(field => !['default', 'linkMerge', 'pickValue'].includes(field)),
  step: ['id', 'label', 'doc', 'run', 'scatter'],
  'step-input': ['id', 'source', 'default', 'valueFrom'],
  'step-output': ['id']
};

function Form(props: { found: ISubject }): JSX.Element | null {
  const { subject } = props.found;
  switch (subject.kind) {
    case 'process':
      return <ProcessForm />;
    case 'input':
    case 'output':
      return <PortForm port={subject.port} side={subject.kind} />;
    case 'step':
      return <StepForm step={subject.step} />;
    case 'step-input':
      return <StepInputForm subject={subject} />;
    case 'step-output':
      return <StepOutputForm subject={subject} />;
    case 'gone':
      return null;
  }
}

function Head(props: { found: ISubject; process: IProcess; trans: TranslationBundle; onUp: (() => void) | null }): JSX.Element {
  const { found, process, trans, onUp } = props;
  const { kind, name } = headOf(found, process, trans);
  return (
    <header className={`${CLASS}Head`}>
      <span className={`${CLASS}Kind`}>{kind}</span>
      {name && (
        <h2 className={`${CLASS}Name`} title={name.slice(0, 500)}>
          {name}
        </h2>
      )}
      {onUp && (
        <button type="button" className="jp-DatalabsPipeline-link" onClick={onUp}>
          {process.class === 'Workflow' ? trans.__('Show the workflow') : trans.__('Show the tool')}
        </button>
      )}
    </header>
  );
}

function headOf({ subject }: ISubject, process: IProcess, trans: TranslationBundle): { kind: string; name: string } {
  const isWorkflow = process.class === 'Workflow';
  switch (subject.kind) {
    case 'process':
      return { kind: isWorkflow ? trans.__('Workflow') : process.class || trans.__('Document'), name: process.label ?? process.id };
    case 'input':
      return { kind: isWorkflow ? trans.__('Input of the workflow') : trans.__('Input of the tool'), name: subject.port.label ?? subject.port.id };
    case 'output':
      return { kind: isWorkflow ? trans.__('Output of the workflow') : trans.__('Output of the tool'), name: subject.port.label ?? subject.port.id };
    case 'step':
      return { kind: trans.__('Step'), name: subject.step.label ?? subject.step.id };
    case 'step-input':
      return { kind: trans.__('Input of step %1', subject.step.id), name: subject.name };
    case 'step-output':
      return { kind: trans.__('Output of step %1', subject.step.id), name: subject.name };
    case 'gone':
      return { kind: trans.__('What was chosen is not there any more'), name: '' };
  }
}

function Nothing(props: { text: string; trans: TranslationBundle }): JSX.Element {
  return <p className={`${CLASS}ReadOnly`}>{props.text}</p>;
}
