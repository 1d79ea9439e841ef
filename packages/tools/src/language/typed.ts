import type { JsonObject, JsonValue } from 'qmp/json';
import { acceptedWords, describeType } from '../schema/describe-type.js';
import { nearest } from '../schema/nearest.js';
import type { ObjectType, SchemaMember, SchemaType } from '../schema/schema-type.js';
import type { SchemaCommand, ServerSchema } from '../schema/server-schema.js';
import { InputError, type Span } from './input-error.js';
import type { Literal, Member, Members } from './literal.js';
import type { Call } from './statement.js';
import { foldPairs } from './tree.js';
import { integerOf, numberOf, setMember, untyped, untypedMembers } from './untyped.js';

/** A command ready to be sent. */
export interface TypedCall {
  readonly name: string;
  readonly args: JsonObject;
}

/**
 * Gives typed text the types that the server's schema wants: `id=1` is the string "1" where the schema says string.
 * Without a schema a value is what it looks like.
 *
 * @throws {InputError} for an unknown command, argument or enum value, a missing argument, a value of a wrong type; it
 * names the nearest right one.
 */
export function typeCall(call: Call, schema: ServerSchema | undefined): TypedCall {
  const members = foldPairs(call.pairs);
  if (schema === undefined) return { name: call.name, args: untypedMembers(members) };
  const command = schema.command(call.name);
  if (command === undefined) throw unknownCommand(call, schema);
  const type = schema.argumentType(command);
  if (type === undefined) return { name: call.name, args: untypedMembers(members) };
  const typer = new Typer(schema, call.name);
  return { name: call.name, args: typer.object(type, members, call.nameSpan, command.open !== undefined) };
}

/** Types `transaction( … )`: each action is `type key=value …`. */
export function typeTransaction(actions: readonly Call[], schema: ServerSchema | undefined): TypedCall {
  const command = schema?.command('transaction');
  if (schema === undefined || command === undefined) {
    const untypedActions = actions.map((action) => ({
      type: action.name,
      data: untypedMembers(foldPairs(action.pairs)),
    }));
    return { name: 'transaction', args: { actions: untypedActions } };
  }
  const element = actionType(schema, command);
  return { name: 'transaction', args: { actions: actions.map((action) => typeAction(action, schema, element)) } };
}

/** The union of all actions, or undefined when this server's `transaction` is shaped otherwise. */
export function actionType(schema: ServerSchema, command: SchemaCommand): ObjectType | undefined {
  const member = schema.argumentType(command)?.members.find((candidate) => candidate.name === 'actions');
  const list = member === undefined ? undefined : schema.type(member.type);
  const element = list?.kind === 'array' ? schema.type(list.element) : undefined;
  return element?.kind === 'object' && element.tag !== undefined ? element : undefined;
}

function typeAction(action: Call, schema: ServerSchema, union: ObjectType | undefined): JsonObject {
  const members = foldPairs(action.pairs);
  if (union === undefined) return { type: action.name, data: untypedMembers(members) };
  const branch = schema.type(union.branches.get(action.name) ?? '');
  if (branch?.kind !== 'object') {
    const hint = didYouMean(action.name, union.branches.keys());
    throw new InputError(`no transaction action '${action.name}'`, action.nameSpan, hint);
  }
  const data = branch.members.find((member) => member.name === 'data');
  const type = data === undefined ? undefined : schema.type(data.type);
  if (type?.kind !== 'object') return { type: action.name };
  return { type: action.name, data: new Typer(schema, action.name).object(type, members, action.nameSpan, false) };
}

function unknownCommand(call: Call, schema: ServerSchema): InputError {
  const hint = didYouMean(call.name, schema.commandNames) ?? 'Tab lists the commands';
  return new InputError(`this server has no command '${call.name}'`, call.nameSpan, hint);
}

function didYouMean(typed: string, known: Iterable<string>): string | undefined {
  const name = nearest(typed, known);
  return name === undefined ? undefined : `did you mean '${name}'?`;
}

/** Converts literals for one command; `path` names the argument in messages, as QEMU's own do. */
class Typer {
  readonly #schema: ServerSchema;
  readonly #command: string;

  constructor(schema: ServerSchema, command: string) {
    this.#schema = schema;
    this.#command = command;
  }

  object(type: ObjectType, given: readonly Member[], span: Span, open: boolean, path = ''): JsonObject {
    const known = this.#schema.members(type, (name) => textOf(given.find((member) => member.name === name)?.value));
    this.#checkTag(type, given, path);
    const result: Record<string, JsonValue> = {};
    for (const member of given) {
      const wanted = known.find((candidate) => candidate.name === member.name);
      if (wanted !== undefined)
        setMember(result, member.name, this.#value(wanted.type, member.value, join(path, member.name)));
      else if (open && !(known.length > type.members.length && isTypo(member, known)))
        setMember(result, member.name, untyped(member.value));
      else throw this.#unknownMember(member, namesOf(known), path);
    }
    const missing = known.filter((member) => !member.optional && !given.some(({ name }) => name === member.name));
    const first = missing[0];
    if (first === undefined) return result;
    const names = missing.map((member) => `'${join(path, member.name)}'`).join(', ');
    const hint = `'${join(path, first.name)}' is ${describeType(this.#schema, first.type)}`;
    throw new InputError(`${this.#command} needs ${names}`, span, hint);
  }

