import type { EmulatorListener } from './events.js';
import type { V86Bus } from './internals.js';

/** The serial ports of one machine. */
export interface SerialLines {
  /** Types on a port. */
  input(port: number, data: Uint8Array): void;
  /** Tells at once what the guest has sent so far, so that it is not overtaken by another event. */
  flush(): void;
}

/** Connects the serial ports. What the guest sends within one of its turns arrives as one event for each port. */
export function connectSerial(bus: V86Bus, ports: number, listener: EmulatorListener): SerialLines {
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
  return {
    flush,
    input(port, data) {
      if (port < ports) for (const byte of data) bus.send(`serial${port}-input`, byte);
    },
  };
}
