import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api } from './api/index.js';
import { type AnyClient, type ScreendumpOptions, screendumpTo } from './client/index.js';
import { QmpError } from './protocol/errors.js';

/**
 * Takes a picture of the screen and returns it as a PNG file's bytes. Over a unix socket QEMU gets a descriptor to write
 * to (with the optional package `koffi`), so that it needs to share no folder, user or container with this process;
 * otherwise it writes a temporary file, which works where both see the same files.
 *
 * @throws {QmpError} what `execute` throws; QMP_UNSUPPORTED when the picture was saved where this process cannot read
 * it: use `screendumpTo` with a file that both sides reach.
 */
export async function screendump(client: AnyClient, options?: ScreendumpOptions): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'qmp-screendump-'));
  const path = join(folder, 'screen');
  try {
    if (client.passesDescriptors) {
      const picture = await throughDescriptor(client, path, options);
      if (picture !== undefined) return picture;
    }
    return await screendumpTo(client, { name: path, read: () => readShared(path, client) }, options);
  } catch (error) {
    throw withNextStep(error, path, client);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * QEMU asks for a descriptor that can be written and not read, so the file is opened twice. QEMU drops what was removed
 * at once while the machine runs, otherwise with the next change to its sets when it runs again.
 */
async function throughDescriptor(
  client: AnyClient,
  path: string,
  options: ScreendumpOptions | undefined,
): Promise<Uint8Array | undefined> {
  const writable = await open(path, 'wx', 0o600);
  const set = await addDescriptor(client, writable).finally(() => writable.close());
  if (set === undefined) return undefined;
  try {
    return await screendumpTo(client, { name: `/dev/fdset/${set}`, read: () => readFile(path) }, options);
  } finally {
    await client
      .as<Api>()
      .execute('remove-fd', { 'fdset-id': set })
      .catch(() => undefined);
  }
}

/** The number of the set that the descriptor is in; undefined where it cannot be passed after all. */
async function addDescriptor(client: AnyClient, file: FileHandle): Promise<number | bigint | undefined> {
  try {
    const added = await client.as<Api>().execute('add-fd', { opaque: 'screendump' }, { fds: [file.fd] });
    return added['fdset-id'];
  } catch (error) {
    const impossible = QmpError.is(error) && ['QMP_DEPENDENCY_MISSING', 'QMP_UNSUPPORTED'].includes(error.code);
    // A peer behind a relay gets the command without its descriptor, and refuses it.
    if (impossible || (QmpError.is(error) && error.code === 'QMP_COMMAND_FAILED')) return undefined;
    throw error;
  }
}

const NEXT =
  'Connect over a unix socket with the package "koffi" installed, or use screendumpTo() with a file both sides reach.';

async function readShared(path: string, { label }: AnyClient): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const message = `${label}: the picture was saved where this process cannot read it`;
    throw new QmpError('QMP_UNSUPPORTED', message, { command: 'screendump', cause, hint: NEXT });
  }
}

/** A QEMU that could not write our path sees other files than this process does. */
function withNextStep(error: unknown, path: string, { label }: AnyClient): unknown {
  if (!QmpError.is(error) || error.code !== 'QMP_COMMAND_FAILED' || !error.message.includes(path)) return error;
  const message = `${label}: QEMU cannot write where this process could read: ${error.message}`;
  return new QmpError('QMP_UNSUPPORTED', message, { command: 'screendump', cause: error, hint: NEXT });
}
