/**
 * The order in which QEMU prints and walks the members of an object: its dictionary has 512 buckets, and the newest
 * entry of a bucket comes first (qdict.c).
 */

const buckets = 512;
const encoder = new TextEncoder();

/** The bucket of QEMU's dictionary that a name falls into, 0 … 511. */
export function hashBucket(name: string): number {
  const bytes = encoder.encode(name);
  let sum = 0;
  let length = 0;
  const add = (byte: number) => {
    sum = (sum + (byte << ((5 * length++) % 24))) | 0;
  };
  for (const byte of bytes) {
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
  if (names.length < 2) return [...names];
  return names
    .map((name, index) => ({ name, index, bucket: hashBucket(name) }))
    .sort((a, b) => a.bucket - b.bucket || b.index - a.index)
    .map((entry) => entry.name);
}
