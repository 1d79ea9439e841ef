import { Machine } from './machine.js';
import { loadFirmware, startNodeThread, wasmPath } from './node-thread.js';
import { type MachineOptions, machineParts } from './options.js';

/**
 * Builds a PC, stopped before its first instruction. {@link Machine.resume} starts it.
 *
 * @throws {RangeError} when there is no such amount of memory or number of ports.
 */
export function createMachine(options: MachineOptions = {}): Promise<Machine> {
  return Machine.create(partsOf(options));
}

/**
 * As {@link createMachine}, but returns at once: a monitor can answer while the emulator is loaded. Whether that
 * succeeded tells {@link Machine.ready}.
 */
export function launchMachine(options: MachineOptions = {}): Machine {
  return Machine.launch(partsOf(options));
}

function partsOf(options: MachineOptions) {
  return machineParts(options, { wasmPath: wasmPath(), firmware: loadFirmware, startThread: startNodeThread });
}
