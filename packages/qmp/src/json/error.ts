/**
 * What was wrong with the input, in the place where a message would have been. It is a value, not an exception: the
 * stream goes on, and QEMU answers it with a `GenericError` that has this text and no id.
 */
export interface JsonError {
  /** A byte that fits nowhere; a message that does not parse; a limit that was exceeded. */
  readonly kind: 'stray' | 'syntax' | 'limit';
  /** QEMU's text, letter for letter: `JSON parse error, expecting value`. */
  readonly message: string;
}
