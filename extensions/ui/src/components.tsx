import { infoIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** What can be done next, as a button. */
export interface IAction {
  label: string;
  onClick: () => void;
}

/** One line that says what is going on; screen readers hear its changes. */
export function StatusLine(props: { text: string; tone?: 'plain' | 'busy' | 'warning'; icon?: LabIcon }): JSX.Element {
  const tone = props.tone ?? 'plain';
  const Icon = props.icon ?? (tone === 'warning' ? infoIcon : null);
  return (
    <div className={`jp-DatalabsStatusLine jp-mod-${tone}`} role="status">
      {Icon && <Icon.react tag="span" className="jp-DatalabsStatusLine-icon" width="16px" height="16px" />}
      {tone === 'busy' && <span className="jp-DatalabsStatusLine-dot" aria-hidden="true" />}
      <span className="jp-DatalabsStatusLine-text">{props.text}</span>
    </div>
  );
}

/** A button that shows no more than an icon; its label is said, and shown when it is pointed at. */
export function IconButton(props: { icon: LabIcon; label: string; onClick: () => void; disabled?: boolean; text?: string }): JSX.Element {
  const Icon = props.icon;
  return (
    <button type="button" className="jp-DatalabsIconButton" aria-label={props.label} title={props.label} disabled={props.disabled} onClick={props.onClick}>
      <Icon.react tag="span" width="16px" height="16px" aria-hidden="true" />
      {props.text}
    </button>
  );
}

/** Says what would be here, and offers the one action that fills it. */
export function EmptyState(props: { icon: LabIcon; title: string; hint?: string; action?: IAction }): JSX.Element {
  const { icon: Icon, action } = props;
  return (
    <div className="jp-DatalabsEmptyState">
      <Icon.react tag="span" className="jp-DatalabsEmptyState-icon" width="32px" height="32px" aria-hidden="true" />
      <p className="jp-DatalabsEmptyState-title">{props.title}</p>
      {props.hint && <p className="jp-DatalabsEmptyState-hint">{props.hint}</p>}
      {action && (
        <button type="button" className="jp-DatalabsButton" onClick={action.onClick}>
          {action.label}
        </button>
      )}
    </div>
  );
}

/** What a problem view shows; a problem+json body fits. */
export interface IProblem {
  code: string;
  title?: string;
  detail?: string;
  /** What the user can do. */
  action?: string;
  /** The end of a log, if there is one. */
  log?: string;
}

/** The text the copy button hands out: everything somebody else needs to help. */
export function problemText(problem: IProblem): string {
  const head = [problem.title, problem.detail, problem.action].filter(Boolean).join('\n');
  return `${head}\n[${problem.code}]${problem.log ? `\n\n${problem.log}` : ''}`;
}

/** What happened, the next action, and details that fold out and can be copied. */
export function ProblemView(props: {
  problem: IProblem;
  trans: TranslationBundle;
  actions?: readonly IAction[];
  /** Unfold the details from the start. */
  open?: boolean;
}): JSX.Element {
  const { problem, trans } = props;
  const [copied, setCopied] = React.useState(false);
  const copy = (): void => {
    // Clipboard rights can be missing in an embedded page; the text stays selectable then.
    navigator.clipboard?.writeText(problemText(problem)).then(
      () => setCopied(true),
      () => setCopied(false)
    );
  };
  return (
    <div className="jp-DatalabsProblem" role="alert">
      <p className="jp-DatalabsProblem-sentence">{problem.detail || problem.title || problem.code}</p>
      {problem.action && <p className="jp-DatalabsProblem-next">{problem.action}</p>}
      {props.actions && props.actions.length > 0 && (
        <div className="jp-DatalabsProblem-actions">
          {props.actions.map(action => (
            <button key={action.label} type="button" className="jp-DatalabsButton" onClick={action.onClick}>
              {action.label}
            </button>
          ))}
        </div>
      )}
      <details className="jp-DatalabsProblem-details" open={props.open}>
        <summary>{problem.log ? trans.__('Log') : trans.__('Details')}</summary>
        <pre tabIndex={0}>{problem.log ?? [problem.title, `[${problem.code}]`].filter(Boolean).join('\n')}</pre>
        <button type="button" className="jp-DatalabsButton" onClick={copy}>
          {copied ? trans.__('Copied') : trans.__('Copy details')}
        </button>
      </details>
    </div>
  );
}
