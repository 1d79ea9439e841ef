import type { EmulatorListener } from './events.js';
import type { V86Bus } from './internals.js';

/**
 * Connects the serial ports. What the guest sends within one of its turns arrives as one event for each port.
 *
 * @returns a function that types on a port.
 */
export function connectSerial(
  bus: V86Bus,
  ports: number,
  listener: EmulatorListener,
): (port: number, data: Uint8Array) => void {
  for (let port = 0; port < ports; port++) {
    let pending: number[] = [];
    const flush = () => {
      const data = Uint8Array.from(pending);
      pending = [];
      listener({ type: 'serial', port, data });
    };
    bus.register<number>(`serial${port}-output-byte`, (byte) => {
      if (pending.length === 0) queueMicrotask(flush);
      pending.push(byte);
    });
  }
  return (port, data) => {
    if (port < ports) for (const byte of data) bus.send(`serial${port}-input`, byte);
  };
}
