import { isValidCodePoint } from './utf8.js';

/** Up to this many characters a loop beats a regular expression. */
const shortText = 24;

/** Tells whether a string needs no escapes: printable ASCII without `"` and backslash. */
function isClean(text: string): boolean {
  if (text.length > shortText) return /^[ !#-[\]-~]*$/.test(text);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return false;
  }
  return true;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Quotes as QEMU does: ASCII, capital digits in escapes, U+FFFD for what is not a valid character. */
export function quoteAscii(text: string): string {
  if (isClean(text)) return `"${text}"`;
  const escaped = text.replace(/[^ !#-[\]-~]/gu, (character) => shortEscapes[character] ?? escapeUnicode(character));
  return `"${escaped}"`;
}

function escapeUnicode(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  const valid = isValidCodePoint(codePoint) ? character : '\ufffd';
  let text = '';
  for (let index = 0; index < valid.length; index++) {
    text += `\\u${valid.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return text;
}

/**
 * Quotes with as few escapes as JSON allows.
 *
 * @throws {TypeError} when the text has a character that QEMU refuses to read.
 */
export function quoteUtf8(text: string): string {
  if (isClean(text)) return `"${text}"`;
  const refused = /[\p{Surrogate}\p{Noncharacter_Code_Point}]/u.exec(text);
  if (refused !== null) {
    const codePoint = refused[0].codePointAt(0) ?? 0;
    throw new TypeError(
      `QEMU refuses the character U+${codePoint.toString(16).toUpperCase().padStart(4, '0')} in a string`,
    );
  }
  return JSON.stringify(text);
}
