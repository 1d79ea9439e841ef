import type { MigrationInfo, MigrationStatus, Api as NewestApi } from '../../api/index.js';
import { QmpError } from '../../protocol/errors.js';
import type { QmpClient } from '../client.js';
import { Ticker } from '../ticker.js';
import {
  type AnyClient,
  Operation,
  type OperationControl,
  type OperationOptions,
  operationCancelled,
  operationFailed,
} from './operation.js';

/** How far a migration is. */
export interface MigrationProgress {
  readonly status: MigrationStatus;
  /** Bytes of RAM sent so far. */
  readonly transferred: number | bigint;
  /** Bytes of RAM left in this pass. */
  readonly remaining: number | bigint;
  readonly total: number | bigint;
  /**
   * Milliseconds since `remaining` last reached a new low, or 0 while it falls. A guest that dirties memory faster than
   * it is sent keeps a migration from converging.
   */
  readonly stalledFor: number;
}

export interface MigrationOptions extends OperationOptions {
  /** Milliseconds without a new low of `remaining` after which the migration counts as stuck. @default 60000 */
  readonly stallAfter?: number;
  /** What to do then: only tell it in the progress, or cancel and fail, except in postcopy. @default "report" */
  readonly onStall?: 'report' | 'cancel';
  /** Milliseconds between two looks at the numbers. @default 500 */
  readonly interval?: number;
  /** Goes on by itself where the capability `pause-before-switchover` makes it wait. @default true */
  readonly continueSwitchover?: boolean;
}

/** A migration that is under way. */
export class Migration extends Operation<MigrationInfo, MigrationProgress> {
  readonly #vm: QmpClient<NewestApi>;

  constructor(client: AnyClient, uri: string, options: MigrationOptions = {}) {
    const vm = client.as<NewestApi>();
    const run = new MigrationRun(vm, uri, options);
    super(
      'the migration',
      (control) => run.body(control),
      () => run.cancel(),
      options,
    );
    this.#vm = vm;
  }

  /** Switches to postcopy; the capability `postcopy-ram` has to be enabled at both ends. */
  async startPostcopy(): Promise<void> {
    await this.#vm.execute('migrate-start-postcopy');
  }

  /** Goes on from `pre-switchover`, for `continueSwitchover: false`. */
  async continue(): Promise<void> {
    await this.#vm.execute('migrate-continue', { state: 'pre-switchover' });
  }

  /** Pauses a postcopy migration, out-of-band where the monitor allows it. */
  async pausePostcopy(): Promise<void> {
    await this.#vm.execute('migrate-pause', {}, { oob: this.#vm.capabilities.includes('oob') });
  }

  /** Resumes a paused postcopy migration over a new connection. */
  async recover(uri: string): Promise<void> {
    await this.#vm.execute('migrate', { uri, resume: true });
  }
}

/** Migrates the machine to `unix:PATH`, `tcp:HOST:PORT`, `exec:COMMAND` or `file:PATH` (QEMU 8.2). */
export function migrate(client: AnyClient, uri: string, options?: MigrationOptions): Migration {
  return new Migration(client, uri, options);
}

/** The address that migrates into a file: `file:` where this QEMU has it, otherwise through a shell's `cat`. */
export async function fileMigrationUri(client: AnyClient, path: string): Promise<string> {
  const vm = client.as<NewestApi>();
  if (await vm.supports('migrate', 'arguments.channels.addr.transport=file')) return `file:${path}`;
  return `exec:cat > '${path.replaceAll("'", "'\\''")}'`;
}

const over: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/** From here on half of the guest's memory is at the other end: a migration that is cancelled now loses the guest. */
const isPostcopy = (status: string | undefined): boolean => status?.startsWith('postcopy') === true;

class MigrationRun {
  readonly #vm: QmpClient<NewestApi>;
  readonly #uri: string;
  readonly #options: Required<Omit<MigrationOptions, 'signal'>>;
  #lowest: number | bigint | undefined;
  #lowAt = 0;
  #stuck = false;

