import type { DefinitionKind, Finding } from '../language/finding.js';
import { positionAt, type SourceFile } from '../language/source.js';
import type { Documentation } from '../language/syntax.js';

/** The definition that is being checked, as far as findings need it. */
export interface Subject {
  readonly source: SourceFile;
  /** Line of the definition's first token: what QEMU names for everything inside. */
  readonly line: number;
  readonly definition?: { readonly kind: DefinitionKind; readonly name: string };
}

/** Makes a finding inside a definition. */
export function findingIn(subject: Subject, code: string, message: string, offset: number): Finding {
  const { source, definition } = subject;
  const { line, column } = positionAt(source, offset);
  const place = { code, message, source, line, column, qemu: { line: subject.line } };
  return definition === undefined ? place : { ...place, definition };
}

/** Makes a finding about a definition as a whole. */
export function findingAtStart(subject: Subject, code: string, message: string): Finding {
  const { source, line, definition } = subject;
  const place = { code, message, source, line, column: 1, qemu: { line } };
  return definition === undefined ? place : { ...place, definition };
}

/** Makes a finding about documentation; it is not in a definition, as QEMU has it. */
export function findingInDoc(doc: Documentation, line: number, code: string, message: string): Finding {
  return { code, message, source: doc.source, line, column: 1, qemu: { line } };
}
