import type { ConnectOptions } from '../client/index.js';
import type { Chardev } from '../protocol/chardev.js';
import { QmpError } from '../protocol/errors.js';

/** How long each step of ending a machine may take, in milliseconds; 0 leaves the step out. */
export interface ShutdownOptions {
  /** For the guest to shut itself down after `system_powerdown`. Left out while the guest does not run. @default 10000 */
  readonly powerdown?: number;
  /** For QEMU to end after `quit`. @default 5000 */
  readonly quit?: number;
  /** For QEMU to end after SIGTERM; then it is killed. @default 5000 */
  readonly terminate?: number;
}

export interface LaunchOptions {
  /** The program. @default 'qemu-system-x86_64' */
  readonly binary?: string;
  /** Its arguments; those of the monitor are added. @default [] */
  readonly args?: readonly string[];
  /** The environment. @default this process's */
  readonly env?: NodeJS.ProcessEnv;
  /** The working directory. @default this process's */
  readonly cwd?: string;
  /** Descriptors of this process that QEMU inherits as 4, 5, …: for `-add-fd fd=4,set=1` or `-chardev socket,fd=4`. */
  readonly fds?: readonly number[];
  /** Options of the session. Its deadlines include that for the greeting. */
  readonly connect?: Omit<ConnectOptions, 'reconnect' | 'signal'>;
  /** Puts something between the session and the wire: a record of all traffic. */
  readonly wrap?: (chardev: Chardev) => Chardev;
  /** Gives the start up and ends the process. */
  readonly signal?: AbortSignal;
  /** Used by `shutdown()` and at the end of `await using`. */
  readonly shutdown?: ShutdownOptions;
  /** How much of the end of standard error is kept, in characters. @default 65536 */
  readonly stderrLimit?: number;
  /** Gets standard error as it comes. */
  readonly onStderr?: (text: string) => void;
  /** Where standard output goes. @default 'ignore' */
  readonly stdout?: 'ignore' | 'inherit' | ((text: string) => void);
  /** Ends QEMU when this process is killed, by a shell that waits beside it. Not on Windows. @default true */
  readonly guard?: boolean;
}

const known: readonly (keyof LaunchOptions)[] = [
  'binary',
  'args',
  'env',
  'cwd',
  'fds',
  'connect',
  'wrap',
  'signal',
  'shutdown',
  'stderrLimit',
  'onStderr',
  'stdout',
  'guard',
];

/** Refuses options that do not exist. */
export function checkOptions(options: LaunchOptions): void {
  for (const name of Object.keys(options)) {
    if ((known as readonly string[]).includes(name)) continue;
    throw new QmpError('QMP_OPTION_INVALID', `launch(): unknown option "${name}"`, {
      hint: `Known are: ${known.join(', ')}.`,
    });
  }
}
