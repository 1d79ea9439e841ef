import type { ChardevListener } from 'qmp/protocol';
import type { SerialPort } from '../machine/serial-port.js';

/**
 * Connects a serial port with the clients of a chardev, one after the other, until the listener is closed.
 *
 * @param hangsUp a client that ends its direction is gone, as one of a socket is. @default false
 */
export async function serveSerialPort(port: SerialPort, clients: ChardevListener, hangsUp = false): Promise<void> {
  for (;;) {
    const client = await clients.next();
    if (client === undefined) return;
    await new Promise<void>((resolve) => {
      port.connect((data) => {
        client.write(data);
      });
      client.start({
        data: (chunk) => port.write(new Uint8Array(chunk)),
        end: () => void (hangsUp && client.close()),
        drain: () => {},
        break: () => port.sendBreak(),
        close: () => resolve(),
      });
    });
    port.connect(undefined);
  }
}
