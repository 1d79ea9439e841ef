import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { screendumpTo } from './client/index.js';
/**
 * Takes a picture of the screen of a QEMU on this host and returns it as a PNG file's bytes, by way of a private
 * temporary file. For a QEMU elsewhere use `screendumpTo` with a file that both sides reach.
 */
export async function screendump(client, options) {
  const folder = await mkdtemp(join(tmpdir(), 'qmp-screendump-'));
  const name = join(folder, 'screen');
  try {
    return await screendumpTo(client, { name, read: () => readFile(name) }, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
//# sourceMappingURL=screendump.js.map
