import { CommandRegistry } from '@lumino/commands';
import { MessageLoop } from '@lumino/messaging';
import { Menu } from '@lumino/widgets';
import { returnFocus } from '../menu-focus';

it('a context menu gives the focus back to what it was about, and to nothing else', () => {
  document.body.innerHTML = '<div class="list" tabindex="0"><span>row</span></div><button></button>';
  const [list, row, other] = ['.list', 'span', 'button'].map(selector => document.querySelector<HTMLElement>(selector)!);
  const menu = new Menu({ commands: new CommandRegistry() });
  menu.addItem({ type: 'separator' });
  const own = returnFocus(menu, '.list');
  const openAndClose = (on: HTMLElement): void => {
    on.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true }));
    menu.open(0, 0);
    MessageLoop.flush();
    menu.close();
  };
  openAndClose(row!);
  expect(document.activeElement).toBe(list);
  other!.focus();
  openAndClose(other!);
  expect(document.activeElement).not.toBe(list);
  own.dispose();
  openAndClose(row!);
  expect(document.activeElement).not.toBe(list);
});
