import type { Clock } from '../../ports/clock.js';
import type { Engine } from '../../ports/engine.js';
import type { Routes } from '../../ports/routes.js';
import type { SessionStore, TimelineStore } from '../../ports/store.js';
import type { CatalogueService } from '../catalogue/types.js';
import type { IdentityService } from '../identity/types.js';
import type { VolumesService } from '../volumes/types.js';
import type { Phase } from './deadlines.js';
import type { SpecSettings } from './spec.js';
import type { Admission, Deadline, Doors, SessionView } from './types.js';

export interface SessionsLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface SessionsDependencies {
  engine: Engine;
  routes: Routes;
  /** Where sessions reach the hub. */
  doors: Doors;
  /** Where the proxy reaches the hub itself. */
  hubTarget: string;
  catalogue: CatalogueService;
  volumes: VolumesService;
  identity: IdentityService;
  store: SessionStore;
  clock: Clock;
  logger: SessionsLogger;
  newId: () => string;
  /** Status of a GET through the public address, or null when nothing answered. */
  probe: (path: string, signal: AbortSignal) => Promise<number | null>;
  /** Scopes an OAuth token of this session may carry. */
  allowedScopes: (session: { owner: string; name: string; datalab: string }) => string[];
  settings: () => SpecSettings;
  /** Who may start what; nobody is refused when not given. */
  admission?: Admission;
  timelineStore: TimelineStore;
  /** When a session is due to be stopped; asked at each change. Never when not given. */
  deadline?: (view: SessionView) => Deadline | null;
  /** Told of each look at everything. */
  onPass?: (pass: { ok: boolean; ms: number }) => void;
  /** Total time a start may take from its turn on. */
  startTimeoutMs: number;
  stopGraceMs: number;
  /** Starts that run at the same time; no limit when not given. */
  maxStarting?: number;
  /** Starts that may wait for their turn. */
  maxQueued?: number;
  /** In place of some of the table. */
  deadlines?: Partial<Record<Phase, number | null>>;
}
