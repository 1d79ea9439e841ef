import { type Block, parseMarkup } from './markup.js';

/** A documentation text, whose markup is read once however many files it goes into. */
export class Prose {
  readonly text: string;
  /** Its Markdown, once that is known to be the same in every file: then it mentions no definition. */
  markdown: string | undefined;
  #blocks: readonly Block[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get blocks(): readonly Block[] {
    this.#blocks ??= parseMarkup(this.text);
    return this.#blocks;
  }
}

export const NO_PROSE = new Prose('');
