/** Where in the typed text something is, as offsets in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly at: number;
  readonly end: number;
}

/** The typed text cannot be sent. The message names the argument; `hint` says what to write instead. */
export class InputError extends Error {
  static {
    Object.defineProperty(InputError.prototype, 'name', { value: 'InputError' });
  }

  readonly span: Span;
  readonly hint?: string;

  constructor(message: string, span: Span, hint?: string) {
    super(message);
    this.span = span;
    if (hint !== undefined) this.hint = hint;
  }
}

/** The text ends inside a bracket, a quote or a transaction: what the next line brings may complete it. */
export class IncompleteInput extends InputError {
  static {
    Object.defineProperty(IncompleteInput.prototype, 'name', { value: 'IncompleteInput' });
  }
}

/**
 * Draws the typed text with a caret line below the place an error is about. A text of several lines shows only the
 * line in question.
 */
export function caret(text: string, span: Span): string {
  const start = text.lastIndexOf('\n', Math.max(0, span.at - 1)) + 1;
  const stop = text.indexOf('\n', span.at);
  const line = text.slice(start, stop < 0 ? undefined : stop);
  const width = Math.max(1, Math.min(span.end - span.at, line.length - (span.at - start)));
  return `${line}\n${' '.repeat(Math.max(0, span.at - start))}${'^'.repeat(width)}`;
}
