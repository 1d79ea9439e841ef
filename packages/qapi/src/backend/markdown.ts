import { type Inline, parseInline } from './inline-markup.js';
import type { Block } from './markup.js';
import { indentRest } from './output.js';
import type { Prose } from './prose.js';

/** The address of a definition, or nothing when there is none of this name. */
export type Resolve = (name: string) => string | undefined;

/** Documentation text as Markdown in which definitions are named, not linked: for doc comments. */
export function plainMarkdown(prose: Prose): string {
  return markdown(prose, () => undefined);
}

/** Documentation text as Markdown. */
export function markdown(prose: Prose, resolve: Resolve, headingLevel = 0): string {
  if (prose.markdown !== undefined) return prose.markdown;
  const { plain } = prose;
  if (plain !== undefined) {
    prose.markdown = escapeText(plain);
    return prose.markdown;
  }
  const { blocks: list } = prose;
  const text = blocks(list, resolve, headingLevel);
  // Most texts are one paragraph.
  const first = list[0];
  if (list.length === 1 && first?.kind === 'paragraph' && !first.pieces.some(isReference)) prose.markdown = text;
  return text;
}

function isReference({ kind }: Inline): boolean {
  return kind === 'reference';
}

/** Running text as Markdown, in one line. */
export function inlineMarkdown(text: string, resolve: Resolve): string {
  return inlines(parseInline(text.replace(/\s*\n\s*/g, ' ')), resolve);
}

function blocks(list: readonly Block[], resolve: Resolve, headingLevel: number): string {
  const first = list[0];
  // Most texts are one paragraph.
  if (first !== undefined && list.length === 1) return one(first, resolve, headingLevel);
  return list.map((block) => one(block, resolve, headingLevel)).join('\n\n');
}

function one(block: Block, resolve: Resolve, headingLevel: number): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(Math.min(6, headingLevel + block.level))} ${inlines(block.pieces, resolve)}`;
    case 'paragraph':
      return inlines(block.pieces, resolve);
    case 'code':
      return fenced(block.text);
    case 'list':
      return block.items
        .map((item, index) => listItem(item, block.ordered ? `${index + 1}. ` : '- ', resolve, headingLevel))
        .join('\n');
    case 'quote':
      return blocks(block.blocks, resolve, headingLevel);
    case 'note':
      return quoted(`**${block.title}:** ${blocks(block.blocks, resolve, headingLevel)}`);
    case 'example':
      return `**Example${block.title.length > 0 ? `: ${inlines(block.title, resolve)}` : ''}**\n\n${blocks(block.blocks, resolve, headingLevel)}`;
  }
}

function listItem(item: readonly Block[], mark: string, resolve: Resolve, headingLevel: number): string {
  return mark + indentRest(blocks(item, resolve, headingLevel), ' '.repeat(mark.length));
}

function fenced(text: string): string {
  const fence = text.includes('```') ? '````' : '```';
  return `${fence}${/^(->|<-) /m.test(text) ? 'qmp' : ''}\n${text}\n${fence}`;
}

function quoted(text: string): string {
  return text.replace(/^(?=.)/gm, '> ').replace(/^$/gm, '>');
}

function inlines(pieces: readonly Inline[], resolve: Resolve): string {
  let text = '';
  for (let index = 0; index < pieces.length; index++) text += inline(pieces[index], resolve);
  return text;
}

function inline(piece: Inline | undefined, resolve: Resolve): string {
  if (piece === undefined) return '';
  switch (piece.kind) {
    case 'text':
      return escapeText(piece.text);
    case 'strong':
      return `**${piece.text}**`;
    case 'emphasis':
      return `*${piece.text}*`;
    case 'link':
      return piece.text === piece.url ? `<${piece.url}>` : `[${piece.text}](${piece.url})`;
    case 'reference': {
      const url = resolve(piece.text);
      return url === undefined ? code(piece.text) : `[${code(piece.text)}](${url})`;
    }
    default:
      return code(piece.text);
  }
}

/** A code span. */
export function code(text: string): string {
  return /[`\n]/.test(text) ? `\`\` ${text.replaceAll('\n', ' ')} \`\`` : `\`${text}\``;
}

/** Keeps Markdown from seeing signs in plain text; two blanks after a sentence become one. */
function escapeText(text: string): string {
  const escaped = /[*_<[\\]/.test(text) ? text.replace(/[*<[\\]|(?<!\w)_|_(?!\w)/g, '\\$&') : text;
  return escaped.includes('  ') ? escaped.replace(/([.!?]) {2}/g, '$1 ') : escaped;
}
