import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Failure, type Json, Skip } from './case.js';
import { sleep } from './peer.js';

/** Makes a server emit events, and lets its event clock advance. */
export interface Injector {
  event(name: string, data: { [name: string]: Json } | undefined): Promise<void>;
  advance(milliseconds: number): Promise<void>;
  close(): void;
}

/** A line-based request and answer connection over a unix socket. */
class Lines {
  readonly #socket: Socket;
  readonly #answers: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  static async open(path: string): Promise<Lines> {
    for (let tries = 0; ; tries++) {
      const socket = connect(path);
      const failed = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(false));
        socket.once('error', () => resolve(true));
      });
      if (!failed) return new Lines(socket);
      if (tries > 250) throw new Failure(`cannot connect to ${path}`);
      await sleep(20);
    }
  }

  async ask(line: string): Promise<string> {
    this.#socket.write(`${line}\n`);
    const answer = await this.#answers.next();
    if (answer.done) throw new Failure('the injection socket was closed');
    return answer.value;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Injects through the socket that servers other than QEMU offer: a JSON line a request, answered `ok`. */
export async function lineInjector(path: string): Promise<Injector> {
  const lines = await Lines.open(path);
  const ask = async (request: object) => {
    const answer = await lines.ask(JSON.stringify(request));
    if (answer.trim() !== 'ok') throw new Failure(`the injection socket answered ${answer}`);
  };
  return {
    event: (event, data) => ask(data === undefined ? { event } : { event, data }),
    advance: (milliseconds) => ask({ advanceMs: milliseconds }),
    close: () => lines.close(),
  };
}

/** The devices that {@link qtestInjector} pokes. */
export function qtestArguments(socket: string, rom: string): string[] {
  return [
    ...['-machine', 'pc', '-accel', 'tcg', '-m', '16', '-watchdog-action', 'none', '-bios', rom],
    ...['-device', 'ib700,id=wd0', '-device', 'virtio-balloon-pci,id=bal0,disable-modern=on,addr=4'],
    ...['-device', 'virtio-serial-pci,id=vser0,disable-modern=on,addr=5,max_ports=4'],
    ...['-chardev', 'null,id=vc1', '-device', 'virtserialport,bus=vser0.0,nr=1,chardev=vc1,id=port-a'],
    ...['-chardev', 'null,id=vc2', '-device', 'virtserialport,bus=vser0.0,nr=2,chardev=vc2,id=port-b'],
    ...['-device', 'pvpanic', '-qtest', `unix:${socket},server=on,wait=off`, '-qtest-log', '/dev/null'],
  ];
}

/** A firmware image that does nothing but halt the processor. */
export function haltRom(): Buffer {
  const rom = Buffer.alloc(65_536, 0xf4);
  Buffer.from([0xfa, 0xf4, 0xeb, 0xfd]).copy(rom, 0xfff0);
  return rom;
}

/** Injects into QEMU as a guest would: by poking device registers over its qtest protocol. */
export async function qtestInjector(path: string): Promise<Injector> {
  const lines = await Lines.open(path);
  const guest = new Guest(lines);
  return {
    event: (name, data) => guest.cause(name, data ?? {}),
    advance: (milliseconds) => sleep(milliseconds),
    close: () => lines.close(),
  };
}

const descriptors = 0x200000;
const buffer = 0x210000;

class Guest {
  readonly #lines: Lines;
  #balloon: number | undefined;
  #serial: number | undefined;
  #queueSize = 0;
  #index = 0;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  async cause(name: string, data: { [name: string]: Json }): Promise<void> {
    switch (name) {
      case 'RTC_CHANGE': // writes the hours register of the clock
        await this.#out('b', 0x70, 4);
        return this.#out('b', 0x71, 0x12);
      case 'WATCHDOG': // the shortest timeout, never served
        return this.#out('b', 0x443, 0xf);
      case 'GUEST_PANICKED':
        return this.#out('b', 0x505, 1);
      case 'BALLOON_CHANGE': {
        this.#balloon ??= await this.#map(4, 0xc000);
        return this.#out('l', this.#balloon + 24, ((16 << 20) - Number(data.actual)) >> 12);
      }
      case 'VSERPORT_CHANGE':
        return this.#port(data.id === 'port-a' ? 1 : 2, data.open === true);
      default:
        throw new Skip(`cannot inject ${name} into QEMU`);
    }
  }

  async #command(line: string): Promise<string> {
    let answer = await this.#lines.ask(line);
    while (answer.startsWith('IRQ')) answer = await this.#lines.ask('');
    if (!answer.startsWith('OK')) throw new Failure(`qtest: ${line} -> ${answer}`);
    return answer.slice(3).trim();
  }

  async #out(width: 'b' | 'w' | 'l', port: number, value: number): Promise<void> {
    await this.#command(`out${width} 0x${port.toString(16)} 0x${(value >>> 0).toString(16)}`);
  }

  async #in(width: 'b' | 'w' | 'l', port: number): Promise<number> {
    return Number(await this.#command(`in${width} 0x${port.toString(16)}`));
  }

  async #write(address: number, width: 'w' | 'l' | 'q', value: number): Promise<void> {
    await this.#command(`write${width} 0x${address.toString(16)} 0x${value.toString(16)}`);
  }

  /** Gives a PCI device its ports and switches it on. */
  async #map(slot: number, ports: number): Promise<number> {
    await this.#out('l', 0xcf8, 0x80000000 | (slot << 11) | 0x10);
    await this.#out('l', 0xcfc, ports);
    await this.#out('l', 0xcf8, 0x80000000 | (slot << 11) | 0x04);
    await this.#out('w', 0xcfc, 7);
    return ports;
  }

  /** Tells over the control queue of the serial device that a port was opened or closed. */
  async #port(number: number, open: boolean): Promise<void> {
    if (this.#serial === undefined) await this.#startSerial();
    await this.#control(number, 6, open ? 1 : 0);
  }

  async #startSerial(): Promise<void> {
    const base = await this.#map(5, 0xc100);
    this.#serial = base;
    await this.#out('b', base + 18, 3);
    await this.#out('l', base + 4, (await this.#in('l', base)) & 2);
    await this.#out('w', base + 14, 3);
    this.#queueSize = await this.#in('w', base + 12);
    await this.#out('l', base + 8, descriptors >> 12);
    await this.#out('b', base + 18, 7);
    await this.#control(0, 0, 1);
    for (const port of [1, 2]) await this.#control(port, 3, 1);
  }

  async #control(port: number, event: number, value: number): Promise<void> {
    await this.#write(buffer, 'l', port);
    await this.#write(buffer + 4, 'w', event);
    await this.#write(buffer + 6, 'w', value);
    await this.#write(descriptors, 'q', buffer);
    await this.#write(descriptors + 8, 'l', 8);
    await this.#write(descriptors + 12, 'w', 0);
    await this.#write(descriptors + 14, 'w', 0);
    const available = descriptors + 16 * this.#queueSize;
    await this.#write(available + 4 + 2 * (this.#index % this.#queueSize), 'w', 0);
    this.#index++;
    await this.#write(available + 2, 'w', this.#index & 0xffff);
    await this.#out('w', (this.#serial ?? 0) + 16, 3);
  }
}
