import type { JsonObject } from 'qmp/json';
import type { EmulatorThread } from './thread.js';

/** What the parts of a machine need of the whole. */
export interface Chassis {
  /** Bytes of memory. */
  readonly memory: number;
  readonly running: boolean;
  /** @throws {MachineError} when the emulator's thread has died. */
  readonly emulator: EmulatorThread['api'];
  /** Raises an event. */
  emit(name: string, data?: JsonObject): void;
}
