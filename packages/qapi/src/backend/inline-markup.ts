/** A piece of running text. */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong' | 'emphasis'; readonly text: string }
  /** A mention of a member of the same definition. */
  | { readonly kind: 'member'; readonly text: string }
  /** A mention of a definition, by its name. */
  | { readonly kind: 'reference'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

/** The patterns of markup, with the group of each that tells which it was. Named groups would cost an object a match. */
const CODE = 1;
const ROLE = 2;
const LABEL = 3;
const TARGET = 4;
const REFERENCE = 5;
const STRONG = 6;
const EMPHASIS = 7;
const MEMBER = 8;
const URL = 9;
const PATTERNS = [
  /``(.+?)``/,
  /:[\w:+-]+:`([^`]+)`/,
  /`([^`<>]*?)\s*<([^`<>]+)>`_{0,2}/,
  /`([^`]+)`_{0,2}/,
  /\*\*([^*]+)\*\*/,
  /(?<![\w*])\*([^\s*](?:[^*]*[^\s*])?)\*(?![\w*])/,
  /(?<![\w@])@([A-Za-z_](?:[\w-]*\w)?)/,
  /(https?:\/\/[^\s<>)"'\]]*[^\s<>)"'\].,;:])/,
];

const INLINE = new RegExp(`(?=[\`:*@h])(?:${PATTERNS.map((pattern) => pattern.source).join('|')})`, 'gs');

/** Whether running text may have markup; most has none. */
export function mayHaveMarkup(text: string): boolean {
  return /[`*@\\]|:\/\//.test(text);
}

/** Splits running text at its markup. */
export function parseInline(text: string): readonly Inline[] {
  if (!mayHaveMarkup(text)) return text === '' ? [] : [{ kind: 'text', text }];
  const pieces: Inline[] = [];
  let end = 0;
  INLINE.lastIndex = 0;
  for (let match = INLINE.exec(text); match !== null; match = INLINE.exec(text)) {
    if (match.index > end) pieces.push({ kind: 'text', text: unescaped(text.slice(end, match.index)) });
    pieces.push(piece(match));
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: 'text', text: unescaped(text.slice(end)) });
  return pieces;
}

function piece(match: RegExpExecArray): Inline {
  const code = match[CODE];
  if (code !== undefined) return { kind: 'code', text: code };
  const role = match[ROLE];
  if (role !== undefined) return { kind: 'reference', text: role.replace(/^[~!]/, '').replace(/\s*<[^>]*>$/, '') };
  const target = match[TARGET];
  if (target !== undefined) {
    const text = match[LABEL] || target;
    return /^https?:/.test(target) ? { kind: 'link', text, url: target } : { kind: 'text', text };
  }
  const reference = match[REFERENCE];
  if (reference !== undefined) return { kind: 'reference', text: reference };
  const strong = match[STRONG];
  if (strong !== undefined) return { kind: 'strong', text: strong };
  const emphasis = match[EMPHASIS];
  if (emphasis !== undefined) return { kind: 'emphasis', text: emphasis };
  const member = match[MEMBER];
  if (member !== undefined) return { kind: 'member', text: member };
  const url = match[URL] ?? match[0];
  return { kind: 'link', text: url, url };
}

/** Takes away the backslashes that keep reStructuredText from reading a sign. */
function unescaped(text: string): string {
  return text.replace(/\\([^\w\s])/g, '$1').replace(/\\ /g, '');
}
