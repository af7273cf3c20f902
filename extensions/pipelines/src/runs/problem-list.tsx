import type { IProblem } from '@jupyter-datalabs/cwl';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { StatusLine } from '@jupyter-datalabs/ui';
import * as React from 'react';
import type { PipelineModel } from '../model';
import { laterIcon, noteIcon, wrongIcon } from '../palette/icons';
import type { Validation } from './validation';
import { CWLTOOL } from './foreign';
import { SECOND } from './second-reader';

const ICONS: Record<IProblem['severity'], LabIcon> = { error: wrongIcon, warning: noteIcon, info: laterIcon };
/** Who else says so. */
const OTHERS: { [code: string]: string } = { [CWLTOOL]: 'cwltool', [SECOND]: 'cwl-ts-auto' };
const RANKS = { error: 0, warning: 1, info: 2 };
const MOST = 300;
const MOST_TEXT = 2_000;

/** All that is wrong with a document, by us and by cwltool, with cwltool's verdict. */
export function ProblemList(props: { model: PipelineModel; validation: Validation; trans: TranslationBundle; onShow: (problem: IProblem) => void }): JSX.Element {
  const { model, validation, trans, onShow } = props;
  const problems = [...model.problems].sort((one, other) => RANKS[one.severity] - RANKS[other.severity]);
  const words = { error: trans.__('Error'), warning: trans.__('Warning'), info: trans.__('Note') };
  const { verdict, problem, isStale, state } = validation;
  const said: Record<typeof state, string> = {
    none: trans.__('cwltool looks at the document with each save.'),
    busy: trans.__('cwltool is looking at the document…'),
    valid: trans.__('Valid for cwltool %1.', verdict?.cwltool ?? ''),
    invalid: trans.__('Not valid for cwltool %1.', verdict?.cwltool ?? ''),
    unknown: trans.__('Not all was looked at, as some of it lies on another host.'),
    failed: problem?.detail ?? '',
    missing: problem?.detail ?? ''
  };
  return (
    <div className="jp-DatalabsRuns-problems">
      <div className="jp-DatalabsRuns-verdict">
        <StatusLine
          tone={state === 'busy' ? 'busy' : state === 'failed' || state === 'missing' ? 'warning' : 'plain'}
          text={[isStale && state !== 'busy' ? trans.__('Before the last changes:') : '', said[state], problem && state !== 'none' ? (problem.action ?? '') : ''].filter(Boolean).join(' ')}
        />
        {state !== 'missing' && (
          <button type="button" className="jp-DatalabsButton" disabled={state === 'busy'} onClick={() => void validation.ask()}>
            {trans.__('Validate')}
          </button>
        )}
      </div>
      {problems.length === 0 ? (
        <p className="jp-DatalabsRuns-quiet">{trans.__('No problems found.')}</p>
      ) : (
        <ul className="jp-DatalabsRuns-list" aria-label={trans.__('Problems')}>
          {problems.slice(0, MOST).map((one, index) => {
            const Icon = ICONS[one.severity];
            const place = one.uri === model.document.uri ? trans.__('line %1', one.position.line) : one.uri.replace(/^.*\//, '');
            return (
              <li key={index}>
                <button type="button" className={`jp-DatalabsRuns-problem jp-mod-${one.severity}`} onClick={() => onShow(one)}>
                  <Icon.react tag="span" className="jp-DatalabsRuns-icon" width="16px" height="16px" aria-hidden="true" />
                  <span className="jp-DatalabsRuns-word">{words[one.severity]}</span>
                  <span className="jp-DatalabsRuns-message">{one.message.slice(0, MOST_TEXT)}</span>
                  <span className="jp-DatalabsRuns-quiet">{OTHERS[one.code] ? `${OTHERS[one.code]}, ${place}` : place}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {problems.length > MOST && <p className="jp-DatalabsRuns-quiet">{trans._n('And %1 more.', 'And %1 more.', problems.length - MOST)}</p>}
    </div>
  );
}
