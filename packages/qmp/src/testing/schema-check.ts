import type { SchemaInfo, SchemaInfoObjectMember } from '../api/index.js';
import { JsonDouble, type JsonObject, type JsonValue } from '../json/value.js';

type Entity<T extends SchemaInfo['meta-type']> = Extract<SchemaInfo, { 'meta-type': T }>;

/** Checks values against what a server says of itself (`query-qmp-schema`). */
export class SchemaCheck {
  readonly #byName: ReadonlyMap<string, SchemaInfo>;

  constructor(schema: readonly SchemaInfo[]) {
    this.#byName = new Map(schema.map((entity) => [entity.name, entity]));
  }

  command(name: string): Entity<'command'> | undefined {
    const entity = this.#byName.get(name);
    return entity?.['meta-type'] === 'command' ? entity : undefined;
  }

  event(name: string): Entity<'event'> | undefined {
    const entity = this.#byName.get(name);
    return entity?.['meta-type'] === 'event' ? entity : undefined;
  }

  /** What is wrong with a value of this type, or undefined. `open`: members that the schema lacks are accepted. */
  problem(type: string, value: JsonValue | undefined, path: string, open = false): string | undefined {
    const entity = this.#byName.get(type);
    switch (entity?.['meta-type']) {
      case 'builtin':
        return isOfJsonType(entity['json-type'], value) ? undefined : wrong(path, entity['json-type'], value);
      case 'enum':
        return entity.members.some(({ name }) => name === value) ? undefined : wrong(path, 'one of the values', value);
      case 'array':
        return this.#arrayProblem(entity, value, path, open);
      case 'object':
        return this.#objectProblem(entity, value, path, open);
      case 'alternate':
        return this.#alternateProblem(entity, value, path, open);
      default:
        return `${path}: the schema has no type "${type}"`;
    }
  }

  #arrayProblem(
    entity: Entity<'array'>,
    value: JsonValue | undefined,
    path: string,
    open: boolean,
  ): string | undefined {
    if (!Array.isArray(value)) return wrong(path, 'an array', value);
    for (const [index, item] of value.entries()) {
      const problem = this.problem(entity['element-type'], item, `${path}[${index}]`, open);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #objectProblem(
    entity: Entity<'object'>,
    value: JsonValue | undefined,
    path: string,
    open: boolean,
  ): string | undefined {
    if (!isObject(value)) return wrong(path, 'an object', value);
    const members = this.#membersFor(entity, value);
    for (const member of members) {
      const inner = value[member.name];
      if (inner === undefined && 'default' in member) continue;
      if (inner === undefined) return `${path}.${member.name} is missing`;
      const problem = this.problem(member.type, inner, `${path}.${member.name}`, open);
      if (problem !== undefined) return problem;
    }
    const names = new Set(members.map(({ name }) => name));
    const extra = open ? undefined : Object.keys(value).find((name) => value[name] !== undefined && !names.has(name));
    return extra === undefined ? undefined : `${path}.${extra} is unexpected`;
  }

  #membersFor(entity: Entity<'object'>, value: JsonObject): SchemaInfoObjectMember[] {
    const branch = entity.variants?.find((variant) => entity.tag !== undefined && variant.case === value[entity.tag]);
    const type = branch === undefined ? undefined : this.#byName.get(branch.type);
    return type?.['meta-type'] === 'object'
      ? [...entity.members, ...this.#membersFor(type, value)]
      : [...entity.members];
  }

  #alternateProblem(entity: Entity<'alternate'>, value: JsonValue | undefined, path: string, open: boolean) {
    const problems = entity.members.map(({ type }) => this.problem(type, value, path, open));
    return problems.includes(undefined) ? undefined : problems.at(-1);
  }
}

function isOfJsonType(type: string, value: JsonValue | undefined): boolean {
  switch (type) {
    case 'value':
      return value !== undefined;
    case 'int':
      return typeof value === 'bigint' || Number.isInteger(value);
    case 'number':
      return typeof value === 'bigint' || typeof value === 'number' || JsonDouble.is(value);
    case 'null':
      return value === null;
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    default:
      return typeof value === type;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JsonDouble.is(value);
}

function wrong(path: string, expected: string, value: JsonValue | undefined): string {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  return `${path}: expected ${expected}, not ${typeof value === 'string' ? `"${value}"` : kind}`;
}
