/** What is known of a VM. A fact that the server does not tell is absent. Sizes are bytes. */
export interface VmFacts {
  address: string;
  /** `7.2.22 (Debian 1:7.2+dfsg-7)` */
  version?: string;
  /** The machine type: `pc-i440fx-7.2`. */
  machine?: string;
  /** `kvm` or `tcg`; absent for another one, which no command tells. */
  accelerator?: string;
  kvm?: { enabled: boolean; present: boolean };
  /** The run state: `running`, `paused`, `io-error` … */
  status?: string;
  running?: boolean;
  name?: string;
  uuid?: string;
  cpus?: { count: number; model?: string };
  memory?: { base: number | bigint; plugged?: number | bigint; balloon?: number | bigint };
  disks?: DiskFacts[];
  network?: string[];
  chardevs?: { label: string; filename: string; open: boolean }[];
  displays?: string[];
  jobs?: { id: string; type: string; status: string; progress?: number }[];
  /** The state of the last migration: `active`, `completed` … */
  migration?: string;
  /** How much of the memory a migration that runs has moved, 0 to 1. */
  migrated?: number;
  snapshots?: { disk: string; id: string; name: string; vmStateSize: number | bigint }[];
  agent?: AgentFacts;
}

export interface DiskFacts {
  device: string;
  node?: string;
  /** The path of the image, or `(empty)` for a drive without medium. */
  file?: string;
  format?: string;
  size?: number | bigint;
  /** What the image takes on its host. */
  used?: number | bigint;
  removable: boolean;
  readOnly?: boolean;
  locked?: boolean;
  trayOpen?: boolean;
  ioStatus?: string;
}

export interface AgentFacts {
  version?: string;
  hostname?: string;
  os?: string;
  addresses?: string[];
}

/** What a run state means to a person, where its name alone does not say so. */
export const statusReasons: Readonly<Record<string, string>> = {
  debug: 'stopped by a debugger',
  'finish-migrate': 'paused to finish a migration',
  inmigrate: 'waiting for an incoming migration',
  'internal-error': 'stopped by an internal error of the emulator',
  'io-error': 'stopped: a disk reported an I/O error',
  paused: 'stopped by a user',
  postmigrate: 'stopped: it was migrated away',
  prelaunch: 'not started yet: cont starts it',
  'restore-vm': 'restoring a snapshot',
  'save-vm': 'saving a snapshot',
  shutdown: 'the guest has shut down',
  suspended: 'the guest sleeps (ACPI S3): system_wakeup wakes it',
  watchdog: 'stopped by its watchdog',
  'guest-panicked': 'the guest crashed',
  colo: 'paused by COLO replication',
  preconfig: 'not configured yet: x-exit-preconfig goes on',
};
