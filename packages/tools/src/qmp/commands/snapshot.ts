import { deleteSnapshot, type Job, loadSnapshot, type QmpClient, saveSnapshot } from 'qmp';
import type { JsonValue } from 'qmp/json';
import type { Invocation } from '../../cli/command-spec.js';
import { exitCode } from '../../cli/exit-code.js';
import { UsageError } from '../../cli/failure.js';
import { withClient } from '../../cli/open-client.js';
import { listOption } from '../../cli/options.js';
import { putRows } from '../../cli/put.js';
import { exactTarget } from '../../cli/target.js';
import { byteSize } from '../../output/printable.js';
import { nearest } from '../../schema/nearest.js';
import { readSnapshots } from '../../vm-info/disks.js';
import { asList, asText, member } from '../../vm-info/read-json.js';
import { followOperation } from './follow-operation.js';
import { jobStep } from './job-step.js';

type Start = (client: QmpClient, tag: string, devices: readonly string[]) => Job;

/** `qmp snapshot save`. */
export function save(call: Invocation): Promise<number> {
  return act(
    call,
    'saving',
    (client, tag, devices) => saveSnapshot(client, { tag, devices, vmstate: devices[0] ?? '' }),
    false,
  );
}

/** `qmp snapshot load`. */
export function load(call: Invocation): Promise<number> {
  return act(
    call,
    'loading',
    (client, tag, devices) => loadSnapshot(client, { tag, devices, vmstate: devices[0] ?? '' }),
    true,
  );
}

/** `qmp snapshot delete`. */
export function remove(call: Invocation): Promise<number> {
  return act(call, 'deleting', (client, tag, devices) => deleteSnapshot(client, { tag, devices }), true);
}

/** `qmp snapshot list`. */
export async function list(call: Invocation): Promise<number> {
  const { address } = exactTarget(call, 0, 0);
  return withClient(call, address, async (client) => {
    const snapshots = [...readSnapshots(await client.execute('query-block')), ...(await keptElsewhere(client))];
    const rows = snapshots.map((one) => [
      one.name,
      one.disk,
      one.id,
      one.vmStateSize === undefined ? '' : byteSize(one.vmStateSize),
    ]);
    await putRows(call, ['NAME', 'DISK', 'ID', 'VM STATE'], rows, snapshots as unknown as JsonValue[]);
    return exitCode.done;
  });
}

async function act(call: Invocation, verb: string, start: Start, existing: boolean): Promise<number> {
  const { address, rest } = exactTarget(call, 1, 1, 'the name of a snapshot');
  const [tag = ''] = rest;
  return withClient(call, address, async (client) => {
    const block = await client.execute('query-block');
    const known = [...readSnapshots(block), ...(await keptElsewhere(client))];
    if (existing)
      checkName(
        tag,
        known.map((one) => one.name),
      );
    const given = listOption(call, 'disk');
    const devices = given.length > 0 ? given : writableNodes(block);
    if (devices.length === 0 && isQemu(client)) {
      throw new UsageError('no disk here can hold a snapshot', 'a writable qcow2 image can');
    }
    return followOperation(call, `${verb} ${tag}`, start(client, tag, devices), jobStep);
  });
}

/** The embedded PC keeps its snapshots itself, and needs no disk for them. */
function isQemu(client: QmpClient): boolean {
  return client.version?.package.includes('qmp-machine') !== true;
}

/** Snapshots that are in no disk: only the human monitor lists them. */
async function keptElsewhere(
  client: QmpClient,
): Promise<{ name: string; disk: string; id: string; vmStateSize?: number }[]> {
  if (isQemu(client)) return [];
  const text = asText(await client.execute('human-monitor-command', { 'command-line': 'info snapshots' })) ?? '';
  const rows = [...text.matchAll(/^(\S+)\s+(\S+)\s+\S+ \w*B?\s+\d{4}-/gm)];
  return rows.map(([, id = '', name = '']) => ({ name, disk: '', id }));
}

/** Node names of the disks that can hold internal snapshots: writable qcow2 images. */
function writableNodes(block: JsonValue): string[] {
  return asList(block).flatMap((drive) => {
    const inserted = member(drive, 'inserted');
    const fits = asText(member(inserted, 'drv')) === 'qcow2' && member(inserted, 'ro') === false;
    const node = asText(member(inserted, 'node-name'));
    return fits && node !== undefined ? [node] : [];
  });
}

function checkName(tag: string, known: readonly string[]): void {
  if (known.includes(tag)) return;
  const near = nearest(tag, known);
  const hint = near === undefined ? `known: ${known.join(', ') || 'none'}` : `did you mean '${near}'?`;
  throw new UsageError(`no snapshot '${tag}'`, hint);
}
