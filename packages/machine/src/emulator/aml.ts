/** Pieces of AML, the byte code in which ACPI describes devices (ACPI specification, chapter "AML"). */

/** A name of four letters at most, filled up with underscores. */
export function name(text: string): number[] {
  return [...text.padEnd(4, '_')].map((letter) => letter.charCodeAt(0));
}

/** `Name (NAME, VALUE)`. */
export function named(text: string, value: readonly number[]): number[] {
  return [0x08, ...name(text), ...value];
}

/** `Scope (\NAME) { … }`. */
export function scope(text: string, content: readonly number[]): number[] {
  return [0x10, ...sized([0x5c, ...name(text), ...content])];
}

/** `Device (NAME) { … }`. */
export function device(text: string, content: readonly number[]): number[] {
  return [0x5b, 0x82, ...sized([...name(text), ...content])];
}

/** `Package () { … }` of at most 255 elements. */
export function list(elements: readonly (readonly number[])[]): number[] {
  return [0x12, ...sized([elements.length, ...elements.flat()])];
}

/** `Buffer () { … }`. */
export function buffer(bytes: readonly number[]): number[] {
  return [0x11, ...sized([...integer(bytes.length), ...bytes])];
}

/** A constant in the shortest way. */
export function integer(value: number): number[] {
  if (value < 2) return [value];
  if (value < 0x100) return [0x0a, value];
  if (value < 0x10000) return [0x0b, ...word(value)];
  return [0x0c, ...double(value)];
}

export function word(value: number): number[] {
  return [value & 0xff, value >>> 8];
}

export function double(value: number): number[] {
  return [...word(value & 0xffff), ...word(value >>> 16)];
}

/** Puts the length of a package, itself included, before it. */
function sized(content: readonly number[]): number[] {
  const length = content.length;
  if (length + 1 < 0x40) return [length + 1, ...content];
  if (length + 2 < 0x1000) return [0x40 | ((length + 2) & 15), (length + 2) >> 4, ...content];
  const total = length + 3;
  return [0x80 | (total & 15), (total >> 4) & 0xff, total >> 12, ...content];
}
