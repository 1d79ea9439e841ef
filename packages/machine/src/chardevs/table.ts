import { type ChardevSpec, disconnectedName, listenChardev } from 'qmp/chardev';
import { type Chardev, type ChardevListener, QmpError } from 'qmp/protocol';
import type { ChardevBackend } from '../api/index.js';
import { fileProblem } from '../commands/files.js';
import { MachineError } from '../machine/errors.js';
import { specOf } from './backend.js';
import { RingBuffer } from './ring-buffer.js';

/** Who uses a chardev. */
export type ChardevUser = 'serial' | 'monitor' | 'port';

/** A chardev of the machine: its listener and whoever is connected. */
export class MachineChardev {
  readonly id: string;
  #spec: ChardevSpec;
  #listener: ChardevListener;
  #user: ChardevUser | undefined;
  #current: Chardev | undefined;
  #first: Chardev | undefined;

  constructor(id: string, spec: ChardevSpec, listener: ChardevListener) {
    this.id = id;
    this.#spec = spec;
    this.#listener = listener;
  }

  get spec(): ChardevSpec {
    return this.#spec;
  }

  get listener(): ChardevListener {
    return this.#listener;
  }

  /** What of the machine uses it; undefined for none. */
  get user(): ChardevUser | undefined {
    return this.#user;
  }

  /** Whether somebody is at the other end. */
  get connected(): boolean {
    return this.#current !== undefined;
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

  /** Waits for the first client, or connects, and keeps the connection for {@link use}. */
  async waitForClient(signal?: AbortSignal): Promise<void> {
    this.#first = await this.listener.next(signal);
    this.#current = this.#first;
  }

  /**
   * Gives the chardev to its user, as a listener that remembers who is connected and goes on when the backend is
   * replaced. Closing it gives the chardev back; who is connected stays so.
   */
  use(user: ChardevUser): ChardevListener {
    this.#user = user;
    const ended = new AbortController();
    return {
      label: this.listener.label,
      next: async (signal) => {
        const either = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]);
        try {
          return either.aborted ? undefined : await this.#nextClient(either);
        } catch (error) {
          if (ended.signal.aborted) return undefined;
          throw error;
        }
      },
      close: async () => {
        ended.abort();
        this.#user = undefined;
      },
    };
  }

  /** Puts another backend behind the chardev and closes the former one. */
  async replace(other: MachineChardev): Promise<void> {
    const former = [this.#listener, this.#first, this.#current];
    this.#spec = other.spec;
    this.#listener = other.listener;
    this.#first = other.#first;
    this.#current = other.#current;
    for (const part of former) await part?.close();
  }

  /** Ends the connection with whoever is at the other end. */
  async disconnect(): Promise<void> {
    await this.#current?.close();
    this.#current = undefined;
  }

  async close(): Promise<void> {
    await this.listener.close();
    await this.#first?.close();
    await this.#current?.close();
  }

  async #nextClient(signal: AbortSignal): Promise<Chardev | undefined> {
    for (;;) {
      const listener = this.#listener;
      const first = this.#first;
      this.#first = undefined;
      this.#current = first;
      const client = first ?? (await listener.next(signal));
      if (client === undefined && listener !== this.#listener) continue;
      if (listener === this.#listener) this.#current = client;
      return client;
    }
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
    const entry = await openEntry(id, spec, echo);
    this.#entries.set(id, entry);
    return entry;
  }

  /**
   * Opens a chardev while the machine runs; one that connects or opens something does so at once.
   *
   * @throws {MachineError} when it cannot be opened, or the id is taken.
   */
  async add(id: string, backend: ChardevBackend): Promise<MachineChardev> {
    if (this.#entries.has(id)) throw new MachineError(`Chardev with id '${id}' already exists`);
    const entry = await openNow(id, backend);
    this.#entries.set(id, entry);
    return entry;
  }

  /**
   * Puts another backend behind a chardev.
   *
   * @throws {MachineError} when there is no such chardev, a monitor uses it, or the backend cannot be opened.
   */
  async change(id: string, backend: ChardevBackend): Promise<MachineChardev> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new MachineError(`Chardev '${id}' does not exist`);
    if (entry.user === 'monitor') throw new MachineError('Chardev user does not support chardev hotswap');
    await entry.replace(await openNow(id, backend));
    return entry;
  }

  /**
   * Closes a chardev.
   *
   * @throws {MachineError} when there is no such chardev, or it is in use.
   */
  async remove(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new MachineError(`Chardev '${id}' not found`);
    if (entry.user !== undefined) throw new MachineError(`Chardev '${id}' is busy`);
    this.#entries.delete(id);
    await entry.close();
  }

  get(id: string): MachineChardev | undefined {
    return this.#entries.get(id);
  }

  [Symbol.iterator](): IterableIterator<MachineChardev> {
    return this.#entries.values();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => entry.close()));
    this.#entries.clear();
  }
}

async function openEntry(id: string, spec: ChardevSpec, echo = false): Promise<MachineChardev> {
  const listener =
    spec.backend === 'ringbuf'
      ? new RingBuffer(spec.size)
      : await listenChardev(spec, { echo, receiveFds: 'if-possible' });
  return new MachineChardev(id, spec, listener);
}

async function openNow(id: string, backend: ChardevBackend): Promise<MachineChardev> {
  try {
    const spec = specOf(backend);
    const entry = await openEntry(id, spec);
    const waits = spec.backend === 'pty' || (spec.backend === 'socket' && (spec.server || spec.reconnectMs > 0));
    if (!waits) await entry.waitForClient();
    return entry;
  } catch (error) {
    if (!(error instanceof MachineError || QmpError.is(error))) throw error;
    const problem =
      backend.type === 'file' ? `Could not open '${backend.data.out}': ${fileProblem(error.cause)}` : error.message;
    throw new MachineError(`Failed to add chardev '${id}': ${problem}`);
  }
}
