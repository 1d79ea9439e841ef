import type { BootOrder } from './bios/bios.js';
import type { ErrorPolicies } from './drive-buffer.js';
import type { DriveSlot } from './drives.js';
import type { MediumSpec } from './image.js';
import type { KernelImages } from './kernel-images.js';
import type { NicConfig } from './network/config.js';
import type { DebugExit } from './power.js';

/** What the firmware starts; the values are the firmware's. */
export const BOOT_SOURCES = { 'built-in': 0, services: 1, kernel: 2, bios: 0 } as const;
export type BootSource = keyof typeof BOOT_SOURCES;

/** How to build one PC. */
export interface EmulatorOptions {
  /** Where v86.wasm is: a path in Node, a URL in a browser. */
  readonly wasmPath: string;
  /** The firmware image, which ends at 1 MiB. */
  readonly firmware: Uint8Array;
  /** The firmware of the video card, which a BIOS from elsewhere needs; ours does not. */
  readonly videoFirmware?: Uint8Array;
  /** RAM in bytes. */
  readonly memory: number;
  readonly bootSource: BootSource;
  /** Which drives to try when booting from disks. */
  readonly bootOrder: BootOrder;
  /** What to start when `bootSource` is `kernel`, or what a BIOS from elsewhere starts by an option ROM. */
  readonly kernel?: KernelImages;
  /** What is in the drives at the start. */
  readonly media: Partial<Record<DriveSlot, MediumSpec>>;
  /** The network card; absent: there is none. */
  readonly nic?: NicConfig;
  /** Whether there is a virtio serial device. */
  readonly virtioSerial?: boolean;
  /** Where the device `isa-debug-exit` is; absent: nowhere. */
  readonly debugExit?: DebugExit;
  /** What happens when requests to a drive fail. */
  readonly errorPolicies?: Partial<Record<DriveSlot, ErrorPolicies>>;
  /** How many serial ports to have, 1 to 4. */
  readonly serialPorts: number;
}
