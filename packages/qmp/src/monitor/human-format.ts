import { HumanSyntaxError, type Parsed, singleByte } from './human-syntax.js';

const sizes: Readonly<Record<string, string>> = { b: 'b', h: 'h', w: 'w', g: 'g', L: 'g' };

/**
 * What a format after a slash says: how many items, as what, of which size. What one call does not say stays as the last
 * one of the monitor said it, as in QEMU (`monitor/hmp.c`).
 */
export class HumanFormats {
  #letter = 'x';
  #size = 'w';

  /**
   * Reads a format at the beginning of a text, or takes the one that stays.
   *
   * @returns the format in full, `4xw`: a count, one of `oduxic`, and one of `bhwg`; `i` has a size only when it is given.
   * @throws {HumanSyntaxError} for a character that no format has.
   */
  take(text: string): Parsed<string> {
    const slash = text.startsWith('/');
    const [all, count = ''] = (slash ? /^\/(\d*)[oduxicbhwgL]*/.exec(text) : undefined) ?? ['', ''];
    const bad = text.charAt(all.length);
    if (slash && !/^[ \t\n\v\f\r]?$/.test(bad)) {
      throw new HumanSyntaxError(`invalid char in format: '${singleByte(bad)}'`);
    }
    const letters = [...all.slice(1 + count.length)];
    const size = letters.map((each) => sizes[each]).findLast((each) => each !== undefined);
    this.#letter = letters.findLast((each) => !(each in sizes)) ?? this.#letter;
    if (this.#letter !== 'i') this.#size = size ?? this.#size;
    const shown = this.#letter === 'i' ? (size ?? '') : this.#size;
    return { value: `${count === '' ? 1 : Number(count)}${this.#letter}${shown}`, end: all.length };
  }
}
