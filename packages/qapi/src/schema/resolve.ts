/** Resolves the names of types and checks what needs more than one definition. */

import type { DialectRules } from '../language/dialect.js';
import type { Finding } from '../language/finding.js';
import type { Program } from './assemble.js';
import { isPredefined } from './builtin.js';
import type { DefineResult } from './define.js';
import type { TypeUse } from './definition.js';
import { describe } from './describe.js';
import { DocConnector } from './document.js';
import type { Draft } from './draft.js';
import { addFeatures, describedIn, sinceIn } from './entity-parts.js';
import type { Command, Entity, Include, Schema, SchemaEvent, SchemaType } from './model.js';
import type { Pending } from './pending.js';
import { findingAtStart, type Subject } from './reporter.js';
import { TypeResolver } from './resolve-types.js';

/** The outcome of {@link resolve}. */
export interface ResolveResult {
  readonly schema: Schema;
  readonly findings: readonly Finding[];
}

/**
 * Resolves a program whose definitions have been entered.
 *
 * @param incomplete whether parts of the program could not be read, so that a missing type says nothing.
 */
export function resolve(
  program: Program,
  defined: DefineResult,
  rules: DialectRules,
  incomplete: boolean,
): ResolveResult {
  const resolver = new Resolver(program, defined, rules, incomplete);
  return { schema: resolver.run(), findings: resolver.findings };
}

class Resolver {
  readonly findings: Finding[] = [];
  readonly #program: Program;
  readonly #defined: DefineResult;
  readonly #rules: DialectRules;
  readonly #types: TypeResolver;
  readonly #docs: DocConnector;
  readonly #returnsExceptions: ReadonlySet<string>;

  constructor(program: Program, defined: DefineResult, rules: DialectRules, incomplete: boolean) {
    this.#program = program;
    this.#defined = defined;
    this.#rules = rules;
    this.#types = new TypeResolver(defined, rules, incomplete);
    this.#docs = new DocConnector(rules, program.pragmas);
    this.#returnsExceptions = new Set(program.pragmas.commandReturnsExceptions);
  }

  run(): Schema {
    for (const { item } of this.#defined.pending) {
      if (item.kind === 'include') continue;
      this.#check(item);
      this.#take(this.#types.findings);
      this.#connect(item);
      this.#take(this.#docs.findings);
    }
    if (this.#rules.layout === 'parts') for (const doc of this.#program.docs) this.#docs.takeBogus(doc);
    this.#take(this.#docs.findings);
    this.#countFeatures();
    return this.#schema();
  }

  /** Takes over findings, so that they stay in the order of QEMU's stages. */
  #take(findings: Finding[]): void {
    if (findings.length > 0) this.findings.push(...findings.splice(0));
  }

  #check(item: Pending): void {
    const { entity, subject } = item;
    if (item.kind === 'object') {
      this.#types.object(item);
      return;
    }
    this.#types.features(entity, subject);
    switch (item.kind) {
      case 'done':
        this.#types.enum(item.entity, subject);
        return;
      case 'array':
        this.#types.array(item);
        return;
      case 'alternate':
        this.#types.alternate(item.entity, item.branches, subject);
        return;
      case 'command':
        if (item.arguments !== undefined) this.#arguments(item.entity, item.arguments, subject);
        if (item.returns !== undefined) this.#returns(item.entity, item.returns, subject);
        return;
      case 'event':
        if (item.arguments !== undefined) this.#arguments(item.entity, item.arguments, subject);
    }
  }

  #arguments(entity: Draft<Command> | Draft<SchemaEvent>, use: TypeUse, subject: Subject): void {
    const { kind, boxed } = entity;
    const type = this.#types.find(use, subject, `${kind}'s 'data'`);
    if (type === undefined) return;
    const fail = (message: string) => this.#types.fail(subject, 'arguments', message, use.offset);
    if (type.kind !== 'object') {
      fail(`${kind}'s 'data' cannot take ${describe(type)}`);
      return;
    }
    const pending = this.#types.objects.get(type);
    if (pending !== undefined) this.#types.object(pending);
    entity.arguments = type;
    if (boxed) return;
    if (pending?.union !== undefined) {
      fail(`${kind}'s 'data' can take ${describe(type)} only with 'boxed': true`);
      return;
    }
    if (this.#rules.boxedConditions && type.members.some(({ condition }) => condition !== undefined)) {
      fail(`conditional ${kind} arguments require 'boxed': true`);
    }
  }

  #returns(entity: Draft<Command>, use: TypeUse, subject: Subject): void {
    const type = this.#types.find(use, subject, "command's 'returns'");
    if (type === undefined) return;
    entity.returns = type;
    const inner = type.kind === 'array' ? type.element : type;
    if (inner.kind !== 'object' && !this.#returnsExceptions.has(entity.name)) {
      this.#types.fail(subject, 'returns', `command's 'returns' cannot take ${describe(type)}`, use.offset);
    }
  }

  #connect({ entity, subject }: Pending): void {
    const { doc } = entity;
    if (doc === undefined) return;
    const connected = this.#docs.connect(doc, { subject, ...describedIn(entity) });
    const draft: Draft<Entity> = entity;
    draft.doc = connected;
    const since = sinceIn(connected);
    if (since !== undefined) draft.since = since;
    if (this.#rules.layout !== 'parts') this.#docs.takeBogus(doc);
  }

  /** A schema may have so many names of features. */
  #countFeatures(): void {
    const { maxFeatures } = this.#rules;
    const names = new Set(['deprecated', 'unstable']);
    for (const { item } of this.#defined.pending) {
      if (item.kind === 'include') continue;
      addFeatures(item.entity, names);
      if (names.size <= maxFeatures) continue;
      const message = `Maximum of ${maxFeatures} schema features is permitted`;
      this.findings.push(findingAtStart(item.subject, 'feature-limit', message));
      return;
    }
  }

  #schema(): Schema {
    const { names, pending, modules } = this.#defined;
    const content = new Map<string, (Entity | Include)[]>(modules.map((name) => [name, []]));
    const modulesOf = new Map<Entity, string>();
    for (const { module, item } of pending) if (item.kind !== 'include') modulesOf.set(item.entity, module);
    for (const { module, item } of pending) {
      if (item.kind === 'include') content.get(module)?.push(item.include);
      else if (item.kind !== 'array') content.get(module)?.push(item.entity);
      else if (!isPredefined(item.entity.element)) {
        content.get(modulesOf.get(item.entity.element) ?? module)?.push(item.entity);
      }
    }
    const types = new Map<string, SchemaType>();
    for (const [name, entity] of names) {
      if (entity.kind !== 'command' && entity.kind !== 'event') types.set(name, entity);
    }
    const commands = new Map<string, Command>();
    const events = new Map<string, SchemaEvent>();
    for (const entities of content.values()) {
      for (const entity of entities) {
        if (entity.kind === 'command') commands.set(entity.name, entity);
        else if (entity.kind === 'event') events.set(entity.name, entity);
      }
    }
    return {
      modules: [...content].map(([name, entities]) => ({ name, entities })),
      types,
      commands,
      events,
      docs: this.#program.docs.map((doc) => this.#docs.connected(doc)),
      pragmas: this.#program.pragmas,
    };
  }
}
