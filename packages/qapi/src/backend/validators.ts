/**
 * Argument checks compiled from a schema: they accept, refuse and word their refusals as QEMU does.
 *
 * Source of the rules: QEMU's `qapi/qobject-input-visitor.c`, `qapi/qapi-visit-core.c` and `qapi/qapi-util.c`, as
 * observed on 7.2.
 */

import {
  type ArgumentPolicy,
  builtinCheck,
  type Check,
  finalProblem,
  type InputPolicy,
  isObject,
  type Problem,
  plainProblem,
  type Value,
  wrongType,
} from './checks.js';
import { firstLeftover } from './leftovers.js';
import type { CommandRow, MemberRow, ObjectRow, SchemaTable, TypeRef, ValueRow } from './table.js';

/**
 * Checks the arguments of a command. Returns QEMU's error text (of class `GenericError`), or `undefined` when they fit.
 *
 * Integers are safe numbers or bigints; a number written `1.0` is no integer and has to come as an object that carries
 * `Symbol.for('qmp.JsonDouble')`, see the JSON reader of the `qmp` package. A member that is `undefined` is absent.
 * The policy `crash` refuses as `reject` does: to end the process is the server's business.
 */
export type Validator = (args: { readonly [name: string]: unknown }, policy?: ArgumentPolicy) => string | undefined;

/** Compiles the checks of all commands of a table. A command's check is compiled when it is first used. */
export function compileValidators(table: SchemaTable): ReadonlyMap<string, Validator> {
  const compiler = new Compiler(table);
  return new Map(
    Object.entries(table.commands).map(([name, row]) => {
      let validator: Validator | undefined;
      const lazy: Validator = (args, policy) => {
        validator ??= compiler.command(row);
        return validator(args, policy);
      };
      return [name, lazy];
    }),
  );
}

interface MemberCheck {
  readonly name: string;
  readonly optional: boolean;
  /** Its name is one that every JavaScript object has, such as `constructor`. */
  readonly shadowed: boolean;
  readonly features: readonly string[];
  readonly check: Check;
}

/** A row of the table, compiled. */
interface Shape {
  readonly members: readonly MemberCheck[];
  readonly tag: string | undefined;
  readonly branches: ReadonlyMap<unknown, Shape>;
}

const NO_SHAPE: Shape = { members: [], tag: undefined, branches: new Map() };

class Compiler {
  readonly #table: SchemaTable;
  readonly #shapes = new Map<string, Shape>();
  readonly #checks = new Map<string, Check>();

  constructor(table: SchemaTable) {
    this.#table = table;
  }

  command(row: CommandRow): Validator {
    const shape = typeof row.arguments === 'string' ? this.#shape(row.arguments) : this.#members(row.arguments ?? []);
    if (row.unchecked) return (args) => missingOnly(shape, args);
    return (args, policy) => {
      const problem = checkObject(shape, args, policy);
      return problem && render(problem);
    };
  }

  #members(rows: readonly MemberRow[]): Shape {
    return { ...NO_SHAPE, members: rows.map((row) => this.#member(row)) };
  }

  #member([spelling, type, ...features]: MemberRow): MemberCheck {
    const optional = spelling.startsWith('*');
    const name = optional ? spelling.slice(1) : spelling;
    return { name, optional, shadowed: name in Object.prototype, features, check: this.#check(type) };
  }

  #shape(name: string): Shape {
    const known = this.#shapes.get(name);
    if (known) return known;
    const row = this.#table.objects[name];
    if (!row) throw new Error(`The schema table has no object "${name}"`);
    // Types refer to each other in circles: the shape is known before it is filled.
    const shape = { members: [] as MemberCheck[], tag: row.tag, branches: new Map<unknown, Shape>() };
    this.#shapes.set(name, shape);
    this.#fill(shape, row);
    return shape;
  }

