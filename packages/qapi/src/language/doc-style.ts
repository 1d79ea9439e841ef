import type { DocBuilder } from './doc-builder.js';
import type { SourceFile } from './source.js';
import type { Comment } from './syntax.js';

/** Longest line, the `# ` included. */
const MAX_LINE = 70;

/** Whether a block has anything that the style rules forbid outside of literal blocks; most have not. */
export function mayBreakStyle({ text }: SourceFile, { offset, lines }: Comment): boolean {
  let last = offset;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? last;
    if (line - last > MAX_LINE) return true;
    last = line;
  }
  const end = text.indexOf('\n', last);
  return end - last > MAX_LINE || SENTENCES.test(text.slice(offset, end));
}

/** Checks the style rules that QEMU has since 10.2: lines of at most 70 columns, two blanks between sentences. */
export class StyleCheck {
  readonly #doc: DocBuilder;
  /** Whether we are in a literal block, and the indentation of its first line once that is known. */
  #literal = false;
  #indent = 0;

  constructor(doc: DocBuilder) {
    this.#doc = doc;
  }

  /** Checks the current line. Literal blocks are free. */
  check(): void {
    const doc = this.#doc;
    if (doc.empty) return;
    this.#trackLiteral();
    if (this.#literal) return;
    if (doc.end - doc.offset > MAX_LINE) {
      const { text } = doc;
      if ([...text].length + 2 > MAX_LINE && !isUrl(text)) {
        doc.fail('doc-long-line', `documentation line longer than ${MAX_LINE} characters`);
      }
    }
    const end = this.#sentenceEnd();
    if (end !== -1) {
      const message = 'Use two spaces between sentences\nIf this not the end of a sentence, please report a bug.';
      doc.fail('doc-sentence', message, end + 1 - doc.offset);
    }
  }

  /**
   * Notices where literal blocks start and end. QEMU knows two: `::` alone on a line, and `.. qmp-example::`. A block
   * ends where the indentation is less than that of its first indented line.
   */
  #trackLiteral(): void {
    const { source, end, indent } = this.#doc;
    const colons = source.text.charCodeAt(end - 1) === 58 && source.text.charCodeAt(end - 2) === 58;
    if (colons && /^(\.\. +qmp-example)? *::$/.test(this.#doc.text)) {
      this.#literal = true;
      this.#indent = 0;
    } else if (this.#literal && this.#indent === 0) this.#indent = indent;
    else if (indent < this.#indent) this.#literal = false;
  }

  /** Offset of a sentence's end with one blank before the next sentence; -1 when there is none. */
  #sentenceEnd(): number {
    const { text, start } = this.#doc;
    if (!SENTENCES.test(text)) return -1;
    for (const { index } of text.matchAll(/[.!?] [A-Z0-9(]/g)) {
      if (!isAbbreviation(text.slice(0, index + 1))) return start + index;
    }
    return -1;
  }
}

/** The end of a sentence with one blank before the next one. */
const SENTENCES = /[.!?] [A-Z0-9(]/;

function isUrl(text: string): boolean {
  return /^ *(https?|ftp):\/\/[^ ]*$/.test(text);
}

/** Whether a text ends with `e.g.`, or is the number of a list item. */
function isAbbreviation(text: string): boolean {
  return /\be\.g\.$/.test(text) || /^ *\d\.$/.test(text);
}
