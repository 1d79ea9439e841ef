/** What a key does to a search. */
export type SearchStep =
  | { readonly kind: 'searching' }
  /** Take this line into the editor; `rest` are keys that the editor shall handle. */
  | { readonly kind: 'taken'; readonly line: string; readonly rest: string };

/** Ctrl-R: looks for typed text in the history, newest line first. */
export class HistorySearch {
  readonly #lines: readonly string[];
  readonly #before: string;
  #wanted = '';
  #found = -1;
  #failed = false;

  /** @param lines newest first. @param before what stood in the editor: Ctrl-G brings it back. */
  constructor(lines: readonly string[], before: string) {
    this.#lines = lines;
    this.#before = before;
  }

  /** The line found so far. */
  get line(): string {
    return this.#lines[this.#found] ?? this.#before;
  }

  /** What to show in place of the prompt and the line, cut to the width of the terminal. */
  render(columns: number): string {
    const label = `(${this.#failed ? 'not found' : 'search'}) '${this.#wanted}': `;
    return (label + this.line).slice(0, Math.max(1, columns - 1));
  }

  key(keys: string): SearchStep {
    const [first = ''] = keys;
    if (first === '\u0012') this.#look(this.#found + 1);
    else if (first === '\u007f' || first === '\b') this.#change(this.#wanted.slice(0, -1));
    else if (first === '\u0007' || first === '\u0003') return { kind: 'taken', line: this.#before, rest: '' };
    else if (first < ' ') return { kind: 'taken', line: this.line, rest: keys === '\u001b' ? '' : keys };
    else this.#change(this.#wanted + keys);
    return { kind: 'searching' };
  }

  #change(wanted: string): void {
    this.#wanted = wanted;
    this.#found = -1;
    this.#look(0);
  }

  #look(from: number): void {
    const found =
      this.#wanted === '' ? -1 : this.#lines.findIndex((line, index) => index >= from && line.includes(this.#wanted));
    this.#failed = found < 0 && this.#wanted !== '';
    if (found >= 0) this.#found = found;
  }
}
