import { type Inline, parseInline } from './inline-markup.js';

/**
 * The markup of documentation comments: the part of reStructuredText that schemas use, and the older dialect's own
 * signs. What is not understood stays as text; nothing is an error here.
 */

/** A block of documentation. */
export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly pieces: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly pieces: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'note'; readonly title: string; readonly blocks: readonly Block[] }
  | { readonly kind: 'example'; readonly title: readonly Inline[]; readonly blocks: readonly Block[] };

const BULLET = /^( *)([-*]|\d+[.)]|#\.) +(?=\S)/;
const DIRECTIVE = /^\.\. ([\w-]+):: ?(.*)$/;
const OVERLINE = /^([=*~^"_-])\1{2,}$/;
/** Levels of headings by the sign they are underlined with, as QEMU's own documents use them. */
const LEVELS = '*=-~^"_';

/** Lines none of which could start anything but a paragraph; a line that is indented goes on with it. */
const PLAIN = /^[A-Za-z`@"(][^\n]*(?:\n(?: +[^ \n]|[A-Za-z`@"(])[^\n]*)*$/;

/** The lines of a text that is one plain paragraph, without indentation; most texts are. */
export function plainParagraph(text: string): string | undefined {
  if (!PLAIN.test(text) || text.endsWith('::')) return undefined;
  return text.includes('\n ') ? text.replace(/\n +/g, '\n') : text;
}

/** Splits documentation text into blocks. */
export function parseMarkup(text: string): readonly Block[] {
  const trimmed = text.trimEnd();
  if (trimmed === '') return [];
  const paragraph = plainParagraph(trimmed);
  if (paragraph !== undefined) return [{ kind: 'paragraph', pieces: parseInline(paragraph) }];
  return new BlockReader(trimmed.split('\n')).read();
}

class BlockReader {
  readonly #lines: readonly string[];
  readonly #blocks: Block[] = [];
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): readonly Block[] {
    while (this.#at < this.#lines.length) this.#block(this.#line());
    return this.#blocks;
  }

  #line(offset = 0): string {
    return this.#lines[this.#at + offset] ?? '';
  }

  #block(line: string): void {
    if (isBlank(line)) this.#at++;
    else if (/^[A-Za-z`@"(]/.test(line) && !OVERLINE.test(this.#line(1))) this.#paragraph();
    else if (this.#heading(line)) return;
    else if (DIRECTIVE.test(line)) this.#directive(line);
    else if (line.startsWith('.. ')) this.#skipComment();
    else if (BULLET.test(line)) this.#list(line);
    else if (line.startsWith(' ')) this.#blocks.push({ kind: 'quote', blocks: parseMarkup(this.#indented(1)) });
    else if (/^(={2,} +=|\+-)/.test(line)) this.#blocks.push({ kind: 'code', text: this.#paragraphLines().join('\n') });
    else if (/^(->|<-) /.test(line)) this.#blocks.push({ kind: 'code', text: this.#paragraphLines().join('\n') });
    else this.#paragraph();
  }

  #heading(line: string): boolean {
    const old = /^(={1,5}) +(\S.*)$/.exec(line);
    const over = OVERLINE.test(line) && this.#line(1) !== '' && this.#line(2) === line;
    const under = !over && OVERLINE.test(this.#line(1)) && this.#line(1).length >= line.length - 1;
    if (old && !over) this.#pushHeading(old[1]?.length ?? 1, old[2] ?? '');
    else if (over) this.#pushHeading(1, this.#line(1).trim());
    else if (under) this.#pushHeading(LEVELS.indexOf(this.#line(1).charAt(0)) + 1, line.trim());
    else return false;
    this.#at += over ? 3 : under ? 2 : 1;
    return true;
  }

  #pushHeading(level: number, text: string): void {
    this.#blocks.push({ kind: 'heading', level, pieces: parseInline(text) });
  }

  /** The following lines that are blank or indented by at least `least`, without that indentation. */
  #indented(least: number): string {
    const start = this.#at;
    while (this.#at < this.#lines.length && (isBlank(this.#line()) || indentation(this.#line()) >= least)) this.#at++;
    return dedent(this.#lines.slice(start, this.#at)).join('\n').trimEnd();
  }

  #paragraphLines(): string[] {
    const lines: string[] = [];
    for (; this.#at < this.#lines.length && !isBlank(this.#line()); this.#at++) {
      if (lines.length > 0 && !this.#line().startsWith(' ') && BULLET.test(this.#line())) break;
      lines.push(this.#line());
    }
    return lines;
  }

  #paragraph(): void {
    const text = this.#paragraphLines()
      .map((line) => line.trim())
      .join('\n');
    const literal = text.endsWith('::');
    const shown = literal ? text.replace(/\s*::$/, text.endsWith(' ::') || text === '::' ? '' : ':') : text;
    if (shown !== '') this.#blocks.push({ kind: 'paragraph', pieces: parseInline(shown) });
    if (literal) this.#literal();
  }

  #literal(): void {
    while (this.#at < this.#lines.length && isBlank(this.#line())) this.#at++;
    const text = this.#indented(1);
    if (text !== '') this.#blocks.push({ kind: 'code', text });
  }

  #skipComment(): void {
    this.#at++;
    this.#indented(1);
  }

  #list(line: string): void {
    const ordered = !/^ *[-*]/.test(line);
    const items: (readonly Block[])[] = [];
    while (this.#at < this.#lines.length) {
      const bullet = BULLET.exec(this.#line());
      if (!bullet || ordered === /^ *[-*]/.test(this.#line())) break;
      const first = this.#line().slice(bullet[0].length);
      this.#at++;
      items.push(parseMarkup(`${first}\n${this.#indented((bullet[1]?.length ?? 0) + 1)}`));
    }
    this.#blocks.push({ kind: 'list', ordered, items });
  }

  #directive(line: string): void {
    const [, name = '', argument = ''] = DIRECTIVE.exec(line) ?? [];
    this.#at++;
    const lines = this.#indented(1).split('\n');
    const options = takeOptions(lines);
    const body = dedent(lines).join('\n');
    if (name === 'qmp-example') this.#blocks.push(example(options, body));
    else if (/^(code|code-block|literalinclude|math|parsed-literal)$/.test(name))
      this.#blocks.push({ kind: 'code', text: body });
    else if (/^(note|warning|caution|important|tip|attention|danger|seealso|admonition)$/.test(name)) {
      const title = name === 'admonition' ? argument : (name[0] ?? '').toUpperCase() + name.slice(1);
      const text = name === 'admonition' ? body : `${argument}\n${body}`;
      this.#blocks.push({ kind: 'note', title, blocks: parseMarkup(text.trim()) });
    } else this.#blocks.push(...parseMarkup(body));
  }
}

/** Takes the leading `:option: value` lines out of a directive's body. */
function takeOptions(lines: string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (let match = option(lines[0]); match; match = option(lines[0])) {
    lines.shift();
    let value = match[2] ?? '';
    while (lines[0]?.startsWith(' ')) value += ` ${lines.shift()?.trim()}`;
    options.set(match[1] ?? '', value);
  }
  while (lines[0]?.trim() === '' && lines.length > 1) lines.shift();
  return options;
}

function option(line = ''): RegExpExecArray | null {
  return /^:([\w-]+): ?(.*)$/.exec(line);
}

function example(options: ReadonlyMap<string, string>, body: string): Block {
  const blocks = options.has('annotated') ? parseMarkup(body) : [{ kind: 'code', text: body } as const];
  return { kind: 'example', title: parseInline(options.get('title') ?? ''), blocks };
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}

function isBlank(line: string): boolean {
  return line === '' || line.trim() === '';
}

function dedent(lines: readonly string[]): readonly string[] {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < lines.length && least > 0; index++) {
    const line = lines[index] ?? '';
    if (!isBlank(line)) least = Math.min(least, indentation(line));
  }
  return least === 0 || least === Number.POSITIVE_INFINITY ? lines : lines.map((line) => line.slice(least));
}
