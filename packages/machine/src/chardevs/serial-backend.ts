import type { ChardevListener } from 'qmp/protocol';
import type { SerialPort } from '../machine/serial-port.js';

/** Connects a serial port with the clients of a chardev, one after the other, until the listener is closed. */
export async function serveSerialPort(port: SerialPort, clients: ChardevListener): Promise<void> {
  for (;;) {
    const client = await clients.next();
    if (client === undefined) return;
    await new Promise<void>((resolve) => {
      port.connect((data) => {
        client.write(data);
      });
      client.start({
        data: (chunk) => port.write(chunk.slice()),
        end: () => {},
        drain: () => {},
        close: () => resolve(),
      });
    });
    port.connect(undefined);
  }
}
