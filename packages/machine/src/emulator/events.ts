import type { DiskFailure } from './drive-buffer.js';
import type { DriveSlot } from './drives.js';
import type { VirtioPortEvent } from './virtio-serial.js';

/** What a guest does that the host has to know. Sent in the order it happened. */
export type EmulatorEvent =
  /** The guest opened or closed a port of the virtio serial device, or sent bytes on it. */
  | VirtioPortEvent
  /** Bytes that the guest sent on a serial port. */
  | { readonly type: 'serial'; readonly port: number; readonly data: Uint8Array }
  /** The guest asked for soft off (ACPI S5). The emulator has stopped. */
  | { readonly type: 'power-off' }
  /** The guest asked for a reset, or it had a triple fault. Done, or stopped: see `policy`. */
  | { readonly type: 'reset-request'; readonly done: boolean }
  /** The guest asked to be suspended to memory (ACPI S3). The emulator has stopped. */
  | { readonly type: 'suspend' }
  /** The guest ends the machine by the device isa-debug-exit. The emulator has stopped. */
  | { readonly type: 'debug-exit'; readonly value: number }
  /** The guest reported a panic (pvpanic). The emulator goes on until the host decides. */
  | { readonly type: 'panic' }
  /** The watchdog ran out. */
  | { readonly type: 'watchdog' }
  /** The guest set its clock: seconds between the clock and the host's time. */
  | { readonly type: 'clock'; readonly offset: number }
  /** The guest gave memory to the balloon or took some back: bytes it has now. */
  | { readonly type: 'balloon'; readonly bytes: number }
  /** The guest gave its network card another address. */
  | { readonly type: 'nic-address' }
  /** The guest opened or closed the tray of its CD-ROM drive. */
  | { readonly type: 'tray'; readonly open: boolean }
  /** The guest keeps that tray shut, or does so no longer. */
  | { readonly type: 'tray-lock'; readonly locked: boolean }
  /** A request of the guest to a drive failed. With the action `stop`, the emulator has stopped. */
  | { readonly type: 'disk-failure'; readonly slot: DriveSlot; readonly failure: DiskFailure }
  /** The emulator failed on this guest and has stopped; only a reset helps. */
  | { readonly type: 'failure'; readonly message: string };

export type EmulatorListener = (event: EmulatorEvent) => void;
