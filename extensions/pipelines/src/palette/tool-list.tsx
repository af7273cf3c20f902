import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { pipelineIcon } from '../icons';
import { TOOL_MIME } from './add';
import type { ITool } from './finder';
import { commandIcon } from './icons';

const TYPE_AHEAD_MS = 700;

/** The tools that were found: one is chosen with arrows or its first letters, and added with Enter, a double click or by dragging it. */
export function ToolList(props: {
  tools: readonly ITool[];
  trans: TranslationBundle;
  isEnabled: boolean;
  onAdd: (tool: ITool) => void;
  onSeen: (tool: ITool) => void;
  list: React.RefObject<HTMLDivElement>;
}): JSX.Element {
  const { tools, trans, isEnabled, onAdd, onSeen, list } = props;
  const [chosen, setChosen] = React.useState<string | null>(null);
  const typed = React.useRef({ text: '', at: 0 });
  const prefix = React.useId();
  const index = Math.max(0, tools.findIndex(({ path }) => path === chosen));

  const choose = (next: number): void => {
    const to = tools[Math.max(0, Math.min(next, tools.length - 1))];
    if (to) {
      setChosen(to.path);
      list.current?.querySelector(`[data-path="${CSS.escape(to.path)}"]`)?.scrollIntoView?.({ block: 'nearest' });
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: tools.length - 1, PageDown: index + 8, PageUp: index - 8 };
    const to = steps[event.key];
    if (to !== undefined) {
      choose(to);
    } else if (event.key === 'Enter' && tools[index]) {
      if (isEnabled) {
        onAdd(tools[index]);
      }
    } else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const isMore = event.timeStamp - typed.current.at < TYPE_AHEAD_MS;
      const text = (isMore ? typed.current.text : '') + event.key.toLowerCase();
      typed.current = { text, at: event.timeStamp };
      // One letter again and again goes through all that begin with it.
      const from = text.length === 1 ? index + 1 : index;
      const inTurn = [...tools.slice(from), ...tools.slice(0, from)];
      const found = inTurn.find(({ name, about }) => name.toLowerCase().startsWith(text) || about?.label.toLowerCase().startsWith(text));
      if (found) {
        choose(tools.indexOf(found));
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={list}
      role="listbox"
      tabIndex={0}
      className="jp-DatalabsPalette-list"
      aria-label={trans.__('Tools of the workspace')}
      aria-activedescendant={tools.length > 0 ? `${prefix}${index}` : undefined}
      onKeyDown={onKeyDown}
    >
      {tools.map((tool, at) => (
        <ToolRow
          key={tool.path}
          id={`${prefix}${at}`}
          tool={tool}
          trans={trans}
          isChosen={at === index}
          isEnabled={isEnabled}
          onChoose={() => setChosen(tool.path)}
          onAdd={() => onAdd(tool)}
          onSeen={onSeen}
        />
      ))}
    </div>
  );
}

function ToolRow(props: {
  id: string;
  tool: ITool;
  trans: TranslationBundle;
  isChosen: boolean;
  isEnabled: boolean;
  onChoose: () => void;
  onAdd: () => void;
  onSeen: (tool: ITool) => void;
}): JSX.Element {
  const { id, tool, trans, isChosen, isEnabled, onChoose, onAdd, onSeen } = props;
  const row = React.useRef<HTMLDivElement>(null);
  const latest = React.useRef({ tool, onSeen });
  latest.current = { tool, onSeen };
  // Hundreds of files are not read before somebody sees them.
  React.useEffect(() => {
    if (typeof IntersectionObserver === 'undefined') {
      latest.current.onSeen(latest.current.tool);
      return;
    }
    const observer = new IntersectionObserver(entries => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) {
        observer.disconnect();
        latest.current.onSeen(latest.current.tool);
      }
    });
    observer.observe(row.current!);
    return () => observer.disconnect();
  }, [tool.path]);
  const { about } = tool;
  const Icon = about?.class === 'Workflow' ? pipelineIcon : commandIcon;
  const title = about?.label || tool.name.replace(/\.cwl$/i, '');
  return (
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={isChosen}
      aria-disabled={!isEnabled}
      className="jp-DatalabsPalette-tool"
      data-path={tool.path}
      draggable={isEnabled}
      title={[tool.path, about?.doc].filter(Boolean).join('\n\n').slice(0, 1000)}
      onClick={onChoose}
      onDoubleClick={() => isEnabled && onAdd()}
      onDragStart={event => {
        event.dataTransfer.setData(TOOL_MIME, JSON.stringify({ path: tool.path }));
        event.dataTransfer.effectAllowed = 'copy';
      }}
    >
      <Icon.react tag="span" className="jp-DatalabsPalette-icon" width="16px" height="16px" aria-hidden="true" />
      <span className="jp-DatalabsPalette-name">{title.slice(0, 200)}</span>
      <span className="jp-DatalabsPalette-doc">{about === null ? trans.__('This file cannot be read as CWL') : (about?.doc ? about.doc.slice(0, 200) : tool.folder)}</span>
    </div>
  );
}
