import { sessionPrefix } from '../../domain/names.js';
import type { SessionRow } from '../../ports/store.js';
import type { SessionView } from './types.js';

/** What many sessions have not; without a value it is not stored. */
const OPTIONAL = ['warm', 'resources', 'extension', 'reportMs', 'without', 'volumesChanged'] as const satisfies (keyof SessionView)[];

type Optional = Pick<SessionView, (typeof OPTIONAL)[number]>;

/** What a row holds beside its columns, in the one that is free in form. */
interface Rest extends Optional {
  given: SessionView['userOptions'];
  kind: SessionView['kind'];
  state: SessionView['state'];
  steps: SessionView['steps'];
}

const optional = (from: Optional): Optional => Object.fromEntries(OPTIONAL.filter(field => from[field]).map(field => [field, from[field]]));

export function toRow(view: SessionView): SessionRow {
  const { owner, name, startId, datalab, version, title, started, lastActivity, failure } = view;
  const rest: Rest = { given: view.userOptions, kind: view.kind, state: view.state, steps: view.steps, ...optional(view) };
  return { owner, name, startId, datalab, version, title, started, lastActivity, failure, options: rest };
}

export function toView(row: SessionRow): SessionView {
  const { owner, name, startId, datalab, version, title, started, lastActivity } = row;
  const rest = row.options as Rest;
  return {
    owner,
    name,
    startId,
    datalab,
    version,
    kind: rest.kind,
    title,
    state: rest.state,
    url: sessionPrefix(owner, name),
    started,
    lastActivity,
    steps: rest.steps,
    failure: row.failure as SessionView['failure'],
    userOptions: rest.given,
    ...optional(rest)
  };
}
