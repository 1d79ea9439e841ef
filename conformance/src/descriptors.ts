import { closeSync, constants, openSync } from 'node:fs';
import { Failure, Skip } from './case.js';

/** Sends bytes with the descriptor of a file beside them (SCM_RIGHTS), which Node cannot do itself. */
export async function sendDescriptor(socket: number, data: Uint8Array, path: string): Promise<void> {
  const koffi = await import('koffi').catch(() => {
    throw new Skip('passing descriptors needs the package koffi');
  });
  const sendmsg = koffi.default.load(null).func('int64 sendmsg(int, const uint8_t *, int)');
  const descriptor = openSync(path, constants.O_RDWR);
  try {
    const header = messageHeader(koffi.default.address, data, descriptor);
    const sent = sendmsg(socket, header.bytes, 0) as number | bigint;
    if (Number(sent) !== data.length) throw new Failure(`sendmsg sent ${sent} of ${data.length} bytes`);
    header.keep.length = 0;
  } finally {
    closeSync(descriptor);
  }
}

/** A `struct msghdr` of 64-bit Linux with one buffer and one descriptor. */
function messageHeader(address: (buffer: Buffer) => bigint, data: Uint8Array, descriptor: number) {
  const payload = Buffer.from(data);
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64LE(address(payload), 0);
  vector.writeBigUInt64LE(BigInt(payload.length), 8);
  const control = Buffer.alloc(24);
  control.writeBigUInt64LE(20n, 0); // cmsg_len
  control.writeInt32LE(1, 8); // SOL_SOCKET
  control.writeInt32LE(1, 12); // SCM_RIGHTS
  control.writeInt32LE(descriptor, 16);
  const bytes = Buffer.alloc(56);
  bytes.writeBigUInt64LE(address(vector), 16);
  bytes.writeBigUInt64LE(1n, 24);
  bytes.writeBigUInt64LE(address(control), 32);
  bytes.writeBigUInt64LE(24n, 40);
  return { bytes, keep: [payload, vector, control] };
}
