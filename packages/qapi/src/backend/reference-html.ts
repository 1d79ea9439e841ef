import type { Schema } from '../schema/model.js';
import { escapeHtml, html } from './html.js';
import type { Resolve } from './markdown.js';
import { joinFilled, type OutputFile, printedFile, separated } from './output.js';
import { buildReference, type Chapter, type Entry, type Row, type Table, type TypeName } from './reference.js';
import { headingOf, type ReferenceOptions } from './reference-markdown.js';
import { SCRIPT, STYLE } from './reference-page.js';

/** Generates the reference as one HTML file that needs nothing else: `qmp-reference.html`. */
export function generateHtml(schema: Schema, options: ReferenceOptions = {}): readonly OutputFile[] {
  const { title = 'QMP reference', prefix = 'qmp', defines = 'all' } = options;
  const chapters = buildReference(schema, defines);
  return [printedFile(`${prefix}-reference.html`, new HtmlPage(chapters).parts(title))];
}

/** Prints the page. */
class HtmlPage {
  readonly #chapters: readonly Chapter[];
  readonly #names: ReadonlySet<string>;
  /** Types by name, as they are mentioned. */
  readonly #types = new Map<string, string>();
  readonly #resolve: Resolve = (name) => (this.#names.has(name) ? `#${encodeURIComponent(name)}` : undefined);

  constructor(chapters: readonly Chapter[]) {
    this.#chapters = chapters;
    this.#names = new Set(chapters.flatMap((chapter) => chapter.entries.map((entry) => entry.name)));
  }

  parts(title: string): readonly string[] {
    const present = this.#chapters.filter((chapter) => chapter.entries.length + chapter.introductions.length > 0);
    const head = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="qapi-gen">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<nav aria-label="Contents">
<input type="search" id="search" placeholder="Search ( / )" aria-label="Search names and texts" autocomplete="off">
<p id="count" role="status"></p>
${present.map((chapter) => this.#contents(chapter)).join('\n')}
</nav>
<main>
<h1>${escapeHtml(title)}</h1>
`;
    const chapters = present.flatMap((chapter, index) => [index === 0 ? '' : '\n', ...this.#chapter(chapter)]);
    return [head, ...chapters, `\n</main>\n<script>${SCRIPT}</script>\n</body>\n</html>\n`];
  }

  #contents(chapter: Chapter): string {
    const items = chapter.entries.map(
      (entry) => `<li class="${entry.kind}"><a href="${this.#resolve(entry.name)}">${escapeHtml(entry.name)}</a></li>`,
    );
    const anchor = `<a href="#module-${escapeHtml(chapter.name)}">${escapeHtml(headingOf(chapter))}</a>`;
    return `<section><h2>${anchor}</h2><ul>${items.join('')}</ul></section>`;
  }

  #chapter(chapter: Chapter): readonly string[] {
    const introduction = chapter.introductions.map((text) => html(text, this.#resolve, 1)).join('\n');
    const heading = /<h[2-6]>/.test(introduction) ? '' : `<h2>${escapeHtml(headingOf(chapter))}</h2>`;
    return [
      `<section class="module" id="module-${escapeHtml(chapter.name)}">${heading}${introduction}\n`,
      ...separated(
        chapter.entries.map((entry) => this.#entry(entry)),
        '\n',
      ),
      '</section>',
    ];
  }

  #entry(entry: Entry): string {
    const name = escapeHtml(entry.name);
    const marks = entry.features.map((feature) => mark(feature.name)).join('');
    const since = entry.since === undefined ? '' : `<span class="since">since ${escapeHtml(entry.since)}</span>`;
    const link = `<a class="anchor" href="${this.#resolve(entry.name)}" aria-label="Link to ${name}">#</a>`;
    const parts = [
      `<h3><span class="what">${entry.what}</span> <code>${name}</code> ${marks}${since}${link}</h3>`,
      html(entry.body, this.#resolve, 3),
      ...entry.tables.map((table) => this.#table(table)),
      this.#returns(entry),
      entry.errors.text === '' ? '' : `<h4>Errors</h4>${html(entry.errors, this.#resolve, 4)}`,
      this.#features(entry),
      ...entry.rest.map((text) => html(text, this.#resolve, 3)),
      entry.remarks.length > 0 ? `<p class="remarks">${escapeHtml(entry.remarks.join(' '))}</p>` : '',
    ];
    return `<article id="${name}" class="${entry.kind}">${joinFilled(parts, '\n')}</article>`;
  }

  #table(table: Table): string {
    const rows = table.rows.map((row) => this.#row(row));
    const joins = table.joins.map(({ type, when }) => {
      const condition = when ? `when <code>${escapeHtml(when[0])}</code> is <code>${escapeHtml(when[1])}</code>: ` : '';
      return `<tr><td colspan="3">${condition}the members of ${this.#type(type)}</td></tr>`;
    });
    return `<h4>${table.title}</h4><table>${rows.join('')}${joins.join('')}</table>`;
  }

  #row(row: Row): string {
    const type = row.type ? this.#type(row.type) : '';
    const optional = row.optional ? ' <span class="mark">optional</span>' : '';
    const condition =
      row.condition === undefined ? '' : `<p class="remarks">Only with ${escapeHtml(row.condition)}.</p>`;
    const marks = row.features.length === 0 ? '' : row.features.map(mark).join('');
    const text = html(row.text, this.#resolve, 4) + condition;
    return `<tr><td><code>${escapeHtml(row.name)}</code>${marks}</td><td>${type}${optional}</td><td>${text}</td></tr>`;
  }

  #returns({ returns }: Entry): string {
    if (!returns) return '';
    const type = returns.type ? `<p>${this.#type(returns.type)}</p>` : '';
    return `<h4>Returns</h4>${type}${html(returns.text, this.#resolve, 4)}`;
  }

  #features({ features }: Entry): string {
    if (features.length === 0) return '';
    const rows = features.map(
      ({ name, text }) => `<tr><td>${mark(name)}</td><td>${html(text, this.#resolve, 4)}</td></tr>`,
    );
    return `<h4>Features</h4><table>${rows.join('')}</table>`;
  }

  #type(type: TypeName): string {
    let shown = this.#types.get(type.name);
    if (shown === undefined) {
      const name = `<code>${escapeHtml(type.name)}</code>`;
      const url = type.builtin ? undefined : this.#resolve(type.name);
      shown = url === undefined ? name : `<a href="${url}">${name}</a>`;
      this.#types.set(type.name, shown);
    }
    return type.array ? `array of ${shown}` : shown;
  }
}

function mark(feature: string): string {
  const known = feature === 'deprecated' || feature === 'unstable' ? ` ${feature}` : '';
  return `<span class="mark${known}">${escapeHtml(feature)}</span>`;
}
