import type { Mount, SessionKey } from '../../ports/engine.js';
import type { EngineLogger } from './logger.js';

export interface LocalEngineOptions {
  /** Homes, logs and the uid map. */
  stateDir: string;
  /** Sockets and records; short enough for a socket's path (107 bytes in all). */
  runDir: string;
  /** The directory of a session's way to the hub, not the socket: a hub that restarts makes a new socket in it. */
  hubSocketDir: (key: SessionKey) => string;
  /** Mounted in every session. */
  softwareMounts: Mount[];
  logger: EngineLogger;
  clock?: { now(): number };
  random?: () => string;
  /** Where bubblewrap and the other tools are found; the system's usual places when not given. */
  toolPath?: string;
}
