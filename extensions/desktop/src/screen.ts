import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type RFB from '@novnc/novnc';
import { commandKey, copyText, pasteKey, type IKey } from './clipboard';

/** Keysyms of the keys of the release chord, both sides. */
const MODIFIERS: readonly [number, string][] = [
  [0xffe3, 'ControlLeft'],
  [0xffe4, 'ControlRight'],
  [0xffe9, 'AltLeft'],
  [0xffea, 'AltRight'],
  [0xffe1, 'ShiftLeft'],
  [0xffe2, 'ShiftRight']
];

const [[CONTROL, CONTROL_CODE]] = MODIFIERS;
/** As which keys noVNC passes on the ⌘ keys of a Mac. */
const COMMAND: readonly [number, string][] = [
  [0xffe9, 'MetaLeft'],
  [0xffeb, 'MetaRight']
];
/** A copied text may arrive this long, in milliseconds, after the user went elsewhere to paste it. */
const COPY_GRACE = 3000;
const PASTE: IKey = { keysym: 0x76, code: 'KeyV' };

/** A paste the browser was asked for and has not told of yet. */
interface IPaste {
  key: IKey;
  /** Whether ⌘ is held down for it, not Ctrl. */
  command: boolean;
}

const isModifier = (key: string) => key === 'Control' || key === 'Alt' || key === 'Shift';

/**
 * The picture of a desktop in an element: noVNC, the keyboard's way in and out, the clipboard.
 */
export class Screen implements IDisposable {
  constructor(readonly node: HTMLElement) {
    // While the desktop has the keyboard, JupyterLab's shortcuts must not.
    node.dataset.lmSuppressShortcuts = 'true';
    node.addEventListener('keydown', this.onKeyDown, true);
    node.addEventListener('keyup', this.onKeyUp, true);
    node.addEventListener('focusin', this.onFocus);
    node.addEventListener('focusout', this.onFocus);
    // On the window: browsers send the event to where the selection is, which may be left in an editor elsewhere.
    window.addEventListener('paste', this.onPaste, true);
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

  /** Emitted with a text copied in the desktop that the browser did not take. */
  get copyRefused(): ISignal<this, string> {
    return this.refused;
  }

  get hasKeyboard(): boolean {
    return this.inside;
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
    rfb.resizeSession = this.sizing;
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
      this.noteEnd();
    });
    rfb.addEventListener('clipboard', event => {
      // A program in the desktop may set its clipboard at any time: it is the user's only while the user works there.
      if (rfb === this.rfb && (this.inside || performance.now() - this.leftAt < COPY_GRACE)) {
        void this.copy((event as CustomEvent<{ text: string }>).detail.text);
      }
    });
  }

  /**
   * Whether the desktop takes the size of this panel. Every panel of a desktop may ask for its own size, and the last one
   * to ask gets it; the others scale the picture. Setting it again asks again.
   */
  set hasSize(value: boolean) {
    this.sizing = value;
    if (this.rfb) {
      this.rfb.resizeSession = value;
    }
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
    this.released.emit();
  }

  /** Emitted when the keyboard was given back on purpose. */
  get keyboardReleased(): ISignal<this, void> {
    return this.released;
  }

  close(): void {
    const { rfb } = this;
    this.rfb = null;
    rfb?.disconnect();
    this.noteEnd();
  }

  dispose(): void {
    if (!this.disposed) {
      this.disposed = true;
      this.close();
      this.node.removeEventListener('keydown', this.onKeyDown, true);
      this.node.removeEventListener('keyup', this.onKeyUp, true);
      this.node.removeEventListener('focusin', this.onFocus);
      this.node.removeEventListener('focusout', this.onFocus);
      window.removeEventListener('paste', this.onPaste, true);
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
    const key = this.rfb && pasteKey(event);
    if (key) {
      // Hidden from noVNC, which would keep the browser from telling in an event what is pasted.
      event.stopPropagation();
      this.pasting = { key, command: event.metaKey };
      return;
    }
    const command = this.rfb && commandKey(event);
    if (command) {
      event.preventDefault();
      event.stopPropagation();
      this.press(command, true);
    }
  };

  private readonly onKeyUp = (event: KeyboardEvent): void => {
    if (this.pasting && event.code === this.pasting.key.code) {
      // No event came, as with an empty clipboard in some browsers: the desktop has its own.
      this.finishPaste(this.pasting);
    }
  };

  private readonly onPaste = (event: ClipboardEvent): void => {
    if (!this.inside) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const text = event.clipboardData?.getData('text/plain');
    if (text) {
      this.rfb?.clipboardPasteFrom(text);
    }
    // Only now: the desktop must own the text before its application sees the key. A paste by the browser's menu has none.
    this.finishPaste(this.pasting ?? { key: PASTE, command: true });
  };

  private finishPaste(paste: IPaste): void {
    this.pasting = null;
    this.press(paste.key, paste.command);
  }

  /** Press and let go of a key; with Ctrl in place of the ⌘ that is held down. */
  private press(key: IKey, command: boolean): void {
    if (command) {
      for (const [keysym, code] of COMMAND) {
        this.rfb?.sendKey(keysym, code, false);
      }
      this.rfb?.sendKey(CONTROL, CONTROL_CODE, true);
    }
    this.rfb?.sendKey(key.keysym, key.code);
    if (command) {
      this.rfb?.sendKey(CONTROL, CONTROL_CODE, false);
    }
  }

  private async copy(text: string): Promise<void> {
    if (text && !(await copyText(text))) {
      this.refused.emit(text);
    }
  }

  private readonly onFocus = (event: FocusEvent): void => {
    this.note(event.type === 'focusin' || this.node.contains(event.relatedTarget as Node | null));
  };

  /** The end of a connection takes the focused canvas away, of which no event tells. */
  private noteEnd(): void {
    this.note(this.node.contains(document.activeElement));
  }

  private note(inside: boolean): void {
    if (inside !== this.inside) {
      this.inside = inside;
      this.leftAt = performance.now();
      this.keyboardMoved.emit(inside);
    }
  }

  private pasting: IPaste | null = null;
  private inside = false;
  private sizing = false;
  private leftAt = -Infinity;
  private rfb: RFB | null = null;
  private turn = 0;
  private disposed = false;
  private readonly didConnect = new Signal<this, void>(this);
  private readonly didDisconnect = new Signal<this, void>(this);
  private readonly keyboardMoved = new Signal<this, boolean>(this);
  private readonly refused = new Signal<this, string>(this);
  private readonly released = new Signal<this, void>(this);
}
