import type { Inline } from './inline-markup.js';
import type { Resolve } from './markdown.js';
import type { Block } from './markup.js';
import type { Prose } from './prose.js';

/** Documentation text as HTML. */
export function html(prose: Prose, resolve: Resolve, headingLevel: number): string {
  const { plain } = prose;
  if (plain !== undefined) return `<p>${escapeHtml(plain)}</p>`;
  return blocks(prose.blocks, resolve, headingLevel);
}

/** Text as HTML, with nothing in it that a browser would take for markup, in ASCII. */
export function escapeHtml(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIALS, (sign) => `&#${sign.codePointAt(0)};`) : text;
}

const SPECIAL = /[&<>"'\u0080-\uffff]/;
const SPECIALS = /[&<>"'\u0080-\u{10ffff}]/gu;

function blocks(list: readonly Block[], resolve: Resolve, headingLevel: number): string {
  const first = list[0];
  // Most texts are one paragraph.
  if (first !== undefined && list.length === 1) return one(first, resolve, headingLevel);
  return list.map((block) => one(block, resolve, headingLevel)).join('\n');
}

function one(block: Block, resolve: Resolve, headingLevel: number): string {
  switch (block.kind) {
    case 'heading': {
      const tag = `h${Math.min(6, headingLevel + block.level)}`;
      return `<${tag}>${inlines(block.pieces, resolve)}</${tag}>`;
    }
    case 'paragraph':
      return `<p>${inlines(block.pieces, resolve)}</p>`;
    case 'code':
      return codeBlock(block.text);
    case 'list': {
      const tag = block.ordered ? 'ol' : 'ul';
      return `<${tag}>${block.items.map((item) => `<li>${blocks(item, resolve, headingLevel)}</li>`).join('')}</${tag}>`;
    }
    case 'quote':
      return `<blockquote>${blocks(block.blocks, resolve, headingLevel)}</blockquote>`;
    case 'note':
      return `<div class="note"><b>${escapeHtml(block.title)}</b> ${blocks(block.blocks, resolve, headingLevel)}</div>`;
    case 'example':
      return `<div class="example"><b>Example</b> ${inlines(block.title, resolve)}${blocks(block.blocks, resolve, headingLevel)}</div>`;
  }
}

/** A dialogue's lines are told apart by who speaks. */
function codeBlock(text: string): string {
  let speaker = '';
  const lines = text.split('\n').map((line) => {
    if (line.startsWith('->')) speaker = 'client';
    else if (line.startsWith('<-')) speaker = 'server';
    return speaker === '' ? escapeHtml(line) : `<span class="${speaker}">${escapeHtml(line)}</span>`;
  });
  return `<pre><code>${lines.join('\n')}</code></pre>`;
}

function inlines(pieces: readonly Inline[], resolve: Resolve): string {
  let text = '';
  for (let index = 0; index < pieces.length; index++) text += inline(pieces[index], resolve);
  return text;
}

function inline(piece: Inline | undefined, resolve: Resolve): string {
  if (piece === undefined) return '';
  const text = escapeHtml(piece.text);
  switch (piece.kind) {
    case 'text':
      return text;
    case 'strong':
      return `<strong>${text}</strong>`;
    case 'emphasis':
      return `<em>${text}</em>`;
    case 'link':
      return `<a href="${escapeHtml(piece.url)}" rel="noreferrer">${text}</a>`;
    case 'reference': {
      const url = resolve(piece.text);
      return url === undefined ? `<code>${text}</code>` : `<a href="${escapeHtml(url)}"><code>${text}</code></a>`;
    }
    default:
      return `<code>${text}</code>`;
  }
}
