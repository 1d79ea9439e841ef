import type { JsonValue } from 'qmp/json';
import type { ChardevListener } from 'qmp/protocol';
import type { MonitorQmpProperties, ObjectOptions, SecretProperties } from '../api/index.js';
import type { ChardevTable } from '../chardevs/table.js';
import { MachineError } from '../machine/errors.js';
import { readSecret } from './secret.js';

/** Serves QMP on a chardev. */
export type ServeMonitor = (clients: ChardevListener, options: { readonly pretty: boolean }) => Promise<void>;

/** A property of an object that a user made: its type in QEMU's words, and its value. */
export type UserProperty = readonly [type: string, value: JsonValue];

/** An object that a user made. */
export interface UserObject {
  readonly type: ObjectOptions['qom-type'];
  readonly properties: Readonly<Record<string, UserProperty>>;
  /** What a secret holds. */
  readonly secret?: Uint8Array;
  /** What is left to do, after the reply, when it is taken away. */
  readonly remove?: () => Promise<void>;
}

/** The objects that users make: monitors and secrets. */
export class UserObjects {
  readonly #chardevs: ChardevTable;
  readonly #serve: ServeMonitor;
  readonly #objects = new Map<string, UserObject>();

  constructor(chardevs: ChardevTable, serve: ServeMonitor) {
    this.#chardevs = chardevs;
    this.#serve = serve;
  }

  [Symbol.iterator](): IterableIterator<[string, UserObject]> {
    return this.#objects.entries();
  }

  /** @throws {MachineError} when the name is taken or wrong, or what the object needs does not exist or cannot be used. */
  async add(options: ObjectOptions): Promise<void> {
    const { id } = options;
    if (!/^[A-Za-z][-._A-Za-z0-9]*$/.test(id)) throw new MachineError("Parameter 'id' expects an identifier");
    if (this.#objects.has(id))
      throw new MachineError(`attempt to add duplicate property '${id}' to object (type 'container')`);
    const object = options['qom-type'] === 'secret' ? await this.#secret(options) : this.#monitor(options);
    this.#objects.set(id, object);
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
    return () => void object.remove?.();
  }

  #monitor({ chardev: label, pretty = false }: MonitorQmpProperties): UserObject {
    const chardev = this.#chardevs.get(label);
    if (chardev === undefined) throw new MachineError(`chardev "${label}" not found`);
    if (chardev.user !== undefined) throw new MachineError(`chardev "${label}" is already in use`);
    const clients = chardev.use('monitor');
    // A chardev that fails ends the service; the object stays until it is taken away, as in QEMU.
    this.#serve(clients, { pretty }).catch(() => {});
    return {
      type: 'monitor-qmp',
      properties: { chardev: ['str', label], pretty: ['bool', pretty] },
      remove: () => clients.close().then(() => chardev.disconnect()),
    };
  }

  async #secret(options: SecretProperties): Promise<UserObject> {
    const { data = '', file = '', format = 'raw', keyid = '', iv = '' } = options;
    const secret = await readSecret(options, (name) => this.#objects.get(name)?.secret);
    return {
      type: 'secret',
      secret,
      properties: {
        iv: ['string', iv],
        keyid: ['string', keyid],
        loaded: ['bool', true],
        format: ['QCryptoSecretFormat', format],
        file: ['string', file],
        data: ['string', data],
      },
    };
  }
}
