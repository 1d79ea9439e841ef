import { MachineError } from '../machine/errors.js';
import { buildTree } from '../qom/machine-tree.js';
import { type QomObject, setProperty } from '../qom/tree.js';
import { ancestry, isA, type PropertyDefinition, propertiesOf, QOM_TYPES } from '../qom/types.js';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

type Names =
  | 'qom-list'
  | 'qom-get'
  | 'qom-set'
  | 'qom-list-types'
  | 'qom-list-properties'
  | 'device-list-properties'
  | 'object-add'
  | 'object-del';

/** The object tree. */
export function qomCommands(host: Host): SomeHandlers<Names> {
  return {
    'object-add': (options) => host.objects.add(options),
    'object-del': ({ id }, context) => context.afterReply(host.objects.remove(id)),
    'qom-list': async ({ path }) => describe((await buildTree(host)).find(path)),
    'qom-get': async ({ path, property }) => {
      const object = (await buildTree(host)).find(path);
      return needProperty(object, property).get();
    },
    'qom-set': async ({ path, property, value }) => setProperty((await buildTree(host)).find(path), property, value),
    'qom-list-types': ({ implements: wanted, abstract = false }) =>
      [...QOM_TYPES.values()]
        .filter((type) => (abstract || !type.abstract) && (wanted === undefined || isA(type.name, wanted)))
        .map(({ name, parent, abstract: isAbstract }) => ({
          name,
          ...(isAbstract ? { abstract: true } : {}),
          ...(parent === undefined ? {} : { parent }),
        })),
    'qom-list-properties': ({ typename }) => {
      if (!QOM_TYPES.has(typename)) throw new MachineError(`Class '${typename}' not found`, 'DeviceNotFound');
      return [{ name: 'type', type: 'string' }, ...propertiesOf(typename).map(explain)];
    },
    'device-list-properties': ({ typename }) => {
      const type = QOM_TYPES.get(typename);
      if (type === undefined) throw new MachineError(`Device '${typename}' not found`, 'DeviceNotFound');
      if (type.abstract || !isA(typename, 'device'))
        throw new MachineError("Parameter 'typename' expects a non-abstract device type");
      // Not what every device has: nobody gives that when a device is made.
      return ancestry(typename)
        .filter(({ name }) => name !== 'device')
        .flatMap(({ properties }) => properties.map(explain));
    },
  };
}

function explain({ name, type, description, default: value }: PropertyDefinition) {
  return {
    name,
    type,
    ...(description === undefined ? {} : { description }),
    ...(value === undefined ? {} : { 'default-value': value }),
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
