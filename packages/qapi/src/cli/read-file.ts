import { readFileSync } from 'node:fs';
import type { ReadResult } from '../language/source.js';

/** Reads a schema file for the compiler: UTF-8 only, errors worded as the C library does. */
export function readSchemaFile(path: string): ReadResult {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { error: describe(error) };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { error: 'it is not UTF-8 text' };
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
