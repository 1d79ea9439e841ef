import type { ChardevListener } from 'qmp/protocol';
import type { ObjectOptions } from '../api/index.js';
import type { ChardevTable, MachineChardev } from '../chardevs/table.js';
import { MachineError } from '../machine/errors.js';

/** Serves QMP on a chardev. */
export type ServeMonitor = (clients: ChardevListener, options: { readonly pretty: boolean }) => Promise<void>;

interface MonitorObject {
  readonly type: ObjectOptions['qom-type'];
  readonly chardev: MachineChardev;
  readonly clients: ChardevListener;
}

/** The objects that users make: monitors. */
export class UserObjects {
  readonly #chardevs: ChardevTable;
  readonly #serve: ServeMonitor;
  readonly #objects = new Map<string, MonitorObject>();

  constructor(chardevs: ChardevTable, serve: ServeMonitor) {
    this.#chardevs = chardevs;
    this.#serve = serve;
  }

  [Symbol.iterator](): IterableIterator<[string, { readonly type: string }]> {
    return this.#objects.entries();
  }

  /** @throws {MachineError} when the name is taken or wrong, or the chardev does not exist or is in use. */
  add(options: ObjectOptions): void {
    const { id, chardev: label, pretty = false } = options;
    if (!/^[A-Za-z][-._A-Za-z0-9]*$/.test(id)) throw new MachineError("Parameter 'id' expects an identifier");
    if (this.#objects.has(id))
      throw new MachineError(`attempt to add duplicate property '${id}' to object (type 'container')`);
    const chardev = this.#chardevs.get(label);
    if (chardev === undefined) throw new MachineError(`chardev "${label}" not found`);
    if (chardev.user !== undefined) throw new MachineError(`chardev "${label}" is already in use`);
    const clients = chardev.use('monitor');
    this.#objects.set(id, { type: options['qom-type'], chardev, clients });
    // A chardev that fails ends the service; the object stays until it is taken away, as in QEMU.
    this.#serve(clients, { pretty }).catch(() => {});
  }

  /**
   * Takes an object away.
   *
   * @returns what disconnects its client, to be called when the reply has been sent.
   * @throws {MachineError} when there is no such object.
   */
  remove(id: string): () => void {
    const object = this.#objects.get(id);
    if (object === undefined) throw new MachineError(`object '${id}' not found`);
    this.#objects.delete(id);
    return () => void object.clients.close().then(() => object.chardev.disconnect());
  }
}
