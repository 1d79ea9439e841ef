import { MachineError } from '../machine/errors.js';
import { buildTree, findObject, type QomObject } from '../qom/tree.js';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

type Names =
  | 'qom-list'
  | 'qom-get'
  | 'qom-set'
  | 'qom-list-types'
  | 'device-list-properties'
  | 'object-add'
  | 'object-del';

/** The object tree. */
export function qomCommands(host: Host): SomeHandlers<Names> {
  return {
    'object-add': (options) => host.objects.add(options),
    'object-del': ({ id }, context) => context.afterReply(host.objects.remove(id)),
    'qom-list': async ({ path }) => describe(findObject(await buildTree(host), path)),
    'qom-get': async ({ path, property }) => {
      const object = findObject(await buildTree(host), path);
      return needProperty(object, property).get();
    },
    'qom-set': async ({ path, property }) => {
      const object = findObject(await buildTree(host), path);
      needProperty(object, property);
      throw new MachineError(`Property '${object.type}.${property}' is not writable`);
    },
    'qom-list-types': async ({ implements: wanted }) => {
      const types = new Set([...(await buildTree(host)).values()].map(({ type }) => type));
      return [...types].filter((name) => wanted === undefined || name === wanted).map((name) => ({ name }));
    },
    'device-list-properties': async ({ typename }) => {
      const object = [...(await buildTree(host)).values()].find(({ type }) => type === typename);
      if (object === undefined) throw new MachineError(`Device '${typename}' not found`, 'DeviceNotFound');
      return describe(object).filter(({ name }) => name !== 'type');
    },
  };
}

function describe({ properties }: QomObject) {
  return [...properties].map(([name, { type }]) => ({ name, type }));
}

function needProperty(object: QomObject, name: string) {
  const property = object.properties.get(name);
  if (property === undefined) throw new MachineError(`Property '${object.type}.${name}' not found`);
  return property;
}
