/** Connects definitions with their documentation: what must be described is, and nothing else. */

import type { DialectRules } from '../language/dialect.js';
import { findSection } from '../language/documentation.js';
import type { Finding } from '../language/finding.js';
import type { DocSection, Documentation, Pragmas } from '../language/syntax.js';
import type { Role } from './describe.js';
import { findingAtStart, findingInDoc, type Subject } from './reporter.js';

/** Something that documentation describes. */
export interface Describable {
  readonly name: string;
  readonly features: readonly { readonly name: string }[];
}

/** What a definition has to say for its documentation. */
export interface Described {
  readonly subject: Subject;
  readonly features: readonly { readonly name: string }[];
  readonly role: Role;
  readonly members: readonly Describable[];
  /** Whether it is a command that returns something. */
  readonly returns: boolean;
}

/** Connects documentation blocks one by one, collecting findings. */
export class DocConnector {
  readonly findings: Finding[] = [];
  readonly #rules: DialectRules;
  readonly #exceptions: ReadonlySet<string>;
  readonly #connected = new Map<Documentation, Documentation>();
  /** Parts that describe nothing: all of them until they are connected. */
  readonly #bogus = new Map<Documentation, Finding[]>();

  constructor(rules: DialectRules, pragmas: Pragmas) {
    this.#rules = rules;
    this.#exceptions = new Set(pragmas.documentationExceptions);
  }

  /** Connects a definition's documentation and returns it, with parts for what it leaves out. */
  connect(doc: Documentation, described: Described): Documentation {
    const { subject, role } = described;
    const members = new Map<string, DocSection>();
    const features = new Map<string, DocSection>();
    for (let index = 0; index < doc.sections.length; index++) {
      const section = doc.sections[index];
      if (section?.name === undefined) continue;
      if (section.kind === 'member') members.set(section.name, section);
      else if (section.kind === 'feature') features.set(section.name, section);
    }
    const stubs: DocSection[] = [];
    this.#features(described.features, doc, subject, features);
    for (let index = 0; index < described.members.length; index++) {
      const member = described.members[index];
      if (member === undefined) continue;
      if (!members.delete(member.name)) {
        stubs.push({ kind: 'member', name: member.name, text: '', line: doc.line, stub: true });
        this.#undescribed(doc, role, member.name, subject);
      }
      this.#features(member.features, doc, subject, features);
    }
    if (members.size > 0) this.#unknown(doc, 'member', members);
    if (features.size > 0) this.#unknown(doc, 'feature', features);
    let sections = stubs.length === 0 ? doc.sections : withMemberStubs(doc.sections, stubs);
    if (this.#rules.returnsStubs && described.returns) sections = withReturnsStub(sections, doc.line);
    const connected = sections === doc.sections ? doc : { ...doc, sections };
    this.#connected.set(doc, connected);
    return connected;
  }

  /** Takes the findings about parts that describe nothing, up to now. */
  takeBogus(doc: Documentation): void {
    for (const finding of this.#bogus.get(doc) ?? []) this.findings.push(finding);
    this.#bogus.delete(doc);
  }

  /** A block as connected, or as written. */
  connected(doc: Documentation): Documentation {
    return this.#connected.get(doc) ?? doc;
  }

  /** Takes features from those that are described and not known yet. */
  #features(
    features: readonly { readonly name: string }[],
    doc: Documentation,
    subject: Subject,
    unknown: Map<string, DocSection>,
  ): void {
    if (features.length === 0) return;
    for (const { name } of features) {
      if (unknown.delete(name) || this.#rules.name === 'lenient') continue;
      if (findSection(doc, 'feature', name) === undefined) this.#fail(subject, `feature '${name}' lacks documentation`);
    }
  }

  #undescribed(doc: Documentation, role: Role, name: string, subject: Subject): void {
    if (!this.#rules.describeMembers || (doc.symbol !== undefined && this.#exceptions.has(doc.symbol))) return;
    this.#fail(subject, `${role} '${name}' lacks documentation`);
  }

  #fail(subject: Subject, message: string): void {
    this.findings.push(findingAtStart(subject, 'doc-missing', message));
  }

  #unknown(doc: Documentation, what: 'member' | 'feature', unknown: ReadonlyMap<string, DocSection>): void {
    const names = [...unknown.keys()];
    const first = unknown.get(names[0] ?? '');
    if (first === undefined) return;
    const [s, exist] = names.length > 1 ? ['s', 'do not exist'] : ['', 'does not exist'];
    const message = `documented ${what}${s} '${names.join("', '")}' ${exist}`;
    const line = this.#rules.layout === 'parts' ? first.line : doc.line;
    const findings = this.#bogus.get(doc) ?? [];
    findings.push({ ...findingInDoc(doc, line, 'doc-unknown', message), line: first.line });
    this.#bogus.set(doc, findings);
  }
}

/** Adds parts for members behind the described ones. */
function withMemberStubs(sections: readonly DocSection[], stubs: readonly DocSection[]): readonly DocSection[] {
  let at = 1;
  while (sections[at]?.kind === 'member') at++;
  return [...sections.slice(0, at), ...stubs, ...sections.slice(at)];
}

/** Adds an empty `Returns` part where QEMU has it: behind members, else before errors or features, else first. */
function withReturnsStub(sections: readonly DocSection[], line: number): readonly DocSection[] {
  if (sections.some(({ kind }) => kind === 'returns')) return sections;
  const last = (kind: DocSection['kind']) => sections.findLastIndex((section) => section.kind === kind);
  const members = last('member');
  const errors = last('errors');
  const features = last('feature');
  let at = 1;
  if (members !== -1) at = members + 1;
  else if (errors !== -1) at = errors;
  else if (features !== -1) at = features;
  const stub: DocSection = { kind: 'returns', tag: 'Returns', text: '', line, stub: true };
  return [...sections.slice(0, at), stub, ...sections.slice(at)];
}