  #fill(shape: { members: MemberCheck[]; branches: Map<unknown, Shape> }, row: ObjectRow): void {
    shape.members.push(...row.members.map((member) => this.#member(member)));
    for (const [value, branch] of Object.entries(row.branches ?? {})) shape.branches.set(value, this.#shape(branch));
  }

  #check(type: TypeRef): Check {
    if (typeof type !== 'string') return arrayCheck(this.#check(type[0]));
    let check = this.#checks.get(type);
    if (!check) {
      check = this.#named(type);
      this.#checks.set(type, check);
    }
    return check;
  }

  #named(type: string): Check {
    const { enums, objects, alternates } = this.#table;
    if (enums[type]) return enumCheck(enums[type]);
    if (objects[type]) return objectCheck(this.#shape(type));
    if (alternates[type]) return this.#alternate(type, alternates[type]);
    const builtin = builtinCheck(type);
    if (!builtin) throw new Error(`The schema table has no type "${type}"`);
    return builtin;
  }

  #alternate(name: string, types: readonly TypeRef[]): Check {
    // Compiled at the first use, since an alternate may contain itself.
    let byKind: Map<string, Check> | undefined;
    return (value, member, policy) => {
      byKind ??= new Map(types.map((type) => [this.#kind(type), this.#check(type)]));
      const check = byKind.get(kindOf(value));
      return check
        ? check(value, member, policy)
        : finalProblem(`Invalid parameter type for '${member}', expected: ${name}`);
    };
  }

  /** The kind of JSON value by which an alternate chooses this type. */
  #kind(type: TypeRef): string {
    if (typeof type !== 'string') return 'array';
    if (this.#table.objects[type]) return 'object';
    if (this.#table.enums[type] || type === 'str') return 'string';
    return type === 'bool' ? 'boolean' : type === 'null' ? 'null' : 'number';
  }
}

function kindOf(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  return typeof value === 'string' || typeof value === 'boolean' ? typeof value : 'number';
}

function objectCheck(shape: Shape): Check {
  return (value, _name, policy) => (isObject(value) ? checkObject(shape, value, policy) : wrongType('object'));
}

function arrayCheck(element: Check): Check {
  return (value, _name, policy) => {
    if (!Array.isArray(value)) return wrongType('array');
    for (let index = 0; index < value.length; index++) {
      const problem = element(value[index], 'null', policy);
      if (problem) return within(index, problem);
    }
    return undefined;
  };
}

function enumCheck(rows: readonly ValueRow[]): Check {
  const values = new Map(rows.map((row) => (typeof row === 'string' ? [row, []] : [row[0], row.slice(1)])));
  return (value, name, policy) => {
    if (typeof value !== 'string') return wrongType('string');
    const features = values.get(value);
    if (!features) return finalProblem(`Parameter '${name}' does not accept value '${value}'`);
    return policy && features.length > 0 ? refusedByPolicy(features, policy, 'value', value) : undefined;
  };
}

function checkObject(
  shape: Shape,
  object: Record<string, Value>,
  policy: ArgumentPolicy | undefined,
): Problem | undefined {
  const present = checkMembers(shape, object, policy);
  if (typeof present !== 'number') return present;
  let total = 0;
  for (const name in object) if (object[name] !== undefined) total++;
  return total === present ? undefined : unexpected(shape, object);
}

/** Checks the members of a shape and of its branch; the number of those that are there, or the first problem. */
function checkMembers(
  shape: Shape,
  object: Record<string, Value>,
  policy: ArgumentPolicy | undefined,
): number | Problem {
  let present = 0;
  for (const member of shape.members) {
    const { name } = member;
    const value = member.shadowed && !Object.hasOwn(object, name) ? undefined : object[name];
    if (value === undefined && member.optional) continue;
    if (policy && member.features.length > 0) {
      const refusal = refusedByPolicy(member.features, policy, 'parameter', name);
      if (refusal) return refusal;
    }
    if (value === undefined) return within(name, plainProblem("Parameter '", "' is missing"));
    present++;
    const problem = member.check(value, name, policy);
    if (problem) return within(name, problem);
  }
  const branch = branchOf(shape, object);
  if (!branch) return present;
  const more = checkMembers(branch, object, policy);
  return typeof more === 'number' ? present + more : more;
}

function branchOf(shape: Shape, object: Record<string, Value>): Shape | undefined {
  return shape.tag === undefined ? undefined : shape.branches.get(object[shape.tag]);
}

function unexpected(shape: Shape, object: Record<string, Value>): Problem {
  const members = Object.keys(object).filter((name) => object[name] !== undefined);
  const known = new Set(membersOf(shape, object));
  const left = members.filter((name) => !known.has(name));
  const visited = [...known].filter((name) => object[name] !== undefined);
  const named = left.length > 1 ? firstLeftover(members, visited) : left[0];
  return within(named ?? '', plainProblem("Parameter '", "' is unexpected"));
}

function membersOf(shape: Shape, object: Record<string, Value>): string[] {
  const branch = branchOf(shape, object);
  const names = shape.members.map((member) => member.name);
  return branch ? [...names, ...membersOf(branch, object)] : names;
}

/** A command whose arguments QEMU does not check itself still says when one of the required ones is missing. */
function missingOnly(shape: Shape, args: Record<string, Value>): string | undefined {
  const missing = shape.members.find((member) => !member.optional && args[member.name] === undefined);
  return missing && `Parameter '${missing.name}' is missing`;
}

function refusedByPolicy(
  features: readonly string[],
  policy: ArgumentPolicy,
  what: string,
  name: string,
): Problem | undefined {
  const refused = (feature: string, input: InputPolicy = 'accept') => input !== 'accept' && features.includes(feature);
  if (refused('deprecated', policy.deprecatedInput))
    return finalProblem(`Deprecated ${what} ${name} disabled by policy`);
  if (refused('unstable', policy.unstableInput)) return finalProblem(`Unstable ${what} ${name} disabled by policy`);
  return undefined;
}

/** Adds a step to the front of a problem's path. */
function within(step: string | number, problem: Problem): Problem {
  problem.path?.unshift(step);
  return problem;
}

function render({ before, path, after }: Problem): string {
  if (!path) return before;
  const steps = path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index > 0 ? `.${step}` : step));
  return before + steps.join('') + after;
}
