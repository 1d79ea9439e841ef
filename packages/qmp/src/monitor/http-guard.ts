const methods = ['GET ', 'HEAD ', 'POST ', 'PUT ', 'DELETE ', 'CONNECT ', 'OPTIONS ', 'TRACE ', 'PATCH '];

/**
 * Recognises an HTTP request by its first bytes, however they are cut.
 *
 * A web page can make a browser send a request to `http://localhost:4444`, and a monitor that skips what it cannot read
 * would run the commands in its body. The method and the blank after it are decided on before any byte of a body.
 */
export class HttpGuard {
  #seen = '';

  /** @returns `http` for a request, `other` for anything else, `more` while both are possible. */
  check(chunk: Uint8Array): 'http' | 'other' | 'more' {
    for (const byte of chunk) {
      this.#seen += String.fromCharCode(byte);
      if (methods.includes(this.#seen)) return 'http';
      if (!methods.some((method) => method.startsWith(this.#seen))) return 'other';
    }
    return 'more';
  }
}
