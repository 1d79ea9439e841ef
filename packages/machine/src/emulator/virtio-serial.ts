import type { V86Cpu } from './internals.js';
import type { V86BufferChain, V86Bus, V86VirtioConsole } from './internals-devices.js';

/** How many ports v86's device has. */
export const MOST_PORTS = 4;

/** A port of the virtio serial device. */
export interface VirtioPort {
  /** 0 is for consoles only. */
  readonly nr: number;
  /** A console is a terminal of its own in the guest; any other port is a file that programs open by its name. */
  readonly console: boolean;
  readonly name?: string;
}

/** What the guest does with its ports. */
export type VirtioPortEvent =
  | { readonly type: 'port-open'; readonly nr: number; readonly open: boolean }
  | { readonly type: 'port-data'; readonly nr: number; readonly data: Uint8Array };

const ADD = 1;
const REMOVE = 2;
const CONSOLE = 4;
const OPEN = 6;
const TO_GUEST = 2;
const FROM_GUEST = 3;
/** Bytes that fit into any of the guest's buffers. */
const CHUNK = 1024;
/** How often to look whether the guest has given new buffers, in milliseconds. */
const RETRY = 5;
/** Bytes that wait for a guest which does not read; more are lost, as on a serial port. */
const MOST_WAITING = 1 << 20;

/**
 * The virtio serial device. v86 has four consoles that are always there; this makes ports of them, which come and go,
 * have names, and tell when the guest opens them.
 */
export class VirtioSerial {
  readonly #device: V86VirtioConsole;
  readonly #cpu: V86Cpu;
  readonly #bus: V86Bus;
  readonly #tell: (event: VirtioPortEvent) => void;
  readonly #ports = new Map<number, { readonly port: VirtioPort; hostOpen: boolean; guestOpen: boolean }>();
  readonly #waiting: { readonly nr: number; readonly data: Uint8Array }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(device: V86VirtioConsole, cpu: V86Cpu, bus: V86Bus, tell: (event: VirtioPortEvent) => void) {
    this.#device = device;
    this.#cpu = cpu;
    this.#bus = bus;
    this.#tell = tell;
    this.#direct(device);
    for (let nr = 0; nr < MOST_PORTS; nr++)
      bus.register<Uint8Array>(`virtio-console${nr}-output-bytes`, (data) =>
        tell({ type: 'port-data', nr, data: data.slice() }),
      );
  }

  add(port: VirtioPort): void {
    this.#ports.set(port.nr, { port, hostOpen: false, guestOpen: false });
    this.#control(port.nr, ADD, 0);
  }

  remove(nr: number): void {
    this.#control(nr, REMOVE, 0);
    this.#ports.delete(nr);
    this.#waiting.splice(0, this.#waiting.length, ...this.#waiting.filter((part) => part.nr !== nr));
  }

  /** Tells the guest whether somebody is at the other end. */
  setHostOpen(nr: number, open: boolean): void {
    const entry = this.#ports.get(nr);
    if (entry === undefined || entry.hostOpen === open) return;
    entry.hostOpen = open;
    this.#control(nr, OPEN, open ? 1 : 0);
  }

  /** Sends bytes to the guest, when it takes them. */
  input(nr: number, data: Uint8Array): void {
    let waiting = this.#waiting.reduce((sum, part) => sum + part.data.length, 0);
    for (let done = 0; done < data.length && waiting < MOST_WAITING; done += CHUNK) {
      const part = data.slice(done, done + CHUNK);
      this.#waiting.push({ nr, data: part });
      waiting += part.length;
    }
    this.#drain();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** Takes over what v86's device tells its guest, and listens to what the guest tells it. */
  #direct(device: V86VirtioConsole): void {
    const send = device.SendEvent.bind(device);
    const sendName = device.SendName.bind(device);
    const acknowledge = device.Ack.bind(device);
    const reset = device.reset.bind(device);
    const acknowledged = new WeakSet<V86BufferChain>();
    device.SendWindowSize = () => {};
    device.SendEvent = (nr, event, value) => {
      const entry = this.#ports.get(nr);
      if (entry === undefined || (event === CONSOLE && !entry.port.console)) return;
      send(nr, event, event === OPEN ? (entry.hostOpen ? 1 : 0) : value);
    };
    device.SendName = (nr) => {
      const name = this.#ports.get(nr)?.port.name;
      if (name !== undefined) sendName(nr, name);
    };
    device.Ack = (queue, chain) => {
      if (acknowledged.has(chain)) return;
      acknowledged.add(chain);
      if (queue === FROM_GUEST) this.#hear(chain);
      acknowledge(queue, chain);
    };
    device.reset = () => {
      reset();
      this.#waiting.length = 0;
      for (const nr of this.#ports.keys()) this.#guestOpens(nr, false);
    };
  }

  /** One message of the guest: port, event and value. */
  #hear(chain: V86BufferChain): void {
    const [first] = chain.read_buffers;
    if (first === undefined || first.len < 8) return;
    const view = new DataView(this.#cpu.mem8.slice(first.addr_low, first.addr_low + 8).buffer);
    if (view.getUint16(4, true) === OPEN) this.#guestOpens(view.getUint32(0, true), view.getUint16(6, true) !== 0);
  }

  #guestOpens(nr: number, open: boolean): void {
    const entry = this.#ports.get(nr);
    if (entry === undefined || entry.guestOpen === open) return;
    entry.guestOpen = open;
    this.#tell({ type: 'port-open', nr, open });
  }

  /** Sends a message, if the guest has a driver that listens. */
  #control(nr: number, event: number, value: number): void {
    const queue = this.#device.virtio.queues[TO_GUEST];
    if (queue?.is_configured() && queue.has_request()) this.#device.SendEvent(nr, event, value);
  }

  #drain(): void {
    clearTimeout(this.#timer);
    for (let part = this.#waiting[0]; part !== undefined; part = this.#waiting[0]) {
      const queue = this.#device.virtio.queues[part.nr === 0 ? 0 : 2 * part.nr + 2];
      if (!queue?.is_configured() || !queue.has_request()) {
        this.#timer = setTimeout(() => this.#drain(), RETRY);
        return;
      }
      this.#bus.send(`virtio-console${part.nr}-input-bytes`, part.data);
      this.#waiting.shift();
    }
  }
}