  /** An unknown value of the tag is the mistake, not the members that seem unknown because of it. */
  #checkTag(type: ObjectType, given: readonly Member[], path: string): void {
    const tag = given.find((member) => member.name === type.tag);
    const wanted = type.members.find((member) => member.name === type.tag);
    if (tag !== undefined && wanted !== undefined) this.#value(wanted.type, tag.value, join(path, tag.name));
  }

  #unknownMember(member: Member, known: readonly string[], path: string): InputError {
    const near = nearest(member.name, known);
    const list = known.length === 0 ? 'it takes no arguments' : `known: ${known.join(', ')}`;
    const hint = near === undefined ? list : `did you mean '${join(path, near)}'?`;
    return new InputError(`${this.#command} has no argument '${join(path, member.name)}'`, member.nameSpan, hint);
  }

  #value(typeName: string, literal: Literal, path: string): JsonValue {
    const type = this.#schema.type(typeName);
    const value = type === undefined ? untyped(literal) : this.#typed(type, literal, path);
    if (value === undefined) throw this.#mismatch(typeName, literal, path);
    return value;
  }

  /** The value, or undefined when this type cannot have it. */
  #typed(type: SchemaType, literal: Literal, path: string): JsonValue | undefined {
    switch (type.kind) {
      case 'builtin':
        return builtin(type.json, literal);
      case 'enum': {
        const text = textOf(literal);
        return text !== undefined && type.values.includes(text) ? text : undefined;
      }
      case 'array':
        if (literal.kind !== 'list') return undefined;
        return literal.items.map((item, index) => this.#value(type.element, item, `${path}[${index}]`));
      case 'object':
        return literal.kind === 'members' ? this.object(type, literal.members, literal, false, path) : undefined;
      case 'alternate':
        return this.#alternate(type.members, literal, path);
    }
  }

  #alternate(names: readonly string[], literal: Literal, path: string): JsonValue | undefined {
    const types = names.map((name) => this.#schema.type(name)).filter((type) => type !== undefined);
    // An object or a list can only be one branch: let that branch explain what is wrong inside.
    if (literal.kind === 'members' || literal.kind === 'list') {
      const wanted = literal.kind === 'members' ? 'object' : 'array';
      const branch = types.find((type) => type.kind === wanted);
      return branch === undefined ? undefined : this.#typed(branch, literal, path);
    }
    const order = ['null', 'boolean', 'int', 'number', 'string'];
    const rank = (type: SchemaType): number => (type.kind === 'builtin' ? order.indexOf(type.json) : 3.5);
    for (const type of [...types].sort((left, right) => rank(left) - rank(right))) {
      const value = type.kind === 'object' || type.kind === 'array' ? undefined : this.#typed(type, literal, path);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #mismatch(typeName: string, literal: Literal, path: string): InputError {
    const wanted = `'${path}' wants ${describeType(this.#schema, typeName)}`;
    const text = textOf(literal);
    const near = text === undefined ? undefined : nearest(text, acceptedWords(this.#schema, typeName));
    const hint = near === undefined ? hintFor(literal, this.#schema.type(typeName)) : `did you mean '${near}'?`;
    return new InputError(`${wanted}, not ${describeLiteral(literal)}`, literal, hint);
  }
}

/**
 * A server takes more properties than it lists (`foo[0]`), so that one it does not list is its own to refuse, unless it
 * looks like one that it does.
 */
function isTypo({ name }: Member, known: readonly SchemaMember[]): boolean {
  return !name.includes('[') && nearest(name, namesOf(known)) !== undefined;
}

function namesOf(members: readonly SchemaMember[]): string[] {
  return members.map((member) => member.name);
}

function hintFor(literal: Literal, type: SchemaType | undefined): string | undefined {
  if (type?.kind === 'array') return 'write a list as [a,b]';
  if (literal.kind === 'quoted' && type?.kind === 'builtin' && type.json !== 'null') return 'leave the quotes out';
  if (type?.kind === 'builtin' && type.json === 'int') return 'digits, 0x1f, or 10K, 10M, 10G';
  return undefined;
}

function builtin(json: string, literal: Literal): JsonValue | undefined {
  switch (json) {
    case 'string':
      return textOf(literal);
    case 'int':
      return literal.kind === 'word' ? (integerOf(literal.text) ?? sizeOf(literal.text)) : undefined;
    case 'number':
      return literal.kind === 'word' ? (integerOf(literal.text) ?? numberOf(literal.text)) : undefined;
    case 'boolean':
      return literal.kind === 'word' ? booleans[literal.text.toLowerCase()] : undefined;
    case 'null':
      return literal.kind === 'word' && (literal.text === 'null' || literal.text === 'None') ? null : undefined;
    default:
      return untyped(literal);
  }
}

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  yes: true,
  false: false,
  off: false,
  no: false,
};

/** `10G` and the like: powers of 1024, as QEMU's options mean them. */
export function sizeOf(text: string): number | bigint | undefined {
  const match = /^(\d+)([KMGTPE])(i?B)?$/i.exec(text);
  if (match === null) return undefined;
  const power = 'KMGTPE'.indexOf((match[2] ?? '').toUpperCase()) + 1;
  const value = BigInt(match[1] ?? '0') << BigInt(10 * power);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function textOf(literal: Literal | Members | undefined): string | undefined {
  return literal?.kind === 'word' || literal?.kind === 'quoted' ? literal.text : undefined;
}

function describeLiteral(literal: Literal): string {
  if (literal.kind === 'list') return 'a list';
  if (literal.kind === 'members') return 'an object';
  if (literal.text === '') return 'nothing';
  return literal.kind === 'quoted' ? `the string "${literal.text}"` : `'${literal.text}'`;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
