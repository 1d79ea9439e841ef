import { MOST_PORTS, type VirtioPortEvent } from '../emulator/virtio-serial.js';
import type { Chassis } from './chassis.js';
import { MachineError } from './errors.js';
import { SerialPort } from './serial-port.js';

export type PortDriver = 'virtserialport' | 'virtconsole';

/** The virtio serial device of a machine. */
export interface VirtioSerialConfig {
  /** Its name, when the user gave it one. */
  readonly id?: string;
}

/** A port to add. */
export interface PortConfig {
  readonly driver: PortDriver;
  readonly id?: string;
  /** Its number. Absent: the lowest that is free. */
  readonly nr?: number;
  /** What programs in the guest find it by, below `/dev/virtio-ports`. */
  readonly name?: string;
  /** The character device at the other end. */
  readonly chardev?: string;
}

/** A port that is there. */
export interface PortDevice extends PortConfig {
  readonly nr: number;
  readonly path: string;
  readonly hotplugged: boolean;
  /** The host's end. */
  readonly serial: SerialPort;
}

/** The ports of a machine's virtio serial device, which come and go while it runs. */
export class VirtioPorts {
  readonly most = MOST_PORTS;
  readonly config: VirtioSerialConfig | undefined;
  readonly #machine: Chassis;
  readonly #ports = new Map<number, PortDevice>();

  constructor(machine: Chassis, config: VirtioSerialConfig | undefined) {
    this.#machine = machine;
    this.config = config;
  }

  /** The device's place in the object tree. */
  get path(): string {
    const id = this.config?.id;
    return id === undefined ? '/machine/peripheral-anon/device[1]' : `/machine/peripheral/${id}`;
  }

  /** The name of the bus that ports sit on. */
  get bus(): string {
    return `${this.config?.id ?? 'virtio-serial0'}.0`;
  }

  [Symbol.iterator](): IterableIterator<PortDevice> {
    return this.#ports.values();
  }

  /**
   * Adds a port, and tells the guest when it runs.
   *
   * @throws {MachineError} in QEMU's words when there is no device to add it to, or no such port.
   */
  async add(config: PortConfig, hotplugged: boolean): Promise<PortDevice> {
    const { driver, id, name } = config;
    if (this.config === undefined) throw new MachineError(`No 'virtio-serial-bus' bus found for device '${driver}'`);
    const nr = this.#number(config);
    const { emulator } = this.#machine;
    const serial = new SerialPort({
      input: (data) => quietly(async () => this.#machine.emulator.portInput(nr, data)),
      connected: (open) => quietly(async () => this.#machine.emulator.setPortOpen(nr, open)),
    });
    const path = id === undefined ? `/machine/peripheral-anon/port[${nr}]` : `/machine/peripheral/${id}`;
    const port: PortDevice = { ...config, nr, path, hotplugged, serial };
    this.#ports.set(nr, port);
    await emulator.addPort(emulatorPort(port));
    return name === undefined ? port : { ...port, name };
  }

  find(id: string): PortDevice | undefined {
    return [...this.#ports.values()].find((port) => port.id === id);
  }

  async remove({ nr }: PortDevice): Promise<void> {
    this.#ports.delete(nr);
    await this.#machine.emulator.removePort(nr);
  }

  /** Tells a new emulator which ports there are. */
  async apply(): Promise<void> {
    for (const port of this.#ports.values()) {
      await this.#machine.emulator.addPort(emulatorPort(port));
      await this.#machine.emulator.setPortOpen(port.nr, port.serial.connected);
    }
  }

  /** What the guest did. */
  event(event: VirtioPortEvent): void {
    const port = this.#ports.get(event.nr);
    if (port === undefined) return;
    if (event.type === 'port-data') port.serial.output(event.data);
    else if (port.id !== undefined) this.#machine.emit('VSERPORT_CHANGE', { id: port.id, open: event.open });
  }

  #number({ driver, nr }: PortConfig): number {
    const first = driver === 'virtconsole' ? 0 : 1;
    const numbers = Array.from({ length: MOST_PORTS - first }, (_, index) => first + index);
    const chosen = nr ?? numbers.find((number) => !this.#ports.has(number));
    if (chosen === 0 && driver !== 'virtconsole')
      throw new MachineError(
        'Port number 0 on virtio-serial devices reserved for virtconsole devices for backward compatibility.',
      );
    if (chosen === undefined) throw new MachineError('A port with that number cannot be added: no more ports are left');
    if (chosen >= MOST_PORTS)
      throw new MachineError(`virtio-serial-bus: Out-of-range port id specified, max. allowed: ${MOST_PORTS - 1}`);
    if (this.#ports.has(chosen)) throw new MachineError(`virtio-serial-bus: A port already exists at id ${chosen}`);
    return chosen;
  }
}

/** What a guest misses whose emulator has failed, nobody needs to know. */
function quietly(work: () => Promise<void>): void {
  work().catch(() => {});
}

function emulatorPort({ nr, driver, name }: PortDevice) {
  return { nr, console: driver === 'virtconsole', ...(name === undefined ? {} : { name }) };
}
