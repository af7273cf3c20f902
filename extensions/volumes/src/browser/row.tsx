import type { IFileEntry } from '@jupyter-datalabs/hub-client';
import { sizeText } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { isPlain, readable } from '../paths';
import { countText, dayText, entryProblem, exactTime, nameParts } from '../words';
import type { IShared } from './names';

export const ROW_HEIGHT = 24;

export interface IRowProps {
  id: string;
  row: number;
  /** From the top of what scrolls. */
  y: number;
  entry: IFileEntry | undefined;
  shared: IShared;
  isChosen: boolean;
  isCursor: boolean;
  iconOf: (entry: IFileEntry) => LabIcon;
  trans: TranslationBundle;
}

/** Longer names are divided into what gives way first when there is little room, what does next, and the end, which stays. */
const LONG = 20;

function Parts(props: { text: string; part?: 'head' | 'tail' }): JSX.Element {
  return (
    <span className={props.part && `jp-mod-${props.part}`}>
      {nameParts(props.text).map((part, i) =>
        part.escaped ? (
          <span key={i} className="jp-DatalabsFolder-escaped">
            {part.text}
          </span>
        ) : (
          part.text
        )
      )}
    </span>
  );
}

function Name(props: { name: string; shared: IShared }): JSX.Element {
  const { name, shared } = props;
  const isLong = isPlain(name) && name.length > LONG;
  const tail = name.length - shared.tail;
  // Not between the halves of a character.
  const end = isLong ? tail - (/[\udc00-\udfff]/.test(name[tail]!) ? 1 : 0) : name.length;
  const head = isLong && shared.head < end ? shared.head : 0;
  return (
    // Isolated: a name from right to left must not move what stands beside it.
    <bdi className="jp-DatalabsFolder-name">
      {head > 0 && <Parts part="head" text={name.slice(0, head)} />}
      <Parts text={name.slice(head, end)} />
      {end < name.length && <Parts part="tail" text={name.slice(end)} />}
    </bdi>
  );
}

function titleOf(entry: IFileEntry, problem: string | null): string {
  return [
    readable(entry.name),
    entry.link === undefined ? null : `→ ${readable(entry.link)}`,
    problem,
    entry.size === null ? null : `${countText(entry.size)} B`,
    entry.modified === null ? null : exactTime(entry.modified)
  ]
    .filter(text => text !== null)
    .join('\n');
}

/** One row of a folder, or the place of one that has not come yet. */
export const FolderRow = React.memo(function FolderRow(props: IRowProps): JSX.Element {
  const { id, row, y, entry, shared: sharedName, isChosen, isCursor, iconOf, trans } = props;
  const place = { transform: `translateY(${y}px)` };
  const classes = `jp-DatalabsFolder-row${isChosen ? ' jp-mod-selected' : ''}${isCursor ? ' jp-mod-active' : ''}`;
  // The header is the first row of the grid.
  const shared = { id, role: 'row', 'aria-rowindex': row + 2, 'aria-selected': isChosen, 'data-row': row, style: place };
  if (!entry) {
    return (
      <div {...shared} className={classes}>
        <span role="gridcell" className="jp-DatalabsFolder-cell jp-mod-name" aria-label={trans.__('Loading')}>
          <span className="jp-DatalabsVolumes-bone jp-mod-icon" />
          <span className="jp-DatalabsVolumes-bone" style={{ width: `${30 + ((row * 37) % 40)}%` }} />
        </span>
      </div>
    );
  }
  const problem = entryProblem(entry, trans);
  const Icon = iconOf(entry);
  return (
    <div {...shared} className={classes} title={titleOf(entry, problem)} draggable>
      <span role="gridcell" className="jp-DatalabsFolder-cell jp-mod-name">
        <Icon.react tag="span" className="jp-DatalabsFolder-icon" width="16px" height="16px" aria-hidden="true" />
        <Name name={entry.name} shared={sharedName} />
        {entry.link !== undefined && <span className="jp-DatalabsFolder-link" aria-label={trans.__('link')}>↗</span>}
        {problem && <span className="jp-DatalabsFolder-problem">{problem}</span>}
      </span>
      <span role="gridcell" className="jp-DatalabsFolder-cell jp-mod-size">
        {entry.size === null ? '' : sizeText(entry.size)}
      </span>
      <span role="gridcell" className="jp-DatalabsFolder-cell jp-mod-modified">
        {entry.modified === null ? '' : dayText(entry.modified)}
      </span>
    </div>
  );
});
