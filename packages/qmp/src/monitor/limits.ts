import { QmpError } from '../protocol/index.js';

/** What one monitor spends on its clients at most. */
export interface MonitorLimits {
  /** Bytes of one token, and of all tokens of one message. @default 64 MiB, as QEMU */
  readonly tokenBytes: number;
  /** Tokens in one message. @default 2 Mi, as QEMU */
  readonly tokens: number;
  /** Braces and brackets open at once. @default 1024, as QEMU */
  readonly nesting: number;
  /** In-band messages that wait in one session once out-of-band is enabled; reading stops at this many. @default 8, as QEMU */
  readonly queue: number;
  /**
   * Bytes of output that wait for one client before the monitor stops reading from it. The commands it sent stay
   * unread until it has taken what it asked for. QEMU has no such bound.
   *
   * @default 256 KiB
   */
  readonly outputPause: number;
  /**
   * Bytes of output that wait for one client before the session is closed with QMP_LIMIT: it does not read, and events
   * keep coming. A single message may be longer than this.
   *
   * @default 16 MiB
   */
  readonly outputBytes: number;
  /** Sessions open at once; one more is closed with QMP_LIMIT before its greeting. @default 1024 */
  readonly sessions: number;
  /**
   * Milliseconds that a client may take to finish capabilities negotiation before it is closed with QMP_LIMIT;
   * 0 for no limit, as in QEMU. A client that says nothing keeps the next one waiting.
   *
   * @default 600,000 (10 minutes), long enough for a person who types
   */
  readonly negotiation: number;
}

const defaults: MonitorLimits = {
  tokenBytes: 64 * 1024 * 1024,
  tokens: 2 * 1024 * 1024,
  nesting: 1024,
  queue: 8,
  outputPause: 256 * 1024,
  outputBytes: 16 * 1024 * 1024,
  sessions: 1024,
  negotiation: 600_000,
};

/**
 * Completes limits with their defaults.
 *
 * @throws {QmpError} QMP_OPTION_INVALID for an unknown name or a value that is not a number from 0 (`queue`: from 1).
 */
export function completeLimits(limits: Partial<MonitorLimits> = {}): MonitorLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new QmpError('QMP_OPTION_INVALID', `there is no limit "${name}"`, {
        hint: `Use one of ${Object.keys(defaults).join(', ')}.`,
      });
    }
    if (typeof value !== 'number' || !(value >= (name === 'queue' ? 1 : 0))) {
      throw new QmpError('QMP_OPTION_INVALID', `limit "${name}" must be a number from 0, not ${String(value)}`);
    }
  }
  return { ...defaults, ...limits };
}
