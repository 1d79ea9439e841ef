import type { V86Internals } from './internals.js';

/** One movement or button of the mouse. */
export type PointerInput =
  | { readonly type: 'move'; readonly x: number; readonly y: number }
  | { readonly type: 'wheel'; readonly lines: number }
  | { readonly type: 'buttons'; readonly left: boolean; readonly middle: boolean; readonly right: boolean }
  /** Both between 0 and 32767. */
  | { readonly type: 'place'; readonly x: number; readonly y: number };

const ABSOLUTE_RANGE = 32768;

/** Moves the mouse. Down is positive, as on a screen. */
export function sendPointer({ bus, absolute_pointer_enabled: absolute }: V86Internals, input: PointerInput): void {
  if (input.type === 'move') bus.send('mouse-delta', [input.x, -input.y]);
  else if (input.type === 'wheel') bus.send('mouse-wheel', [input.lines, 0]);
  else if (input.type === 'buttons') bus.send('mouse-click', [input.left, input.middle, input.right]);
  else {
    bus.send('mouse-absolute', [input.x, input.y, ABSOLUTE_RANGE, ABSOLUTE_RANGE]);
    // A guest asks for the place when its mouse interrupts, and does not look at the movement.
    if (absolute) bus.send('mouse-delta', [1, 0]);
  }
}
