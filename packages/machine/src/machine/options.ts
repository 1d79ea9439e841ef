import type { DriveSpec } from '../block/devices.js';
import type { BootOrder } from '../emulator/bios/bios.js';
import type { ErrorPolicies } from '../emulator/drive-buffer.js';
import type { DriveSlot } from '../emulator/drives.js';
import type { KernelImages } from '../emulator/kernel-images.js';
import type { NicConfig } from '../emulator/network/config.js';
import type { DebugExit } from '../emulator/power.js';
import type { MachineParts } from './machine.js';
import { defaultNic } from './network.js';
import type { Actions } from './run-state.js';
import type { ThreadStarter } from './thread.js';
import type { VirtioSerialConfig } from './virtio-ports.js';

/** How to build a machine. */
export interface MachineOptions {
  /** RAM in bytes, 1 MiB to 2047 MiB. @default 134217728 */
  readonly memory?: number;
  /** Serial ports, 1 to 4. @default 1 */
  readonly serialPorts?: number;
  /** A kernel to start, without BIOS and boot loader. */
  readonly kernel?: KernelImages;
  /** Boots from disks, in this order: a floppy, c hard disk, d CD-ROM. Absent: the built-in guest, if there is no kernel. */
  readonly bootOrder?: BootOrder;
  /** A BIOS from elsewhere, such as SeaBIOS, and that of the video card. Absent: the firmware of this package. */
  readonly bios?: { readonly system: Uint8Array; readonly video?: Uint8Array };
  /** The network card; null for none. @default an NE2000 on a network of its own that leads nowhere */
  readonly nic?: NicConfig | null;
  /** A port by which the guest ends the machine: with the exit code 2n + 1 when it writes n. */
  readonly debugExit?: DebugExit;
  /** A virtio serial device, to which ports can be added. */
  readonly virtioSerial?: VirtioSerialConfig;
  /** What is in the drives at the start. */
  readonly media?: Partial<Record<DriveSlot, DriveSpec>>;
  /** What the machine does by itself on reset, shutdown, panic and watchdog. */
  readonly actions?: Partial<Actions>;
}

const MEBIBYTE = 1 << 20;

/** What of a machine depends on where it runs. */
export interface MachinePlatform {
  /** Where v86.wasm is. */
  readonly wasmPath: string;
  /** Gives the firmware image of this package. */
  readonly firmware: () => Uint8Array;
  readonly startThread: ThreadStarter;
}

/**
 * Completes and checks the options of a machine.
 *
 * @throws {RangeError} when there is no such amount of memory or number of ports.
 */
export function machineParts(options: MachineOptions, platform: MachinePlatform): MachineParts {
  const {
    memory = 128 * MEBIBYTE,
    serialPorts = 1,
    actions = {},
    media = {},
    nic,
    virtioSerial,
    debugExit,
    kernel,
    bootOrder,
    bios,
  } = options;
  if (!Number.isInteger(memory) || memory < MEBIBYTE || memory > 2047 * MEBIBYTE)
    throw new RangeError(`memory must be between 1 MiB and 2047 MiB, not ${memory} bytes`);
  if (!Number.isInteger(serialPorts) || serialPorts < 1 || serialPorts > 4)
    throw new RangeError(`a machine has 1 to 4 serial ports, not ${serialPorts}`);
  const disks = bootOrder !== undefined && bios === undefined;
  const own = kernel !== undefined ? 'kernel' : disks ? 'services' : 'built-in';
  const bootSource = bios === undefined ? own : 'bios';
  return {
    emulator: {
      wasmPath: platform.wasmPath,
      firmware: bios?.system ?? platform.firmware(),
      ...(bios?.video === undefined ? {} : { videoFirmware: bios.video }),
      memory,
      serialPorts,
      media,
      errorPolicies: policiesOf(media),
      bootSource,
      ...(virtioSerial === undefined ? {} : { virtioSerial: true }),
      ...(debugExit === undefined ? {} : { debugExit }),
      ...(nic === null ? {} : { nic: nic ?? defaultNic() }),
      bootOrder: bootOrder ?? [],
      ...(kernel === undefined ? {} : { kernel }),
    },
    ...(virtioSerial === undefined ? {} : { virtioSerial }),
    startThread: platform.startThread,
    actions,
  };
}

function policiesOf(media: Partial<Record<DriveSlot, DriveSpec>>): Partial<Record<DriveSlot, ErrorPolicies>> {
  return Object.fromEntries(
    Object.entries(media).flatMap(([slot, { errors }]) => (errors === undefined ? [] : [[slot, errors]])),
  );
}
