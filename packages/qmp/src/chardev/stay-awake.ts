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

/**
 * Makes a function to call at each input: for `milliseconds` after it the event loop looks for more input again and
 * again, where it would sleep. To be woken up costs more than to answer, above all on a virtual processor.
 */
export function stayAwake(milliseconds: number, loop: Loop = nodeLoop): () => void {
  let until = 0;
  let awake = false;
  const turn = (): void => {
    awake = loop.now() < until;
    if (awake) loop.nextTurn(turn);
  };
  return () => {
    until = loop.now() + milliseconds;
    if (awake) return;
    awake = true;
    loop.nextTurn(turn);
  };
}
