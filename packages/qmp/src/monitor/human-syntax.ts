/** What was read of a text, and where it ends. */
export interface Parsed<T> {
  readonly value: T;
  /** Offset of the first character that does not belong to it. */
  readonly end: number;
}

/** What is wrong with the arguments of a human command. Printed as it is, with a hint at the help. */
export class HumanSyntaxError extends Error {}

/** A character as QEMU quotes it, which reads bytes: what has several, as NUL has in its strings, is shown as no character. */
export function singleByte(character: string): string {
  return character > '\x7f' || character === '\0' ? '\ufffd' : character;
}
