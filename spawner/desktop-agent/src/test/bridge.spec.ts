import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { bridge } from '../bridge.js';

const CHUNK = Buffer.alloc(64 * 1024, 7);
/** Far more than the buffers of four sockets and two streams, far less than what a writer without a brake gets rid of. */
const BOUND = 32 * 1024 * 1024;
/** So many messages the other way without one more byte taken: the writer stands still. */
const STILL = 200;
/** Milliseconds. */
const PING = 500;
const POINTER = Buffer.from([5, 0, 0, 1, 0, 1]);

describe('bridge', () => {
  let directory: string;
  let display: Server;
  let http: WebSocketServer;
  /** The X server's end. */
  let socket: Socket;
  /** The browser's end. */
  let browser: WebSocket;
  /** The agent's end of the websocket. */
  let agent: WebSocket;
  let done: Promise<void>;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bridge-'));
    const path = join(directory, 'rfb.sock');
    display = createServer().listen(path);
    http = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    await Promise.all([once(display, 'listening'), once(http, 'listening')]);
  });

  async function start(pingInterval?: number): Promise<void> {
    const path = join(directory, 'rfb.sock');
    const port = (http.address() as { port: number }).port;
    const accepted = once(http, 'connection');
    const opened = once(display, 'connection');
    browser = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong: false });
    browser.on('error', () => undefined);
    [agent] = (await accepted) as [WebSocket];
    done = bridge(agent, path, { onInput: () => undefined, pingInterval });
    [[socket]] = (await Promise.all([opened, once(browser, 'open')])) as [[Socket], unknown];
    socket.on('error', () => undefined);
  }

  afterEach(async () => {
    browser.terminate();
    socket.destroy();
    await done;
    http.close();
    display.close();
    await rm(directory, { recursive: true, force: true });
  });

  const written = (end: Socket) => end.bytesWritten - end.writableLength;
  const rawBrowser = () => (browser as unknown as { _socket: Socket })._socket;

  it('takes no more from the X server than a browser that reads nothing leaves room for', async () => {
    await start();
    browser.pause();
    socket.resume();
    let most = 0;
    let still = 0;
    let before = -1;
    const fill = (): void => {
      while (socket.write(CHUNK) && written(socket) < BOUND) {
        // On until its own buffer is full.
      }
    };
    socket.on('drain', fill);
    fill();
    // Time is told by the other direction, which stays open.
    while (still < STILL && written(socket) < BOUND) {
      browser.send(POINTER);
      await once(socket, 'data');
      most = Math.max(most, agent.bufferedAmount);
      still = written(socket) === before ? still + 1 : 0;
      before = written(socket);
    }
    expect(written(socket)).toBeLessThan(BOUND);
    // What the agent itself holds back, outside of the kernel.
    expect(most).toBeLessThan(1024 * 1024);
    socket.removeListener('drain', fill);
  });

  it('delivers all of it, in order, once the browser reads again', async () => {
    await start();
    browser.pause();
    const total = 300;
    for (let i = 0; i < total; i++) {
      socket.write(Buffer.alloc(CHUNK.length, i % 251));
    }
    await new Promise<void>(resolve => {
      let at = 0;
      browser.on('message', (data: Buffer) => {
        for (let i = 0; i < data.length; i += 4096) {
          expect(data[i]).toBe(Math.floor((at + i) / CHUNK.length) % 251);
        }
        at += data.length;
        if (at === total * CHUNK.length) {
          resolve();
        }
      });
      browser.resume();
    });
  });

  it('takes no more from the browser than an X server that reads nothing leaves room for', async () => {
    await start();
    // The X server's end is not read: it has no listener for data yet.
    let still = 0;
    let before = -1;
    const raw = rawBrowser();
    const fill = (): void => {
      while (browser.bufferedAmount < CHUNK.length && written(raw) < BOUND) {
        browser.send(CHUNK, fill);
      }
    };
    fill();
    while (still < STILL && written(raw) < BOUND) {
      socket.write(POINTER);
      await once(browser, 'message');
      still = written(raw) === before ? still + 1 : 0;
      before = written(raw);
    }
    expect(written(raw)).toBeLessThan(BOUND);
    expect(agent.isPaused).toBe(true);
  });

  it('ends with a browser that neither answers nor sends', async () => {
    await start(PING);
    await once(browser, 'close');
    await done;
  });

  it('takes what a browser sends for an answer: its pong may wait behind much it has not read', async () => {
    await start(PING);
    socket.resume();
    for (let i = 0; i < 4; i++) {
      await once(browser, 'ping');
      browser.send(POINTER);
    }
    expect(browser.readyState).toBe(WebSocket.OPEN);
  });
});
