export type { ScreenPicture } from './emulator/screen.js';
export { createMachine, type MachineOptions } from './machine/create.js';
export { type Machine, MachineError, type MachineEvent } from './machine/machine.js';
export type { Actions, RunState, ShutdownCause } from './machine/run-state.js';
export type { SerialPort } from './machine/serial-port.js';
