import { type JsonValue, stringify } from 'qmp/json';
import { MachineError } from '../machine/errors.js';
import { buildTree } from '../qom/machine-tree.js';
import { type QomTree, setProperty } from '../qom/tree.js';
import type { HmpCommand } from './command.js';

const PATH = { name: 'path', type: 'string' } as const;
const PROPERTY = { name: 'property', type: 'string' } as const;

/** The object tree. */
export const qomHumanCommands: readonly HmpCommand[] = [
  {
    names: ['qom-list'],
    usage: 'path',
    help: 'list QOM properties',
    parameters: [{ ...PATH, optional: true }],
    run: async ({ path }, host) => {
      if (path === undefined) return '/\n';
      const { properties } = (await buildTree(host)).find(path);
      return [...properties].map(([name, { type }]) => `${name} (${type})\n`).join('');
    },
  },
  {
    names: ['qom-get'],
    usage: 'path property',
    help: 'print QOM property',
    parameters: [PATH, PROPERTY],
    run: async ({ path = '', property = '' }, host) => {
      const object = (await buildTree(host)).find(path);
      const found = object.properties.get(property);
      if (found === undefined) throw new MachineError(`Property '${object.type}.${property}' not found`);
      return `${stringify(await found.get(), { order: 'qemu', pretty: true })}\n`;
    },
  },
  {
    names: ['qom-set'],
    usage: '[-j] path property value',
    help: 'set QOM property (-j: the value is specified in json format)',
    parameters: [{ name: 'j', type: 'flag' }, PATH, PROPERTY, { name: 'value', type: 'rest' }],
    run: async ({ j, path = '', property = '', value = '' }, host) => {
      const object = (await buildTree(host)).find(path);
      const type = object.properties.get(property)?.type ?? '';
      await setProperty(object, property, j === undefined ? readValue(value, type) : readJson(value));
    },
  },
];

/** What `info` shows of the object tree. */
export const qomInfo: readonly HmpCommand[] = [
  {
    names: ['qom-tree'],
    usage: '[path]',
    help: 'show QOM composition tree',
    parameters: [{ ...PATH, optional: true }],
    run: async ({ path = '/machine' }, host) => printTree(await buildTree(host), path, 0),
  },
];

function readJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new MachineError('JSON parse error, invalid value');
  }
}

/** The text of a command line as the property's type wants it. */
function readValue(text: string, type: string): JsonValue {
  if (type === 'bool')
    return text === 'on' || text === 'true' ? true : text === 'off' || text === 'false' ? false : text;
  return /^u?int/.test(type) && /^-?\d+$/.test(text) ? Number(text) : text;
}

function printTree(tree: QomTree, path: string, depth: number): string {
  const object = tree.find(path);
  const name = depth === 0 ? path : `/${path.slice(path.lastIndexOf('/') + 1)}`;
  const children = [...object.properties]
    .filter(([, { type }]) => type.startsWith('child<'))
    .map(([child]) => child)
    .sort();
  const base = path === '/' ? '' : path;
  return [
    `${'  '.repeat(depth)}${name} (${object.type})\n`,
    ...children.map((child) => printTree(tree, `${base}/${child}`, depth + 1)),
  ].join('');
}
