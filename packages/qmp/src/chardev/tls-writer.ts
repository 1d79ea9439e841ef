import { Writable } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/**
 * Writes to a TLS socket so that the last byte travels in a record of its own.
 *
 * QEMU's monitor takes one byte at a time and then waits until its socket is readable. The rest of a record is in the TLS
 * library by then, where no one looks: a command in one record stays there until more arrives (seen with 7.2 and 10.0).
 * With one more record on the socket QEMU goes on reading, and of that one nothing is left behind.
 */
export function tlsWriter(socket: TLSSocket): Writable {
  const writer = new Writable({
    // It lives as long as the socket: the other direction may still be open when this one has ended.
    autoDestroy: false,
    write(chunk: Buffer, _encoding, done) {
      const last = chunk.length - 1;
      if (last === 0) {
        socket.write(chunk, done);
        return;
      }
      // Two writes at once would be put into one record.
      socket.write(chunk.subarray(0, last), (error) => {
        if (error) done(error);
        else socket.write(chunk.subarray(last), done);
      });
    },
    final: (done) => void socket.end(done),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.once('close', () => writer.destroy());
  return writer;
}
