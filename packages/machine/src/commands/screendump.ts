import { writeFile } from 'node:fs/promises';
import type { ScreenPicture } from '../emulator/screen.js';
import { MachineError } from '../machine/errors.js';
import { fileProblem } from './files.js';

export type PictureFormat = 'ppm' | 'png';

/** Encodes a picture. PNG is compressed off this thread. */
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
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), rgb]);
}

async function encodePng({ width, height, rgb }: ScreenPicture): Promise<Uint8Array> {
  const { PNG } = await import('pngjs');
  const png = new PNG({ width, height, colorType: 2, inputColorType: 2, inputHasAlpha: false });
  png.data = Buffer.from(rgb.buffer, rgb.byteOffset, rgb.length);
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    png.on('data', (chunk: Buffer) => chunks.push(chunk));
    png.on('end', () => resolve(Buffer.concat(chunks)));
    png.on('error', reject);
    png.pack();
  });
}
