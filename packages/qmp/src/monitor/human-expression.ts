import { HumanSyntaxError, type Parsed, singleByte } from './human-syntax.js';

const mask = (1n << 64n) - 1n;

/** What a register of the processor holds; undefined for a name that it does not have. */
export type RegisterLookup = (name: string) => bigint | undefined;

/**
 * Reads an integer expression: decimal, `0x…` and octal numbers, `'c'`, `$register`, parentheses, `+ - ~` in front, and in falling
 * precedence `* / %`, `& | ^`, `+ -`, all on 64 bits (QEMU's `monitor/hmp.c`).
 *
 * @throws {HumanSyntaxError} with QEMU's text.
 */
export function parseExpression(text: string, start = 0, registers: RegisterLookup = noRegisters): Parsed<bigint> {
  const reader = new Reader(text, start, registers);
  return { value: BigInt.asIntN(64, reader.sum()), end: reader.at };
}

const noRegisters: RegisterLookup = () => undefined;

type Level = () => bigint;

class Reader {
  readonly #text: string;
  readonly #registers: RegisterLookup;
  at: number;

  constructor(text: string, at: number, registers: RegisterLookup) {
    this.#text = text;
    this.#registers = registers;
    this.at = at;
    this.#skip();
  }

  sum(): bigint {
    return this.#chain(() => this.#logic(), { '+': (a, b) => a + b, '-': (a, b) => a - b });
  }

  #logic(): bigint {
    return this.#chain(() => this.#product(), { '&': (a, b) => a & b, '|': (a, b) => a | b, '^': (a, b) => a ^ b });
  }

  #product(): bigint {
    const divisor = (value: bigint) => {
      if (value === 0n) throw new HumanSyntaxError('division by zero');
      return BigInt.asIntN(64, value);
    };
    const signed = (value: bigint) => BigInt.asIntN(64, value);
    return this.#chain(() => this.#unary(), {
      '*': (a, b) => a * b,
      '/': (a, b) => signed(a) / divisor(b),
      '%': (a, b) => signed(a) % divisor(b),
    });
  }

  #chain(operand: Level, operators: Readonly<Record<string, (a: bigint, b: bigint) => bigint>>): bigint {
    let value = operand();
    for (;;) {
      const operator = operators[this.#text[this.at] ?? ''];
      if (operator === undefined) return value;
      this.#next();
      value = operator(value, operand()) & mask;
    }
  }

  #unary(): bigint {
    const character = this.#text[this.at];
    switch (character) {
      case undefined:
        throw new HumanSyntaxError('unexpected end of expression');
      case '+':
        this.#next();
        return this.#unary();
      case '-':
        this.#next();
        return -this.#unary() & mask;
      case '~':
        this.#next();
        return ~this.#unary() & mask;
      case '(': {
        this.#next();
        const value = this.sum();
        if (this.#text[this.at] !== ')') throw new HumanSyntaxError("')' expected");
        this.#next();
        return value;
      }
      case "'":
        return this.#character();
      case '$':
        return this.#register();
      default:
        return this.#number(character);
    }
  }

  #register(): bigint {
    const name = /^[A-Za-z0-9_.]*/.exec(this.#text.slice(this.at + 1))?.[0] ?? '';
    const value = this.#registers(name);
    if (value === undefined) throw new HumanSyntaxError('unknown register');
    this.at += name.length;
    this.#next();
    return value & mask;
  }

  #character(): bigint {
    const character = this.#text[this.at + 1];
    if (character === undefined) throw new HumanSyntaxError('character constant expected');
    // QEMU reads bytes: a character of several is not one between two quotes.
    if (singleByte(character) !== character || this.#text[this.at + 2] !== "'")
      throw new HumanSyntaxError("missing terminating ' character");
    this.at += 2;
    this.#next();
    return BigInt(character.codePointAt(0) ?? 0);
  }

  #number(first: string): bigint {
    const digits = /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(this.#text.slice(this.at))?.[0];
    if (digits === undefined) throw new HumanSyntaxError(`invalid char '${singleByte(first)}' in expression`);
    const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
    if (value > mask) throw new HumanSyntaxError('number too large');
    this.at += digits.length;
    this.#skip();
    return value;
  }

  #next(): void {
    this.at++;
    this.#skip();
  }

  #skip(): void {
    while (/[ \t\n\v\f\r]/.test(this.#text[this.at] ?? '')) this.at++;
  }
}
