import { QmpError } from '../protocol/errors.js';
import type { Options } from './option-list.js';

/** Takes options one by one with their types, and refuses what nobody took. */
export class OptionReader {
  readonly #subject: string;
  readonly #options: Map<string, string>;
  readonly #known = new Set<string>();

  /** @param subject what the options belong to, for messages: `chardev 'socket'`. */
  constructor(subject: string, options: Options) {
    this.#subject = subject;
    this.#options = new Map(options);
  }

  string(name: string): string | undefined {
    this.#known.add(name);
    const value = this.#options.get(name);
    this.#options.delete(name);
    return value;
  }

  required(name: string, example: string): string {
    const value = this.string(name);
    if (value === undefined || value === '') {
      throw this.invalid(`Parameter '${name}' is missing`, `Add ${name}=…, for example ${example}.`);
    }
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.string(name);
    if (value === undefined) return undefined;
    if (['on', 'yes', 'true', 'y'].includes(value)) return true;
    if (['off', 'no', 'false', 'n'].includes(value)) return false;
    throw this.invalid(`Parameter '${name}' expects 'on' or 'off'`, `It is '${value}'.`);
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.string(name);
    if (value === undefined) return undefined;
    const number = /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) {
      throw this.invalid(`Parameter '${name}' expects a number from ${min} to ${max}, not '${value}'`);
    }
    return number;
  }

  /** A number of bytes with QEMU's suffixes: `64k`, `1M`. */
  size(name: string): number | undefined {
    const value = this.string(name);
    if (value === undefined) return undefined;
    const match = /^(0x[0-9a-f]+|\d+(?:\.\d+)?)([bkmgt]?)$/i.exec(value);
    const bytes = Number(match?.[1]) * 1024 ** 'bkmgt'.indexOf((match?.[2] || 'b').toLowerCase());
    if (!Number.isSafeInteger(bytes))
      throw this.invalid(`Parameter '${name}' expects a size such as 64k, not '${value}'`);
    return bytes;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.string(name);
    const found = choices.find((choice) => choice === value);
    if (value !== undefined && found === undefined) {
      throw this.invalid(`Parameter '${name}' does not accept value '${value}'`, `It takes ${choices.join(' or ')}.`);
    }
    return found;
  }

  /** Refuses the first option that nobody took. */
  finish(): void {
    for (const name of this.#options.keys()) {
      const near = nearest(name, this.#known);
      throw this.invalid(
        `Invalid parameter '${name}'`,
        near === undefined ? `It takes ${[...this.#known].join(', ')}.` : `Did you mean '${near}'?`,
      );
    }
  }

  invalid(what: string, hint?: string): QmpError {
    return new QmpError('QMP_OPTION_INVALID', `${this.#subject}: ${what}`, hint === undefined ? {} : { hint });
  }
}

/** The known name that a misspelt one most probably means. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Letters added, dropped, replaced, or exchanged with their neighbour. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const exchanged = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(row - 1, column - 1) + (same ? 0 : 1),
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        exchanged ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return at(a.length, b.length);
}
