import { setTimeout as delay } from 'node:timers/promises';
import type { MigrationInfo, MigrationStatus, RunState } from '../api/index.js';
import { PAGE_SIZE } from '../emulator/memory-copy.js';
import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';
import { parseMigrationAddress } from './address.js';
import { type OutgoingChannel, openOutgoing } from './outgoing-channel.js';
import { MigrationProgress } from './progress.js';
import type { MigrationSettings } from './settings.js';
import { packSection, streamHeader } from './stream.js';

/** Pages with data that are sent in one piece. */
const BATCH = 64;
/** With a limit on the bandwidth pieces are smaller, so that the limit holds over short times too. */
const SLOW_BATCH = 1;
const SLOW = 1 << 20;

type Phase = 'running' | 'cancelled' | 'over';

/** One migration to elsewhere. The guest runs until most of its memory has left. */
export class OutgoingMigration {
  readonly #machine: Machine;
  readonly #settings: MigrationSettings;
  readonly #changed: (status: MigrationStatus) => void;
  readonly #progress: MigrationProgress;
  #channel: OutgoingChannel | undefined;
  #status: MigrationStatus = 'setup';
  #phase: Phase = 'running';
  #error: string | undefined;
  /** The state that the machine had before its last part left. */
  #before: RunState | undefined;
  readonly #stopWaiting = new AbortController();
  #continue: () => void = () => {};

  constructor(machine: Machine, settings: MigrationSettings, changed: (status: MigrationStatus) => void) {
    this.#machine = machine;
    this.#settings = settings;
    this.#changed = changed;
    this.#progress = new MigrationProgress(machine.memory);
    changed('setup');
  }

