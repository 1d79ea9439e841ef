import { resolve } from 'node:path';
import { backup, type Job, mirror, newJobId, type QmpClient } from 'qmp';
import type { JsonValue } from 'qmp/json';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { withClient } from '../../cli/open-client.js';
import { textOption } from '../../cli/options.js';
import { exactTarget } from '../../cli/target.js';
import { sizeOf } from '../../language/typed.js';
import { integerOf } from '../../language/untyped.js';
import { nearest } from '../../schema/nearest.js';
import { asCount, asList, asText, member } from '../../vm-info/read-json.js';
import { followOperation } from './follow-operation.js';
import { jobStep } from './job-step.js';

/** What both kinds of copy are told. */
interface CopyArguments {
  readonly device: string;
  readonly target: string;
  readonly sync: 'full' | 'top' | 'none';
  readonly speed?: number | bigint;
}

/** `qmp block backup`: a copy of the disk as it is at the beginning. */
export function runBackup(call: Invocation): Promise<number> {
  return copy(call, 'backing up', (client, args) => backup(client, args));
}

/** `qmp block mirror`: a copy that follows the disk until it is equal; the machine then uses the copy. */
export function runMirror(call: Invocation): Promise<number> {
  return copy(call, 'mirroring', (client, args) => mirror(client, args));
}

async function copy(
  call: Invocation,
  verb: string,
  start: (client: QmpClient, args: CopyArguments) => Job,
): Promise<number> {
  const { address, rest } = exactTarget(call, 2, 2, 'a disk or a file');
  const [disk = '', file = ''] = rest;
  return withClient(call, address, async (client) => {
    const { node, size } = findDisk(await client.execute('query-block'), disk);
    const format = textOption(call, 'format') ?? 'qcow2';
    const sync = (textOption(call, 'sync') ?? 'full') as CopyArguments['sync'];
    const speed = speedOption(call);
    const target = await createImage(client, resolve(file), format, size);
    const code = await followOperation(
      call,
      `${verb} ${disk}`,
      start(client, { device: node, target, sync, ...speed }),
      jobStep,
    );
    // A backup's target is not needed any more; after a mirror it is the disk itself.
    if (verb === 'backing up' && code === exitCode.done) await client.execute('blockdev-del', { 'node-name': target });
    return code;
  });
}

function speedOption(call: Invocation): { speed?: number | bigint } {
  const text = textOption(call, 'speed');
  if (text === undefined) return {};
  const speed = integerOf(text) ?? sizeOf(text);
  if (speed === undefined || speed <= 0)
    throw new UsageError(`--speed wants bytes a second, not '${text}'`, 'as in 500000, 10M');
  return { speed };
}

function findDisk(block: JsonValue, name: string): { node: string; size: number | bigint } {
  const known = new Map<string, { node: string; size: number | bigint }>();
  for (const drive of asList(block)) {
    const node = asText(member(drive, 'inserted', 'node-name'));
    const size = asCount(member(drive, 'inserted', 'image', 'virtual-size'));
    if (node === undefined || size === undefined) continue;
    const id = (asText(member(drive, 'qdev')) ?? '')
      .replace(/^\/machine\/peripheral\//, '')
      .replace(/\/virtio-backend$/, '');
    for (const alias of [asText(member(drive, 'device')) ?? '', node, id])
      if (alias !== '') known.set(alias, { node, size });
  }
  const found = known.get(name);
  if (found !== undefined) return found;
  const near = nearest(name, known.keys());
  throw new UsageError(
    `no disk '${name}'`,
    near === undefined ? `known: ${[...known.keys()].join(', ')}` : `did you mean '${near}'?`,
  );
}

/** Creates an image through the server, which may see other files than this tool, and opens it there as a node. */
async function createImage(
  client: QmpClient,
  filename: string,
  format: string,
  size: number | bigint,
): Promise<string> {
  const { startJob } = await import('qmp');
  const node = newJobId('copy');
  await startJob(client, 'blockdev-create', {
    options: { driver: 'file', filename, size: format === 'raw' ? size : 0 },
  });
  if (format === 'raw') {
    await client.execute('blockdev-add', { driver: 'raw', 'node-name': node, file: { driver: 'file', filename } });
    return node;
  }
  const protocol = `${node}-file`;
  await client.execute('blockdev-add', { driver: 'file', filename, 'node-name': protocol });
  await startJob(client, 'blockdev-create', { options: { driver: format, file: protocol, size } });
  await client.execute('blockdev-del', { 'node-name': protocol });
  await client.execute('blockdev-add', { driver: format, 'node-name': node, file: { driver: 'file', filename } });
  return node;
}
