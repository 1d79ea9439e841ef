/**
 * The order in which QEMU prints and walks the members of an object: its dictionary has 512 buckets, and the newest
 * entry of a bucket comes first (qdict.c).
 */

const buckets = 512;
const encoder = new TextEncoder();

/** Buckets of names that were asked for. A server prints the same few names again and again. */
const known = new Map<string, number>();
const knownLimit = 4096;

/** The bucket of QEMU's dictionary that a name falls into, 0 … 511. */
export function hashBucket(name: string): number {
  const found = known.get(name);
  if (found !== undefined) return found;
  const bucket = computeBucket(name);
  if (name.length < 64) {
    if (known.size === knownLimit) known.clear();
    known.set(name, bucket);
  }
  return bucket;
}

function computeBucket(name: string): number {
  let sum = 0;
  let length = 0;
  const add = (byte: number) => {
    sum = (sum + (byte << ((5 * length++) % 24))) | 0;
  };
  for (const byte of encoder.encode(name)) {
    if (byte !== 0) {
      add(byte);
    } else {
      // QEMU keeps U+0000 inside a string as these two bytes.
      add(0xc0);
      add(0x80);
    }
  }
  sum = (sum + Math.imul(0x238f13af, length)) | 0;
  return (Math.imul(1103515243, sum) + 12345) & (buckets - 1);
}

/** Sorts names as QEMU would walk them, given the order in which they were stored. */
export function hashOrder(names: readonly string[]): string[] {
  // Reversed, because the newest of a bucket comes first and sorting keeps the order of equals.
  const newestFirst = [...names].reverse();
  return newestFirst.sort((a, b) => hashBucket(a) - hashBucket(b));
}
