import type { Fix } from '@jupyter-datalabs/cwl';
import { InputDialog } from '@jupyterlab/apputils';
import * as React from 'react';
import { pathOf } from '../../files';
import { pipelineIcon } from '../../icons';
import { upgradeOf } from '../../upgrade';
import { addInput, addStep } from './actions';
import { useView } from './hooks';
import { problemInfoIcon } from './icons';

/** A pipeline of nothing yet, or a document that has none. */
export function Empty(): JSX.Element {
  const view = useView();
  const { trans, model } = view;
  const { readOnly, processes } = model.document;
  const askStep = async (): Promise<void> => {
    const { value } = await InputDialog.getText({ title: trans.__('Add a step'), label: trans.__('CWL file that it runs, from the folder of this one'), placeholder: trans.__('tools/align.cwl') });
    if (value) {
      addStep(view, value);
    }
  };
  const askInput = async (): Promise<void> => {
    const { value } = await InputDialog.getText({ title: trans.__('Add an input'), label: trans.__('Its name; it is a file until you say otherwise'), placeholder: trans.__('image') });
    if (value) {
      addInput(view, value, 'File');
    }
  };
  const canEdit = readOnly === null && processes.length > 0 && view.whyNot(view.scope) === null;
  return (
    <div className="jp-DatalabsGraph-empty">
      <pipelineIcon.react tag="span" width="40px" height="40px" aria-hidden="true" />
      <h3>{canEdit ? trans.__('This pipeline has no steps yet') : trans.__('There is nothing to draw')}</h3>
      <p>
        {!canEdit
          ? trans.__('The code view shows the text as it is.')
          : view.showTools
            ? trans.__('Drag a tool here from the list beside, or make one there of a shell command. CWL files of the file browser can be dropped here, too.')
            : trans.__('Drop a CWL file from the file browser here, or begin with what goes in.')}
      </p>
      {canEdit && (
        <div>
          <button type="button" className="jp-DatalabsButton jp-mod-primary" onClick={() => (view.showTools ? view.showTools() : void askStep())}>
            {view.showTools ? trans.__('Add a step') : trans.__('Add a step from a file')}
          </button>
          <button type="button" className="jp-DatalabsButton" onClick={() => void askInput()}>
            {trans.__('Add an input')}
          </button>
        </div>
      )}
    </div>
  );
}

/** Why the document cannot be changed, and what mends that. */
export function Banner(): JSX.Element | null {
  const view = useView();
  const { trans, model, scope } = view;
  const { readOnly } = model.document;
  const [isUpgrading, setUpgrading] = React.useState(false);
  const onFix = (fix: Fix): void => {
    const result = model.mend(fix);
    if (!result.ok) {
      view.say(result.message, true);
    }
  };
  const onUpgrade = (): void => {
    setUpgrading(true);
    void view.upgrade?.().finally(() => setUpgrading(false));
  };
  if (readOnly) {
    return (
      <div className="jp-DatalabsGraph-banner" role="status">
        <problemInfoIcon.react tag="span" width="16px" height="16px" aria-hidden="true" />
        <p>
          <b>{trans.__('Read only.')}</b> {readOnly.message}
        </p>
        {readOnly.fixes.map(fix => (
          <button key={fix.label} type="button" className="jp-DatalabsButton" onClick={() => onFix(fix)}>
            {fix.label}
          </button>
        ))}
        {view.upgrade && upgradeOf(model) === 'copy' && (
          <button type="button" className="jp-DatalabsButton" disabled={isUpgrading} onClick={onUpgrade}>
            {isUpgrading ? trans.__('Upgrading…') : trans.__('Upgrade to CWL v1.2')}
          </button>
        )}
      </div>
    );
  }
  const why = scope === null ? null : view.whyNot(scope);
  return why ? (
    <div className="jp-DatalabsGraph-banner" role="status">
      <problemInfoIcon.react tag="span" width="16px" height="16px" aria-hidden="true" />
      <p>{why.text}</p>
      <OpenFile file={why.file} />
    </div>
  ) : null;
}

/** A button for the file in which something can be changed, where there is one that can be opened. */
export function OpenFile(props: { file: string | null }): JSX.Element | null {
  const { file } = props;
  const { open, trans } = useView();
  return file !== null && open && pathOf(file) !== null ? (
    <button type="button" className="jp-DatalabsButton" onClick={() => open(file)}>
      {trans.__('Open')}
    </button>
  ) : null;
}
