import type { InputEvent } from '../api/index.js';
import type { Machine } from '../machine/machine.js';
import { InputTranslator } from './input-events.js';

/** The keyboard and the mouse of a machine. */
export class MachineInput {
  readonly #machine: Machine;
  readonly #translator = new InputTranslator();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Sends inputs to the guest: keys first, then the pointer. */
  async send(events: readonly InputEvent[]): Promise<void> {
    const { scancodes, pointer } = this.#translator.translate(events);
    if (scancodes.length > 0) await this.#machine.scancodes(scancodes);
    for (const input of pointer) await this.#machine.emulator.pointer(input);
  }
}
