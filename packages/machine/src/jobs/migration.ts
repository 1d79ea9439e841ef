import { readFile, writeFile } from 'node:fs/promises';
import type { MigrationInfo, MigrationStatus } from '../api/index.js';
import { fileProblem } from '../commands/files.js';
import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';

/** The beginning of a file with a machine's state; the size of its memory in MiB follows in four bytes. */
const MAGIC = new TextEncoder().encode('QMPTS-STATE-1\n');
const HEADER = MAGIC.length + 4;
const FILE = 'file:';

/**
 * The path in the address of a migration.
 *
 * @throws {MachineError} when it is no `file:PATH`.
 */
export function migrationPath(uri: string): string {
  if (!uri.startsWith(FILE) || uri.length === FILE.length)
    throw new MachineError("Parameter 'uri' expects a valid migration protocol");
  return uri.slice(FILE.length);
}

/** Brings the machine's state to a file, and remembers how that went. */
export class Migration {
  readonly #machine: Machine;
  #info: MigrationInfo = {};

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get info(): MigrationInfo {
    return this.#info;
  }

  /** Begins; the command is answered before it is done. */
  start(uri: string): void {
    const path = migrationPath(uri);
    if (this.#info.status === 'setup' || this.#info.status === 'active')
      throw new MachineError('There is a migration process in progress');
    this.#become('setup');
    void this.#run(path);
  }

  async #run(path: string): Promise<void> {
    const started = Date.now();
    const wasRunning = this.#machine.running;
    try {
      this.#become('active');
      await this.#machine.pause('finish-migrate');
      await writeFile(path, await packState(this.#machine));
      this.#machine.leave('postmigrate');
      this.#become('completed', { 'total-time': Date.now() - started });
    } catch (error) {
      if (wasRunning && this.#machine.state === 'finish-migrate') await this.#machine.resume();
      this.#become('failed', { 'error-desc': `Could not write '${path}': ${fileProblem(error)}` });
    }
  }

  #become(status: MigrationStatus, more: Partial<MigrationInfo> = {}): void {
    this.#info = { status, ...more };
    this.#machine.emit('MIGRATION', { status });
  }
}

async function packState(machine: Machine): Promise<Uint8Array> {
  const state = await machine.emulator.saveState();
  const bytes = new Uint8Array(HEADER + state.length);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(MAGIC.length, machine.memory >> 20, true);
  bytes.set(state, HEADER);
  return bytes;
}

/**
 * Gives a fresh machine the state that another one has left in a file.
 *
 * @throws {MachineError} when the file cannot be read, is no state, or is that of a machine with other memory.
 */
export async function receiveState(machine: Machine, path: string): Promise<void> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new MachineError(`Could not open '${path}': ${fileProblem(error)}`);
  });
  if (bytes.length < HEADER || !MAGIC.every((byte, index) => bytes[index] === byte))
    throw new MachineError(`'${path}' does not hold the state of a machine`);
  const mebibytes = bytes.readUInt32LE(MAGIC.length);
  if (mebibytes !== machine.memory >> 20)
    throw new MachineError(
      `'${path}' is the state of a machine with ${mebibytes} MiB of memory: start with -m ${mebibytes}`,
    );
  await machine.emulator.restoreState(new Uint8Array(bytes.subarray(HEADER)));
}
