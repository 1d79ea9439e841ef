import { writeFile } from 'node:fs/promises';
import type { ScreenPicture } from '../emulator/screen.js';
import { MachineError } from '../machine/errors.js';
import { fileProblem } from './files.js';
import { encodePng, joinBytes } from './png.js';

export type PictureFormat = 'ppm' | 'png';

/** Encodes a picture. */
export async function encodePicture(picture: ScreenPicture, format: PictureFormat): Promise<Uint8Array> {
  return format === 'png' ? encodePng(picture) : encodePpm(picture);
}

/**
 * Writes a picture to a file.
 *
 * @throws {MachineError} with QEMU's text when the file cannot be written.
 */
export async function writePicture(path: string, picture: ScreenPicture, format: PictureFormat): Promise<void> {
  const bytes = await encodePicture(picture, format);
  try {
    await writeFile(path, bytes);
  } catch (error) {
    throw new MachineError(`failed to open file '${path}': ${fileProblem(error)}`);
  }
}

function encodePpm({ width, height, rgb }: ScreenPicture): Uint8Array {
  return joinBytes([new TextEncoder().encode(`P6\n${width} ${height}\n255\n`), rgb]);
}
