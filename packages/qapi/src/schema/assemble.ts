import type { DialectRules } from '../language/dialect.js';
import { readDocumentation } from '../language/documentation.js';
import type { Finding } from '../language/finding.js';
import type { SourceFile } from '../language/source.js';
import type { Comment, Documentation, Expression, Pragmas, Value } from '../language/syntax.js';
import { directiveFinding, type LoadedFile } from './load.js';

/** An expression with the documentation that stands before it. */
export interface DefinitionElement {
  readonly kind: 'definition';
  readonly source: SourceFile;
  readonly expression: Expression;
  readonly doc?: Documentation;
}

/** An include directive; what the file defines follows it the first time. */
export interface IncludeElement {
  readonly kind: 'include';
  readonly source: SourceFile;
  readonly expression: Expression;
  readonly path: string;
}

/** All files of a schema as one sequence. */
export interface Program {
  readonly elements: readonly (DefinitionElement | IncludeElement)[];
  readonly docs: readonly Documentation[];
  readonly pragmas: Pragmas;
  readonly findings: readonly Finding[];
}

/**
 * Joins loaded files to a program: reads documentation, attaches it, applies pragmas.
 *
 * @param limit how many findings are enough to give up.
 */
export function assemble(file: LoadedFile, rules: DialectRules, limit: number): Program {
  const assembler = new Assembler(rules, limit);
  assembler.file(file);
  return assembler.program();
}

/** The pragmas that hold a list of names, by their name in the language. */
const LIST_PRAGMAS = {
  'command-name-exceptions': 'commandNameExceptions',
  'command-returns-exceptions': 'commandReturnsExceptions',
  'documentation-exceptions': 'documentationExceptions',
  'member-name-exceptions': 'memberNameExceptions',
} as const;

class Assembler {
  readonly #rules: DialectRules;
  readonly #limit: number;
  readonly #elements: (DefinitionElement | IncludeElement)[] = [];
  readonly #docs: Documentation[] = [];
  readonly #findings: Finding[] = [];
  readonly #pragmas: { -readonly [K in keyof Pragmas]: Pragmas[K] } = {
    docRequired: false,
    commandNameExceptions: [],
    commandReturnsExceptions: [],
    memberNameExceptions: [],
    documentationExceptions: [],
  };

  constructor(rules: DialectRules, limit: number) {
    this.#rules = rules;
    this.#limit = limit;
  }

  program(): Program {
    return { elements: this.#elements, docs: this.#docs, pragmas: this.#pragmas, findings: this.#findings };
  }

  file({ tree, includes }: LoadedFile): void {
    const { source } = tree;
    let doc: Documentation | undefined;
    for (const item of tree.items) {
      if (this.#findings.length >= this.#limit) return;
      if (item.kind === 'error') {
        if (item.finding.code === 'doc-junk') this.#refuseLoose(doc);
        this.#findings.push(item.finding);
        doc = undefined;
        continue;
      }
      const definition = item.kind === 'expression' && !isDirective(item);
      if (!definition) this.#refuseLoose(doc);
      if (item.kind === 'comment') {
        doc = this.#comment(source, item);
        continue;
      }
      const inclusion = includes.get(item);
      if (inclusion !== undefined) {
        const { path, finding, file } = inclusion;
        if (path !== undefined) this.#elements.push({ kind: 'include', source, expression: item, path });
        if (finding !== undefined) this.#findings.push(finding);
        if (file !== undefined) this.file(file);
      } else if (definition) this.#definition(source, item, doc);
      else this.#pragma(source, item);
      doc = undefined;
    }
    this.#refuseLoose(doc);
  }

  #comment(source: SourceFile, comment: Comment): Documentation | undefined {
    const { docs, findings } = readDocumentation(source, comment, this.#rules);
    for (const doc of docs) this.#docs.push(doc);
    for (const finding of findings) this.#findings.push(finding);
    return findings.length > 0 && comment.failure !== undefined ? undefined : docs[docs.length - 1];
  }

  /** Documentation of a definition must stand right before it. */
  #refuseLoose(doc: Documentation | undefined): void {
    if (doc?.symbol === undefined) return;
    this.#findings.push(docFinding(doc, `documentation for '${doc.symbol}' is not followed by the definition`));
  }

  #definition(source: SourceFile, expression: Expression, doc: Documentation | undefined): void {
    if (doc !== undefined && doc.symbol === undefined) {
      this.#findings.push(docFinding(doc, 'definition documentation required'));
    }
    this.#elements.push({ kind: 'definition', source, expression, ...(doc?.symbol !== undefined && { doc }) });
  }

  #pragma(source: SourceFile, expression: Expression): void {
    const fail = (message: string, culprit: { offset: number } = expression.value) =>
      this.#findings.push(directiveFinding(source, expression, culprit, 'pragma', message));
    const value = expression.value.members.get('pragma')?.value;
    if (expression.value.members.size !== 1 || value === undefined) {
      fail("invalid 'pragma' directive");
      return;
    }
    if (value.kind !== 'object') {
      fail("value of 'pragma' must be an object", value);
      return;
    }
    for (const { key, keyOffset, value: setting } of value.members.values()) {
      const message = this.#set(key, setting);
      if (message !== undefined) fail(message, { offset: keyOffset });
    }
  }

  /** Sets a pragma; returns why it cannot. */
  #set(name: string, value: Value): string | undefined {
    if (name === 'doc-required') {
      if (value.kind !== 'boolean') return `pragma '${name}' must be boolean`;
      this.#pragmas.docRequired = value.value;
      return undefined;
    }
    if (!isListPragma(name)) return `unknown pragma '${name}'`;
    if (name === 'documentation-exceptions' && !this.#rules.documentationExceptions) return `unknown pragma '${name}'`;
    const names: string[] = [];
    const items = value.kind === 'list' ? value.items : [value];
    for (const item of items) {
      if (item.kind !== 'string' || value.kind !== 'list') return `pragma ${name} must be a list of strings`;
      names.push(item.value);
    }
    this.#pragmas[LIST_PRAGMAS[name]] = names;
    return undefined;
  }
}

function isDirective({ value }: Expression): boolean {
  return value.members.has('include') || value.members.has('pragma');
}

function isListPragma(name: string): name is keyof typeof LIST_PRAGMAS {
  return Object.hasOwn(LIST_PRAGMAS, name);
}

function docFinding(doc: Documentation, message: string): Finding {
  return {
    code: 'doc-place',
    message,
    source: doc.source,
    line: doc.line,
    column: 1,
    qemu: { line: doc.line },
  };
}
