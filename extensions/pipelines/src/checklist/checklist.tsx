import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { busyIcon, doneIcon, laterIcon, noteIcon, todoIcon, wrongIcon } from '../palette/icons';
import type { IItem, ItemAction, ItemState } from './items';

const ICONS: Record<ItemState, LabIcon> = { done: doneIcon, todo: todoIcon, note: noteIcon, wrong: wrongIcon, busy: busyIcon, later: laterIcon };

/** The way from nothing to a pipeline that others use, with what is missing on it. */
export function Checklist(props: { items: readonly IItem[]; trans: TranslationBundle; onAction: (action: ItemAction) => void }): JSX.Element {
  const { items, trans, onAction } = props;
  const words: Record<ItemState, string> = {
    done: trans.__('Done'),
    todo: trans.__('To do'),
    note: trans.__('Look at it'),
    wrong: trans.__('To be mended'),
    busy: trans.__('At work'),
    later: trans.__('Later')
  };
  return (
    <section className="jp-DatalabsChecklist" aria-label={trans.__('Checklist')}>
      <ol className="jp-DatalabsChecklist-items">
        {items.map(({ id, title, state, text, action }) => {
          const Icon = ICONS[state];
          return (
            <li key={id} className={`jp-DatalabsChecklist-item jp-mod-${state}`} aria-label={`${title}: ${words[state]}`}>
              <Icon.react tag="span" className="jp-DatalabsChecklist-icon" width="16px" height="16px" aria-hidden="true" />
              <span className="jp-DatalabsChecklist-title">{title}</span>
              <span className="jp-DatalabsChecklist-state">{words[state]}</span>
              <span className="jp-DatalabsChecklist-text">{text}</span>
              {action && (
                <button type="button" className="jp-DatalabsButton" aria-label={`${action.label}: ${title}`} onClick={() => onAction(action.action)}>
                  {action.label}
                </button>
              )}
              {id === 'publish' && (
                <button type="button" className="jp-DatalabsButton" disabled title={text}>
                  {trans.__('Publish')}
                </button>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
