import type { QmpClient } from 'qmp';
import type { JsonValue } from 'qmp/json';
import { stringify } from 'qmp/json';
import { QmpError } from 'qmp/protocol';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { withClient } from '../../cli/open-client.js';
import { flag, textOption } from '../../cli/options.js';
import { putJson } from '../../cli/put.js';
import { exactTarget } from '../../cli/target.js';
import { printable } from '../../output/printable.js';
import { type Theme, themeFor } from '../../output/theme.js';
import { asList } from '../../vm-info/read-json.js';
import { isChild, qomName, qomType } from './qom-members.js';

interface Node {
  readonly path: string;
  readonly type: string;
  readonly properties: { readonly name: string; readonly type: string; readonly value: JsonValue | undefined }[];
  readonly children: Node[];
}

interface Walk {
  readonly client: QmpClient;
  readonly depth: number;
  readonly names: boolean;
}

/** `qmp qom tree` and `qom-tree`. */
export async function run(call: Invocation): Promise<number> {
  const { address, rest } = exactTarget(call, 0, 1);
  const [path = '/'] = rest;
  const depth = depthOption(call);
  return withClient(call, address, async (client) => {
    const tree = await read({ client, depth, names: flag(call, 'names') }, path, '', 0);
    const { output, env } = call.io;
    if (flag(call, 'json')) putJson(call, tree as unknown as JsonValue);
    else output.write(`${render(tree, themeFor(output, env), 0).join('\n')}\n`);
    return exitCode.done;
  });
}

async function read(walk: Walk, path: string, type: string, level: number): Promise<Node> {
  const members = asList(await walk.client.execute('qom-list', { path }));
  const properties = members.filter((one) => !isChild(one) && !walk.names);
  const inside = level < walk.depth ? members.filter(isChild) : [];
  const prefix = path === '/' ? '' : path;
  const [values, children] = await Promise.all([
    Promise.all(properties.map((one) => readProperty(walk.client, path, qomName(one)))),
    Promise.all(inside.map((one) => read(walk, `${prefix}/${qomName(one)}`, qomType(one), level + 1))),
  ]);
  return {
    path,
    type,
    properties: properties.map((one, index) => ({ name: qomName(one), type: qomType(one), value: values[index] })),
    children,
  };
}

/** Not every property can be read: such a one has no value. */
async function readProperty(client: QmpClient, path: string, property: string): Promise<JsonValue | undefined> {
  try {
    return await client.execute('qom-get', { path, property });
  } catch (error) {
    if (QmpError.is(error) && error.code === 'QMP_COMMAND_FAILED') return undefined;
    throw error;
  }
}

function render(node: Node, theme: Theme, level: number): string[] {
  const indent = '  '.repeat(level);
  const type = node.type === '' ? '' : theme.faint(` (${printable(node.type)})`);
  return [
    `${indent}${theme.name(printable(node.path))}${type}`,
    ...node.properties.map(({ name, value }) => {
      const text = value === undefined ? theme.faint('not readable') : printable(stringify(value));
      return `${indent}  ${printable(name)}: ${text}`;
    }),
    ...node.children.flatMap((child) => render(child, theme, level + 1)),
  ];
}

function depthOption(call: Invocation): number {
  const text = textOption(call, 'depth');
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const depth = Number(text);
  if (!Number.isInteger(depth) || depth < 0) throw new UsageError(`--depth wants a whole number, not '${text}'`);
  return depth;
}
