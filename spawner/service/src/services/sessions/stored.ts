import { sessionPrefix } from '../../domain/names.js';
import type { SessionRow } from '../../ports/store.js';
import type { SessionView } from './types.js';

/** What a row holds beside its columns, in the one that is free in form. */
interface Rest {
  given: SessionView['userOptions'];
  kind: SessionView['kind'];
  state: SessionView['state'];
  steps: SessionView['steps'];
  warm?: boolean;
  resources?: SessionView['resources'];
  extension?: SessionView['extension'];
  reportMs?: number;
}

export function toRow(view: SessionView): SessionRow {
  const { owner, name, startId, datalab, version, title, started, lastActivity, failure } = view;
  const rest: Rest = {
    given: view.userOptions, kind: view.kind, state: view.state, steps: view.steps,
    ...(view.warm && { warm: true }),
    ...(view.resources && { resources: view.resources }),
    ...(view.extension && { extension: view.extension }),
    ...(view.reportMs && { reportMs: view.reportMs })
  };
  return { owner, name, startId, datalab, version, title, started, lastActivity, failure, options: rest };
}

export function toView(row: SessionRow): SessionView {
  const { owner, name, startId, datalab, version, title, started, lastActivity } = row;
  const { given, kind, state, steps, warm, resources, extension, reportMs } = row.options as Rest;
  return {
    owner,
    name,
    startId,
    datalab,
    version,
    kind,
    title,
    state,
    url: sessionPrefix(owner, name),
    started,
    lastActivity,
    steps,
    failure: row.failure as SessionView['failure'],
    userOptions: given,
    ...(warm && { warm }),
    ...(resources && { resources }),
    ...(extension && { extension }),
    ...(reportMs && { reportMs })
  };
}
