import { IconButton } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, refreshIcon, searchIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { readable } from '../paths';
import { ageText, countText, nameParts } from '../words';
import type { FolderModel, IFilter } from './folder';

/** Milliseconds after the last key before the server is asked. */
const TYPED_MS = 200;
/** How often the age is written anew. */
const AGE_MS = 30_000;
/** Crumbs between the volume and the folder itself before they become one. */
const MIDDLE = 1;

/** Where the folder is, from the volume on. */
export function Crumbs(props: { model: FolderModel; title: string; trans: TranslationBundle }): JSX.Element | null {
  const { model, title, trans } = props;
  if (!model.place) {
    return null;
  }
  const { volume, path } = model.place;
  const parts = path === '' ? [] : path.split('/');
  const crumbs = [{ name: title, path: '' }, ...parts.map((name, i) => ({ name, path: parts.slice(0, i + 1).join('/') }))];
  const hidden = crumbs.slice(1, -1 - MIDDLE);
  const shown = hidden.length === 0 ? crumbs : [crumbs[0]!, { ...hidden.at(-1)!, name: '…' }, ...crumbs.slice(-1 - MIDDLE)];
  return (
    <nav className="jp-DatalabsFolder-crumbs" aria-label={trans.__('Folder')}>
      <ol>
        {shown.map((crumb, i) => {
          const isHere = i === shown.length - 1;
          const label = crumb.name === '…' ? readable(crumb.path) : readable(crumb.name);
          return (
            <li key={crumb.path}>
              <button
                type="button"
                title={label}
                aria-label={crumb.name === '…' ? label : undefined}
                aria-current={isHere ? 'location' : undefined}
                onClick={() => (isHere ? model.reload() : model.goTo({ volume, path: crumb.path }))}
              >
                {nameParts(crumb.name).map(part => part.text).join('')}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** What is shown of a folder. */
export function FilterBar(props: { model: FolderModel; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const { filter } = model;
  const [typed, setTyped] = React.useState(filter.text);
  const timer = React.useRef(0);
  // Another folder has another filter.
  React.useEffect(() => {
    window.clearTimeout(timer.current);
    setTyped(filter.text);
  }, [model.place, filter.text]);
  React.useEffect(() => () => window.clearTimeout(timer.current), []);
  const type = (text: string, wait = TYPED_MS): void => {
    setTyped(text);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => model.setFilter({ text }), wait);
  };
  return (
    <div className="jp-DatalabsFolder-filter" role="search">
      <span className="jp-DatalabsFolder-field">
        <searchIcon.react tag="span" className="jp-DatalabsFolder-icon" width="16px" height="16px" aria-hidden="true" />
        <input
          type="text"
          spellCheck={false}
          value={typed}
          maxLength={200}
          placeholder={trans.__('Filter by name')}
          aria-label={trans.__('Filter by name')}
          title={trans.__('Part of a name, or a pattern with * and ? for the whole name')}
          onChange={event => type(event.target.value)}
          onKeyDown={event => {
            if (event.key === 'Enter') {
              type(typed, 0);
            } else if (event.key === 'Escape' && typed !== '') {
              type('', 0);
            } else {
              return;
            }
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        {typed !== '' && <IconButton icon={closeIcon} label={trans.__('Clear the filter')} onClick={() => type('', 0)} />}
      </span>
      <select
        aria-label={trans.__('What to show')}
        value={filter.type}
        onChange={event => model.setFilter({ type: event.target.value as IFilter['type'] })}
      >
        <option value="all">{trans.__('All')}</option>
        <option value="directory">{trans.__('Folders')}</option>
        <option value="file">{trans.__('Files')}</option>
      </select>
    </div>
  );
}

/** How many there are, how many are chosen, and how old that is. */
export function StatusBar(props: { model: FolderModel; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const [now, setNow] = React.useState(() => Date.now());
  const { indexed, total, selection } = model;
  React.useEffect(() => {
    setNow(Date.now());
    const timer = window.setInterval(() => setNow(Date.now()), AGE_MS);
    return () => window.clearInterval(timer);
  }, [indexed]);
  const all = indexed?.entries ?? 0;
  const count = !model.isReady
    ? ''
    : total === all
      ? trans._n('1 entry', '%2 entries', total, countText(total))
      : trans.__('%1 of %2 entries', countText(total), countText(all));
  return (
    <div className="jp-DatalabsFolder-status">
      <span className="jp-DatalabsFolder-counts" role="status">
        {count}
        {selection.count > 1 && ` · ${trans.__('%1 selected', countText(selection.count))}`}
      </span>
      {indexed && <span className="jp-DatalabsFolder-age">{ageText(indexed.at, now, trans)}</span>}
      <IconButton icon={refreshIcon} label={trans.__('Read this folder again')} onClick={() => model.reload({ refresh: true })} />
    </div>
  );
}
