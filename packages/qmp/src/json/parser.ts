import { isIndex, keepOrder } from './member-order.js';
import { type DoublesOption, parseNumber } from './numbers.js';
import { parseString } from './strings.js';
import type { TokenBytes, TokenKind } from './token.js';
import { decodeAscii } from './utf8.js';
import type { JsonValue } from './value.js';

/** What the parser of one message has been told. */
export interface ParserOptions {
  readonly doubles: DoublesOption;
  readonly strict: boolean;
}

/** What may come next in a list: its first element or `]`, an element, a separator or `]`. */
type ListPlace = 'first element' | 'element' | 'after element';
/** What may come next in an object. */
type ObjectPlace = 'first name' | 'name' | 'colon' | 'value' | 'after value';

interface ListFrame {
  readonly list: JsonValue[];
  place: ListPlace;
}

interface ObjectFrame {
  readonly object: Record<string, JsonValue>;
  name: string;
  place: ObjectPlace;
  /** All names in their order, once there is one that the object does not keep in its place. */
  names: string[] | undefined;
}

type Frame = ListFrame | ObjectFrame;

/** QEMU's error buffer: what is longer is cut (json-parser.c). */
const longestComplaint = 1023;

/**
 * Builds the value of one message from its tokens, one at a time. The first complaint wins; after it the tokens are
 * ignored until the caller, who counts brackets, says that the message is over.
 *
 * QEMU collects the tokens and parses them when the message is over. The complaint is the same one, because both read
 * from left to right.
 */
export class MessageParser {
  readonly #options: ParserOptions;
  readonly #stack: Frame[] = [];
  #result: JsonValue | undefined;
  #complaint: string | undefined;

  constructor(options: ParserOptions) {
    this.#options = options;
  }

  /** What is wrong with the message, without the prefix, or undefined. */
  get complaint(): string | undefined {
    return this.#complaint;
  }

  /** Hands out the value of the message that is over, and gets ready for the next one. */
  take(): JsonValue {
    const value = this.#result ?? null;
    this.reset();
    return value;
  }

  /** Forgets the message. */
  reset(): void {
    this.#stack.length = 0;
    this.#result = undefined;
    this.#complaint = undefined;
  }

  /** Takes the next token. */
  accept(kind: TokenKind, token: TokenBytes): void {
    if (this.#complaint !== undefined) return;
    const frame = this.#stack.at(-1);
    if (frame === undefined) this.#acceptValue(kind, token);
    else if ('list' in frame) this.#acceptInList(frame, kind, token);
    else this.#acceptInObject(frame, kind, token);
  }

  #acceptInList(frame: ListFrame, kind: TokenKind, token: TokenBytes): void {
    if (kind === ']' && frame.place !== 'element') this.#close(frame.list);
    else if (frame.place !== 'after element') this.#acceptValue(kind, token);
    else if (kind === ',') frame.place = 'element';
    else this.#complain('expected separator in list');
  }

  #acceptInObject(frame: ObjectFrame, kind: TokenKind, token: TokenBytes): void {
    if (frame.place === 'colon') {
      if (kind === ':') frame.place = 'value';
      else this.#complain('missing : in object pair');
    } else if (kind === '}' && (frame.place === 'first name' || frame.place === 'after value')) {
      if (frame.names !== undefined) keepOrder(frame.object, frame.names);
      this.#close(frame.object);
    } else if (frame.place !== 'after value') {
      this.#acceptValue(kind, token);
    } else if (kind === ',') {
      frame.place = 'name';
    } else {
      this.#complain('expected separator in dict');
    }
  }

  #acceptValue(kind: TokenKind, token: TokenBytes): void {
    switch (kind) {
      case '{':
        this.#stack.push({ object: {}, name: '', place: 'first name', names: undefined });
        break;
      case '[':
        this.#stack.push({ list: [], place: 'first element' });
        break;
      case 'string':
        this.#acceptString(token);
        break;
      case 'integer':
      case 'double': {
        const text = decodeAscii(token.bytes, token.start, token.end);
        this.#complete(parseNumber(text, kind === 'double', this.#options.doubles));
        break;
      }
      case 'keyword':
        this.#acceptKeyword(decodeAscii(token.bytes, token.start, token.end));
        break;
      default:
        this.#complain('expecting value');
    }
  }

  #acceptString(token: TokenBytes): void {
    const { value, error } = parseString(token.bytes, token.start, token.end, !this.#options.strict);
    if (error === undefined) this.#complete(value);
    else this.#complain(error);
  }

  #acceptKeyword(word: string): void {
    if (word === 'true') this.#complete(true);
    else if (word === 'false') this.#complete(false);
    else if (word === 'null') this.#complete(null);
    else this.#complain(`invalid keyword '${word}'`);
  }

  #close(container: JsonValue): void {
    this.#stack.pop();
    this.#complete(container);
  }

  #complete(value: JsonValue): void {
    const frame = this.#stack.at(-1);
    if (frame === undefined) {
      this.#result = value;
    } else if ('list' in frame) {
      frame.list.push(value);
      frame.place = 'after element';
    } else if (frame.place === 'value') {
      this.#completeMember(frame, value);
    } else if (typeof value === 'string') {
      frame.name = value;
      frame.place = 'colon';
    } else {
      this.#complain('key is not a string in object');
    }
  }

  #completeMember(frame: ObjectFrame, value: JsonValue): void {
    const { object, name } = frame;
    frame.place = 'after value';
    if (frame.names === undefined && isIndex(name)) frame.names = Object.keys(object);
    if (!Object.hasOwn(object, name)) frame.names?.push(name);
    if (this.#options.strict && Object.hasOwn(object, name)) {
      this.#complain('duplicate key');
    } else if (name === '__proto__') {
      Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
    } else {
      object[name] = value;
    }
  }

  #complain(text: string): void {
    this.#complaint = text.slice(0, longestComplaint);
    this.#stack.length = 0;
  }
}
