import { PNG } from 'pngjs';

/**
 * Converts a binary PPM picture (P6, 8 bits a colour) to PNG.
 *
 * @throws {Error} when it is cut short or of another kind.
 */
export function ppmToPng(ppm: Buffer): Buffer {
  const head = /^P6\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s/.exec(ppm.subarray(0, 256).toString('latin1'));
  const width = Number(head?.[1]);
  const height = Number(head?.[2]);
  const start = head?.[0].length ?? 0;
  if (head === null || ppm.length < start + width * height * 3) throw new Error('the server saved a broken picture');
  const png = new PNG({ width, height, colorType: 2 });
  for (let pixel = 0; pixel < width * height; pixel++) {
    ppm.copy(png.data, pixel * 4, start + pixel * 3, start + pixel * 3 + 3);
    png.data[pixel * 4 + 3] = 255;
  }
  return PNG.sync.write(png, { colorType: 2 });
}
