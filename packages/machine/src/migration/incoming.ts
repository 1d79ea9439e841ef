import { MachineError } from '../machine/errors.js';
import type { Machine } from '../machine/machine.js';
import { parseMigrationAddress } from './address.js';
import { type IncomingAddress, type IncomingChannel, openIncoming } from './incoming-channel.js';
import { type Configuration, CUT_SHORT, readSections } from './stream.js';

export type IncomingStatus = 'setup' | 'active' | 'completed' | 'failed';

/** A machine's wait for the state of another one. */
export class IncomingMigration {
  readonly #machine: Machine;
  readonly #changed: (status: IncomingStatus) => void;
  #channel: IncomingChannel | undefined;
  #started = false;
  #status: IncomingStatus | undefined;

  /** The machine is in the run state `inmigrate` from now on. */
  constructor(machine: Machine, changed: (status: IncomingStatus) => void) {
    this.#machine = machine;
    this.#changed = changed;
    machine.awaitState();
  }

  get status(): IncomingStatus | undefined {
    return this.#status === 'setup' ? undefined : this.#status;
  }

  get listening(): IncomingAddress | undefined {
    return this.#status === 'setup' ? this.#channel?.listening : undefined;
  }

  /**
   * Waits for a sender at an address.
   *
   * @returns what happens then: rejects when the state cannot be used.
   * @throws {MachineError} when it waits already, or cannot do so there.
   */
  async listen(uri: string): Promise<{ readonly received: Promise<void> }> {
    if (this.#started) throw new MachineError('The incoming migration has already been started');
    this.#started = true;
    this.#become('setup');
    try {
      const address = parseMigrationAddress(uri);
      if (address === undefined) throw new MachineError(`unknown migration protocol: ${uri}`);
      this.#channel = await openIncoming(address);
    } catch (error) {
      this.#started = false;
      throw error;
    }
    const received = this.#receive(this.#channel);
    received.catch(() => {});
    return { received };
  }

  /** Gives up waiting. */
  close(): void {
    this.#channel?.close();
  }

  async #receive(channel: IncomingChannel): Promise<void> {
    try {
      const stream = await channel.stream;
      await this.#machine.ready;
      this.#become('active');
      const running = await this.#load(stream);
      await this.#machine.arrive(running);
      this.#become('completed');
    } catch (error) {
      this.#become('failed');
      throw error;
    } finally {
      channel.close();
    }
  }

  /** @returns whether the guest ran when it left. */
  async #load(stream: AsyncIterable<Uint8Array>): Promise<boolean> {
    const { emulator } = this.#machine;
    for await (const section of readSections(stream)) {
      if (section.type === 'configuration') {
        compare(section.configuration, this.#machine.configuration);
        await emulator.clearMemory();
      } else if (section.type === 'pages') await emulator.loadPages(section.batch);
      else if (section.type === 'devices') await emulator.loadDevices(section.state);
      else return section.running;
    }
    throw new MachineError(CUT_SHORT);
  }

  #become(status: IncomingStatus): void {
    this.#status = status;
    this.#changed(status);
  }
}

/** @throws {MachineError} naming the first part in which the two machines differ. */
function compare(theirs: Configuration, ours: Configuration): void {
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
    if (theirs[name] !== ours[name])
      throw new MachineError(`Size mismatch: ${name}: ${told(theirs[name])} != ${told(ours[name])}: Invalid argument`);
}

function told(value: string | number | undefined): string {
  return typeof value === 'number' ? `0x${value.toString(16)}` : (value ?? 'none');
}
