import { connect, type Socket } from 'node:net';

const EXTENDED_DESKTOP_SIZE = -308;

/** Reads exact numbers of bytes from a socket, in order. */
async function* chunksOf(socket: Socket): AsyncGenerator<Buffer, never, number> {
  let wanted = yield Buffer.alloc(0);
  let held = Buffer.alloc(0);
  for await (const chunk of socket) {
    held = Buffer.concat([held, chunk as Buffer]);
    while (held.length >= wanted) {
      const part = held.subarray(0, wanted);
      held = held.subarray(wanted);
      wanted = yield part;
    }
  }
  throw new Error('The X server closed the connection');
}

function setDesktopSize(width: number, height: number, screen: Buffer): Buffer {
  const message = Buffer.alloc(24);
  message[0] = 251;
  message.writeUInt16BE(width, 2);
  message.writeUInt16BE(height, 4);
  message[6] = 1;
  screen.copy(message, 8, 0, 4);
  message.writeUInt16BE(width, 16);
  message.writeUInt16BE(height, 18);
  screen.copy(message, 20, 12, 16);
  return message;
}

/**
 * Change the height of the screen by one pixel and back.
 *
 * A Swing window that the window manager mapped without a title bar stays at its own first
 * size until the screen changes once; viewers may have set the right size before it appeared.
 */
export async function nudgeDesktopSize(path: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const socket = connect({ path });
  const abort = () => socket.destroy(new Error('Given up'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    const reader = chunksOf(socket);
    await reader.next(0);
    const read = async (n: number): Promise<Buffer> => Buffer.from((await reader.next(n)).value);
    await read(12);
    socket.write('RFB 003.008\n');
    const types = await read(1);
    await read(types[0]);
    socket.write(Buffer.from([1])); // None
    await read(4);
    socket.write(Buffer.from([1])); // shared
    const init = await read(24);
    await read(init.readUInt32BE(20));
    const encodings = Buffer.alloc(12);
    encodings[0] = 2;
    encodings.writeUInt16BE(2, 2);
    encodings.writeInt32BE(EXTENDED_DESKTOP_SIZE, 4);
    encodings.writeInt32BE(0, 8);
    // One pixel is asked for: the answer carries the screens, not the picture. Only a request that
    // is not incremental makes the server tell the screens; an incremental one waits for a change.
    const full = Buffer.from([3, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
    const update = Buffer.from([3, 1, 0, 0, 0, 0, 0, 1, 0, 1]);
    const askAgain = () => void socket.write(update);
    socket.write(Buffer.concat([encodings, full]));
    const layout = await readLayout(read, askAgain);
    const { width, height, screen } = layout;
    const less = Math.max(1, height - 1);
    socket.write(Buffer.concat([setDesktopSize(width, less, screen), update]));
    const changed = await readLayout(read, askAgain);
    if (changed.width !== width || changed.height !== less) {
      // A viewer resized the screen meanwhile: that did what was wanted, and its size must stay.
      return;
    }
    socket.write(Buffer.concat([setDesktopSize(width, height, screen), update]));
    await readLayout(read, askAgain);
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

async function readLayout(
  read: (n: number) => Promise<Buffer>,
  askAgain: () => void
): Promise<{ width: number; height: number; screen: Buffer }> {
  for (;;) {
    const [type] = await read(1);
    if (type === 2) {
      continue; // Bell
    }
    if (type === 3) {
      const length = (await read(7)).readInt32BE(3);
      await read(Math.abs(length));
      continue;
    }
    if (type !== 0) {
      throw new Error(`Unexpected message ${type} from the X server`);
    }
    const count = (await read(3)).readUInt16BE(1);
    let layout: { width: number; height: number; screen: Buffer } | null = null;
    for (let i = 0; i < count; i++) {
      const rect = await read(12);
      const width = rect.readUInt16BE(4);
      const height = rect.readUInt16BE(6);
      const encoding = rect.readInt32BE(8);
      if (encoding === EXTENDED_DESKTOP_SIZE) {
        const screens = (await read(4))[0];
        const all = await read(16 * screens);
        layout = { width, height, screen: all.subarray(0, 16) };
      } else {
        await read(width * height * 4);
      }
    }
    // Only after the whole update: what follows the layout in it would be taken for the next message.
    if (layout) {
      return layout;
    }
    askAgain();
  }
}
