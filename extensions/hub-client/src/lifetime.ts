import type { HubClient, ServerModel } from '@jupyter-datalabs/contract';

/** A session that has a deadline. Times in milliseconds since the epoch. */
export interface IDeadline {
  /** '' is the home. */
  session: string;
  title: string;
  at: number;
  /** `idle`: unless there is activity until then; `age`: it is too old then. */
  kind: 'idle' | 'age';
  /** Milliseconds that one extension may add now; 0: none is left. */
  extendable: number;
}

/** The deadline of a session that runs, or null. */
export function deadlineOf(model: ServerModel | undefined): IDeadline | null {
  if (!model?.ready || model.pending !== null || !model.deadline) {
    return null;
  }
  const { at, kind, extendable } = model.deadline;
  return { session: model.name, title: model.title, at: Date.parse(at), kind, extendable };
}

/** Move a deadline as far as one extension goes. The hub is told a time, not a duration: two windows that ask at once ask for the same. */
export async function extend(hub: { client: HubClient; user: string }, { session, at, extendable }: IDeadline): Promise<void> {
  const body = { until: new Date(at + extendable).toISOString() };
  await (session === ''
    ? hub.client.extendHome({ name: hub.user, body })
    : hub.client.extendSession({ name: hub.user, server: session, body }));
}
