import type { InputEvent } from '../api/index.js';
import type { PointerInput } from '../emulator/pointer.js';
import { keyNumber, scancodesOf } from './keys.js';

/** What a batch of inputs means for the emulator: scan codes first, then the pointer. */
export interface InputBatch {
  readonly scancodes: readonly number[];
  readonly pointer: readonly PointerInput[];
}

/** Turns inputs into what the PC's keyboard and mouse send. Remembers buttons and place from batch to batch. */
export class InputTranslator {
  readonly #buttons = { left: false, middle: false, right: false };
  readonly #place = { x: 0, y: 0 };

  translate(events: readonly InputEvent[]): InputBatch {
    const scancodes: number[] = [];
    const pointer: PointerInput[] = [];
    const move = { x: 0, y: 0 };
    let moved = false;
    let placed = false;
    for (const event of events) {
      if (event.type === 'key') {
        const { key, down } = event.data;
        const number = key.type === 'number' ? Number(key.data) & 0xff : (keyNumber(key.data) ?? 0);
        scancodes.push(...scancodesOf(number, down));
      } else if (event.type === 'btn') pointer.push(...this.#button(event.data.button, event.data.down));
      else if (event.type === 'rel') {
        move[event.data.axis] += Number(event.data.value);
        moved = true;
      } else {
        this.#place[event.data.axis] = Number(event.data.value);
        placed = true;
      }
    }
    if (moved) pointer.unshift({ type: 'move', ...move });
    if (placed) pointer.unshift({ type: 'place', ...this.#place });
    return { scancodes, pointer };
  }

  #button(button: 'left' | 'middle' | 'right' | 'wheel-up' | 'wheel-down', down: boolean): PointerInput[] {
    if (button === 'wheel-up' || button === 'wheel-down')
      return down ? [{ type: 'wheel', lines: button === 'wheel-up' ? 1 : -1 }] : [];
    if (this.#buttons[button] === down) return [];
    this.#buttons[button] = down;
    return [{ type: 'buttons', ...this.#buttons }];
  }
}
