/** A piece of running text. */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong' | 'emphasis'; readonly text: string }
  /** A mention of a member of the same definition. */
  | { readonly kind: 'member'; readonly text: string }
  /** A mention of a definition, by its name. */
  | { readonly kind: 'reference'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

const PATTERNS = [
  /``(?<code>.+?)``/,
  /:[\w:+-]+:`(?<role>[^`]+)`/,
  /`(?<label>[^`<>]*?)\s*<(?<target>[^`<>]+)>`_{0,2}/,
  /`(?<reference>[^`]+)`_{0,2}/,
  /\*\*(?<strong>[^*]+)\*\*/,
  /(?<![\w*])\*(?<emphasis>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])/,
  /(?<![\w@])@(?<member>[A-Za-z_](?:[\w-]*\w)?)/,
  /(?<url>https?:\/\/[^\s<>)"'\]]*[^\s<>)"'\].,;:])/,
];

const INLINE = new RegExp(PATTERNS.map((pattern) => pattern.source).join('|'), 'gs');

/** Splits running text at its markup. */
export function parseInline(text: string): readonly Inline[] {
  if (!/[`*@\\]|:\/\//.test(text)) return text === '' ? [] : [{ kind: 'text', text }];
  const pieces: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) pieces.push({ kind: 'text', text: unescaped(text.slice(end, match.index)) });
    pieces.push(piece(match.groups ?? {}, match[0]));
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: 'text', text: unescaped(text.slice(end)) });
  return pieces;
}

function piece(groups: Record<string, string | undefined>, whole: string): Inline {
  const { code, role, label, target, reference, strong, emphasis, member, url } = groups;
  if (code !== undefined) return { kind: 'code', text: code };
  if (role !== undefined) return { kind: 'reference', text: role.replace(/^[~!]/, '').replace(/\s*<[^>]*>$/, '') };
  if (target !== undefined)
    return /^https?:/.test(target)
      ? { kind: 'link', text: label || target, url: target }
      : { kind: 'text', text: label || target };
  if (reference !== undefined) return { kind: 'reference', text: reference };
  if (strong !== undefined) return { kind: 'strong', text: strong };
  if (emphasis !== undefined) return { kind: 'emphasis', text: emphasis };
  if (member !== undefined) return { kind: 'member', text: member };
  return url !== undefined ? { kind: 'link', text: url, url } : { kind: 'text', text: whole };
}

/** Takes away the backslashes that keep reStructuredText from reading a sign. */
function unescaped(text: string): string {
  return text.replace(/\\([^\w\s])/g, '$1').replace(/\\ /g, '');
}
