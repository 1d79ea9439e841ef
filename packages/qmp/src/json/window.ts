import { hasLongInteger } from './plain.js';
import { decodeUtf8 } from './utf8.js';

const none: Uint8Array = new Uint8Array(0);
/** A window keeps a buffer of at most this many bytes while there is nothing in it. */
const keptCapacity = 1024;
/** A buffer of at most this many bytes is kept for whichever window needs one next: new memory costs more than a copy. */
const spareCapacity = 1024 * 1024;
let spare: Uint8Array = none;
/** At most this many bytes are decoded before it is known whether there is a whole line. */
const shortChunk = 4096;

/**
 * The bytes that came and are not read yet, as one run. Reading a chunk that arrives while nothing is left over costs
 * no copy; what is left of it afterwards does.
 */
export class Window {
  bytes: Uint8Array = none;
  /** The first byte that is not read. */
  start = 0;
  end = 0;
  /** True when `bytes` belongs to someone else and is only lent for a while. */
  #borrowed = false;
  /** The chunk that was added last, as its sender gave it, and where in `bytes` it begins. */
  #chunk = none;
  #chunkStart = 0;
  /** The text of a part of the window. Its indices are those of the bytes, because all of it is ASCII. */
  #text = '';
  #textStart = 0;
  #textEnd = 0;
  /** Until here the bytes are known not to be all ASCII. */
  #mixedEnd = 0;
  /** Until here it is known whether the bytes are plain, see {@link plainText}. */
  #judgedEnd = 0;
  #plain = false;

  get length(): number {
    return this.end - this.start;
  }

  /** Shows a chunk through an empty window, or adds it to what is there. {@link keep} must follow. */
  add(chunk: Uint8Array): void {
    if (this.length > 0) {
      this.keep();
      this.#append(chunk);
    } else {
      this.#release();
      this.#show(chunk, 0, chunk.length);
      this.#borrowed = true;
    }
    this.#chunk = chunk;
    this.#chunkStart = this.end - chunk.length;
  }

  /** Lets go of the chunk, so that its owner may have it back: copies what is left of it. */
  keep(): void {
    this.#chunk = none;
    this.#chunkStart = this.end;
    if (this.length === 0) {
      this.clear();
    } else if (this.#borrowed) {
      const rest = this.bytes.subarray(this.start, this.end);
      const own = allocate(2 * rest.length);
      own.set(rest);
      this.#show(own, 0, rest.length);
    }
  }

  /** Drops everything. */
  clear(): void {
    this.#release();
    this.#show(this.#borrowed ? none : this.bytes, 0, 0);
  }

  /** Searches for an ASCII character. @returns where it is, or -1. */
  find(byte: number, from: number): number {
    if (from >= this.#textStart && from < this.#textEnd) {
      const index = this.#text.indexOf(String.fromCharCode(byte), from - this.#textStart);
      if (index >= 0 || this.#textEnd === this.end) return index < 0 ? -1 : index + this.#textStart;
    }
    if (from >= this.#chunkStart) {
      // The chunk may be a Buffer, whose search is many times faster than that of other arrays.
      const index = this.#chunk.indexOf(byte, from - this.#chunkStart);
      return index < 0 ? -1 : index + this.#chunkStart;
    }
    const index = this.bytes.subarray(from, this.end).indexOf(byte);
    return index < 0 ? -1 : index + from;
  }

  /** Decodes bytes, or returns undefined when they are not UTF-8. Cheap for many pieces of one window. */
  text(from: number, to: number): string | undefined {
    if (from >= this.#textStart && to <= this.#textEnd)
      return this.#text.slice(from - this.#textStart, to - this.#textStart);
    if (to <= this.#mixedEnd) return decodeUtf8(this.bytes, from, to);
    this.#decode(from);
    return this.#textEnd === this.end ? this.#text.slice(0, to - from) : decodeUtf8(this.bytes, from, to);
  }

  /**
   * The text of all that is not read, when it has lines and is as plain as can be: ASCII without backslashes and integers
   * that a number cannot hold. Otherwise the empty string.
   */
  plainText(): string {
    if (this.#judgedEnd !== this.end) this.#judge();
    return this.#plain ? this.#text.slice(this.start - this.#textStart) : '';
  }

  #judge(): void {
    const { bytes, start, end } = this;
    const known = this.#textEnd === end && start >= this.#textStart;
    if (!known && (end - start <= shortChunk || this.find(0x0a, start) >= 0)) this.#decode(start);
    const isAscii = this.#textEnd === end;
    this.#plain = isAscii && !this.#text.includes('\\', start - this.#textStart) && !hasLongInteger(bytes, start, end);
    this.#judgedEnd = end;
  }

  /** Decodes what is there from an offset on, if it is all ASCII. */
  #decode(from: number): void {
    const text = decodeUtf8(this.bytes, from, this.end);
    if (text?.length !== this.end - from) {
      this.#mixedEnd = this.end;
      return;
    }
    this.#text = text;
    this.#textStart = from;
    this.#textEnd = this.end;
  }

  #append(chunk: Uint8Array): void {
    const length = this.length + chunk.length;
    if (this.end + chunk.length > this.bytes.length) {
      const roomy = 2 * length <= this.bytes.length;
      const own = roomy ? this.bytes : allocate(2 * length);
      if (roomy) own.copyWithin(0, this.start, this.end);
      else own.set(this.bytes.subarray(this.start, this.end));
      if (!roomy) this.#release();
      this.#show(own, 0, this.length);
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Gives the buffer away, unless it is small or not ours. */
  #release(): void {
    if (this.#borrowed || this.bytes.length <= keptCapacity) return;
    if (this.bytes.length > spare.length && this.bytes.length <= spareCapacity) spare = this.bytes;
    this.bytes = none;
  }

  #show(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.#borrowed = false;
    this.#text = '';
    this.#textStart = 0;
    this.#textEnd = 0;
    this.#mixedEnd = 0;
    this.#judgedEnd = 0;
    this.#plain = false;
  }
}

/** Gets a buffer of at least so many bytes, which are not zero. */
function allocate(length: number): Uint8Array {
  if (length <= keptCapacity || length > spare.length) return new Uint8Array(Math.max(256, length));
  const own = spare;
  spare = none;
  return own;
}
