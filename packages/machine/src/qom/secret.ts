import type { SecretProperties } from '../api/index.js';
import { fileProblem } from '../commands/files.js';
import { MachineError } from '../machine/errors.js';

/** Bytes of a key of AES-256, and of one of its blocks. */
const KEY_BYTES = 32;
const BLOCK_BYTES = 16;

/**
 * Reads the secret that an object is made of.
 *
 * @param find gives the bytes of another secret.
 * @throws {MachineError} when it is given twice or not at all, cannot be read, decoded or decrypted.
 */
export async function readSecret(
  { data, file, format = 'raw', keyid, iv }: SecretProperties,
  find: (id: string) => Uint8Array | undefined,
): Promise<Uint8Array> {
  if (data !== undefined && file !== undefined) throw new MachineError("'file' and 'data' are mutually exclusive");
  let bytes = await bytesOf(data, file);
  if (format === 'base64') bytes = fromBase64(new TextDecoder().decode(bytes));
  return keyid === undefined ? bytes : decrypt(bytes, keyOf(keyid, find), ivOf(iv));
}

async function bytesOf(data: string | undefined, file: string | undefined): Promise<Uint8Array> {
  if (data !== undefined) return new TextEncoder().encode(data);
  if (file === undefined) throw new MachineError("Either 'file' or 'data' must be provided");
  const { readFile } = await import('node:fs/promises');
  try {
    return await readFile(file);
  } catch (error) {
    const directory = error instanceof Error && 'code' in error && error.code === 'EISDIR';
    const failed = directory ? 'Error reading file' : 'Failed to open file';
    throw new MachineError(`Unable to read ${file}: ${failed} “${file}”: ${fileProblem(error)}`);
  }
}

function keyOf(id: string, find: (id: string) => Uint8Array | undefined): Uint8Array {
  const key = find(id);
  if (key === undefined) throw new MachineError(`No secret with id '${id}'`);
  if (key.length !== KEY_BYTES) throw new MachineError(`Key should be ${KEY_BYTES} bytes in length`);
  return key;
}

function ivOf(text: string | undefined): Uint8Array {
  if (text === undefined) throw new MachineError('IV is required to decrypt secret');
  const iv = fromBase64(text);
  if (iv.length === BLOCK_BYTES) return iv;
  throw new MachineError(`IV should be ${BLOCK_BYTES} bytes in length not ${iv.length}`);
}

async function decrypt(bytes: Uint8Array, key: Uint8Array, iv: Uint8Array): Promise<Uint8Array> {
  if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0) {
    throw new MachineError(`Length ${bytes.length} must be a multiple of block size ${BLOCK_BYTES}`);
  }
  const { subtle } = globalThis.crypto;
  const aes = await subtle.importKey('raw', Uint8Array.from(key), 'AES-CBC', false, ['decrypt']);
  try {
    return new Uint8Array(
      await subtle.decrypt({ name: 'AES-CBC', iv: Uint8Array.from(iv) }, aes, Uint8Array.from(bytes)),
    );
  } catch {
    throw new MachineError('Incorrect padding found on decrypted data: the key or the IV is not the right one');
  }
}

/** @throws {MachineError} for a character that base64 does not have; what is missing at the end is not asked for. */
function fromBase64(text: string): Uint8Array {
  if (/[^A-Za-z0-9+/=\n]/.test(text)) throw new MachineError('Base64 data contains invalid characters');
  const digits = text.replace(/[\n=]/g, '');
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
  return Uint8Array.from(atob(whole), (character) => character.charCodeAt(0));
}
