import type { TranslationBundle } from '@jupyterlab/translation';
import { addIcon, refreshIcon } from '@jupyterlab/ui-components';
import { datalabIcon, EmptyState, IconButton, StatusLine, useDisposable, useSignal } from '@jupyter-datalabs/ui';
import * as React from 'react';
import { pathOf } from '../files';
import { useSignalLater } from '../hooks';
import type { IPipelineHost } from '../host';
import type { PipelineModel } from '../model';
import { folderOf } from '../paths';
import { addTool, canHaveSteps } from './add';
import type { IAddAt } from './add';
import type { IToolDraft } from './draft';
import { matching, ToolFinder } from './finder';
import type { ITool } from './finder';
import { commandIcon, containerIcon, notebookIcon } from './icons';
import { TemplateForm } from './template-form';
import { ToolList } from './tool-list';

/** Whether there can be steps is read when somebody pauses, so that the graph follows what they type at once. */
const ENABLE_AFTER_MS = 200;

export interface IPaletteProps {
  model: PipelineModel;
  host: IPipelineHost;
  trans: TranslationBundle;
  /** The workflow that steps are added to; the one that the document shows if not given. */
  where?: (() => IAddAt) | undefined;
  /** Its search box takes the focus whenever this grows. */
  focus?: number;
}

export interface ISaid {
  text: string;
  isProblem: boolean;
  /** The URI of the document in which it can be done, where that is another one. */
  file?: string | null | undefined;
}

/** What became of something, with a way to where it can be done. */
export function Said(props: { said: ISaid; host: Pick<IPipelineHost, 'open'>; trans: TranslationBundle }): JSX.Element {
  const { said: { text, isProblem, file = null }, host, trans } = props;
  const path = file === null ? null : pathOf(file);
  return (
    <p className="jp-DatalabsPalette-said" role={isProblem ? 'alert' : 'status'}>
      {text}
      {path !== null && (
        <button type="button" className="jp-DatalabsButton" onClick={() => host.open(path, 'File')}>
          {trans.__('Open')}
        </button>
      )}
    </p>
  );
}

/** What can be added to a pipeline: the workspace's tools, and new ones made of a template. */
export function Palette(props: IPaletteProps): JSX.Element {
  const { model, host, trans, where, focus = 0 } = props;
  useSignalLater(model.changed, ENABLE_AFTER_MS);
  const finder = useDisposable(() => new ToolFinder(host.contents), [host]);
  useSignal(finder?.changed);
  const [words, setWords] = React.useState('');
  const [said, setSaid] = React.useState<ISaid | null>(null);
  const [template, setTemplate] = React.useState<IToolDraft['kind'] | null>(null);
  const search = React.useRef<HTMLInputElement>(null);
  const list = React.useRef<HTMLDivElement>(null);
  const templates = React.useRef<HTMLButtonElement>(null);
  const opened = React.useRef<HTMLButtonElement | null>(null);

  React.useEffect(() => void finder?.find(folderOf(host.path())), [finder, host]);
  const hasTools = React.useRef(false);
  React.useEffect(() => {
    if (focus > 0) {
      // With no tools yet, the first step is to make one.
      (hasTools.current ? search : templates).current?.focus();
    }
  }, [focus]);

  const add = async ({ path, name }: Pick<ITool, 'path' | 'name'>): Promise<void> => {
    try {
      const result = await addTool(model, { contents: host.contents, document: host.path(), path, at: where?.() });
      setSaid(result.ok ? { text: trans.__('Added a step that runs %1.', name), isProblem: false } : { text: result.message, isProblem: true, file: result.file });
    } catch (error) {
      setSaid({ text: trans.__('%1 could not be read: %2', name, error instanceof Error ? error.message : String(error)), isProblem: true });
    }
  };
  const isEnabled = canHaveSteps(model);
  const tools = matching((finder?.tools ?? []).filter(({ path }) => path !== host.path()), words);
  hasTools.current = words !== '' || tools.length > 0;
  const kinds: [IToolDraft['kind'], string, typeof commandIcon][] = [
    ['command', trans.__('Shell command'), commandIcon],
    ['notebook', trans.__('Notebook'), notebookIcon],
    ['container', trans.__('Container image'), containerIcon],
    ['datalab', trans.__('Datalab'), datalabIcon]
  ];
  const close = (): void => {
    setTemplate(null);
    opened.current?.focus();
  };

  return (
    <section className="jp-DatalabsPalette" aria-label={trans.__('Palette')}>
      <div className="jp-DatalabsPalette-search">
        <input
          ref={search}
          type="search"
          className="jp-DatalabsPalette-input"
          placeholder={trans.__('Search tools')}
          aria-label={trans.__('Search tools')}
          value={words}
          onChange={event => setWords(event.target.value)}
          onKeyDown={event => {
            if (event.key === 'ArrowDown') {
              event.preventDefault();
              list.current?.focus();
            } else if (event.key === 'Enter' && tools[0] && isEnabled) {
              void add(tools[0]);
            }
            event.stopPropagation();
          }}
        />
        <IconButton icon={refreshIcon} label={trans.__('Look for tools again')} onClick={() => void finder?.find(folderOf(host.path()))} />
      </div>
      {!isEnabled && <StatusLine text={trans.__('Only workflows that can be edited take steps.')} />}
      {tools.length > 0 && <ToolList tools={tools} trans={trans} isEnabled={isEnabled} onAdd={tool => void add(tool)} onSeen={tool => finder?.describe(tool)} list={list} />}
      <div className="jp-DatalabsPalette-note" role="status">
        {finder?.state === 'failed' && trans.__('The files of the workspace cannot be listed.')}
        {finder?.state === 'looking' && trans.__('Looking for tools…')}
        {finder?.state === 'ready' && finder.isCut && trans.__('There are more tools than are shown: only so many folders are looked at.')}
        {finder?.state === 'ready' && words !== '' && tools.length === 0 && trans.__('No tool has all of these words.')}
      </div>
      {finder?.state === 'ready' && words === '' && tools.length === 0 && (
        <EmptyState icon={commandIcon} title={trans.__('No tools yet')} hint={trans.__('CWL files of the workspace are listed here. Make one of a template below.')} />
      )}
      {said && <Said said={said} host={host} trans={trans} />}
      <h3 className="jp-DatalabsPalette-title">{trans.__('New tool from')}</h3>
      <div className="jp-DatalabsPalette-templates">
        {kinds.map(([kind, label, Icon], index) => (
          <button
            key={kind}
            ref={index === 0 ? templates : undefined}
            type="button"
            className="jp-DatalabsPalette-template"
            aria-expanded={template === kind}
            onClick={event => {
              opened.current = event.currentTarget;
              setTemplate(template === kind ? null : kind);
            }}
          >
            <Icon.react tag="span" width="16px" height="16px" aria-hidden="true" />
            <span>{label}</span>
            <addIcon.react tag="span" className="jp-DatalabsPalette-plus" width="12px" height="12px" aria-hidden="true" />
          </button>
        ))}
      </div>
      {template && (
        <TemplateForm
          key={template}
          kind={template}
          host={host}
          trans={trans}
          canAdd={isEnabled}
          onClose={close}
          onMade={path => {
            close();
            void finder?.find(folderOf(host.path()));
            if (isEnabled) {
              void add({ path, name: path.replace(/^.*\//, '') });
            }
          }}
        />
      )}
    </section>
  );
}
