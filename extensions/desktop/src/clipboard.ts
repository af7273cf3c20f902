/**
 * Hand text to the browser's clipboard; false where the browser does not allow it just now, as without a recent
 * click or key press, or while another window is in front.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Also where there is no such object: pages from a host other than localhost, without TLS.
    return copyByEvent(text);
  }
}

function copyByEvent(text: string): boolean {
  let done = false;
  const onCopy = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
    done = true;
  };
  window.addEventListener('copy', onCopy, true);
  try {
    document.execCommand('copy');
  } finally {
    window.removeEventListener('copy', onCopy, true);
  }
  return done;
}

/** A key to press in the desktop, as RFB names it. */
export interface IKey {
  keysym: number;
  code: string;
}

const LETTERS: Readonly<Record<string, number>> = { KeyA: 0x61, KeyC: 0x63, KeyV: 0x76, KeyX: 0x78 };

/** The key of a press that asks the browser to paste; null for other presses. */
export function pasteKey(event: KeyboardEvent): IKey | null {
  if (event.altKey) {
    return null;
  }
  if (event.shiftKey && !event.ctrlKey && !event.metaKey && event.key === 'Insert') {
    return { keysym: 0xff63, code: 'Insert' };
  }
  const paste = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'v';
  return paste ? { keysym: event.shiftKey ? 0x56 : LETTERS.KeyV, code: 'KeyV' } : null;
}

/** The key of a press of a Mac's ⌘ shortcut that the desktop knows with Ctrl; null for other presses. */
export function commandKey(event: KeyboardEvent): IKey | null {
  const keysym = event.metaKey && !event.ctrlKey && !event.altKey ? LETTERS[event.code] : undefined;
  return keysym === undefined ? null : { keysym, code: event.code };
}
