import type { EmulatorListener } from './events.js';
import type { V86Internals } from './internals.js';

/** The serial ports of one machine. */
export interface SerialLines {
  /** Types on a port. */
  input(port: number, data: Uint8Array): void;
  /** Sends a break on a port: a zero byte that is marked in the line status register until that is read. */
  sendBreak(port: number): void;
  /** Tells at once what the guest has sent so far, so that it is not overtaken by another event. */
  flush(): void;
}

const LINE_STATUS_PORTS = [0x3fd, 0x2fd, 0x3ed, 0x2ed];
const BREAK = 0x10;

/** Connects the serial ports. What the guest sends within one of its turns arrives as one event for each port. */
export function connectSerial({ bus, v86 }: V86Internals, ports: number, listener: EmulatorListener): SerialLines {
  const pending: number[][] = Array.from({ length: ports }, () => []);
  let scheduled = false;
  const flush = () => {
    scheduled = false;
    for (const [port, bytes] of pending.entries())
      if (bytes.length > 0) listener({ type: 'serial', port, data: Uint8Array.from(bytes.splice(0)) });
  };
  for (const [port, bytes] of pending.entries())
    bus.register<number>(`serial${port}-output-byte`, (byte) => {
      bytes.push(byte);
      if (scheduled) return;
      scheduled = true;
      queueMicrotask(flush);
    });
  const { devices, io } = v86.cpu;
  const uarts = [devices.uart0, devices.uart1, devices.uart2, devices.uart3].slice(0, ports);
  for (const [port, uart] of uarts.entries()) {
    const register = io.ports[LINE_STATUS_PORTS[port] ?? 0];
    if (uart === undefined || register === undefined) continue;
    const read = register.read8;
    register.read8 = function (this: object) {
      const status = read.call(this);
      uart.lsr &= ~BREAK;
      return status;
    };
  }
  return {
    flush,
    sendBreak(port) {
      const uart = uarts[port];
      if (uart === undefined) return;
      uart.lsr |= BREAK;
      bus.send(`serial${port}-input`, 0);
    },
    input(port, data) {
      if (port < ports) for (const byte of data) bus.send(`serial${port}-input`, byte);
    },
  };
}
