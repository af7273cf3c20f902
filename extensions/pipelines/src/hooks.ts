import type { ISignal } from '@lumino/signaling';
import * as React from 'react';
import type { PipelineModel } from './model';

/** Draws again a while after the signal was emitted for the last time. */
export function useSignalLater(signal: ISignal<unknown, unknown>, after: number): void {
  const [, draw] = React.useReducer((turn: number) => turn + 1, 0);
  React.useEffect(() => {
    let timer = 0;
    const later = (): void => {
      window.clearTimeout(timer);
      timer = window.setTimeout(draw, after);
    };
    signal.connect(later);
    return () => {
      window.clearTimeout(timer);
      signal.disconnect(later);
    };
  }, [signal, after]);
}

/** Whether what is waited for has happened; without anything to wait for it has. */
export function useAfter(event: Promise<unknown> | undefined): boolean {
  const [isAfter, setAfter] = React.useState(event === undefined);
  React.useEffect(() => {
    let isWanted = true;
    void event?.then(() => isWanted && setAfter(true));
    return () => {
      isWanted = false;
    };
  }, [event]);
  return isAfter;
}

/** Something to say of a document, until its text is another. */
export function useUntilEdit<T>(model: PipelineModel): [T | null, (said: T | null) => void] {
  const [said, setSaid] = React.useState<{ text: string; what: T } | null>(null);
  React.useEffect(() => {
    const compare = (): void => {
      if (said && model.document.text !== said.text) {
        setSaid(null);
      }
    };
    compare();
    model.changed.connect(compare);
    return () => void model.changed.disconnect(compare);
  }, [model, said]);
  return [said?.what ?? null, React.useCallback(what => setSaid(what === null ? null : { text: model.document.text, what }), [model])];
}
