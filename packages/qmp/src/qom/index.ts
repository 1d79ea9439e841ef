import type { ObjectPropertyInfo } from '../api/index.js';
import type { AnyApi, AnyClient } from '../client/index.js';
import type { JsonValue } from '../json/value.js';
import { QmpError } from '../protocol/errors.js';

/** One property in QEMU's object tree. */
export interface QomProperty {
  /** The path of the property: that of its object, a slash, its name. */
  readonly path: string;
  readonly name: string;
  /** As QEMU names it: `bool`, `child<qemu-xhci>`, `link<bus>`. */
  readonly type: string;
  readonly kind: 'child' | 'link' | 'value';
  /** The distance from where the walk began. */
  readonly depth: number;
}

/** Lists the properties of an object, children first, then by name. */
export async function qomList(client: AnyClient, path: string, depth = 0): Promise<QomProperty[]> {
  const reply = (await client.as<AnyApi>().execute('qom-list', { path })) as unknown as ObjectPropertyInfo[];
  const properties = reply.map(({ name, type }): QomProperty => {
    const kind = type.startsWith('child<') ? 'child' : type.startsWith('link<') ? 'link' : 'value';
    return { path: path === '/' ? `/${name}` : `${path}/${name}`, name, type, kind, depth };
  });
  const rank = ({ kind }: QomProperty): number => (kind === 'child' ? 0 : 1);
  return properties.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

/** Splits the path of a property into its object and its name. */
export function splitQomPath(path: string): { readonly object: string; readonly property: string } {
  const at = path.lastIndexOf('/');
  if (!path.startsWith('/') || at === path.length - 1) {
    throw new QmpError('QMP_OPTION_INVALID', `"${path}" is not the path of a property`, {
      hint: 'It looks like /machine/peripheral/disk0/serial.',
    });
  }
  return { object: at === 0 ? '/' : path.slice(0, at), property: path.slice(at + 1) };
}

/** Reads a property by its path. */
export function qomGet(client: AnyClient, path: string): Promise<JsonValue> {
  const { object, property } = splitQomPath(path);
  return client.as<AnyApi>().execute('qom-get', { path: object, property });
}

/** Sets a property by its path. */
export async function qomSet(client: AnyClient, path: string, value: JsonValue): Promise<void> {
  const { object, property } = splitQomPath(path);
  await client.as<AnyApi>().execute('qom-set', { path: object, property, value });
}

/**
 * Walks the tree from an object down, each object's properties before those of its children. Objects that go away
 * meanwhile are left out.
 */
export async function* qomTree(
  client: AnyClient,
  path = '/',
  maxDepth = Number.POSITIVE_INFINITY,
): AsyncGenerator<QomProperty> {
  yield* walk(client, path, 0, maxDepth);
}

async function* walk(client: AnyClient, path: string, depth: number, maxDepth: number): AsyncGenerator<QomProperty> {
  const properties = await qomList(client, path, depth).catch((error: unknown) => {
    if (depth > 0 && QmpError.is(error) && error.code === 'QMP_COMMAND_FAILED') return [];
    throw error;
  });
  yield* properties;
  if (depth >= maxDepth) return;
  for (const { kind, path: child } of properties) {
    if (kind === 'child') yield* walk(client, child, depth + 1, maxDepth);
  }
}
