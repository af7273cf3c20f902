import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';

const CLASS = 'jp-DatalabsCardMore';

/**
 * A button on the card that the pointer is on. A launcher card is a button itself and may hold no other one, hence nothing for the keyboard and screen
 * readers, which have the menu of the card.
 */
export function moreOfCards(options: { title: (card: HTMLElement) => string | undefined; more: (card: HTMLElement) => void; root?: Document }): IDisposable {
  const { title, more, root = document } = options;
  const onPointed = (event: Event): void => {
    const card = event.target instanceof Element ? event.target.closest<HTMLElement>('.jp-LauncherCard') : null;
    const text = card && !card.querySelector(`.${CLASS}`) ? title(card) : undefined;
    if (!card || text === undefined) {
      return;
    }
    const button = root.createElement('button');
    button.type = 'button';
    button.className = CLASS;
    button.title = text;
    button.tabIndex = -1;
    button.textContent = '⋯';
    button.setAttribute('aria-hidden', 'true');
    button.addEventListener('click', clicked => {
      // Else the card starts its datalab as well.
      clicked.stopPropagation();
      more(card);
    });
    card.append(button);
  };
  root.addEventListener('pointerover', onPointed);
  return new DisposableDelegate(() => {
    root.removeEventListener('pointerover', onPointed);
    root.querySelectorAll(`.${CLASS}`).forEach(node => node.remove());
  });
}
