import { connect } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createWebSocketStream, type WebSocket } from 'ws';
import { InputDetector } from './rfb/client-messages.js';

/** Proxies cut a websocket that is silent for 60 s. */
const PING_INTERVAL = 20_000;

/**
 * Carry RFB between a websocket and the X server's UNIX socket until either ends.
 *
 * Both halves are streams in one pipeline: a slow browser stops the reads from the X server,
 * and a slow X server stops the reads from the browser, so nothing piles up here.
 */
export async function bridge(
  websocket: WebSocket,
  rfbPath: string,
  options: { onInput: () => void; pingInterval?: number }
): Promise<void> {
  const socket = connect({ path: rfbPath });
  const stream = createWebSocketStream(websocket);
  const detector = new InputDetector(options.onInput);
  let answered = true;
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // On a slow link the ping, and so the pong, waits behind a queue of pictures; what comes is as good a sign of life.
      answered = true;
      detector.push(chunk);
      done(null, chunk);
    }
  });
  websocket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    // A browser held back cannot be heard: its pong waits behind the input not yet read.
    if (!answered && !websocket.isPaused) {
      websocket.terminate();
      return;
    }
    answered = false;
    websocket.ping();
  }, options.pingInterval ?? PING_INTERVAL);
  try {
    await Promise.race([pipeline(stream, tap, socket), pipeline(socket, stream)]);
  } catch {
    // A side that went away is the normal end of a bridge.
  } finally {
    clearInterval(timer);
    socket.destroy();
    stream.destroy();
    websocket.terminate();
  }
}
