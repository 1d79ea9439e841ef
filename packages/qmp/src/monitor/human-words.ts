import { HumanSyntaxError, type Parsed } from './human-syntax.js';

/** Takes off what C calls space at the beginning of a text. */
export function trimBlanks(text: string): string {
  return text.replace(/^[ \t\n\v\f\r]+/, '');
}

/** Reads a word, or text in double quotes. @returns undefined when there is none or its quote does not end. */
export function takeWord(text: string): Parsed<string> | undefined {
  if (!text.startsWith('"')) {
    const word = /^[^ \t\n\v\f\r]+/.exec(text)?.[0];
    return word === undefined ? undefined : { value: word, end: word.length };
  }
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') return { value, end: at + 1 };
    if (character !== '\\') value += character;
    else {
      at++;
      const escaped = { n: '\n', r: '\r', '\\': '\\', "'": "'", '"': '"' }[text.charAt(at)];
      if (escaped === undefined) return undefined;
      value += escaped;
    }
  }
  return undefined;
}

/** Reads a text as words. @returns undefined when a quote in it does not end. */
export function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  for (let rest = trimBlanks(text); rest !== ''; ) {
    const word = takeWord(rest);
    if (word === undefined) return undefined;
    words.push(word.value);
    rest = trimBlanks(rest.slice(word.end));
  }
  return words;
}

/** Reads `on` or `off`. @throws {HumanSyntaxError} for another word. */
export function takeBoolean(text: string): Parsed<boolean> {
  const word = /^[!-~]*/.exec(text)?.[0] ?? '';
  if (word !== 'on' && word !== 'off') throw new HumanSyntaxError("Expected 'on' or 'off'");
  return { value: word === 'on', end: word.length };
}

const units = 'bkmgtpe';

/** Reads a size in MiB, or with a unit, as C reads numbers: what follows the number is left. @throws {HumanSyntaxError} for what is none. */
export function takeSize(text: string): Parsed<bigint> {
  const match = /^\+?(?:(0x[0-9a-f]+)|(\d+)(\.\d*)?)([bkmgtpe]?)/i.exec(text);
  if (match === null) throw new HumanSyntaxError('invalid size');
  const [all, hexadecimal, whole, fraction = '', unit] = match;
  const shift = BigInt(units.indexOf((unit || 'm').toLowerCase()) * 10);
  const part = fraction.length > 1 ? Number(`0${fraction}`) : 0;
  const value = (BigInt(hexadecimal ?? whole ?? 0) << shift) + BigInt(Math.trunc(part * Number(1n << shift)));
  const rest = text.slice(all.length - (unit ?? '').length);
  const faulty =
    hexadecimal === undefined ? part > 0 && (shift === 0n || /^e[+-]?\d/i.test(rest)) : text[all.length] === '.';
  if (value >= 1n << 63n || faulty) throw new HumanSyntaxError('invalid size');
  return { value, end: all.length };
}
