import type { JsonValue } from 'qmp/json';
import { MachineError } from '../machine/errors.js';
import { isA, propertiesOf } from './types.js';

/** A property: its type in QEMU's words, how to read it, and how to change it. */
export interface QomProperty {
  readonly type: string;
  readonly get: () => JsonValue | Promise<JsonValue>;
  /** Absent: it cannot be changed. The value has passed {@link checkType}. */
  readonly set?: (value: JsonValue) => void | Promise<void>;
}

/** An object of the tree. */
export interface QomObject {
  readonly type: string;
  readonly properties: Map<string, QomProperty>;
}

/** What a property is at the moment, or how to read or change it. */
export type QomValue = JsonValue | Pick<QomProperty, 'get' | 'set'>;

/** The objects of a machine by their paths. */
export class QomTree {
  readonly #objects = new Map<string, QomObject>();

  /**
   * Adds an object below one that is there already.
   *
   * @param values its properties; one that its type does not have is of the kind of its value.
   */
  add(path: string, type: string, values: Readonly<Record<string, QomValue>> = {}): void {
    const properties = new Map<string, QomProperty>([['type', { type: 'string', get: () => type }]]);
    const definitions = new Map(propertiesOf(type).map((definition) => [definition.name, definition]));
    for (const [name, value] of Object.entries(values)) {
      const access = isAccess(value) ? value : { get: () => value };
      const kind = definitions.get(name)?.type ?? kindOf(isAccess(value) ? '' : value);
      properties.set(name, { type: kind, ...access });
    }
    this.#objects.set(path, { type, properties });
    if (path === '/') return;
    const slash = path.lastIndexOf('/');
    const parent = this.#objects.get(slash === 0 ? '/' : path.slice(0, slash));
    parent?.properties.set(path.slice(slash + 1), { type: `child<${type}>`, get: () => path });
  }

  /** Adds a device, with what all devices have. Its properties were settled when the machine was made. */
  addDevice(path: string, type: string, values: Readonly<Record<string, QomValue>> = {}, hotplugged = false): void {
    const id = path.startsWith('/machine/peripheral/') ? path.slice(path.lastIndexOf('/') + 1) : undefined;
    const settled = Object.entries(values).map(([name, value]): [string, QomValue] => [
      name,
      isAccess(value) ? value : { get: () => value, set: () => refuse(name, type, id) },
    ]);
    this.add(path, type, {
      parent_bus: '',
      realized: { get: () => true, set: (value) => unrealize(value, type) },
      hotplugged,
      hotpluggable: isA(type, 'virtio-serial-port'),
      ...Object.fromEntries(settled),
    });
  }

  get(path: string): QomObject | undefined {
    return this.#objects.get(path);
  }

  /** Paths and objects, parents before their children. */
  [Symbol.iterator](): IterableIterator<[string, QomObject]> {
    return this.#objects.entries();
  }

  /**
   * Finds an object by its path, absolute or a part that only one path ends with.
   *
   * @throws {MachineError} when there is none, or several.
   */
  find(path: string): QomObject {
    const exact = this.#objects.get(path === '/' ? path : path.replace(/\/+$/, ''));
    if (exact !== undefined) return exact;
    const matches = path.startsWith('/')
      ? []
      : [...this.#objects.keys()].filter((candidate) => candidate.endsWith(`/${path}`));
    if (matches.length > 1) throw new MachineError(`Path '${path}' is ambiguous`);
    const found = this.#objects.get(matches[0] ?? '');
    if (found === undefined) throw new MachineError(`Device '${path}' not found`, 'DeviceNotFound');
    return found;
  }
}

/**
 * Changes a property.
 *
 * @throws {MachineError} in QEMU's words when there is no such property, it cannot be changed, or the value is of
 * another type.
 */
export async function setProperty({ type, properties }: QomObject, name: string, value: JsonValue): Promise<void> {
  const property = properties.get(name);
  if (property === undefined) throw new MachineError(`Property '${type}.${name}' not found`);
  if (property.set === undefined) throw new MachineError(`Property '${type}.${name}' is not writable`);
  checkType(name, property.type, value);
  await property.set(value);
}

function checkType(name: string, type: string, value: JsonValue): void {
  const wanted = type === 'bool' ? 'boolean' : /^u?int/.test(type) ? 'integer' : 'string';
  const given = typeof value === 'bigint' || Number.isInteger(value) ? 'integer' : typeof value;
  if (wanted !== given) throw new MachineError(`Invalid parameter type for '${name}', expected: ${wanted}`);
}

function refuse(name: string, type: string, id: string | undefined): never {
  const device = id === undefined ? 'anonymous device' : `device '${id}'`;
  throw new MachineError(`Attempt to set property '${name}' on ${device} (type '${type}') after it was realized`);
}

function unrealize(value: JsonValue, type: string): void {
  if (value === false) throw new MachineError(`Device '${type}' can not be unplugged by a property; use device_del`);
}

function isAccess(value: QomValue): value is Pick<QomProperty, 'get' | 'set'> {
  return typeof value === 'object' && value !== null && 'get' in value && typeof value.get === 'function';
}

function kindOf(value: JsonValue): string {
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' ? 'int' : 'string';
}
