/**
 * Finds real input in the client → server half of an RFB 3.8 stream
 * (RFC 6143 §7.5, and the registered extensions TigerVNC and noVNC use).
 *
 * Traffic alone says nothing: a connected viewer asks for updates for ever, so an
 * unattended panel would keep its session alive. Keys, pointer and clipboard count.
 */

// ProtocolVersion (12), chosen security type (1; None has no reply) and ClientInit (1).
const HANDSHAKE = 14;

/** Bytes needed to tell the length of a message of this type, by type. */
const HEADER: Readonly<Record<number, number>> = {
  0: 1, // SetPixelFormat
  2: 4, // SetEncodings
  3: 1, // FramebufferUpdateRequest
  4: 1, // KeyEvent
  5: 2, // PointerEvent
  6: 12, // ClientCutText with the flags of the extended form
  150: 1, // EnableContinuousUpdates
  248: 9, // ClientFence
  250: 1, // xvp
  251: 8, // SetDesktopSize
  255: 2 // QEMU extended key event
};

const CLIPBOARD_NOTIFY = 1 << 27;

export class InputDetector {
  /** @param onInput called at most once per chunk that carries input. */
  constructor(onInput: () => void) {
    this.onInput = onInput;
  }

  /** False after a message this parser does not know: its length is unknown, so nothing after it can be read. */
  get synchronised(): boolean {
    return this.inStep;
  }

  push(chunk: Uint8Array): void {
    let seen = false;
    let at = 0;
    while (this.inStep && at < chunk.length) {
      if (this.skip > 0) {
        const step = Math.min(this.skip, chunk.length - at);
        this.skip -= step;
        at += step;
        continue;
      }
      this.header[this.filled++] = chunk[at++];
      seen = this.advance() || seen;
    }
    if (seen) {
      this.onInput();
    }
  }

  /** One more header byte is there; true if a complete header means input. */
  private advance(): boolean {
    const type = this.header[0];
    const wanted = this.wanted(type);
    if (wanted === undefined) {
      this.inStep = false;
      return false;
    }
    if (this.filled < wanted) {
      return false;
    }
    const { length, input } = this.measure(type);
    this.skip = length - this.filled;
    this.filled = 0;
    return input;
  }

  private wanted(type: number): number | undefined {
    if (type === 6 && this.filled >= 8) {
      const length = this.view.getInt32(4);
      return length < 0 && length <= -4 ? 12 : 8;
    }
    return HEADER[type];
  }

  private measure(type: number): { length: number; input: boolean } {
    const view = this.view;
    switch (type) {
      case 0:
        return { length: 20, input: false };
      case 2:
        return { length: 4 + 4 * view.getUint16(2), input: false };
      case 4:
        return { length: 8, input: true };
      case 5:
        // The top bit marks the extended form, which is one byte longer.
        return { length: view.getUint8(1) & 0x80 ? 7 : 6, input: true };
      case 6: {
        const length = view.getInt32(4);
        // Capabilities and answers to requests are sent by the viewer on its own.
        const input = length > 0 || (length <= -4 && (view.getUint32(8) & CLIPBOARD_NOTIFY) !== 0);
        return { length: 8 + Math.abs(length), input };
      }
      case 248:
        return { length: 9 + view.getUint8(8), input: false };
      case 250:
        return { length: 4, input: false };
      case 251:
        return { length: 8 + 16 * view.getUint8(6), input: false };
      case 255:
        if (view.getUint8(1) !== 0) {
          this.inStep = false;
        }
        return { length: 12, input: this.inStep };
      default:
        return { length: 10, input: false };
    }
  }

  private readonly onInput: () => void;
  private readonly header = new Uint8Array(12);
  private readonly view = new DataView(this.header.buffer);
  private filled = 0;
  private skip = HANDSHAKE;
  private inStep = true;
}
