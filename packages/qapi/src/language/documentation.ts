import type { DialectRules } from './dialect.js';
import { readAligned } from './doc-aligned.js';
import type { DocResult } from './doc-builder.js';
import { readParts } from './doc-parts.js';
import type { SourceFile } from './source.js';
import type { Comment, DocSection, Documentation } from './syntax.js';

/** Reads a documentation block by the rules of a dialect. */
export function readDocumentation(source: SourceFile, comment: Comment, rules: DialectRules): DocResult {
  return rules.layout === 'parts' ? readParts(source, comment, rules) : readAligned(source, comment, rules);
}

/** The part about a member or a feature. */
export function findSection(
  doc: Documentation | undefined,
  kind: 'member' | 'feature',
  name: string,
): DocSection | undefined {
  return doc?.sections.find((section) => section.kind === kind && section.name === name);
}

/** The QEMU version that a `Since` part or a `(since X.Y)` in a text names. */
export function sinceOf(text: string): string | undefined {
  return /(?:^|\(since:?\s+|\bsince:?\s+)(\d+(?:\.\d+)*)/i.exec(text)?.[1];
}
