import { type ChardevSpec, disconnectedName, listenChardev } from 'qmp/chardev';
import type { Chardev, ChardevListener } from 'qmp/protocol';
import { RingBuffer } from './ring-buffer.js';

/** A chardev of the machine: its listener and whoever is connected. */
export class MachineChardev {
  readonly id: string;
  readonly spec: ChardevSpec;
  readonly listener: ChardevListener;
  /** Whether something of the machine uses it. */
  frontendOpen = false;
  #current: Chardev | undefined;
  #first: Chardev | undefined;

  constructor(id: string, spec: ChardevSpec, listener: ChardevListener) {
    this.id = id;
    this.spec = spec;
    this.listener = listener;
  }

  /** The name of the other end, as `query-chardev` tells it. */
  get filename(): string {
    const server = this.spec.backend === 'socket' && this.spec.server;
    if (this.#current !== undefined) return this.#current.label;
    return server ? disconnectedName(this.listener) : this.listener.label;
  }

  /** The ring buffer behind it, if it is one. */
  get ringBuffer(): RingBuffer | undefined {
    return this.listener instanceof RingBuffer ? this.listener : undefined;
  }

  /** Waits for the first client, or connects, and keeps the connection for {@link clients}. */
  async waitForClient(signal: AbortSignal): Promise<void> {
    this.#first = await this.listener.next(signal);
    this.#current = this.#first;
  }

  /** This chardev as a listener that remembers who is connected. */
  get clients(): ChardevListener {
    return {
      label: this.listener.label,
      next: async (signal) => {
        const first = this.#first;
        this.#first = undefined;
        this.#current = undefined;
        this.#current = first ?? (await this.listener.next(signal));
        return this.#current;
      },
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    await this.listener.close();
    await this.#first?.close();
    await this.#current?.close();
  }
}

/** The chardevs of a machine by their ids. */
export class ChardevTable {
  readonly #entries = new Map<string, MachineChardev>();

  /**
   * Opens a chardev.
   *
   * @param echo a terminal shows what is typed, as QMP on stdio wants it.
   * @throws {QmpError} when it cannot be opened, or the id is taken.
   */
  async open(id: string, spec: ChardevSpec, echo = false): Promise<MachineChardev> {
    const listener = spec.backend === 'ringbuf' ? new RingBuffer(spec.size) : await listenChardev(spec, { echo });
    const entry = new MachineChardev(id, spec, listener);
    this.#entries.set(id, entry);
    return entry;
  }

  get(id: string): MachineChardev | undefined {
    return this.#entries.get(id);
  }

  remove(id: string): void {
    this.#entries.delete(id);
  }

  [Symbol.iterator](): IterableIterator<MachineChardev> {
    return this.#entries.values();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => entry.close()));
    this.#entries.clear();
  }
}