  constructor(vm: QmpClient<NewestApi>, uri: string, options: MigrationOptions) {
    this.#vm = vm;
    this.#uri = uri;
    this.#options = { stallAfter: 60_000, onStall: 'report', interval: 500, continueSwitchover: true, ...options };
  }

  async body(control: OperationControl<MigrationProgress>): Promise<MigrationInfo> {
    const vm = this.#vm;
    await vm.execute('migrate-set-capabilities', { capabilities: [{ capability: 'events', state: true }] });
    using events = vm.listen('MIGRATION', { gaps: true });
    await vm.execute('migrate', { uri: this.#uri });
    this.#lowAt = vm.clock.now();
    using _ticker = new Ticker(vm.clock, this.#options.interval, () => this.#look(control));
    for await (const event of events) {
      const status = 'gap' in event ? await this.#statusAfterGap() : event.data.status;
      if (status === 'pre-switchover' && this.#options.continueSwitchover) {
        await vm.execute('migrate-continue', { state: 'pre-switchover' });
      }
      if (over.has(status)) return this.#conclude(status, control);
      await this.#look(control);
    }
    throw new QmpError('QMP_CLOSED', 'the client was closed; the migration may go on');
  }

  /** @throws {QmpError} QMP_UNSUPPORTED in postcopy. */
  async cancel(): Promise<void> {
    const { status } = await this.#info();
    if (isPostcopy(status)) {
      throw new QmpError(
        'QMP_UNSUPPORTED',
        `a migration that is ${status} cannot be cancelled without losing the guest`,
        {
          hint: 'Let it end, or pause and recover it. Whoever wants the guest gone executes migrate_cancel.',
        },
      );
    }
    await this.#vm.execute('migrate_cancel');
  }

  /** A QEMU that knows of no migration is another one than that which began it. */
  async #statusAfterGap(): Promise<MigrationStatus> {
    const { status = 'none' } = await this.#info();
    if (status !== 'none') return status;
    throw operationFailed('the migration', 'the QEMU that answers now knows of none, and how it ended is not known');
  }

  async #conclude(status: MigrationStatus, control: OperationControl<MigrationProgress>): Promise<MigrationInfo> {
    const info = await this.#info();
    control.report(this.#progressOf(info, status));
    if (this.#stuck && status !== 'completed') {
      const limit = `${this.#options.stallAfter} ms`;
      throw operationFailed('the migration', `it made no progress for ${limit} and was cancelled`);
    }
    if (status === 'cancelled') throw operationCancelled('the migration', control.cancelled);
    if (status === 'failed') {
      throw operationFailed('the migration', info['error-desc'] ?? 'QEMU gave no reason', 'Its log may say more.');
    }
    return info;
  }

  async #look(control: OperationControl<MigrationProgress>): Promise<void> {
    const info = await this.#info();
    if (info.status === undefined) return;
    const progress = this.#progressOf(info, info.status);
    control.report(progress);
    const { onStall, stallAfter } = this.#options;
    if (onStall !== 'cancel' || progress.stalledFor < stallAfter || this.#stuck) return;
    if (over.has(info.status) || isPostcopy(info.status)) return;
    this.#stuck = true;
    await this.#vm.execute('migrate_cancel');
  }

  #progressOf(info: MigrationInfo, status: MigrationStatus): MigrationProgress {
    const { transferred = 0, remaining = 0, total = 0 } = info.ram ?? {};
    const now = this.#vm.clock.now();
    const moving = this.#lowest === undefined || remaining < this.#lowest || over.has(status);
    if (moving) {
      this.#lowest = remaining;
      this.#lowAt = now;
    }
    return { status, transferred, remaining, total, stalledFor: now - this.#lowAt };
  }

  #info(): Promise<MigrationInfo> {
    return this.#vm.execute('query-migrate', {}, { idempotent: true });
  }
}
