/**
 * Which of several unexpected members QEMU names.
 *
 * Its input visitor puts the members of an object into a GLib hash table, takes out those that it visits, and complains
 * about the first that is left. The choice is an accident of two hash tables (QEMU's dictionary and GLib's), but it is
 * always the same one, so that it can be repeated. Sources of the rules: `qobject/qdict.c`, GLib 2.74 `ghash.c`.
 */

/** The first member that is left when `visited` are taken out, in this order, of an object with `members`. */
export function firstLeftover(members: readonly string[], visited: readonly string[]): string | undefined {
  const table = new GlibHashTable();
  for (const name of dictionaryOrder(members)) table.add(name);
  for (const name of visited) table.remove(name);
  return table.first();
}

/** The order in which QEMU's dictionary hands out its members: 512 buckets, the latest first in each. */
export function dictionaryOrder(names: readonly string[]): string[] {
  const buckets = names.map((name, index) => ({ name, index, bucket: bucketOf(name) }));
  return buckets.sort((a, b) => a.bucket - b.bucket || b.index - a.index).map((entry) => entry.name);
}

function bucketOf(name: string): number {
  const bytes = utf8(name);
  let value = Math.imul(0x238f13af, bytes.length);
  bytes.forEach((byte, index) => {
    value = (value + (byte << ((5 * index) % 24))) | 0;
  });
  return (Math.imul(1103515243, value) + 12345) & 511;
}

const UNUSED = 0;
const TOMBSTONE = 1;
const LEAST_SHIFT = 3;
/** GLib's prime for each power of two, the modulus of the first probe. */
const PRIMES = [1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071, 262139];

/** GLib's open-addressing hash table of strings, as far as the place of its entries goes. */
class GlibHashTable {
  #shift = LEAST_SHIFT;
  #hashes: number[] = new Array(1 << LEAST_SHIFT).fill(UNUSED);
  #keys: (string | undefined)[] = [];
  #live = 0;
  /** Live entries and tombstones. */
  #occupied = 0;

  add(key: string): void {
    const slot = this.#find(key);
    if (this.#keys[slot] === key) return;
    const wasUnused = this.#hashes[slot] === UNUSED;
    this.#hashes[slot] = stringHash(key);
    this.#keys[slot] = key;
    this.#live++;
    if (wasUnused) {
      this.#occupied++;
      this.#resizeIfNeeded();
    }
  }

  remove(key: string): void {
    const slot = this.#find(key);
    if (this.#keys[slot] !== key) return;
    this.#hashes[slot] = TOMBSTONE;
    this.#keys[slot] = undefined;
    this.#live--;
    this.#resizeIfNeeded();
  }

  first(): string | undefined {
    return this.#keys.find((key) => key !== undefined);
  }

  #start(hash: number): number {
    return (Math.imul(hash, 11) >>> 0) % (PRIMES[this.#shift] ?? 524287);
  }

  /** The slot that holds the key, or the one where it would go. */
  #find(key: string): number {
    const hash = stringHash(key);
    const mask = this.#hashes.length - 1;
    let slot = this.#start(hash);
    let tombstone: number | undefined;
    for (let step = 1; this.#hashes[slot] !== UNUSED; step++) {
      if (this.#hashes[slot] === hash && this.#keys[slot] === key) return slot;
      if (this.#hashes[slot] === TOMBSTONE) tombstone ??= slot;
      slot = (slot + step) & mask;
    }
    return tombstone ?? slot;
  }

  #resizeIfNeeded(): void {
    const size = this.#hashes.length;
    const sparse = size > this.#live * 4 && size > 1 << LEAST_SHIFT;
    if (sparse || size <= this.#occupied + Math.floor(this.#occupied / 16)) this.#resize();
  }

  /** Moves every entry to its new slot, pushing out the ones in the way: entries go in the order of their old slots. */
  #resize(): void {
    const oldSize = this.#hashes.length;
    this.#shift = Math.max(bitLength(Math.floor(this.#live * 1.333)), LEAST_SHIFT);
    const size = 1 << this.#shift;
    const settled = new Set<number>();
    while (this.#hashes.length < size) this.#hashes.push(UNUSED);
    for (let old = 0; old < oldSize; old++) {
      if (settled.has(old)) continue;
      let hash = this.#hashes[old] ?? UNUSED;
      let key = this.#keys[old];
      this.#hashes[old] = UNUSED;
      this.#keys[old] = undefined;
      while (hash > TOMBSTONE) {
        let slot = this.#start(hash);
        for (let step = 1; settled.has(slot); step++) slot = (slot + step) & (size - 1);
        settled.add(slot);
        const pushed = { hash: this.#hashes[slot] ?? UNUSED, key: this.#keys[slot] };
        this.#hashes[slot] = hash;
        this.#keys[slot] = key;
        ({ hash, key } = pushed);
      }
    }
    this.#hashes.length = size;
    this.#keys.length = Math.min(this.#keys.length, size);
    this.#occupied = this.#live;
  }
}

/** `g_str_hash`: djb2 over signed bytes; GLib keeps 0 and 1 for itself. */
function stringHash(text: string): number {
  let hash = 5381;
  for (const byte of utf8(text)) hash = (Math.imul(hash, 33) + ((byte << 24) >> 24)) | 0;
  return Math.max(hash >>> 0, 2);
}

function bitLength(value: number): number {
  return 32 - Math.clz32(value);
}

function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}
