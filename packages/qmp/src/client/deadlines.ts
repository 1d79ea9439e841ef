/** How long each stage may take, in milliseconds; 0 means without limit. */
export interface Timeouts {
  /** Until the chardev is open. @default 10000 */
  readonly open?: number;
  /** From open to the server's greeting. @default 10000 */
  readonly greeting?: number;
  /** From the greeting to the reply to `qmp_capabilities`. @default 30000 */
  readonly negotiation?: number;
  /** For a command that neither {@link Timeouts.commands} nor the built-in table names. @default 30000 */
  readonly command?: number;
  /** For commands by name, in place of the built-in table. */
  readonly commands?: Readonly<Record<string, number>>;
  /**
   * Without a byte from the server for this long, the client asks `query-version` (a guest agent: `guest-ping`); when
   * that stays silent as long again, the session ends. Off by default, because a healthy monitor may be quiet for days.
   *
   * @default 0
   */
  readonly idle?: number;
  /** The part of a command's time after which a `slow` status is told, 0 for never. @default 0.5 */
  readonly warnAt?: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const defaultTimeouts = {
  open: 10 * SECOND,
  greeting: 10 * SECOND,
  negotiation: 30 * SECOND,
  command: 30 * SECOND,
  idle: 0,
  warnAt: 0.5,
} as const;

/**
 * Commands that take longer than most: those that flush or open storage, wait for a device, or copy memory before
 * they answer. A reply that comes after its deadline is not lost on anybody else: see the session's tombstones.
 */
export const commandTimeouts: Readonly<Record<string, number>> = {
  'query-qmp-schema': MINUTE,
  'human-monitor-command': 5 * MINUTE,
  'query-block': MINUTE,
  'query-blockstats': MINUTE,
  'query-named-block-nodes': MINUTE,
  stop: 2 * MINUTE,
  quit: 2 * MINUTE,
  device_add: 2 * MINUTE,
  netdev_add: 2 * MINUTE,
  chardev_add: 2 * MINUTE,
  'chardev-add': 2 * MINUTE,
  'object-add': 5 * MINUTE,
  'blockdev-add': 3 * MINUTE,
  'blockdev-del': 3 * MINUTE,
  'blockdev-reopen': 3 * MINUTE,
  'blockdev-backup': 3 * MINUTE,
  'blockdev-mirror': 3 * MINUTE,
  'blockdev-snapshot': 3 * MINUTE,
  'blockdev-snapshot-sync': 3 * MINUTE,
  'blockdev-snapshot-internal-sync': 10 * MINUTE,
  'blockdev-snapshot-delete-internal-sync': 10 * MINUTE,
  'blockdev-change-medium': 3 * MINUTE,
  block_resize: 5 * MINUTE,
  'drive-backup': 3 * MINUTE,
  'drive-mirror': 3 * MINUTE,
  'block-commit': 3 * MINUTE,
  'block-stream': 3 * MINUTE,
  'job-complete': 3 * MINUTE,
  'block-job-complete': 3 * MINUTE,
  transaction: 10 * MINUTE,
  migrate: 5 * MINUTE,
  screendump: 2 * MINUTE,
  memsave: 30 * MINUTE,
  pmemsave: 30 * MINUTE,
  'dump-guest-memory': 0,
  'xen-save-devices-state': 10 * MINUTE,
  'guest-fsfreeze-freeze': 3 * MINUTE,
  'guest-fsfreeze-thaw': 3 * MINUTE,
  'guest-fstrim': 30 * MINUTE,
  'guest-file-read': MINUTE,
  'guest-file-write': MINUTE,
};

/** The time for one command in milliseconds; 0 means without limit. */
export function timeoutOf(command: string, timeouts: Timeouts): number {
  return timeouts.commands?.[command] ?? commandTimeouts[command] ?? timeouts.command ?? defaultTimeouts.command;
}