  /**
   * Opens the way to the receiver; what is wrong there is told by `run`.
   *
   * @throws {MachineError} when the address cannot be read. The migration has failed then.
   */
  open(uri: string): void {
    try {
      const address = parseMigrationAddress(uri);
      if (address !== undefined) this.#channel = openOutgoing(address);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    if (this.#channel !== undefined) return;
    this.#end('failed');
    throw new MachineError("Parameter 'uri' expects a valid migration protocol");
  }

  get status(): MigrationStatus {
    return this.#status;
  }

  get active(): boolean {
    return this.#phase !== 'over';
  }

  get info(): MigrationInfo {
    const status = this.#status;
    if (status === 'failed') return { status, ...(this.#error === undefined ? {} : { 'error-desc': this.#error }) };
    if (status === 'cancelled' || status === 'setup') return { status, ...(status === 'setup' && { 'total-time': 0 }) };
    return { status, ...this.#progress.describe(this.#settings.downtimeLimit) };
  }

  /** Why it failed. */
  get error(): string | undefined {
    return this.#error;
  }

  /** Carries it out. */
  async run(): Promise<void> {
    const channel = this.#channel;
    if (channel === undefined) throw new Error('the migration was not opened');
    try {
      await this.#transfer(channel);
      this.#progress.completed();
      this.#machine.leave('postmigrate');
      this.#end('completed');
    } catch (error) {
      channel.destroy();
      await this.#goOn().catch(() => {});
      if (this.#phase === 'cancelled' || this.#machine.over) this.#end('cancelled');
      else this.#fail(error);
    } finally {
      if (!this.#machine.over) await this.#machine.emulator.endCopy().catch(() => {});
    }
  }

  /** Ends it; the machine goes on as before. */
  cancel(): void {
    if (this.#phase !== 'running') return;
    this.#phase = 'cancelled';
    this.#become('cancelling');
    this.#channel?.destroy();
    this.#stopWaiting.abort();
  }

  /** @throws {MachineError} when it does not wait in this state. */
  goOnFrom(state: MigrationStatus): void {
    if (this.#status !== state) throw new MachineError(`Migration not in expected state: ${this.#status}`);
    this.#continue();
  }

  async #transfer(channel: OutgoingChannel): Promise<void> {
    const { machine, progress } = this.#parts;
    await channel.write(streamHeader());
    await channel.write(await packSection({ type: 'configuration', configuration: machine.configuration }));
    await machine.emulator.beginCopy();
    progress.begin();
    this.#pass(progress.remaining);
    this.#become('active');
    await this.#sendWhileRunning(channel);
    const running = await this.#stopGuest();
    await this.#findChanged();
    while (progress.remaining > 0) await this.#sendBatch(channel);
    await channel.write(await packSection({ type: 'devices', state: await machine.emulator.saveDevices() }));
    await channel.write(await packSection({ type: 'end', running }));
    await channel.finish();
    this.#check();
  }

  get #parts() {
    return { machine: this.#machine, progress: this.#progress };
  }

  /** Sends memory until what remains can be sent while the guest stands still. */
  async #sendWhileRunning(channel: OutgoingChannel): Promise<void> {
    const progress = this.#progress;
    for (;;) {
      const limit = () => progress.within(this.#settings.downtimeLimit) / PAGE_SIZE;
      if (progress.remaining > limit()) await this.#sendBatch(channel);
      else if (limit() === 0) return;
      else {
        await this.#findChanged();
        if (progress.remaining <= limit()) return;
      }
    }
  }

  async #sendBatch(channel: OutgoingChannel): Promise<void> {
    this.#check();
    const started = performance.now();
    const limit = Number(this.#settings.maxBandwidth);
    const batch = await this.#machine.emulator.takePages(limit > 0 && limit < SLOW ? SLOW_BATCH : BATCH);
    const section = await packSection({ type: 'pages', batch });
    await channel.write(section);
    this.#progress.sent(batch, section.length);
    const wait = limit > 0 ? this.#progress.delay(limit) : 0;
    if (wait >= 1) await this.#pace(wait);
    // What only looks at empty pages tells nothing of the bandwidth.
    if (batch.pages.length > 0) this.#progress.spent(performance.now() - started);
  }

  /** Waits, in short steps because the limit may be changed meanwhile, or until the migration is cancelled. */
  async #pace(milliseconds: number): Promise<void> {
    await delay(Math.min(milliseconds, 100), undefined, { signal: this.#stopWaiting.signal }).catch(() => {});
    this.#check();
    const limit = Number(this.#settings.maxBandwidth);
    const left = limit > 0 ? this.#progress.delay(limit) : 0;
    if (left >= 1) await this.#pace(left);
  }

  async #findChanged(): Promise<void> {
    let changed = 0;
    let page = 0;
    do {
      this.#check();
      const { next, found } = await this.#machine.emulator.findChanged(page);
      changed += found;
      page = next;
    } while (page !== 0);
    this.#pass(changed);
  }

  /** @returns whether the guest ran. */
  async #stopGuest(): Promise<boolean> {
    this.#check();
    const machine = this.#machine;
    const running = machine.running;
    this.#before = machine.state;
    await machine.pause('finish-migrate');
    machine.leave('finish-migrate');
    this.#progress.stopped();
    if (this.#settings.has('pause-before-switchover')) {
      this.#become('pre-switchover');
      await new Promise<void>((resolve) => {
        this.#continue = resolve;
        this.#stopWaiting.signal.addEventListener('abort', () => resolve());
      });
      this.#check();
      this.#become('device');
    }
    return running;
  }

  /** Puts the machine back into the state that it had before the last part. */
  async #goOn(): Promise<void> {
    const before = this.#before;
    if (before === undefined || this.#machine.state !== 'finish-migrate') return;
    this.#machine.leave(before === 'running' ? 'paused' : before);
    if (before === 'running') await this.#machine.resume();
  }

  #check(): void {
    if (this.#phase === 'cancelled' || this.#machine.over) throw new MachineError('cancelled');
  }

  #pass(changed: number): void {
    const pass = this.#progress.pass(changed);
    if (this.#settings.has('events')) this.#machine.emit('MIGRATION_PASS', { pass });
  }

  #fail(error: unknown): void {
    this.#error = error instanceof Error ? error.message : String(error);
    this.#end('failed');
  }

  #end(status: MigrationStatus): void {
    this.#phase = 'over';
    this.#become(status);
  }

  #become(status: MigrationStatus): void {
    this.#status = status;
    this.#changed(status);
  }
}
