import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

/** Draws again whenever the signal is emitted. */
export function useSignal(signal: ISignal<unknown, unknown> | undefined): void {
  const [, draw] = React.useReducer((turn: number) => turn + 1, 0);
  React.useEffect(() => {
    signal?.connect(draw);
    return () => void signal?.disconnect(draw);
  }, [signal]);
}

/** Something that lives as long as what it is made of stays the same; null for the moment before it is there, or as long as nothing is made. */
export function useDisposable<T extends IDisposable>(make: () => T | null, of: React.DependencyList): T | null {
  const [made, setMade] = React.useState<T | null>(null);
  React.useEffect(() => {
    const own = make();
    setMade(own);
    return () => own?.dispose();
  }, of);
  return made?.isDisposed ? null : made;
}
