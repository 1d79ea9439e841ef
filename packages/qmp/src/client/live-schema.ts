import type { SchemaInfo, SchemaInfoObjectMember } from '../api/index.js';
import type { JsonObject, JsonValue } from '../json/value.js';

/** A deprecated or unstable thing that a command would use. */
export interface FeatureUse {
  readonly feature: 'deprecated' | 'unstable';
  /** `command "query-cpus"`, `argument "x" of "y"`. */
  readonly what: string;
}

/** What one server says of its commands and events (`query-qmp-schema`), ready for questions. */
export class LiveSchema {
  readonly entities: readonly SchemaInfo[];
  readonly #byName: ReadonlyMap<string, SchemaInfo>;

  constructor(entities: readonly SchemaInfo[]) {
    this.entities = entities;
    this.#byName = new Map(entities.map((entity) => [entity.name, entity]));
  }

  /**
   * Whether a command or event exists, and what a path leads to. The path starts with `arguments`, `return` or `data`
   * and goes on by member names: `arguments.file.filename`. Lists are passed through. It may end in a value of an enum,
   * `arguments.driver=nbd`, and in a feature, `@deprecated`, also directly: `supports('query-cpus', '@deprecated')`.
   */
  supports(name: string, path?: string): boolean {
    const entity = this.#byName.get(name);
    if (entity?.['meta-type'] !== 'command' && entity?.['meta-type'] !== 'event') return false;
    if (path === undefined) return true;
    const [trail = '', feature] = path.split('@');
    if (trail === '') return feature !== undefined && has(entity.features, feature);
    const [members = '', value] = trail.split('=');
    const [first, ...rest] = members.split('.');
    const start = startOf(entity, first);
    if (start === undefined) return false;
    return this.#walk([{ type: start, features: undefined }], rest).some(
      (end) =>
        (value === undefined || this.#hasValue(end.type, value)) &&
        (feature === undefined || has(end.features, feature)),
    );
  }

  /** The deprecated and unstable things that this command with these arguments uses. */
  *uses(command: string, args: JsonObject | undefined): Generator<FeatureUse> {
    const entity = this.#byName.get(command);
    if (entity?.['meta-type'] !== 'command') return;
    yield* marked(entity.features, `command "${command}"`);
    if (args !== undefined) yield* this.#usesIn(entity['arg-type'], args, `of "${command}"`);
  }

  *#usesIn(type: string, value: JsonValue, where: string): Generator<FeatureUse> {
    const entity = this.#byName.get(type);
    if (entity?.['meta-type'] === 'array' && Array.isArray(value)) {
      for (const item of value) yield* this.#usesIn(entity['element-type'], item, where);
    } else if (entity?.['meta-type'] === 'enum') {
      const member = entity.members?.find(({ name }) => name === value);
      yield* marked(member?.features, `value "${value}" ${where}`);
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const member of this.#membersOf(type)) {
        const inner = (value as JsonObject)[member.name];
        if (inner === undefined) continue;
        yield* marked(member.features, `argument "${member.name}" ${where}`);
        yield* this.#usesIn(member.type, inner, where);
      }
    }
  }

  /** Follows member names from these types; with variants and alternates several may be reached. */
  #walk(from: readonly Place[], names: readonly string[]): readonly Place[] {
    return names.reduce<readonly Place[]>(
      (places, name) => places.flatMap(({ type }) => this.#membersOf(type).filter((member) => member.name === name)),
      from,
    );
  }

  #membersOf(type: string, seen = new Set<string>()): SchemaInfoObjectMember[] {
    if (seen.has(type)) return [];
    seen.add(type);
    const entity = this.#byName.get(type);
    switch (entity?.['meta-type']) {
      case 'object':
        return [
          ...entity.members,
          ...(entity.variants ?? []).flatMap((variant) => this.#membersOf(variant.type, seen)),
        ];
      case 'alternate':
        return entity.members.flatMap((member) => this.#membersOf(member.type, seen));
      case 'array':
        return this.#membersOf(entity['element-type'], seen);
      default:
        return [];
    }
  }

  #hasValue(type: string, value: string): boolean {
    const entity = this.#byName.get(type);
    switch (entity?.['meta-type']) {
      case 'enum':
        return entity.values?.includes(value) === true || entity.members?.some(({ name }) => name === value) === true;
      case 'array':
        return this.#hasValue(entity['element-type'], value);
      case 'alternate':
        return entity.members.some((member) => this.#hasValue(member.type, value));
      default:
        return false;
    }
  }
}

interface Place {
  readonly type: string;
  readonly features?: readonly string[] | undefined;
}

function startOf(
  entity: Extract<SchemaInfo, { 'meta-type': 'command' | 'event' }>,
  word: string | undefined,
): string | undefined {
  if (entity['meta-type'] === 'event') return word === 'data' ? entity['arg-type'] : undefined;
  if (word === 'arguments') return entity['arg-type'];
  return word === 'return' ? entity['ret-type'] : undefined;
}

function has(features: readonly string[] | undefined, name: string): boolean {
  return features?.includes(name) === true;
}

function* marked(features: readonly string[] | undefined, what: string): Generator<FeatureUse> {
  for (const feature of ['deprecated', 'unstable'] as const) if (has(features, feature)) yield { feature, what };
}
