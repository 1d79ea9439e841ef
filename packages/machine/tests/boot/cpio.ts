/** A file of an initial RAM disk. */
export interface CpioEntry {
  readonly name: string;
  /** File type and permissions, as the system's `st_mode`. */
  readonly mode: number;
  readonly data?: Uint8Array;
}

const TRAILER: CpioEntry = { name: 'TRAILER!!!', mode: 0 };

/** Writes an archive in the `newc` format, which Linux takes as an initial RAM disk. */
export function cpio(entries: readonly CpioEntry[]): Uint8Array {
  return Buffer.concat([...entries, TRAILER].map((entry, index) => member(entry, index + 1)));
}

function member({ name, mode, data = new Uint8Array() }: CpioEntry, inode: number): Buffer {
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
  return Buffer.concat([padded(Buffer.from(header)), padded(data)]);
}

/** Fills up to a multiple of four. */
function padded(data: Uint8Array): Buffer {
  return Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
}
