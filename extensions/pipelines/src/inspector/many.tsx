import type { Edit } from '@jupyter-datalabs/cwl';
import { stepId } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import type { IInspecting } from './context';
import type { IInspectorProps } from './inspector';
import { subjectOf } from './subject';

const CLASS = 'jp-DatalabsPipeline-inspector';

/** Several things at once: how many, and what can be done to all. */
export function Many(props: IInspectorProps & Pick<IInspecting, 'hear'> & { ids: readonly string[] }): JSX.Element {
  const { hear, ids, model, trans } = props;
  const { document, graph } = model;
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const found = ids.map(id => subjectOf(id, document, graph));
  const process = found[0]?.process ?? null;
  const canEdit = document.readOnly === null && found.every(one => one.place && one.process === process);
  const steps = found.flatMap(({ subject }) => (subject.kind === 'step' ? [subject.step.id] : []));
  const count = (kind: string): number => found.filter(({ subject }) => subject.kind === kind).length;
  const counts = [
    { count: steps.length, text: trans._n('%1 step', '%1 steps', steps.length, steps.length) },
    { count: count('input'), text: trans._n('%1 input', '%1 inputs', count('input'), count('input')) },
    { count: count('output'), text: trans._n('%1 output', '%1 outputs', count('output'), count('output')) }
  ];
  const of = found[0]?.place ?? {};
  const removals = found.flatMap(({ subject }): Edit[] => {
    switch (subject.kind) {
      case 'step':
        return [{ kind: 'remove-step', step: subject.step.id, ...of }];
      case 'input':
        return [{ kind: 'remove-input', id: subject.port.id, ...of }];
      case 'output':
        return [{ kind: 'remove-output', id: subject.port.id, ...of }];
      default:
        return [];
    }
  });
  const carryOut = (edits: Edit[], next: string | null): void => {
    const refused = hear(model.applyAll(edits));
    setRefusal(refused);
    if (refused === null) {
      model.select(next === null ? null : found[0]!.within + next);
    }
  };
  const extract = (): void => {
    let id = 'group';
    for (let at = 2; process?.steps.some(step => step.id === id); at += 1) {
      id = `group_${at}`;
    }
    carryOut([{ kind: 'extract-steps', steps, id, ...of }], stepId(id));
  };
  return (
    <>
      <header className={`${CLASS}Head`}>
        <span className={`${CLASS}Kind`}>{trans.__('Several')}</span>
        <h2 className={`${CLASS}Name`}>{trans._n('%1 chosen', '%1 chosen', ids.length, ids.length)}</h2>
      </header>
      <div className={`${CLASS}Body`}>
        <p className="jp-DatalabsPipeline-fieldHint">
          {counts
            .filter(one => one.count > 0)
            .map(({ text }) => text)
            .join(', ')}
        </p>
        {found.some(one => one.process !== process) && <p className="jp-DatalabsPipeline-fieldHint">{trans.__('They are in different workflows. Choose what is in one of them to change it.')}</p>}
        {canEdit && (
          <div className={`${CLASS}Actions`}>
            {steps.length > 1 && steps.length === ids.length && (
              <button type="button" className="jp-DatalabsButton" onClick={extract}>
                {trans.__('Make a sub-workflow of them')}
              </button>
            )}
            {removals.length === ids.length && (
              <button type="button" className="jp-DatalabsButton" onClick={() => carryOut(removals, null)}>
                {trans.__('Remove all')}
              </button>
            )}
          </div>
        )}
        {refusal && (
          <p className="jp-DatalabsPipeline-fieldRefusal" role="alert">
            {refusal}
          </p>
        )}
      </div>
    </>
  );
}
