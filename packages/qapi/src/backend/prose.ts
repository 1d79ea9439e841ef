import { mayHaveMarkup } from './inline-markup.js';
import { type Block, parseMarkup, plainParagraph } from './markup.js';

/** A documentation text, whose markup is read once however many files it goes into. */
export class Prose {
  readonly text: string;
  /** Its Markdown, once that is known to be the same in every file: then it mentions no definition. */
  markdown: string | undefined;
  #plain: string | false | undefined;
  #blocks: readonly Block[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The text of its only paragraph when nothing in it is marked up, as in most; undefined otherwise. */
  get plain(): string | undefined {
    if (this.#plain === undefined) {
      const paragraph = plainParagraph(this.text);
      this.#plain = paragraph !== undefined && !mayHaveMarkup(paragraph) && paragraph;
    }
    return this.#plain === false ? undefined : this.#plain;
  }

  get blocks(): readonly Block[] {
    this.#blocks ??= parseMarkup(this.text);
    return this.#blocks;
  }
}

export const NO_PROSE = new Prose('');
