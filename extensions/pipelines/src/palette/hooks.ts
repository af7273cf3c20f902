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

/** Something that lives as long as the component does; null for the moment before it is there. */
export function useOwn<T extends IDisposable>(make: () => T | null, of: React.DependencyList): T | null {
  const [made, setMade] = React.useState<T | null>(null);
  React.useEffect(() => {
    const own = make();
    setMade(own);
    return () => own?.dispose();
  }, of);
  return made?.isDisposed ? null : made;
}
