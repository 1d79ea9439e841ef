import type { MigrationInfo, MigrationStatus } from '../api/index.js';
import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';
import { IncomingMigration } from './incoming.js';
import { OutgoingMigration } from './outgoing.js';
import { MigrationSettings } from './settings.js';
import { CUT_SHORT } from './stream.js';

/** The migrations of a machine, to elsewhere and from there. */
export class Migration {
  readonly settings: MigrationSettings = new MigrationSettings();
  readonly #machine: Machine;
  readonly #report: (message: string) => void;
  readonly #incoming: IncomingMigration | undefined;
  #outgoing: OutgoingMigration | undefined;

  /**
   * @param incoming whether the machine waits for the state of another one.
   * @param report takes messages for the terminal that the machine was started from.
   */
  constructor(machine: Machine, incoming: boolean, report: (message: string) => void) {
    this.#machine = machine;
    this.#report = report;
    // That it waits is told in any case, as QEMU does.
    const tell = (status: MigrationStatus) => this.#tell(status, status === 'setup');
    this.#incoming = incoming ? new IncomingMigration(machine, tell) : undefined;
    void machine.finished.then(() => {
      this.#outgoing?.cancel();
      this.#incoming?.close();
    });
  }

  get info(): MigrationInfo {
    if (this.#outgoing !== undefined) return this.#outgoing.info;
    const { status, listening } = this.#incoming ?? {};
    return {
      ...(status === undefined ? {} : { status }),
      ...(listening === undefined ? {} : { 'socket-address': [listening] }),
    };
  }

  /**
   * Begins to bring the machine elsewhere.
   *
   * @throws {MachineError} when it cannot, or `uri` cannot be read.
   */
  start(uri: string): void {
    if (this.active) throw new MachineError("There's a migration process in progress");
    if (this.#machine.state === 'inmigrate') throw new MachineError('Guest is waiting for an incoming migration');
    if (this.#machine.state === 'postmigrate')
      throw new MachineError("Can't migrate the vm that was paused due to previous migration");
    const outgoing = new OutgoingMigration(this.#machine, this.settings, (status) => this.#tell(status));
    this.#outgoing = outgoing;
    outgoing.open(uri);
    void outgoing.run().then(() => {
      if (outgoing.error !== undefined) this.#report(outgoing.error);
    });
  }

  /** Ends a migration to elsewhere; nothing happens when there is none. */
  cancel(): void {
    this.#outgoing?.cancel();
  }

  /** @throws {MachineError} when no migration waits in this state. */
  goOnFrom(state: MigrationStatus): void {
    if (this.#outgoing === undefined) throw new MachineError('Migration not in expected state: none');
    this.#outgoing.goOnFrom(state);
  }

  /**
   * Waits for the state of another machine. Without it this one is of no use: when it fails, the machine is over with
   * exit code 1.
   *
   * @throws {MachineError} when the machine does not wait for one, or cannot wait there.
   */
  async receive(uri: string): Promise<void> {
    if (this.#incoming === undefined) throw new MachineError("'-incoming' was not specified on the command line");
    const { received } = await this.#incoming.listen(uri);
    received.catch((error: unknown) => {
      if (this.#machine.over) return;
      const message = error instanceof Error ? error.message : String(error);
      this.#report(message);
      this.#report(`load of migration failed: ${message === CUT_SHORT ? 'Input/output error' : 'Invalid argument'}`);
      this.#machine.abandon();
    });
  }

  get active(): boolean {
    return this.#outgoing?.active ?? false;
  }

  /** @throws {MachineError} while a migration is under way. */
  requireIdle(): void {
    if (this.active) throw new MachineError("There's a migration process in progress");
  }

  #tell(status: MigrationStatus, always = false): void {
    if (always || this.settings.has('events')) this.#machine.emit('MIGRATION', { status });
  }
}
