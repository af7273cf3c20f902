import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
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

const callers = new WeakMap<IncomingMessage, SessionKey>();

/** The session through whose door a request came; null: through the proxy. */
export function sessionOf(request: IncomingMessage): SessionKey | null {
  return callers.get(request) ?? null;
}

/** An HTTP server on which nobody can wait for ever. */
export function createHttpServer(listener: RequestListener): Server {
  const server = createServer({ headersTimeout: HEADERS, requestTimeout: REQUEST, connectionsCheckingInterval: 5000 }, listener);
  // Event streams say something more often than that.
  return server.setTimeout(SILENCE);
}

/** Listens on a UNIX socket, in place of whatever an earlier hub that was killed left there. */
export async function listenAt(server: Server, socket: string, mode: number): Promise<void> {
  await rm(socket, { force: true });
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
  private readonly servers = new Map<string, Server>();
  private listener: RequestListener = (_request, response) => void response.writeHead(503).end();

  constructor(
    private readonly directory: string,
    private readonly clock: Clock
  ) {}

  /** Who answers; until then everybody hears that the hub is not there yet. */
  serve(listener: RequestListener): void {
    this.listener = listener;
  }

  async open(key: SessionKey): Promise<void> {
    const directory = doorDirectory(this.directory, key);
    if (this.servers.has(directory)) {
      return;
    }
    const pace = this.pace();
    const asking = new WeakSet<Socket>();
    const server = createHttpServer((request, response) => {
      const { socket } = request;
      // Answers to requests sent without waiting pile up in the hub when nobody reads them; no client of the hub sends so.
      if (asking.has(socket)) {
        socket.destroy();
        return;
      }
      asking.add(socket);
      response.once('close', () => asking.delete(socket));
      callers.set(request, key);
      void pace().then(() => {
        if (!socket.destroyed) {
          this.listener(request, response);
        }
      });
    });
    server.maxConnections = CONNECTIONS;
    this.servers.set(directory, server);
    try {
      await mkdir(directory, { recursive: true });
      await chmod(directory, 0o711);
      // Sessions run as other users; what they may do is decided by their tokens.
      await listenAt(server, path.join(directory, 'hub.sock'), 0o666);
    } catch (error) {
      this.servers.delete(directory);
      closeServer(server);
      throw error;
    }
  }

  /** Resolves when the next request may be answered. */
  private pace(): () => Promise<void> {
    let next = 0;
    return async () => {
      const now = this.clock.now();
      next = Math.max(next, now - BURST * INTERVAL) + INTERVAL;
      if (next > now) {
        await this.clock.sleep(next - now);
      }
    };
  }

  async close(key: SessionKey): Promise<void> {
    const directory = doorDirectory(this.directory, key);
    closeServer(this.servers.get(directory) ?? null);
    this.servers.delete(directory);
    await rm(directory, { recursive: true, force: true });
  }

  /** The hub stops; sessions that run keep their directories for the next one. */
  closeAll(): void {
    for (const server of this.servers.values()) {
      closeServer(server);
    }
    this.servers.clear();
  }
}
