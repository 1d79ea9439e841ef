/** What {@link stayAwake} needs of an event loop. */
export interface Loop {
  /** Milliseconds that only grow. */
  now(): number;
  /** Calls back in the next turn, which does not wait for anything. */
  nextTurn(callback: () => void): void;
}

const nodeLoop: Loop = {
  now: () => performance.now(),
  nextTurn: (callback) => {
    setImmediate(callback);
  },
};

/** An input says that more will come when the one before it was less than this many times the wait ago. */
const closely = 4;

/**
 * Makes a function to call at each input: for `milliseconds` after one that closely followed another, the event loop looks
 * for more input again and again, where it would sleep. To be woken up costs more than to answer, above all on a virtual
 * processor.
 */
export function stayAwake(milliseconds: number, loop: Loop = nodeLoop): () => void {
  let last = Number.NEGATIVE_INFINITY;
  let awake = false;
  const turn = (): void => {
    awake = loop.now() < last + milliseconds;
    if (awake) loop.nextTurn(turn);
  };
  return () => {
    const now = loop.now();
    const expected = now - last < closely * milliseconds;
    last = now;
    if (awake || !expected) return;
    awake = true;
    loop.nextTurn(turn);
  };
}
