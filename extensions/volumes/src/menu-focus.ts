import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import type { Menu } from '@lumino/widgets';

/** Gives the keyboard back to the list or grid that a context menu was about, when it closes. */
export function returnFocus(menu: Pick<Menu, 'aboutToClose'>, selector: string): IDisposable {
  let opener: HTMLElement | null = null;
  const onOpen = ({ target }: Event): void => {
    opener = target instanceof Element ? target.closest<HTMLElement>(selector) : null;
  };
  // Before the item that was chosen does something, which may take the focus elsewhere.
  const onClose = (): void => {
    opener?.focus({ preventScroll: true });
    opener = null;
  };
  document.addEventListener('contextmenu', onOpen, true);
  menu.aboutToClose.connect(onClose);
  return new DisposableDelegate(() => {
    document.removeEventListener('contextmenu', onOpen, true);
    menu.aboutToClose.disconnect(onClose);
  });
}
