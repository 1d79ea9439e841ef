/** Which events are shown: none, all, or those whose name fits a pattern. `*` stands for any letters. */
export class EventFilter {
  #patterns: readonly RegExp[] = [];
  #words: readonly string[] = [];
  #on = true;

  /** @param words `off`, `on` or `all`, or patterns such as `JOB_*`; one that starts with `-` hides what it fits. */
  set(words: readonly string[]): void {
    const [first] = words;
    this.#on = first !== 'off' && first !== 'none';
    this.#words = words.filter((word) => !['on', 'all', 'off', 'none'].includes(word));
    this.#patterns = this.#words.map((word) => glob(word.replace(/^-/, '')));
  }

  shows(event: string): boolean {
    if (!this.#on) return false;
    let shown = this.#words.every((word) => word.startsWith('-'));
    this.#words.forEach((word, index) => {
      if (this.#patterns[index]?.test(event) === true) shown = !word.startsWith('-');
    });
    return shown;
  }

  toString(): string {
    if (!this.#on) return 'off';
    return this.#words.length === 0 ? 'all' : this.#words.join(' ');
  }
}

function glob(pattern: string): RegExp {
  const source = pattern.replace(/[\\^$+?.()|[\]{}]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 'i');
}
