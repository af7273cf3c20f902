import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** Pixels from the end that still count as the end. */
const NEAR = 8;

/** cwltool's notes for those who mend cwltool, and what belongs to them: JSON and what is set in. */
const DEBUG = /^(?:\[[^\]]*\] )?DEBUG /;
const MORE = /^(?:\s|[{}\]"]|$)/;

/** The last lines of a log that are for people. */
export function endOf(log: string, lines: number): string {
  const kept: string[] = [];
  let isDebug = false;
  for (const line of log.split('\n')) {
    isDebug = DEBUG.test(line) || (isDebug && MORE.test(line));
    if (!isDebug) {
      kept.push(line);
    }
  }
  return kept.join('\n').trimEnd().split('\n').slice(-lines).join('\n');
}

/** A log that shows its end as it grows, until somebody scrolls up in it. */
export function Log(props: { text: string; isCut: boolean; trans: TranslationBundle }): JSX.Element {
  const { text, isCut, trans } = props;
  const [isFollowing, setFollowing] = React.useState(true);
  const node = React.useRef<HTMLPreElement>(null);
  React.useLayoutEffect(() => {
    if (isFollowing && node.current) {
      node.current.scrollTop = node.current.scrollHeight;
    }
  }, [text, isFollowing]);
  return (
    <div className="jp-DatalabsRuns-log">
      {isCut && <p className="jp-DatalabsRuns-quiet">{trans.__('This is the end of the log; all of it is in the folder of the run.')}</p>}
      <pre
        ref={node}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={trans.__('Log')}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => setFollowing(scrollHeight - scrollTop - clientHeight <= NEAR)}
      >
        {text || trans.__('Nothing was logged yet.')}
      </pre>
      {!isFollowing && (
        <button type="button" className="jp-DatalabsButton jp-DatalabsRuns-follow" onClick={() => setFollowing(true)}>
          {trans.__('Follow the log')}
        </button>
      )}
    </div>
  );
}
