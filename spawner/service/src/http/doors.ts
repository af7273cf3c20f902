import { chmod, mkdir, rm, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import * as net from 'node:net';
import * as path from 'node:path';
import { doorDirectory } from '../config/paths.js';
import type { Clock } from '../ports/clock.js';
import type { SessionKey } from '../ports/engine.js';
import type { Doors } from '../services/sessions/types.js';

/** Far more than a session's programs need at once. One that opens more has these, and the next is closed; nobody else notices. */
const CONNECTIONS = 32;

/**
 * Requests a session may make: so many at once after a silence, and one each so many milliseconds. Those beyond wait, each on its own connection: a session
 * asks a few times a minute, and one that asks without end shall not have the hub to itself.
 */
const BURST = 100;
const INTERVAL = 20;

/** Milliseconds until a connection is given up that does not say what it wants, does not finish saying it, or on which nothing moves. */
const HEADERS = 10_000;
const REQUEST = 30_000;
const SILENCE = 60_000;

/** Listens for one session. */
interface Door {
  key: SessionKey;
  listening: net.Server;
  sockets: Set<net.Socket>;
  /** When the next request may be answered, milliseconds. */
  next: number;
}

const doorOf = new WeakMap<net.Socket, Door>();

/** The session through whose door a request came; null: through the proxy. */
export function sessionOf(request: IncomingMessage): SessionKey | null {
  return doorOf.get(request.socket)?.key ?? null;
}

/** An HTTP server on which nobody can wait for ever. */
export function createHttpServer(listener: RequestListener): Server {
  const server = createServer({ headersTimeout: HEADERS, requestTimeout: REQUEST, connectionsCheckingInterval: 5000 }, listener);
  // Event streams say something more often than that.
  return server.setTimeout(SILENCE);
}

/** Listens on a UNIX socket, in place of whatever an earlier hub that was killed left there. */
export async function listenAt(server: net.Server, socket: string, mode: number): Promise<void> {
  await unlink(socket).catch(() => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, () => {
      server.off('error', reject);
      resolve();
    });
  });
  await chmod(socket, mode);
}

export function closeServer(server: Server | null): void {
  server?.close();
  server?.closeAllConnections();
}

/**
 * One UNIX socket for each session. Sessions see its directory, not the socket: what the next hub puts into it is there at once.
 * Who may enter a directory is decided by its parent, which only the hub's user may, and by whoever mounts it.
 */
export class SessionDoors implements Doors {
  private readonly doors = new Map<string, Door>();
  private readonly asking = new WeakSet<net.Socket>();
  private listener: RequestListener = (_request, response) => void response.writeHead(503).end();
  /** One for all of them, as each has timers and lists of its own. The doors give it their connections. */
  private readonly http = createHttpServer((request, response) => void this.answer(request, response));

  constructor(
    private readonly directory: string,
    private readonly clock: Clock
  ) {
    // It listens nowhere itself; from this event on it looks for connections that are too slow.
    this.http.emit('listening');
  }

  /** Who answers; until then everybody hears that the hub is not there yet. */
  serve(listener: RequestListener): void {
    this.listener = listener;
  }

  async open(key: SessionKey): Promise<void> {
    const directory = doorDirectory(this.directory, key);
    if (this.doors.has(directory)) {
      return;
    }
    const sockets = new Set<net.Socket>();
    // Half open as HTTP has it: who has said all may still wait for the answer.
    const listening = net.createServer({ allowHalfOpen: true }, socket => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      doorOf.set(socket, door);
      this.http.emit('connection', socket);
    });
    const door: Door = { key, listening, sockets, next: 0 };
    listening.maxConnections = CONNECTIONS;
    this.doors.set(directory, door);
    try {
      await mkdir(directory, { recursive: true });
      await chmod(directory, 0o711);
      // Sessions run as other users; what they may do is decided by their tokens.
      await listenAt(listening, path.join(directory, 'hub.sock'), 0o666);
    } catch (error) {
      this.doors.delete(directory);
      shut(door);
      throw error;
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    // Answers to requests sent without waiting pile up in the hub when nobody reads them; no client of the hub sends so.
    if (this.asking.has(socket)) {
      socket.destroy();
      return;
    }
    this.asking.add(socket);
    response.once('close', () => this.asking.delete(socket));
    const door = doorOf.get(socket)!;
    const now = this.clock.now();
    // Not further ahead than those that wait have put it: a clock that was set back keeps nobody for as long.
    door.next = Math.min(Math.max(door.next, now - BURST * INTERVAL), now + CONNECTIONS * INTERVAL) + INTERVAL;
    if (door.next > now) {
      // Whoever has gone is not waited for: nothing of a request may outlive its connection, of which there are few.
      const gone = new AbortController();
      socket.once('close', () => gone.abort());
      await this.clock.sleep(door.next - now, gone.signal).catch(() => undefined);
    }
    if (!socket.destroyed) {
      this.listener(request, response as Parameters<RequestListener>[1]);
    }
  }

  async close(key: SessionKey): Promise<void> {
    const directory = doorDirectory(this.directory, key);
    shut(this.doors.get(directory));
    this.doors.delete(directory);
    await rm(directory, { recursive: true, force: true });
  }

  /** The hub stops; sessions that run keep their directories for the next one. */
  closeAll(): void {
    this.doors.forEach(shut);
    this.doors.clear();
    this.http.close();
  }
}

function shut(door: Door | undefined): void {
  door?.listening.close();
  door?.sockets.forEach(socket => socket.destroy());
}
