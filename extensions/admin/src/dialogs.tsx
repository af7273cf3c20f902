import { chosenVolumes, isProblemError, toProblem } from '@jupyter-datalabs/hub-client';
import type { IProblemInfo, OwnedSession, Role, Timeline } from '@jupyter-datalabs/hub-client';
import { ProblemView } from '@jupyter-datalabs/ui';
import { Dialog, Notification, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { AdminModel } from './model';
import { duration, exact, roleWord, sessionTitle, stateWord } from './words';

/** Says that something was not done, and why. */
export function tellFailure(trans: TranslationBundle, what: string, error: unknown): void {
  const problem = toProblem(error);
  Notification.error([what, problem.detail, problem.action].filter(Boolean).join(' '), { autoClose: false });
}

/** Stops a session, cancels a start, or ends at once what is being stopped, after a question. */
export async function askStop(model: AdminModel, session: OwnedSession, trans: TranslationBundle): Promise<void> {
  const title = sessionTitle(session);
  const mine = session.owner === model.hub.user;
  const waiting = session.state === 'queued' || session.state === 'starting';
  const force = session.state === 'stopping';
  const [head, button, consequence] = force
    ? [trans.__('End %1 of %2 at once?', title, session.owner), trans.__('End at once'), trans.__('Its programs are killed and cannot save anything.')]
    : waiting
      ? [trans.__('Cancel the start of %1 of %2?', title, session.owner), trans.__('Cancel the start'), trans.__('Nothing of it remains; it can be started again.')]
      : [trans.__('Stop %1 of %2?', title, session.owner), trans.__('Stop'), trans.__('What is not saved in it is lost. Files stay.')];
  const body = ReactWidget.create(
    <div className="jp-DatalabsAdminDialog">
      <p>{consequence}</p>
      {mine && session.name === model.hub.sessionName && <p>{trans.__('It is the session of this window: the panel ends with it.')}</p>}
      {!mine && <p>{trans.__('%1 is told that you, an administrator, did it.', session.owner)}</p>}
    </div>
  );
  const { button: chosen } = await showDialog({
    title: head,
    body,
    buttons: [Dialog.cancelButton({ label: waiting ? trans.__('Keep it') : trans.__('Cancel') }), Dialog.warnButton({ label: button })],
    defaultButton: 0
  });
  if (!chosen.accept) {
    return;
  }
  try {
    await model.stop(session, { force });
  } catch (error) {
    tellFailure(trans, trans.__('%1 of %2 was not stopped.', title, session.owner), error);
  }
}

const ROLES: readonly Role[] = ['user', 'author', 'reviewer', 'admin'];

/** Which role somebody is to have. */
export async function askRole(model: AdminModel, user: string, now: Role, trans: TranslationBundle): Promise<void> {
  let role = now;
  const Body = (): JSX.Element => {
    const [chosen, choose] = React.useState(now);
    return (
      <div className="jp-DatalabsAdminDialog">
        <div className="jp-DatalabsAdmin-field">
          <HTMLSelect
            aria-label={trans.__('Role')}
            value={chosen}
            options={ROLES.map(each => ({ value: each, label: roleWord(trans, each) }))}
            onChange={event => choose((role = event.target.value as Role))}
          />
        </div>
        <p role="status">
          {chosen === 'admin'
            ? trans.__('An administrator sees and stops the sessions of everybody, and can enter them.')
            : trans.__('It takes effect at once, in windows that are open too.')}
        </p>
      </div>
    );
  };
  const { button } = await showDialog({
    title: trans.__('Role of %1', user),
    body: ReactWidget.create(<Body />),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Change role') })],
    focusNodeSelector: 'select'
  });
  if (button.accept && role !== now) {
    await model.setRole(user, role).catch((error: unknown) => tellFailure(trans, trans.__('The role of %1 was not changed.', user), error));
  }
}

/** How a session started, and how it ended. */
export function showTimeline(model: AdminModel, session: OwnedSession, trans: TranslationBundle): void {
  const chosen = chosenVolumes(session);
  const body = ReactWidget.create(
    <>
      <TimelineView read={() => model.timeline(session)} now={Date.now} trans={trans} />
      {chosen && <p>{chosen.length > 0 ? trans.__('Volumes chosen for it: %1.', chosen.join(', ')) : trans.__('No volumes were chosen for it.')}</p>}
    </>
  );
  body.addClass('jp-DatalabsAdminDialog');
  void showDialog({
    title: trans.__('%1 of %2', sessionTitle(session), session.owner),
    body,
    buttons: [Dialog.cancelButton({ label: trans.__('Close') })]
  });
}

export function TimelineView(props: { read: () => Promise<Timeline>; now: () => number; trans: TranslationBundle }): JSX.Element {
  const { trans, now } = props;
  const [timeline, setTimeline] = React.useState<Timeline | null>(null);
  const [problem, setProblem] = React.useState<IProblemInfo | null>(null);
  const read = (): void => {
    setProblem(null);
    props.read().then(setTimeline, (error: unknown) => setProblem(toProblem(error)));
  };
  React.useEffect(read, []);
  if (problem) {
    return <ProblemView problem={problem} trans={trans} actions={[{ label: trans.__('Try again'), onClick: read }]} />;
  }
  if (!timeline) {
    return <p role="status">{trans.__('Reading how it went')}</p>;
  }
  const { reason } = timeline;
  return (
    <>
      <p>
        {trans.__('%1, version %2. Asked for on %3.', stateWord(trans, timeline.state), timeline.version, exact(timeline.started))}
        {timeline.warm && ` ${trans.__('It was ready before it was asked for.')}`}
      </p>
      <table className="jp-DatalabsAdmin-steps" aria-label={trans.__('Steps of the start')}>
        <tbody>
          {timeline.steps
            .filter(({ step }) => step !== 'ready')
            .map(({ step, startedAt, endedAt }) => (
              <tr key={step + startedAt}>
                <th scope="row">{stepWord(trans, step)}</th>
                <td>
                  {endedAt
                    ? duration(trans, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000)
                    : trans.__('for %1 so far', duration(trans, Math.max(0, now() - Date.parse(startedAt)) / 1000))}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
      {reason && (
        <>
          <p className="jp-DatalabsAdmin-reason">
            {reason.message} {reason.action}
          </p>
          {timeline.ended && <p>{trans.__('Ended on %1.', exact(timeline.ended))}</p>}
          {reason.log && reason.log.length > 0 && (
            <pre tabIndex={0} aria-label={trans.__('Last lines of its log')} className="jp-DatalabsAdmin-log">
              {reason.log.join('\n')}
            </pre>
          )}
        </>
      )}
    </>
  );
}

function stepWord(trans: TranslationBundle, step: Timeline['steps'][number]['step']): string {
  switch (step) {
    case 'queued':
      return trans.__('Waiting for its turn');
    case 'placing':
      return trans.__('Finding a place to run');
    case 'pulling':
      return trans.__('Fetching its image');
    case 'mounting':
      return trans.__('Connecting files and volumes');
    case 'starting':
      return trans.__('Starting the program');
    case 'listening':
      return trans.__('Waiting for its first answer');
    case 'ready':
      return trans.__('Ready');
  }
}

/** A dialog that stays until what was entered is accepted: what is wrong is said where it was entered. */
export class FormDialog<T> extends Dialog<T> {
  constructor(
    options: Partial<Dialog.IOptions<T>>,
    private readonly _submit: () => Promise<boolean>
  ) {
    super(options);
  }

  /** The last button is the one that sends. */
  override resolve(index?: number): void {
    if (index === 0) {
      super.resolve(0);
    } else if (!this._sending) {
      this._sending = true;
      this._submit()
        .then(done => done && super.resolve(1))
        .catch((error: unknown) => console.error(isProblemError(error) ? error.problem.detail : error))
        .finally(() => (this._sending = false));
    }
  }

  private _sending = false;
}
