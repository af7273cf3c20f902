import type { IFitsHdu } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';
import { copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { cellText } from './values';

type Card = IFitsHdu['cards'][number];

/** Logical values as FITS writes them. */
const valueText = ([, value, , written]: Card): string => written ?? (typeof value === 'boolean' ? (value ? 'T' : 'F') : value === null ? '' : cellText(value));

/** A card as headers write it, for somebody else to read. */
export function cardText(card: Card): string {
  const [keyword, value, comment] = card;
  const commentary = ['COMMENT', 'HISTORY', ''].includes(keyword);
  const said = typeof value === 'string' && !commentary ? `'${value.replace(/'/g, "''")}'` : valueText(card);
  return commentary ? `${keyword} ${said}`.trim() : `${keyword} = ${said}${comment ? ` / ${comment}` : ''}`;
}

/** How many cards are in the page at first, and how many more on request. */
const STEP = 500;

/** The cards of an HDU's header, found by any word of them. */
export function Cards(props: {
  hdu: IFitsHdu;
  copy: (text: string) => void;
  /** Asks for the cards that are not here yet; they come with the next `hdu`. */
  more?: (() => void) | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { hdu, copy, trans } = props;
  const [typed, setTyped] = React.useState('');
  const [shown, setShown] = React.useState(STEP);
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = hdu.cards.filter(card => {
    const text = cardText(card).toLowerCase();
    return words.every(word => text.includes(word));
  });
  return (
    <div className="jp-DatalabsCards">
      <div className="jp-DatalabsPreview-controls">
        <label className="jp-DatalabsPreview-field">
          <span>{trans.__('Find in header')}</span>
          <input
            type="search"
            className="jp-DatalabsPreview-input"
            value={typed}
            onChange={event => {
              setTyped(event.target.value);
              setShown(STEP);
            }}
          />
        </label>
        <span role="status" className="jp-DatalabsPreview-quiet">
          {typed ? trans.__('%1 of %2 cards', found.length, hdu.cards.length) : trans._n('%1 card', '%1 cards', hdu.cards.length)}
        </span>
      </div>
      <div className="jp-DatalabsCards-scrolled" tabIndex={0} role="region" aria-label={trans.__('Header cards')}>
        <table className="jp-DatalabsCards-table">
          <thead>
            <tr>
              <th scope="col">{trans.__('Keyword')}</th>
              <th scope="col">{trans.__('Value')}</th>
              <th scope="col">{trans.__('Comment')}</th>
              <th scope="col">
                <span className="jp-DatalabsPreview-unseen">{trans.__('Copy')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shown).map((card, i) => (
              <tr key={i}>
                <th scope="row">{card[0]}</th>
                <td className={typeof card[1] === 'number' ? 'jp-mod-number' : ''}>
                  {valueText(card)}
                </td>
                <td>{card[2]}</td>
                <td>
                  <button
                    type="button"
                    className="jp-DatalabsPreview-icon"
                    aria-label={trans.__('Copy card %1', card[0])}
                    title={trans.__('Copy card')}
                    onClick={() => copy(cardText(card))}
                  >
                    <copyIcon.react tag="span" width="14px" height="14px" />
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {typed && found.length === 0 && <p className="jp-DatalabsPreview-note">{trans.__('No card has this in it.')}</p>}
        {found.length > shown ? (
          <button type="button" className="jp-DatalabsButton" onClick={() => setShown(shown + STEP)}>
            {trans.__('Show %1 more', Math.min(STEP, found.length - shown))}
          </button>
        ) : (
          props.more && (
            <button type="button" className="jp-DatalabsButton" onClick={props.more}>
              {trans.__('Read further cards')}
            </button>
          )
        )}
      </div>
    </div>
  );
}
