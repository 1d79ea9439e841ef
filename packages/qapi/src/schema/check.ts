/** Checks definitions one by one: keys, names, shapes. What needs other definitions is checked by `resolve`. */

import type { DialectRules } from '../language/dialect.js';
import type { DefinitionKind, Finding } from '../language/finding.js';
import type { Documentation, ObjectValue, Value } from '../language/syntax.js';
import type { DefinitionElement, Program } from './assemble.js';
import { PartChecker } from './check-parts.js';
import type {
  AlternateBody,
  Arguments,
  Body,
  BranchDefinition,
  CommandBody,
  Definition,
  EnumBody,
  EventBody,
  StructBody,
  UnionBody,
  ValueDefinition,
} from './definition.js';
import type { Draft } from './draft.js';
import { FLAGS, isTruthy, KEYS, KINDS } from './keys.js';
import { checkCamel, checkLower, checkUpper, isPlain } from './names.js';
import { findingInDoc } from './reporter.js';

/** The outcome of {@link check}. */
export interface CheckResult {
  /** The definition of each element that has one, also where it has faults. */
  readonly definitions: ReadonlyMap<DefinitionElement, Definition>;
  readonly findings: readonly Finding[];
}

/** Checks each definition of a program by itself. */
export function check(program: Program, rules: DialectRules): CheckResult {
  const findings: Finding[] = [];
  const context: Context = {
    rules,
    docRequired: program.pragmas.docRequired,
    commandNames: new Set(program.pragmas.commandNameExceptions),
    memberNames: new Set(program.pragmas.memberNameExceptions),
  };
  const definitions = new Map<DefinitionElement, Definition>();
  for (const element of program.elements) {
    if (element.kind === 'include') continue;
    const checker = new DefinitionChecker(element, context);
    const definition = checker.check();
    if (definition !== undefined) definitions.set(element, definition);
    for (const finding of checker.findings) findings.push(finding);
  }
  return { definitions, findings };
}

/** What holds for all definitions. */
interface Context {
  readonly rules: DialectRules;
  readonly docRequired: boolean;
  /** Names that may break a rule. */
  readonly commandNames: ReadonlySet<string>;
  readonly memberNames: ReadonlySet<string>;
}

class DefinitionChecker extends PartChecker {
  readonly #element: DefinitionElement;
  readonly #value: ObjectValue;
  readonly #context: Context;

  constructor(element: DefinitionElement, context: Context) {
    super({ source: element.source, line: element.expression.line });
    this.#element = element;
    this.#value = element.expression.value;
    this.#context = context;
  }

  check(): Definition | undefined {
    const value = this.#value;
    const kind = this.#kind();
    if (kind === undefined) return undefined;
    const named = this.#get(kind);
    if (named?.kind !== 'string') {
      this.fail('name', `'${kind}' requires a string name`, named?.offset ?? value.offset);
      return undefined;
    }
    const { value: name, offset } = named;
    const { source, line } = this.subject;
    this.subject = { source, line, definition: { kind, name } };
    this.#name(kind, name, offset);
    this.#documentation(kind, name);
    this.keys(value, kind, KEYS[kind]);
    const body = this.#body(kind, name);
    const condition = this.condition(value, kind);
    const features = this.features(this.#get('features'));
    if (kind === 'command' || kind === 'event') this.#flags();
    const definition: Draft<Definition> = { name, source, line, start: value.offset, offset, features, body };
    const { doc } = this.#element;
    if (doc !== undefined) definition.doc = doc;
    if (condition !== undefined) definition.condition = condition;
    return definition;
  }

  #get(key: string): Value | undefined {
    return this.#value.members.get(key)?.value;
  }

