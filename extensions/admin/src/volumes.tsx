import type { ListedVolume } from '@jupyter-datalabs/hub-client';
import { EmptyState, IconButton, volumeIcon } from '@jupyter-datalabs/ui';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon, refreshIcon, undoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { tellFailure } from './dialogs';
import { missingIcon, okIcon, warningIcon } from './icons';
import type { AdminModel } from './model';
import { Ago, Section, Table, Told } from './parts';
import type { IColumn } from './parts';
import { Long } from './sessions';
import { VOLUMES_SCOPE } from './tokens';
import { VolumeFields } from './volume-fields';

/** Archive volumes of all groups, whether they are there, and what is said of them. */
export function VolumesTab(props: { model: AdminModel; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const { volumeForm: form } = model;
  if (form) {
    return <VolumeFields form={form} trans={trans} onSave={() => void save(model, trans)} onCancel={() => void leave(model, trans)} />;
  }
  return <VolumeList model={model} trans={trans} />;
}

function VolumeList(props: { model: AdminModel; trans: TranslationBundle }): JSX.Element {
  const { model, trans } = props;
  const live = model.volumes;
  const mayEdit = model.access.holds(VOLUMES_SCOPE);
  const node = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    // Back from the form: to what led to it.
    const { lastEdited } = model;
    if (lastEdited !== null) {
      model.lastEdited = null;
      const buttons = [...(node.current?.querySelectorAll<HTMLElement>('[data-edit]') ?? [])];
      (buttons.find(button => button.dataset.edit === lastEdited) ?? buttons[0])?.focus();
    }
  });
  const columns: IColumn<ListedVolume>[] = [
    {
      id: 'title',
      label: trans.__('Volume'),
      width: '28%',
      cell: ({ title, name, simulated }) => (
        <span className="jp-DatalabsAdmin-stack">
          <Long text={title} />
          <span className="jp-DatalabsAdmin-detail">
            {name}
            {simulated && `, ${trans.__('simulated')}`}
          </span>
        </span>
      )
    },
    { id: 'state', label: trans.__('State'), cell: volume => <VolumeHealth volume={volume} trans={trans} /> },
    { id: 'since', label: trans.__('Since'), width: '12%', cell: ({ since }) => <Ago at={since} none={trans.__('Not known')} /> },
    { id: 'groups', label: trans.__('Who sees it'), width: '16%', cell: volume => <Who volume={volume} trans={trans} /> },
    { id: 'origin', label: trans.__('Entry'), width: '12%', cell: volume => originText(volume, trans) }
  ];
  if (mayEdit) {
    columns.push({ id: 'actions', label: trans.__('Actions'), actions: true, width: '156px', cell: volume => <Actions model={model} volume={volume} trans={trans} /> });
  }
  const removed = live.data?.removed ?? [];
  return (
    <div ref={node}>
      <Section
        live={live}
        trans={trans}
        bar={
          mayEdit && (
            <button type="button" className="jp-DatalabsButton" data-edit="" disabled={live.data === null} onClick={() => model.editVolume(null, trans)}>
              {trans.__('Add volume')}
            </button>
          )
        }
      >
        {live.data?.problem && <Told icon={warningIcon} text={live.data.problem} tone="warning" />}
        {live.data?.volumes.length === 0 ? (
          <EmptyState icon={volumeIcon} title={trans.__('No archive volumes')} hint={trans.__('Volumes are named in volumes.yaml or added here.')} />
        ) : (
          <Table label={trans.__('Archive volumes')} columns={columns} rows={live.data?.volumes ?? null} keyOf={({ name }) => name} trans={trans} />
        )}
        {removed.length > 0 && (
          <ul className="jp-DatalabsAdmin-removed" aria-label={trans.__('Removed volumes')}>
            {removed.map(name => (
              <li key={name}>
                {trans.__('%1 was removed here; volumes.yaml still has it.', name)}{' '}
                {mayEdit && (
                  <button
                    type="button"
                    className="jp-DatalabsButton"
                    aria-label={trans.__('Bring back %1', name)}
                    onClick={() => void model.restoreVolume(name).catch((error: unknown) => tellFailure(trans, trans.__('%1 was not brought back.', name), error))}
                  >
                    {trans.__('Bring back')}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function Actions(props: { model: AdminModel; volume: ListedVolume; trans: TranslationBundle }): JSX.Element {
  const { model, volume, trans } = props;
  const { name, title } = volume;
  const [probing, setProbing] = React.useState(false);
  const probe = (): void => {
    setProbing(true);
    void model
      .probeVolume(name)
      .catch((error: unknown) => tellFailure(trans, trans.__('%1 could not be looked at.', title), error))
      .finally(() => setProbing(false));
  };
  return (
    <span className="jp-DatalabsAdmin-actions">
      <button type="button" className="jp-DatalabsButton" data-edit={name} aria-label={trans.__('Edit %1', title)} onClick={() => model.editVolume(volume, trans)}>
        {trans.__('Edit')}
      </button>
      <IconButton icon={refreshIcon} label={probing ? trans.__('Looking at %1', title) : trans.__('Probe %1 now', title)} onClick={() => probing || probe()} />
      {volume.origin === 'store' && volume.declared && (
        <IconButton icon={undoIcon} label={trans.__('Back to the file’s entry of %1', title)} onClick={() => void askRestore(model, volume, trans)} />
      )}
      <IconButton icon={deleteIcon} label={trans.__('Remove %1', title)} onClick={() => void askRemove(model, volume, trans)} />
    </span>
  );
}

function Who(props: { volume: ListedVolume; trans: TranslationBundle }): JSX.Element {
  const { volume, trans } = props;
  const { rules } = volume.entry;
  return (
    <span className="jp-DatalabsAdmin-stack">
      <Long text={volume.groups.length === 0 ? trans.__('Everybody') : volume.groups.join(', ')} />
      {rules.length > 0 && (
        <span className="jp-DatalabsAdmin-detail" title={rules.map(({ prefix, groups }) => `${prefix}: ${groups.join(', ') || trans.__('Everybody')}`).join('\n')}>
          {trans._n('%1 path rule', '%1 path rules', rules.length)}
        </span>
      )}
      {volume.absent_groups.length > 0 && <Told icon={warningIcon} text={absentText(volume, trans)} tone="warning" />}
    </span>
  );
}

function absentText({ absent_groups: groups }: ListedVolume, trans: TranslationBundle): string {
  return trans._n('There is no group %2.', 'There are no groups %2.', groups.length, groups.join(', '));
}

function originText({ origin, declared }: ListedVolume, trans: TranslationBundle): string {
  return origin === 'file' ? trans.__('volumes.yaml') : declared ? trans.__('Changed here') : trans.__('Added here');
}

function VolumeHealth(props: { volume: ListedVolume; trans: TranslationBundle }): JSX.Element {
  const { trans } = props;
  const { state, available } = props.volume;
  const reason = props.volume.reason ?? trans.__('The hub gives no reason.');
  switch (state) {
    case 'slow':
      return <Told icon={warningIcon} text={trans.__('Slow')} detail={trans.__('Its storage takes more than a second to answer.')} tone="warning" />;
    case 'stale':
      return <Told icon={missingIcon} text={trans.__('Cut off')} detail={reason} tone="warning" />;
    default:
      return available ? <Told icon={okIcon} text={trans.__('Available')} /> : <Told icon={missingIcon} text={trans.__('Not available')} detail={reason} tone="warning" />;
  }
}

/** How long it is said that it is done, and what is the matter, which the row says on. */
const DONE_MS = 6_000;
const WARNED_MS = 20_000;

async function save(model: AdminModel, trans: TranslationBundle): Promise<void> {
  const saved = await model.volumeForm?.submit();
  if (!saved) {
    return;
  }
  model.closeVolumeForm();
  if (saved.absent_groups.length > 0) {
    Notification.warning(trans.__('%1 is saved. %2 What is for it alone, nobody sees.', saved.title, absentText(saved, trans)), { autoClose: WARNED_MS });
  } else if (saved.available) {
    Notification.success(trans.__('%1 is saved, and its storage answers. Sessions that run keep what they have.', saved.title), { autoClose: DONE_MS });
  } else {
    Notification.warning(trans.__('%1 is saved, but not available: %2', saved.title, saved.reason ?? ''), { autoClose: WARNED_MS });
  }
}

async function leave(model: AdminModel, trans: TranslationBundle): Promise<void> {
  if (model.volumeForm?.isChanged) {
    const { button } = await showDialog({
      title: trans.__('Leave without saving?'),
      body: trans.__('What you entered is lost.'),
      buttons: [Dialog.cancelButton({ label: trans.__('Go on editing') }), Dialog.warnButton({ label: trans.__('Leave') })],
      defaultButton: 0
    });
    if (!button.accept) {
      return;
    }
  }
  model.closeVolumeForm();
}

async function askRemove(model: AdminModel, { name, title, declared }: ListedVolume, trans: TranslationBundle): Promise<void> {
  const kept = declared ? trans.__('volumes.yaml keeps its entry of it, and it can be brought back here.') : trans.__('Its entry is lost.');
  const { button } = await showDialog({
    title: trans.__('Remove the volume %1?', title),
    body: `${trans.__('Its files stay. Sessions that run keep it; new ones start without it.')} ${kept}`,
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Remove') })],
    defaultButton: 0
  });
  if (button.accept) {
    await model.removeVolume(name).catch((error: unknown) => tellFailure(trans, trans.__('%1 was not removed.', title), error));
  }
}

async function askRestore(model: AdminModel, { name, title }: ListedVolume, trans: TranslationBundle): Promise<void> {
  const { button } = await showDialog({
    title: trans.__('Go back to the file’s entry of %1?', title),
    body: trans.__('What was changed here is lost, and what volumes.yaml says of it counts again.'),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Go back') })],
    defaultButton: 0
  });
  if (button.accept) {
    await model.restoreVolume(name).catch((error: unknown) => tellFailure(trans, trans.__('The entry of %1 was not changed.', title), error));
  }
}
