import type { ISignal } from '@lumino/signaling';
import * as React from 'react';
import type { GraphView } from './view';

export const ViewContext = React.createContext<GraphView | null>(null);

export function useView(): GraphView {
  return React.useContext(ViewContext)!;
}

/** Something that a signal tells the changes of; drawn anew only where it is another. */
export function useOf<T>(signal: ISignal<unknown, unknown>, get: () => T): T {
  const subscribe = React.useCallback(
    (listener: () => void) => {
      signal.connect(listener);
      return () => void signal.disconnect(listener);
    },
    [signal]
  );
  return React.useSyncExternalStore(subscribe, get);
}
