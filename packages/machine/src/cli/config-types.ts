import type { ChardevSpec } from 'qmp/chardev';
import type { CompatPolicy } from 'qmp/monitor';
import type { ObjectOptions } from '../api/index.js';
import type { BootOrder } from '../emulator/bios/bios.js';
import type { NicConfig } from '../emulator/network/config.js';
import type { Actions } from '../machine/run-state.js';
import type { KernelConfig } from './boot.js';
import type { DeviceOptions } from './devices.js';
import type { Media } from './drives.js';
import type { NetworkOptions } from './network.js';

/** A chardev to open, with the option that asked for it. */
export interface ChardevConfig {
  readonly id: string;
  readonly spec: ChardevSpec;
  readonly option: string;
}

export interface MonitorConfig {
  readonly chardev: string;
  readonly mode: 'control' | 'readline';
  readonly pretty: boolean;
  readonly option: string;
}

/** What a command line asks for. */
export interface Config {
  memory: number;
  name: string | undefined;
  uuid: string;
  /** How deprecated and unstable interfaces are treated. */
  compat: CompatPolicy;
  /** Wait for `x-exit-preconfig` before anything else. */
  preconfig: boolean;
  /** Wait for `cont` before the first instruction. */
  paused: boolean;
  actions: Actions;
  /** Where the machine's state comes from: an address, or `defer`. */
  incoming: string | undefined;
  /** A BIOS image from elsewhere. */
  bios: string | undefined;
  /** Folders to look for BIOS images in (`-L`), before those of the system. */
  readonly firmwareFolders: string[];
  kernel: KernelConfig;
  /** Where to boot from, when something is in the drives. */
  bootOrder: BootOrder | undefined;
  /** What is in the drives. */
  media: Media;
  /** Writes to disks are forgotten (`-snapshot`). */
  snapshot: boolean;
  /** The options about the network. */
  readonly network: NetworkOptions;
  readonly devices: DeviceOptions;
  /** The network card, when all options are read; null for none. */
  nic: NicConfig | null;
  /** Serial port and human monitor on this terminal, unless they are elsewhere (`-nographic`). */
  nographic: boolean;
  /** Where to write the number of this process. */
  pidFile: string | undefined;
  /** Objects to make (`-object`). */
  readonly objects: ObjectOptions[];
  readonly chardevs: ChardevConfig[];
  readonly monitors: MonitorConfig[];
  /** The chardev of each serial port; undefined for a port without one. */
  readonly serial: (string | undefined)[];
}
