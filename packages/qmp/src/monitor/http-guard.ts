const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']);

/** No method has more characters than this. */
const longestMethod = 32;

/**
 * Recognises an HTTP request by its first bytes, however they are cut.
 *
 * A web page can make a browser send a request to `http://localhost:4444`, and a monitor that skips what it cannot read
 * would run the commands in its body. A request is a method that browsers know, in any case, and a blank; or any word of
 * capitals, a blank, and the `/` or `*` that a target begins with. Blanks and empty lines may come first, as HTTP servers
 * allow. That is decided on before any byte of a body.
 */
export class HttpGuard {
  #word = '';
  #blank = false;

  /** @returns `http` for a request, `other` for anything else, `more` while both are possible. */
  check(chunk: Uint8Array): 'http' | 'other' | 'more' {
    for (const byte of chunk) {
      const verdict = this.#next(byte);
      if (verdict !== 'more') return verdict;
    }
    return 'more';
  }

  #next(byte: number): 'http' | 'other' | 'more' {
    const character = String.fromCharCode(byte);
    if (this.#blank) {
      if (isBlank(character)) return 'more';
      return character === '/' || character === '*' ? 'http' : 'other';
    }
    if (/[A-Za-z-]/.test(character)) {
      this.#word += character;
      return this.#word.length > longestMethod ? 'other' : 'more';
    }
    if (this.#word === '') return isBlank(character) || character === '\r' || character === '\n' ? 'more' : 'other';
    if (!isBlank(character)) return 'other';
    if (methods.has(this.#word.toUpperCase())) return 'http';
    this.#blank = true;
    return /^[A-Z]/.test(this.#word) ? 'more' : 'other';
  }
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}
