import { open } from 'node:fs/promises';
import type { DumpQueryResult } from '../api/index.js';
import { coreHeader } from '../commands/elf.js';
import { fileProblem } from '../commands/files.js';
import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';

const CHUNK = 1 << 20;

/** A range of physical memory. */
export interface DumpRange {
  readonly begin: number;
  readonly length: number;
}

/** Writes the guest's memory to a core file, and remembers how far the last dump is. */
export class GuestDump {
  readonly #machine: Machine;
  #last: DumpQueryResult = { status: 'none', completed: 0, total: 0 };

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get last(): DumpQueryResult {
    return this.#last;
  }

  /**
   * Writes a dump while the guest stands still.
   *
   * @throws {MachineError} when one is being written already, or the file cannot be written.
   */
  async write(path: string, range: DumpRange): Promise<void> {
    if (this.#last.status === 'active') throw new MachineError('There is a dump in process, please wait.');
    this.#last = { status: 'active', completed: 0, total: range.length };
    try {
      await this.#machine.whileStopped('save-vm', () => this.#writeParts(path, range));
      this.#last = { ...this.#last, status: 'completed' };
    } catch (error) {
      this.#last = { ...this.#last, status: 'failed' };
      throw error;
    }
  }

  /** Writes a dump in the background; `DUMP_COMPLETED` tells how it ended. */
  writeDetached(path: string, range: DumpRange): void {
    this.write(path, range).then(
      () => this.#machine.emit('DUMP_COMPLETED', { result: { ...this.#last } }),
      (error: unknown) => {
        const problem = error instanceof Error ? error.message : String(error);
        this.#machine.emit('DUMP_COMPLETED', { result: { ...this.#last }, error: problem });
      },
    );
  }

  async #writeParts(path: string, { begin, length }: DumpRange): Promise<void> {
    const { emulator } = this.#machine;
    const file = await open(path, 'w').catch((error: unknown) => {
      throw new MachineError(`Could not open '${path}': ${fileProblem(error)}`);
    });
    try {
      await file.write(coreHeader(await emulator.registers(), begin, length));
      for (let done = 0; done < length; done += CHUNK) {
        await file.write(await emulator.readPhysical(begin + done, Math.min(CHUNK, length - done)));
        this.#last = { ...this.#last, completed: Math.min(length, done + CHUNK) };
      }
    } finally {
      await file.close();
    }
  }
}
