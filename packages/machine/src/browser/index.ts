/**
 * The embedded PC in a browser: the emulator in a worker, the monitor in the page or worker that asks for it. Files are
 * {@link files}, a chardev is a `MessagePort`.
 */
import { Machine } from '../machine/machine.js';
import { type MachineOptions, machineParts } from '../machine/options.js';
import { fetchBytes } from './fetch-bytes.js';
import { type WorkerLike, webThreadStarter } from './web-thread.js';

export type { Api, RunState, ShutdownCause } from '../api/index.js';
export { encodePicture, type PictureFormat } from '../commands/screendump.js';
export type { DriveSlot } from '../emulator/drives.js';
export type { MediumSpec } from '../emulator/image.js';
export type { ScreenPicture } from '../emulator/screen.js';
export { createMachineMonitor, type MachineMonitor, type MachineMonitorOptions } from '../host/machine-monitor.js';
export { MachineError } from '../machine/errors.js';
export type { Machine, MachineEvent } from '../machine/machine.js';
export type { MachineOptions } from '../machine/options.js';
export type { Actions } from '../machine/run-state.js';
export type { SerialPort } from '../machine/serial-port.js';
export { type FileContents, files, type MachineFiles } from './files.js';
export type { WorkerLike } from './web-thread.js';

/** How to build a machine in a browser. */
export interface BrowserMachineOptions extends MachineOptions {
  /** Where this package's files are, when the bundler has moved them. @default beside this module */
  readonly assets?: {
    /** `v86.wasm` */
    readonly wasm?: string | URL;
    /** `qmp-pc.bin` */
    readonly firmware?: string | URL;
    /** Starts `worker.js`, a module. */
    readonly worker?: () => WorkerLike;
  };
}

// A bundler finds the worker and the files by these very expressions.
declare const Worker: new (url: URL, options: { type: 'module' }) => WorkerLike;
const startWorker = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
const wasm = () => new URL('./v86.wasm', import.meta.url);
const firmwareImage = () => new URL('./qmp-pc.bin', import.meta.url);

/**
 * Builds a PC, stopped before its first instruction. {@link Machine.resume} starts it.
 *
 * @throws {RangeError} when there is no such amount of memory or number of ports.
 * @throws {Error} when one of this package's files cannot be loaded.
 */
export async function createMachine(options: BrowserMachineOptions = {}): Promise<Machine> {
  const { assets = {}, ...machine } = options;
  const firmware =
    machine.bios === undefined ? await fetchBytes(assets.firmware ?? firmwareImage()) : new Uint8Array(0);
  return Machine.create(
    machineParts(machine, {
      wasmPath: String(assets.wasm ?? wasm()),
      firmware: () => firmware,
      startThread: webThreadStarter(assets.worker ?? startWorker),
    }),
  );
}
