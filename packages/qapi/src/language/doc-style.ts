import { type DocBuilder, indentOf } from './doc-builder.js';
import type { CommentLine } from './syntax.js';

/** Longest line, the `# ` included. */
const MAX_LINE = 70;

/** Checks the style rules that QEMU has since 10.2: lines of at most 70 columns, two blanks between sentences. */
export class StyleCheck {
  readonly #doc: DocBuilder;
  /** Indentation of the literal block that we are in: -1 when in none, 0 before its first line. */
  #literal = -1;

  constructor(doc: DocBuilder) {
    this.#doc = doc;
  }

  /** Checks a line; `text` is without `# ` and trailing blanks. Literal blocks are free. */
  check(line: CommentLine, text: string): void {
    if (text === '') return;
    if (this.#literal >= 0) {
      const indent = indentOf(text);
      if (this.#literal === 0 && indent > 0) this.#literal = indent;
      if (this.#literal > 0 && indent >= this.#literal) return;
      this.#literal = -1;
    }
    if (text.endsWith('::') && !isOtherDirective(text)) this.#literal = 0;
    if (text.length + 2 > MAX_LINE && [...text].length + 2 > MAX_LINE && !isUrl(text)) {
      this.#doc.fail('doc-long-line', `documentation line longer than ${MAX_LINE} characters`, line);
    }
    const end = closeSentence(text);
    if (end !== -1) {
      const message = 'Use two spaces between sentences\nIf this not the end of a sentence, please report a bug.';
      this.#doc.fail('doc-sentence', message, line, 2 + end + 1);
    }
  }
}

function isOtherDirective(text: string): boolean {
  const start = text.trimStart();
  return start.startsWith('.. ') && !start.slice(3).trimStart().startsWith('qmp-example');
}

function isUrl(text: string): boolean {
  return /^ *(https?|ftp):\/\/[^ ]*$/.test(text);
}

/** Where a sentence ends with one blank before the next one; -1 when nowhere. */
function closeSentence(text: string): number {
  for (let at = text.indexOf(' ', 1); at !== -1; at = text.indexOf(' ', at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (before !== 46 && before !== 33 && before !== 63) continue;
    const after = text.charCodeAt(at + 1);
    const starts = (after >= 65 && after <= 90) || (after >= 48 && after <= 57) || after === 40;
    if (starts && !isAbbreviation(text, at)) return at - 1;
  }
  return -1;
}

/** Whether the text up to `end` ends with `e.g.`, or is the number of a list item. */
function isAbbreviation(text: string, end: number): boolean {
  if (text.endsWith('e.g.', end) && !/\w/.test(text.charAt(end - 5))) return true;
  return /^ *\d\.$/.test(text.slice(0, end));
}
