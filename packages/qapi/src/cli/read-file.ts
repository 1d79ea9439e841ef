import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { DEFAULT_LIMITS } from '../language/limits.js';
import type { ReadResult } from '../language/source.js';

/** No file of more bytes can be short enough: a UTF-16 unit takes three at most. */
const MOST_BYTES = 3 * DEFAULT_LIMITS.fileLength;

/** What stands in a decoded text for bytes that are not UTF-8, though it may be written there, too. */
const REPLACEMENT = '\ufffd';

/** Reads a schema file for the compiler: UTF-8 only, errors worded as the C library does. */
export function readSchemaFile(path: string): ReadResult {
  try {
    const stat = statSync(path);
    if (stat.isFile() && stat.size <= MOST_BYTES) {
      const text = readFileSync(path, 'utf8');
      if (!text.includes(REPLACEMENT)) return { text };
    }
    const bytes = readBounded(path);
    if (bytes === undefined) return { error: `it is longer than ${DEFAULT_LIMITS.fileLength} characters` };
    return isUtf8(bytes) ? { text: bytes.toString() } : { error: 'it is not UTF-8 text' };
  } catch (error) {
    return { error: describe(error) };
  }
}

/** The bytes of a file, which may be a pipe or a device that never ends; undefined when there are too many. */
function readBounded(path: string): Buffer | undefined {
  const file = openSync(path, 'r');
  try {
    let buffer = Buffer.allocUnsafe(64 * 1024);
    let end = 0;
    for (;;) {
      const count = readSync(file, buffer, end, buffer.length - end, null);
      end += count;
      if (count === 0) return buffer.subarray(0, end);
      if (end > MOST_BYTES) return undefined;
      if (end === buffer.length) buffer = Buffer.concat([buffer], 2 * end);
    }
  } finally {
    closeSync(file);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EISDIR: 'Is a directory',
  EACCES: 'Permission denied',
  ENOTDIR: 'Not a directory',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
};

function describe(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  return (code !== undefined && REASONS[code]) || message;
}