  #kind(): DefinitionKind | undefined {
    const { members, offset } = this.#value;
    const kinds = KINDS.filter((kind) => members.has(kind));
    if (kinds.length === 1) return kinds[0];
    const names = KINDS.map((each) => `'${each}'`).join(', ');
    this.fail('kind', `expression must have exactly one key ${names}`, offset);
    return undefined;
  }

  #name(kind: DefinitionKind, name: string, offset: number): void {
    if (kind === 'event') this.name(checkUpper(name, kind), offset);
    else if (kind !== 'command') this.name(checkCamel(name, kind), offset);
    else if (!isPlain(name)) {
      this.name(checkLower(name, kind, { underscore: this.#context.commandNames.has(name) }), offset);
    }
    if (name.endsWith('List')) this.fail('name-list', `${kind} name should not end in 'List'`, offset);
  }

  #documentation(kind: DefinitionKind, name: string): void {
    const { doc, expression } = this.#element;
    if (doc === undefined) {
      if (this.#context.docRequired) {
        this.fail('doc-required', 'documentation comment required', expression.value.offset);
      }
    } else if (doc.symbol !== name) {
      this.fail('doc-symbol', `documentation comment is for '${doc.symbol}'`, expression.value.offset);
    } else this.#returnsSection(kind, doc);
  }

  /** Parts about results belong to commands only. */
  #returnsSection(kind: DefinitionKind, doc: Documentation): void {
    const { sections } = doc;
    for (let index = 0; index < sections.length; index++) {
      const section = sections[index];
      const part = section?.kind;
      if (section === undefined || (part !== 'returns' && part !== 'errors')) continue;
      const tag = part === 'returns' ? 'Returns' : 'Errors';
      if (this.#context.rules.layout !== 'parts') {
        if (kind !== 'command') this.#inDoc(doc, doc.line, `'${tag}:' is only valid for commands`);
      } else if (kind !== 'command') {
        this.#inDoc(doc, section.line, `'${tag}' section is only valid for commands`);
      } else if (part === 'returns' && !this.#value.members.has('returns')) {
        this.#inDoc(doc, section.line, "'Returns' section, but command doesn't return anything");
      }
    }
  }

  #inDoc(doc: Documentation, line: number, message: string): void {
    this.findings.push(findingInDoc(doc, line, 'doc-returns', message));
  }

  #body(kind: DefinitionKind, name: string): Body {
    switch (kind) {
      case 'enum':
        return this.#enum(name);
      case 'struct':
        return this.#struct(name);
      case 'union':
        return this.#union(name);
      case 'alternate':
        return this.#alternate();
      case 'command':
        return this.#command();
      case 'event':
        return this.#event();
    }
  }

  #enum(name: string): EnumBody {
    const data = this.#get('data');
    const prefix = this.#get('prefix');
    if (data !== undefined && data.kind !== 'list') this.fail('shape', "'data' must be an array", data.offset);
    if (prefix !== undefined && prefix.kind !== 'string') {
      this.fail('shape', "'prefix' must be a string", prefix.offset);
    }
    const permissive = this.#context.memberNames.has(name);
    const items = data?.kind === 'list' ? data.items : [];
    const values = items.map((item) => this.value(item, permissive));
    const body: Draft<EnumBody> = { kind: 'enum', values: values.filter(isValue) };
    if (prefix?.kind === 'string') body.prefix = prefix.value;
    return body;
  }

  #struct(name: string): StructBody {
    const data = this.#get('data');
    const base = this.#get('base');
    const members = data === undefined ? [] : this.members(data, "'data'", this.#context.memberNames.has(name));
    const type = base === undefined ? undefined : this.typeName(base, "'base'");
    return type === undefined ? { kind: 'struct', members } : { kind: 'struct', members, base: type };
  }

  #union(name: string): UnionBody {
    const base = this.#get('base');
    const discriminator = this.#get('discriminator');
    const data = this.#get('data');
    const permissive = this.#context.memberNames.has(name);
    const baseType = base === undefined ? [] : this.nameOrMembers(base, "'base'", permissive);
    if (discriminator !== undefined && discriminator.kind !== 'string') {
      this.fail('name', "'discriminator' requires a string name", discriminator.offset);
    }
    if (data !== undefined && data.kind !== 'object') this.fail('shape', "'data' must be an object", data.offset);
    const branches: BranchDefinition[] = [];
    for (const { key, keyOffset, value } of data?.kind === 'object' ? data.members.values() : []) {
      branches.push(this.unionBranch(key, keyOffset, value));
    }
    const body: Draft<UnionBody> = { kind: 'union', base: baseType, branches };
    if (discriminator?.kind === 'string') {
      body.discriminator = { name: discriminator.value, offset: discriminator.offset };
    }
    return body;
  }

  #alternate(): AlternateBody {
    const data = this.#get('data');
    const branches: BranchDefinition[] = [];
    if (data === undefined) return { kind: 'alternate', branches };
    if (!isTruthy(data)) this.fail('shape', "'data' must not be empty", data.offset);
    else if (data.kind !== 'object') this.fail('shape', "'data' must be an object", data.offset);
    for (const { key, keyOffset, value } of data.kind === 'object' ? data.members.values() : []) {
      branches.push(this.alternateBranch(key, keyOffset, value));
    }
    return { kind: 'alternate', branches };
  }

  #command(): CommandBody {
    const { boxed, arguments: args } = this.#arguments();
    const returns = this.#get('returns');
    const type = returns === undefined ? undefined : this.typeOrArray(returns, "'returns'");
    const body: Draft<CommandBody> = {
      kind: 'command',
      boxed,
      gen: !this.#isSet('gen', false),
      successResponse: !this.#isSet('success-response', false),
      allowOob: this.#isSet('allow-oob', true),
      allowPreconfig: this.#isSet('allow-preconfig', true),
      coroutine: this.#isSet('coroutine', true),
    };
    if (args !== undefined) body.arguments = args;
    if (type !== undefined) body.returns = type;
    return body;
  }

  #event(): EventBody {
    const { boxed, arguments: args } = this.#arguments();
    return args === undefined ? { kind: 'event', boxed } : { kind: 'event', boxed, arguments: args };
  }

  #arguments(): { boxed: boolean; arguments?: Arguments } {
    const data = this.#get('data');
    const boxedValue = this.#get('boxed');
    const boxed = boxedValue !== undefined && isTruthy(boxedValue);
    if (data === undefined) {
      if (boxed) this.fail('boxed', "'boxed': true requires 'data'", boxedValue.offset);
      return { boxed };
    }
    const args = boxed ? this.typeName(data, "'data'") : this.nameOrMembers(data, "'data'", false);
    return args === undefined ? { boxed } : { boxed, arguments: args };
  }

  #isSet(key: string, setting: boolean): boolean {
    const value = this.#get(key);
    return value?.kind === 'boolean' && value.value === setting;
  }

  #flags(): void {
    const { members } = this.#value;
    for (const [key, setting] of FLAGS) {
      const value = members.get(key)?.value;
      if (value === undefined || (value.kind === 'boolean' && value.value === setting)) continue;
      this.fail('flag', `flag '${key}' may only use ${setting} value`, value.offset);
    }
    const coroutine = members.get('coroutine');
    if (members.has('allow-oob') && coroutine !== undefined) {
      this.fail('flag', "flags 'allow-oob' and 'coroutine' are incompatible", coroutine.keyOffset);
    }
  }
}

function isValue(value: ValueDefinition | undefined): value is ValueDefinition {
  return value !== undefined;
}
