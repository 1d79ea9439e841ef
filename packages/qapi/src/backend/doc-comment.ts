import type { Condition, EntityBase, Feature } from '../schema/model.js';
import { conditionText } from './conditions.js';
import { documentation, type EntityDoc } from './documentation.js';
import { plainMarkdown } from './markdown.js';
import { NO_PROSE } from './prose.js';
import type { TypesOptions } from './types-options.js';

interface Part {
  readonly name: string;
  readonly features: readonly Feature[];
  readonly condition?: Condition;
}

/** The doc comment of a definition, or nothing. */
export function docComment(entity: EntityBase, options: TypesOptions): string {
  const doc = documentation(entity);
  const withText = options.docs ?? true;
  let body = withText ? plainMarkdown(doc.body) : '';
  if (withText && doc.returns.text !== '') body = joined(body, `Returns: ${plainMarkdown(doc.returns)}`);
  if (withText && doc.errors.text !== '') body = joined(body, `Errors: ${plainMarkdown(doc.errors)}`);
  return comment(joined(body, conditionLine(entity.condition, options)), tags(entity, doc, withText, doc.since), '');
}

/** The doc comment of a member or an enum value at a margin, or nothing; `doc` is that of its owner. */
export function memberDoc(member: Part, doc: EntityDoc, options: TypesOptions, margin: string): string {
  const prose = doc.members.get(member.name) ?? NO_PROSE;
  if (prose.text === '' && member.features.length === 0 && member.condition === undefined) return '';
  const withText = options.docs ?? true;
  const body = joined(withText ? plainMarkdown(prose) : '', conditionLine(member.condition, options));
  return comment(body, tags(member, doc, withText, sinceOf(prose.text)), margin);
}

/** The version in a text such as `(since 2.9)`. */
function sinceOf(text: string): string | undefined {
  if (!text.includes('ince')) return undefined;
  return /\(\s*since:?\s+(\d+(?:\.\d+)*)/i.exec(text)?.[1];
}

/** Two paragraphs, or the one that is there. */
function joined(one: string, other: string): string {
  return one === '' ? other : other === '' ? one : `${one}\n\n${other}`;
}

function conditionLine(condition: Condition | undefined, { defines = 'all' }: TypesOptions): string {
  return condition === undefined || defines !== 'all' ? '' : `Exists only with ${conditionText(condition)}.`;
}

function tags(part: Part, doc: EntityDoc, withText: boolean, since: string | undefined): string {
  if (part.features.length === 0) return since === undefined ? '' : `@since ${since}`;
  const lines: string[] = [];
  for (const { name } of part.features) {
    const tag = name === 'deprecated' ? '@deprecated' : name === 'unstable' ? '@experimental' : undefined;
    const text = tag && withText ? plainMarkdown(doc.features.get(name) ?? NO_PROSE).replace(/\s+/g, ' ') : '';
    if (tag) lines.push(`${tag} ${text}`.trimEnd());
  }
  if (since !== undefined) lines.push(`@since ${since}`);
  return lines.join('\n');
}

function comment(body: string, tags: string, margin: string): string {
  const written = joined(body, tags);
  if (written === '') return '';
  const text = written.includes('*/') ? written.replaceAll('*/', '*\\/') : written;
  if (!text.includes('\n')) return `${margin}/** ${text} */\n`;
  const lines = `${margin} * ${text.replaceAll('\n', `\n${margin} * `)}`;
  return `${margin}/**\n${text.includes('\n\n') ? lines.replace(/ $/gm, '') : lines}\n${margin} */\n`;
}
