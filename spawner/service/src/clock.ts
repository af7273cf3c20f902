import type { Clock } from './ports/clock.js';

/** The machine's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Not by timers/promises: what is called off there costs an error with its stack, and most deadlines are called off.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal!.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    })
};
