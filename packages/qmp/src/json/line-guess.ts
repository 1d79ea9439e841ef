import { isUnusual, needsMore } from './scanner.js';
import type { Window } from './window.js';

const newline = 0x0a;
const carriageReturn = 0x0d;
const closingBrace = 0x7d;

/**
 * Guesses where a message ends from how QEMU lays out its output: one message a line, or, pretty-printed, until the
 * first line that begins with a closing brace. A guess that is right costs a search instead of a scan; JSON.parse tells
 * when it is wrong, and then there is no guessing until more bytes come.
 */
export class LineGuess {
  readonly #enabled: boolean;
  #wrong = false;
  /** Bytes of the current message that were searched. */
  #searched = 0;

  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  /** Nothing of the current message was searched, and no guess was wrong. */
  get untouched(): boolean {
    return this.#searched === 0 && !this.#wrong;
  }

  /** Guesses again after a wrong guess. */
  retry(): void {
    this.#wrong = false;
  }

  /** Stops guessing until {@link retry}. */
  wasWrong(): void {
    this.#wrong = true;
  }

  /** Gets ready for the next message. */
  startMessage(): void {
    this.#searched = 0;
  }

  /** Guesses the end of the message that begins the window. @returns it, `needsMore`, or `isUnusual` for no opinion. */
  find(window: Window): number {
    if (!this.#enabled || this.#wrong || window.length < 2) return isUnusual;
    const from = window.start + this.#searched;
    const found = isPretty(window) ? findClosingLine(window, from) : findLineEnd(window, from);
    this.#searched = window.length;
    return found;
  }
}

/** Tells whether the message that begins the window is pretty-printed: its opening brace has a line of its own. */
export function isPretty(window: Window): boolean {
  const second = window.bytes[window.start + 1];
  return second === carriageReturn || second === newline;
}

function findLineEnd(window: Window, from: number): number {
  const at = window.find(newline, from);
  if (at < 0) return needsMore;
  const last = window.bytes[at - 1] === carriageReturn ? at - 1 : at;
  return window.bytes[last - 1] === closingBrace ? last : isUnusual;
}

function findClosingLine(window: Window, from: number): number {
  let at = window.find(closingBrace, from);
  while (at >= 0) {
    if (window.bytes[at - 1] === newline) return at + 1;
    at = window.find(closingBrace, at + 1);
  }
  return needsMore;
}
