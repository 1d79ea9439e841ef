import type { Timestamp } from '../protocol/index.js';

/** The time that a monitor lives by. Give your own to test throttled events without waiting. */
export interface MonitorClock {
  /** Time of day, for the timestamps of events. */
  timestamp(): Timestamp;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /**
   * Calls `callback` once, `milliseconds` from now. @returns a function that takes that back.
   *
   * @param background the process need not wait for it: when nothing else is left to do, it may end. @default false
   */
  after(milliseconds: number, callback: () => void, background?: boolean): () => void;
}

/** The real time, with microseconds as far as the platform gives them. */
export function systemClock(): MonitorClock {
  let offset = Date.now() - performance.now();
  return {
    timestamp() {
      const coarse = Date.now();
      let fine = performance.now() + offset;
      // The offset is moved until both clocks agree on the millisecond, also after the wall clock was set.
      let shift = 0;
      if (fine < coarse) shift = coarse - fine;
      else if (fine >= coarse + 1) shift = coarse + 0.999 - fine;
      offset += shift;
      fine += shift;
      const seconds = Math.floor(fine / 1000);
      return { seconds, microseconds: Math.floor((fine - seconds * 1000) * 1000) };
    },
    now: () => performance.now(),
    after(milliseconds, callback, background = false) {
      const timer = setTimeout(callback, milliseconds);
      if (background) timer.unref?.();
      return () => clearTimeout(timer);
    },
  };
}
