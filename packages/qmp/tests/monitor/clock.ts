import type { MonitorClock } from 'qmp/monitor';

/** A clock that stands still until it is told to go on. */
export function manualClock(): MonitorClock & { advance(milliseconds: number): void } {
  let now = 0;
  const timers = new Set<{ due: number; callback: () => void }>();
  return {
    timestamp: () => ({ seconds: Math.floor(now / 1000), microseconds: (now % 1000) * 1000 }),
    now: () => now,
    after(milliseconds, callback) {
      const timer = { due: now + milliseconds, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const next = [...timers].sort((a, b) => a.due - b.due).find((timer) => timer.due <= end);
        if (next === undefined) break;
        now = next.due;
        timers.delete(next);
        next.callback();
      }
      now = end;
    },
  };
}
