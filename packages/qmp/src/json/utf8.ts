/**
 * UTF-8 as QEMU reads it (its unicode.c): U+0000 may also be the bytes C0 80; surrogates, noncharacters, overlong forms
 * and what lies beyond U+10FFFF are invalid.
 */

/** Tells whether QEMU takes a code point in a string. */
export function isValidCodePoint(codePoint: number): boolean {
  if (codePoint > 0x10ffff) return false;
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return false;
  if (codePoint >= 0xfdd0 && codePoint <= 0xfdef) return false;
  return (codePoint & 0xfffe) !== 0xfffe;
}

/** One sequence read by {@link CodePointReader}. */
export interface CodePointReader {
  /** The code point, or -1 when the sequence is invalid. */
  codePoint: number;
  /** Where the next sequence begins. */
  next: number;
}

/** The smallest code point that needs as many continuation bytes as the index says. */
const smallest = [0, 0x80, 0x800, 0x10000, 0x20_0000, 0x400_0000];

/**
 * Reads one sequence. An invalid one extends over its lead byte and the continuation bytes that follow, as many as the
 * lead byte asks for: forms of up to six bytes count, although those beyond four are never valid.
 *
 * @param lenient takes surrogates and noncharacters, as JSON itself does.
 */
export function readCodePoint(
  bytes: Uint8Array,
  at: number,
  end: number,
  lenient: boolean,
  into: CodePointReader,
): CodePointReader {
  const lead = bytes[at] as number;
  into.next = at + 1;
  if (lead < 0x80) {
    into.codePoint = lead;
    return into;
  }
  if (lead < 0xc0 || lead >= 0xfe) {
    into.codePoint = -1;
    return into;
  }
  const wanted = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf8 ? 3 : lead < 0xfc ? 4 : 5;
  let codePoint = lead & (0x3f >> wanted);
  let found = 0;
  while (found < wanted && into.next < end && ((bytes[into.next] as number) & 0xc0) === 0x80) {
    codePoint = codePoint * 64 + ((bytes[into.next] as number) & 0x3f);
    into.next++;
    found++;
  }
  const complete = found === wanted;
  const shortest = codePoint >= (smallest[wanted] as number) || (codePoint === 0 && wanted === 1);
  const allowed = lenient ? codePoint <= 0x10ffff && (codePoint & 0x1ff800) !== 0xd800 : isValidCodePoint(codePoint);
  into.codePoint = complete && shortest && allowed ? codePoint : -1;
  return into;
}

const replacing = new TextDecoder('utf-8', { ignoreBOM: true });
const refusing = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Below this many bytes a loop beats a call to the decoder. */
const shortText = 16;

/** Decodes bytes of which all are below 0x80. */
export function decodeAscii(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > shortText) return replacing.decode(bytes.subarray(start, end));
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}

/** Decodes UTF-8 as the rest of the world means it, or returns undefined when it is not valid. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return refusing.decode(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/** Decodes bytes for an error text: each invalid sequence becomes one U+FFFD. */
export function decodeLossy(bytes: Uint8Array, start: number, end: number): string {
  const parts: string[] = [];
  let text = '';
  const step: CodePointReader = { codePoint: 0, next: start };
  for (let at = start; at < end; at = step.next) {
    readCodePoint(bytes, at, end, false, step);
    text += step.codePoint < 0 ? '\ufffd' : String.fromCodePoint(step.codePoint);
    if (text.length > 4096) {
      parts.push(text);
      text = '';
    }
  }
  parts.push(text);
  return parts.join('');
}
