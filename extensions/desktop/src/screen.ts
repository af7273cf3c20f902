import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type RFB from '@novnc/novnc';

/** Keysyms of the keys of the release chord, both sides. */
const MODIFIERS: readonly [number, string][] = [
  [0xffe3, 'ControlLeft'],
  [0xffe4, 'ControlRight'],
  [0xffe9, 'AltLeft'],
  [0xffea, 'AltRight'],
  [0xffe1, 'ShiftLeft'],
  [0xffe2, 'ShiftRight']
];

const V = 0x76;
const isModifier = (key: string) => key === 'Control' || key === 'Alt' || key === 'Shift';

/**
 * The picture of a desktop in an element: noVNC, the keyboard's way in and out, the clipboard.
 */
export class Screen implements IDisposable {
  constructor(readonly node: HTMLElement) {
    // While the desktop has the keyboard, JupyterLab's shortcuts must not.
    node.dataset.lmSuppressShortcuts = 'true';
    node.addEventListener('keydown', this.onKeyDown, true);
    node.addEventListener('focusin', this.onFocus);
    node.addEventListener('focusout', this.onFocus);
    node.addEventListener('paste', this.onPaste);
  }

  get connected(): ISignal<this, void> {
    return this.didConnect;
  }

  get disconnected(): ISignal<this, void> {
    return this.didDisconnect;
  }

  /** Emitted with whether the desktop has the keyboard. */
  get keyboardChanged(): ISignal<this, boolean> {
    return this.keyboardMoved;
  }

  get hasKeyboard(): boolean {
    return this.node.contains(document.activeElement);
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Connect, in place of any earlier connection. */
  async connect(url: string): Promise<void> {
    this.close();
    const turn = ++this.turn;
    let rfb: RFB;
    try {
      // Heavy, and only of use once a desktop is shown.
      const { default: Client } = await import('@novnc/novnc');
      if (this.disposed || turn !== this.turn) {
        return;
      }
      rfb = new Client(this.node, url, { shared: true, wsProtocols: ['binary'] });
    } catch {
      this.didDisconnect.emit();
      return;
    }
    this.rfb = rfb;
    rfb.scaleViewport = true;
    rfb.resizeSession = true;
    rfb.background = 'transparent';
    rfb.addEventListener('connect', () => {
      if (rfb === this.rfb) {
        this.didConnect.emit();
      }
    });
    rfb.addEventListener('disconnect', () => {
      if (rfb === this.rfb) {
        this.rfb = null;
        this.didDisconnect.emit();
      }
    });
    rfb.addEventListener('clipboard', event => {
      const { text } = (event as CustomEvent<{ text: string }>).detail;
      // Refused when the page is not in front; the text stays in the desktop then.
      void navigator.clipboard?.writeText(text).catch(() => undefined);
    });
  }

  focus(): void {
    this.rfb?.focus();
  }

  /** Take the keyboard from the desktop, with no key left pressed there. */
  releaseKeyboard(): void {
    const { rfb } = this;
    if (rfb) {
      for (const [keysym, code] of MODIFIERS) {
        rfb.sendKey(keysym, code, false);
      }
      // Makes noVNC forget which keys it thinks are down.
      rfb.viewOnly = true;
      rfb.viewOnly = false;
      rfb.blur();
    }
    if (document.activeElement instanceof HTMLElement && this.hasKeyboard) {
      document.activeElement.blur();
    }
    this.released.emit();
  }

  /** Emitted when the keyboard was given back on purpose. */
  get keyboardReleased(): ISignal<this, void> {
    return this.released;
  }

  /** Hand the browser's clipboard to the desktop; false if the browser does not allow it. */
  async paste(): Promise<boolean> {
    try {
      const text = await navigator.clipboard.readText();
      if (text) {
        this.rfb?.clipboardPasteFrom(text);
      }
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    const { rfb } = this;
    this.rfb = null;
    rfb?.disconnect();
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.close();
      this.node.removeEventListener('keydown', this.onKeyDown, true);
      this.node.removeEventListener('focusin', this.onFocus);
      this.node.removeEventListener('focusout', this.onFocus);
      this.node.removeEventListener('paste', this.onPaste);
      Signal.clearData(this);
    }
  }

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey && event.altKey && event.shiftKey && isModifier(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      this.releaseKeyboard();
      return;
    }
    const paste = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'v';
    if (paste && this.rfb && navigator.clipboard) {
      // The desktop must own the text before its application sees the key.
      event.preventDefault();
      event.stopPropagation();
      void this.paste().then(() => this.rfb?.sendKey(V, 'KeyV'));
    }
  };

  private readonly onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData('text/plain');
    if (text) {
      event.preventDefault();
      this.rfb?.clipboardPasteFrom(text);
    }
  };

  private readonly onFocus = (event: FocusEvent): void => {
    const inside = event.type === 'focusin';
    this.keyboardMoved.emit(inside);
    if (inside) {
      void this.pasteIfGranted();
    }
  };

  /** On focus only where the user allowed it before: a question at every click would be worse. */
  private async pasteIfGranted(): Promise<void> {
    try {
      const name = 'clipboard-read' as PermissionName;
      if ((await navigator.permissions.query({ name })).state === 'granted') {
        await this.paste();
      }
    } catch {
      // Not every browser knows this permission.
    }
  }

  private rfb: RFB | null = null;
  private turn = 0;
  private disposed = false;
  private readonly didConnect = new Signal<this, void>(this);
  private readonly didDisconnect = new Signal<this, void>(this);
  private readonly keyboardMoved = new Signal<this, boolean>(this);
  private readonly released = new Signal<this, void>(this);
}
