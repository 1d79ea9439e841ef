import type { Condition, EntityBase, Feature } from '../schema/model.js';
import { conditionText } from './conditions.js';
import { documentation, type EntityDoc } from './documentation.js';
import { plainMarkdown } from './markdown.js';
import type { TypesOptions } from './types.js';

interface Part {
  readonly name: string;
  readonly features: readonly Feature[];
  readonly condition?: Condition;
}

/** The doc comment of a definition, or nothing. */
export function docComment(entity: EntityBase, options: TypesOptions): string {
  const doc = documentation(entity);
  const withText = options.docs ?? true;
  const body = withText
    ? [plainMarkdown(doc.body), titled('Returns: ', doc.returns), titled('Errors: ', doc.errors)]
    : [];
  return comment([...body, conditionLine(entity.condition, options)], tags(entity, doc, withText, doc.since));
}

/** The doc comment of a member or an enum value, or nothing. */
export function memberDoc(member: Part, owner: EntityBase, options: TypesOptions): string {
  const doc = documentation(owner);
  const text = doc.members.get(member.name) ?? '';
  if (text === '' && member.features.length === 0 && member.condition === undefined) return '';
  const withText = options.docs ?? true;
  const body = withText ? [plainMarkdown(text)] : [];
  return comment([...body, conditionLine(member.condition, options)], tags(member, doc, withText, sinceOf(text)));
}

/** The version in a text such as `(since 2.9)`. */
export function sinceOf(text: string): string | undefined {
  if (!/since/i.test(text)) return undefined;
  return /\(\s*since:?\s+(\d+(?:\.\d+)*)/i.exec(text)?.[1];
}

function titled(title: string, text: string): string {
  return text === '' ? '' : title + plainMarkdown(text);
}

function conditionLine(condition: Condition | undefined, { defines = 'all' }: TypesOptions): string {
  return condition === undefined || defines !== 'all' ? '' : `Exists only with ${conditionText(condition)}.`;
}

function tags(part: Part, doc: EntityDoc, withText: boolean, since: string | undefined): string[] {
  const lines = part.features.flatMap(({ name }) => {
    const text = withText ? plainMarkdown(doc.features.get(name) ?? '').replace(/\s+/g, ' ') : '';
    if (name === 'deprecated') return [`@deprecated ${text}`.trimEnd()];
    if (name === 'unstable') return [`@experimental ${text}`.trimEnd()];
    return [];
  });
  return since === undefined ? lines : [...lines, `@since ${since}`];
}

function comment(body: readonly string[], tags: readonly string[]): string {
  const text = [body.filter((part) => part !== '').join('\n\n'), tags.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
  if (text === '') return '';
  const safe = text.includes('*/') ? text.replaceAll('*/', '*\\/') : text;
  if (!safe.includes('\n')) return `/** ${safe} */\n`;
  return `/**\n${safe.replace(/^(?=.)/gm, ' * ').replace(/^$/gm, ' *')}\n */\n`;
}
