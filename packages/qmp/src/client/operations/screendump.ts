import type { Api as NewestApi } from '../../api/index.js';
import type { AnyClient } from './operation.js';
import { encodePng, isPng, parsePpm } from './png.js';

export interface ScreendumpOptions {
  /** Stops waiting; QEMU may still write the picture. */
  readonly signal?: AbortSignal | undefined;
  /** The display device's id; QEMU's first console by default. */
  readonly device?: string;
  /** The head of that device. */
  readonly head?: number;
}

/** A file that QEMU can write and this side can read: on one host a path, otherwise whatever the two share. */
export interface SharedFile {
  /** The name on QEMU's side; `/dev/fdset/N` when a descriptor was passed. */
  readonly name: string;
  read(): Promise<Uint8Array>;
}

/**
 * Takes a picture of the screen and returns it as a PNG file's bytes. QEMUs before 7.1 write PPM, which is converted.
 */
export async function screendumpTo(
  client: AnyClient,
  file: SharedFile,
  { signal, ...which }: ScreendumpOptions = {},
): Promise<Uint8Array> {
  const vm = client.as<NewestApi>();
  const png = await vm.supports('screendump', 'arguments.format=png');
  const args = { ...which, filename: file.name, ...(png ? { format: 'png' as const } : {}) };
  await vm.execute('screendump', args, { signal });
  const bytes = await file.read();
  return isPng(bytes) ? bytes : encodePng(parsePpm(bytes));
}
