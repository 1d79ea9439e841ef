import { nearest, parseOptionList } from 'qmp/chardev';
import type { ObjectOptions } from '../api/index.js';
import { CommandLineError } from './arguments.js';

const TYPES = {
  'monitor-qmp': ['chardev', 'pretty'],
  secret: ['data', 'file', 'format', 'keyid', 'iv'],
} as const satisfies Readonly<Record<ObjectOptions['qom-type'], readonly string[]>>;

/**
 * Reads the argument of `-object`: `[qom-type=]TYPE,id=ID[,PROPERTY=VALUE…]`, the arguments of `object-add`.
 *
 * @throws {CommandLineError} naming what is wrong.
 */
export function readObject(value: string): ObjectOptions {
  const list = parseOptionList(value, 'qom-type');
  const type = list.get('qom-type') ?? '';
  if (!isObjectType(type)) {
    const near = nearest(type, Object.keys(TYPES));
    throw new CommandLineError(
      `Parameter 'qom-type' does not accept value '${type}'`,
      near === undefined ? `It takes ${Object.keys(TYPES).join(' and ')}.` : `Did you mean ${near}?`,
    );
  }
  const id = list.get('id');
  if (id === undefined) throw missing('id');
  const known: readonly string[] = ['qom-type', 'id', ...TYPES[type]];
  for (const name of list.keys()) if (!known.includes(name)) throw new CommandLineError(`Invalid parameter '${name}'`);
  return type === 'secret' ? { ...readSecret(list), id } : { ...readMonitor(list), id };
}

type Properties<T extends ObjectOptions['qom-type']> = Omit<Extract<ObjectOptions, { 'qom-type': T }>, 'id'>;

function readMonitor(list: ReadonlyMap<string, string>): Properties<'monitor-qmp'> {
  const chardev = list.get('chardev');
  const pretty = list.get('pretty') ?? 'off';
  if (chardev === undefined) throw missing('chardev');
  if (pretty !== 'on' && pretty !== 'off') throw new CommandLineError("Parameter 'pretty' expects 'on' or 'off'");
  return { 'qom-type': 'monitor-qmp', chardev, pretty: pretty === 'on' };
}

function readSecret(list: ReadonlyMap<string, string>): Properties<'secret'> {
  const [data, file, keyid, iv] = [list.get('data'), list.get('file'), list.get('keyid'), list.get('iv')];
  const format = list.get('format') ?? 'raw';
  if (format !== 'raw' && format !== 'base64')
    throw new CommandLineError(`Parameter 'format' does not accept value '${format}'`);
  return {
    'qom-type': 'secret',
    format,
    ...(data === undefined ? {} : { data }),
    ...(file === undefined ? {} : { file }),
    ...(keyid === undefined ? {} : { keyid }),
    ...(iv === undefined ? {} : { iv }),
  };
}

function missing(name: string): CommandLineError {
  return new CommandLineError(`Parameter '${name}' is missing`);
}

function isObjectType(type: string): type is ObjectOptions['qom-type'] {
  return type in TYPES;
}
