import { parseOptionList } from 'qmp/chardev';
import { CommandLineError } from './arguments.js';

const SUFFIXES = 'BKMGTPE';
const MEBIBYTE = 1 << 20;
const SMALLEST = MEBIBYTE;
const LARGEST = 2047 * MEBIBYTE;

/**
 * Reads the argument of `-m`: `64`, `size=64M`, `1G`. A number without a suffix is in MiB. 0 means the default.
 *
 * @returns bytes.
 * @throws {CommandLineError} when it is no size, or more than the emulator can give.
 */
export function parseMemory(value: string): number {
  const list = parseOptionList(value, 'size');
  for (const key of list.keys()) if (key !== 'size') throw new CommandLineError(`Invalid parameter '${key}'`);
  const match = /^(\d+(?:\.\d+)?)([bkmgtpe]?)$/i.exec(list.get('size') ?? '');
  if (match === null)
    throw new CommandLineError(
      "Parameter 'size' expects a non-negative number below 2^64",
      'Optional suffix k, M, G, T, P or E means kilo-, mega-, giga-, tera-, peta-\nand exabytes, respectively.',
    );
  const bytes = Number(match[1]) * 1024 ** SUFFIXES.indexOf((match[2] || 'M').toUpperCase());
  if (bytes === 0) return 128 * MEBIBYTE;
  if (bytes < SMALLEST || bytes > LARGEST)
    throw new CommandLineError(`no machine of ${value} can be made`, 'Memory can be 1M to 2047M.');
  return Math.ceil(bytes / 4096) * 4096;
}
