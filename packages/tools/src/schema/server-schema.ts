import type { JsonObject, JsonValue } from 'qmp/json';
import { propertyMembers, propertyTypes } from './device-properties.js';
import type { ObjectType, SchemaMember, SchemaType } from './schema-type.js';

export interface SchemaCommand {
  readonly name: string;
  readonly argument: string;
  readonly returns: string;
  readonly allowOob: boolean;
  readonly features: readonly string[];
  /**
   * The argument that names a type of device: the server takes its properties as further arguments, which the schema
   * does not name.
   */
  readonly open: string | undefined;
}

/** Commands whose schema names only the first few members, with the argument that the rest depends on. */
const openCommands: ReadonlyMap<string, string> = new Map([['device_add', 'driver']]);

/** What a server says about itself in `query-qmp-schema`, indexed by name and read when asked for. */
export class ServerSchema {
  readonly #entities = new Map<string, JsonObject>();
  readonly #commands = new Map<string, JsonObject>();
  readonly #types = new Map<string, SchemaType>(propertyTypes.map((type) => [type.name, type]));
  /** Type name by type of device, as for the branches of a union. */
  readonly #devices = new Map<string, string>();
  readonly commandNames: readonly string[];
  readonly eventNames: readonly string[];

  /** @param reply the value that `query-qmp-schema` returned; what is not an entity of a known kind is passed over. */
  constructor(reply: JsonValue) {
    const events: string[] = [];
    for (const entity of Array.isArray(reply) ? (reply as readonly JsonValue[]) : []) {
      if (!isObject(entity) || typeof entity.name !== 'string') continue;
      const kind = entity['meta-type'];
      if (kind === 'command') this.#commands.set(entity.name, entity);
      else if (kind === 'event') events.push(entity.name);
      else this.#entities.set(entity.name, entity);
    }
    this.commandNames = [...this.#commands.keys()].sort();
    this.eventNames = events.sort();
  }

  command(name: string): SchemaCommand | undefined {
    const entity = this.#commands.get(name);
    if (entity === undefined) return undefined;
    return {
      name,
      argument: text(entity['arg-type']),
      returns: text(entity['ret-type']),
      allowOob: entity['allow-oob'] === true,
      features: strings(entity.features),
      open: openCommands.get(name),
    };
  }

  type(name: string): SchemaType | undefined {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    const entity = this.#entities.get(name);
    if (entity === undefined) return undefined;
    const type = readType(name, entity);
    this.#types.set(name, type);
    return type;
  }

  /**
   * The members of an object type, those of its branch included.
   *
   * @param given the typed value of a member, undefined when it was not typed: chooses the branch.
   */
  members(type: ObjectType, given: (member: string) => string | undefined): readonly SchemaMember[] {
    const chosen = type.tag === undefined ? undefined : given(type.tag);
    const branch = chosen === undefined ? undefined : this.type(type.branches.get(chosen) ?? '');
    if (branch?.kind !== 'object') return type.members;
    return [...type.members, ...this.members(branch, given)];
  }

  /** The object type of a command's arguments, or undefined when the schema does not say. */
  argumentType(command: SchemaCommand): ObjectType | undefined {
    const type = this.type(command.argument);
    if (type?.kind !== 'object') return undefined;
    if (command.open === undefined) return type;
    const known: ObjectType = {
      ...type,
      name: `:arguments of ${command.name}`,
      tag: command.open,
      branches: this.#devices,
    };
    this.#types.set(known.name, known);
    return known;
  }

  /** Tells whether the properties of a type of device are known. */
  knowsDevice(device: string): boolean {
    return this.#devices.has(device);
  }

  /**
   * Takes in what the schema does not tell, the properties of a type of device.
   *
   * @param properties the value that `device-list-properties` returned.
   */
  learnDevice(device: string, properties: JsonValue): void {
    const name = `:properties of ${device}`;
    const define = (type: SchemaType): void => void this.#types.set(type.name, type);
    const members = propertyMembers(properties, define);
    define({ kind: 'object', name, members, tag: undefined, branches: new Map() });
    this.#devices.set(device, name);
  }
}

function readType(name: string, entity: JsonObject): SchemaType {
  switch (entity['meta-type']) {
    case 'enum':
      return { kind: 'enum', name, values: enumValues(entity) };
    case 'array':
      return { kind: 'array', name, element: text(entity['element-type']) };
    case 'alternate':
      return { kind: 'alternate', name, members: objects(entity.members).map((member) => text(member.type)) };
    case 'object':
      return {
        kind: 'object',
        name,
        members: objects(entity.members).map(readMember),
        tag: typeof entity.tag === 'string' ? entity.tag : undefined,
        branches: new Map(objects(entity.variants).map((branch) => [text(branch.case), text(branch.type)])),
      };
    default:
      return { kind: 'builtin', name, json: text(entity['json-type']) };
  }
}

function readMember(member: JsonObject): SchemaMember {
  return {
    name: text(member.name),
    type: text(member.type),
    optional: 'default' in member,
    features: strings(member.features),
  };
}

/** Newer servers list values as `members` with features, older ones only as `values`. */
function enumValues(entity: JsonObject): readonly string[] {
  const members = objects(entity.members);
  return members.length > 0 ? members.map((member) => text(member.name)) : strings(entity.values);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isObject) : [];
}

function strings(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter((item) => typeof item === 'string') : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
