import type { BootOrder } from '../emulator/bios/bios.js';
import type { DriveSlot } from '../emulator/drives.js';
import type { MediumSpec } from '../emulator/image.js';
import type { KernelImages } from '../emulator/linux.js';
import { Machine, type MachineParts } from './machine.js';
import { loadFirmware, startNodeThread, wasmPath } from './node-thread.js';
import type { Actions } from './run-state.js';

/** How to build a machine. */
export interface MachineOptions {
  /** RAM in bytes, 1 MiB to 2047 MiB. @default 134217728 */
  readonly memory?: number;
  /** Serial ports, 1 to 4. @default 1 */
  readonly serialPorts?: number;
  /** A Linux kernel to start, without BIOS and boot loader. */
  readonly kernel?: KernelImages;
  /** Boots from disks, in this order: a floppy, c hard disk, d CD-ROM. Absent: the built-in guest, if there is no kernel. */
  readonly bootOrder?: BootOrder;
  /** A BIOS from elsewhere, such as SeaBIOS, and that of the video card. Absent: the firmware of this package. */
  readonly bios?: { readonly system: Uint8Array; readonly video?: Uint8Array };
  /** What is in the drives at the start. */
  readonly media?: Partial<Record<DriveSlot, MediumSpec>>;
  /** What the machine does by itself on reset, shutdown, panic and watchdog. */
  readonly actions?: Partial<Actions>;
}

const MEBIBYTE = 1 << 20;

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

function partsOf(options: MachineOptions): MachineParts {
  const { memory = 128 * MEBIBYTE, serialPorts = 1, actions = {}, media = {}, kernel, bootOrder, bios } = options;
  if (!Number.isInteger(memory) || memory < MEBIBYTE || memory > 2047 * MEBIBYTE)
    throw new RangeError(`memory must be between 1 MiB and 2047 MiB, not ${memory} bytes`);
  if (!Number.isInteger(serialPorts) || serialPorts < 1 || serialPorts > 4)
    throw new RangeError(`a machine has 1 to 4 serial ports, not ${serialPorts}`);
  const disks = bootOrder !== undefined && bios === undefined;
  const bootSource = kernel !== undefined ? 'kernel' : disks ? 'services' : 'built-in';
  return {
    emulator: {
      wasmPath: wasmPath(),
      firmware: bios?.system ?? loadFirmware(),
      ...(bios?.video === undefined ? {} : { videoFirmware: bios.video }),
      memory,
      serialPorts,
      media,
      bootSource,
      bootOrder: bootOrder ?? [],
      ...(kernel === undefined ? {} : { kernel }),
    },
    startThread: startNodeThread,
    actions,
  };
}
