/** The proxy's routing table. */
export interface Route {
  /** Path prefix with leading and trailing slash, e.g. `/user/alice/topcat/`. */
  prefix: string;
  target: string;
}
export interface Routes {
  list(): Promise<(Route & { lastActivity: number | null })[]>;
  set(route: Route): Promise<void>;
  /** Idempotent. */
  remove(prefix: string): Promise<void>;
  /** Called whenever the proxy came back empty and wants every route again. Returns the unsubscriber. */
  onReset(listener: () => void): () => void;
}
