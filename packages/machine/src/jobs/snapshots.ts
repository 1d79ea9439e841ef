import type { BlockDevices } from '../block/devices.js';
import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';
import type { JobControl } from './jobs.js';

/** A saved state of the machine. */
export interface Snapshot {
  readonly id: number;
  readonly tag: string;
  readonly state: Uint8Array;
  readonly date: Date;
}

/** The snapshots of a machine. They live as long as its process. */
export class Snapshots {
  readonly #machine: Machine;
  readonly #block: BlockDevices;
  readonly #snapshots = new Map<string, Snapshot>();
  #nextId = 1;

  constructor(machine: Machine, block: BlockDevices) {
    this.#machine = machine;
    this.#block = block;
  }

  list(): readonly Snapshot[] {
    return [...this.#snapshots.values()];
  }

  get(tag: string): Snapshot | undefined {
    return this.#snapshots.get(tag);
  }

  /**
   * Saves the machine's state; it stands still meanwhile. A job can be held or cancelled once the state is there and
   * before the snapshot is.
   *
   * @throws {MachineError} when a disk is writable: a raw image holds no snapshots.
   */
  async save(tag: string, replace: boolean, job?: JobControl): Promise<void> {
    this.#checkDisks();
    if (!replace && this.#snapshots.has(tag))
      throw new MachineError(`Snapshot '${tag}' already exists in one or more devices`);
    const date = new Date();
    const state = await this.#machine.whileStopped('save-vm', () => this.#machine.emulator.saveState());
    await job?.checkpoint();
    this.#snapshots.set(tag, { id: this.#nextId++, tag, state, date });
  }

  /** Puts the machine back; it goes on if it ran before. */
  async load(tag: string): Promise<void> {
    this.#checkDisks();
    const snapshot = this.#snapshots.get(tag);
    if (snapshot === undefined) throw new MachineError(`Snapshot '${tag}' does not exist in one or more devices`);
    await this.#machine.whileStopped('restore-vm', () => this.#machine.emulator.restoreState(snapshot.state.slice()));
  }

  /** Forgets a snapshot; forgetting one that does not exist is no error, as in QEMU. */
  delete(tag: string): void {
    this.#checkDisks();
    this.#snapshots.delete(tag);
  }

  #checkDisks(): void {
    const drive = this.#block.unsnapshotable;
    if (drive !== undefined) throw new MachineError(`Device '${drive.id}' is writable but does not support snapshots`);
  }
}
