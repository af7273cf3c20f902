import * as React from 'react';

export interface ISize {
  width: number;
  height: number;
}

/** Until it is known, and where nothing is laid out. */
const GUESS: ISize = { width: 800, height: 480 };

/** The inner size of an element, without scroll bars, as it changes. */
export function useSize(of: React.RefObject<HTMLElement>): ISize {
  const [size, setSize] = React.useState(GUESS);
  React.useLayoutEffect(() => {
    const node = of.current;
    if (!node) {
      return;
    }
    const read = (): void => {
      const { clientWidth, clientHeight } = node;
      // Of a hidden tab: it comes back with the size it had.
      if (clientWidth > 0 && clientHeight > 0) {
        setSize(old => (old.width === clientWidth && old.height === clientHeight ? old : { width: clientWidth, height: clientHeight }));
      }
    };
    read();
    if (typeof ResizeObserver === 'undefined') {
      return;
    }
    const observer = new ResizeObserver(read);
    observer.observe(node);
    return () => observer.disconnect();
  }, []);
  return size;
}
