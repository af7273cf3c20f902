import * as React from 'react';
import { useInspecting } from './context';

/** So many rows are drawn before somebody asks for the others. */
const FIRST = 100;

/** A list that may be long. */
export function Rows<T>(props: { items: readonly T[]; children: (item: T, index: number) => React.ReactNode }): JSX.Element {
  const { items, children } = props;
  const { trans } = useInspecting();
  const [isAll, setAll] = React.useState(false);
  const shown = isAll ? items : items.slice(0, FIRST);
  return (
    <>
      <ul className="jp-DatalabsPipeline-ports">{shown.map(children)}</ul>
      {shown.length < items.length && (
        <button type="button" className="jp-DatalabsButton" onClick={() => setAll(true)}>
          {trans.__('Show all %1', items.length)}
        </button>
      )}
    </>
  );
}
