import type { ITextPage } from '@jupyter-datalabs/hub-client';
import { ProblemView, useDisposable, useSignal } from '@jupyter-datalabs/ui';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { PreviewFiles } from './model';
import { Loader } from '../loader';
import type { IPlace } from '../paths';
import { countText } from '../words';

const PAGE_BYTES = 65_536;

/** A text, page by page: however long it is, one page of it is here. */
export function TextView(props: { files: PreviewFiles; file: IPlace; size: number | null; trans: TranslationBundle }): JSX.Element {
  const { files, file, size, trans } = props;
  const loader = useDisposable(
    () => new Loader<ITextPage, number>((offset, signal) => files.text({ ...file, offset, limit: PAGE_BYTES }, { signal })),
    [files, file]
  );
  useSignal(loader?.changed);
  // Where the pages before began: they end where a character does, not after so many bytes.
  const [starts, setStarts] = React.useState<number[]>([0]);
  const offset = starts[starts.length - 1] ?? 0;
  React.useEffect(() => {
    void loader?.load(offset);
  }, [loader, offset]);
  const text = React.useRef<HTMLPreElement>(null);
  const state = loader?.state;
  const page = state?.kind === 'ready' ? state.value : null;
  React.useEffect(() => {
    text.current?.scrollTo?.(0, 0);
  }, [page]);
  const next = page?.next ?? null;
  return (
    <div className="jp-DatalabsText">
      <div className="jp-DatalabsPreview-controls">
        <span role="status">
          {page
            ? rangeText(page, size, trans)
            : trans.__('Reading…')}
        </span>
        {(starts.length > 1 || next !== null) && (
          <span className="jp-DatalabsPreview-toggle">
            <button type="button" className="jp-DatalabsButton" disabled={starts.length === 1} onClick={() => setStarts(starts.slice(0, -1))}>
              {trans.__('Previous')}
            </button>
            <button type="button" className="jp-DatalabsButton" disabled={next === null} onClick={() => next !== null && setStarts([...starts, next])}>
              {trans.__('Next')}
            </button>
          </span>
        )}
      </div>
      {state?.kind === 'failed' && (
        <ProblemView problem={state.problem} trans={trans} actions={[{ label: trans.__('Try again'), onClick: () => void loader?.load(offset) }]} />
      )}
      <pre ref={text} className="jp-DatalabsText-page" tabIndex={0} aria-label={trans.__('Text')} aria-busy={loader?.busy ?? true}>
        {page?.text}
      </pre>
    </div>
  );
}

function rangeText({ offset, next, encoding }: ITextPage, size: number | null, trans: TranslationBundle): string {
  const from = countText(size === 0 ? 0 : offset + 1);
  const to = next ?? size;
  const range = size === null || to === null ? trans.__('From byte %1', from) : trans.__('Bytes %1–%2 of %3', from, countText(to), countText(size));
  return `${range}, ${encoding}`;
}
