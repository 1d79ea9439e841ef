import type { BlockStats } from '../api/index.js';
import { describeDevice, describeNode, deviceStats, nodeStats } from '../block/describe.js';
import type { BlockDevice } from '../block/devices.js';
import type { BlockNode } from '../block/nodes.js';
import type { DriveCounters } from '../emulator/drive-buffer.js';
import { MachineError } from '../machine/errors.js';
import type { SomeHandlers } from '../schema/handlers.js';
import type { Host } from './host.js';

type Names =
  | 'query-block'
  | 'query-named-block-nodes'
  | 'query-blockstats'
  | 'eject'
  | 'blockdev-open-tray'
  | 'blockdev-close-tray'
  | 'blockdev-remove-medium'
  | 'blockdev-insert-medium'
  | 'blockdev-change-medium'
  | 'blockdev-add'
  | 'blockdev-del';

/** Block devices. */
export function blockCommands(host: Host): SomeHandlers<Names> {
  const { block } = host;
  return {
    'query-block': () => block.devices.map(describeDevice),
    'query-named-block-nodes': ({ flat }) => block.nodes.all.map((node) => describeNode(node, flat)),
    'query-blockstats': ({ 'query-nodes': nodes }) => (nodes ? allNodeStats(host) : allDeviceStats(host)),
    eject: ({ device, id, force = false }) => block.eject(block.find(device, id), force),
    'blockdev-open-tray': ({ device, id, force = false }) => block.askToOpenTray(block.find(device, id), force),
    'blockdev-close-tray': ({ device, id }) => block.closeTray(block.find(device, id)),
    'blockdev-remove-medium': ({ id }) => block.removeMedium(block.find(undefined, id)),
    'blockdev-insert-medium': ({ id, 'node-name': node }) => block.insertMedium(block.find(undefined, id), node),
    'blockdev-change-medium': (args) => {
      const { device, id, filename, format = 'raw', force = false, 'read-only-mode': mode = 'retain' } = args;
      if (format !== 'raw') throw new MachineError(`Unknown driver '${format}'`);
      const drive = block.find(device, id);
      const readOnly = mode === 'retain' ? (drive.node?.spec.readOnly ?? false) : mode === 'read-only';
      return block.changeMedium(drive, filename, readOnly, force);
    },
    'blockdev-add': (options) => block.nodes.add(options),
    'blockdev-del': ({ 'node-name': name }) => block.nodes.remove(name),
  };
}

/** What the drives have done. */
export function allDeviceStats(host: Host): Promise<BlockStats[]> {
  return Promise.all(host.block.devices.map(async (device) => deviceStats(device, await countersOf(host, device))));
}

/** The oldest node first. */
async function allNodeStats(host: Host): Promise<BlockStats[]> {
  const furthest = await Promise.all(
    host.block.devices.map(async (device) => ({ device, counters: await countersOf(host, device) })),
  );
  const over = (node: BlockNode) => furthest.find(({ device }) => lies(device.node, node))?.counters;
  return host.block.nodes.all.toReversed().map((node) => nodeStats(node, over(node)));
}

/** Whether a node is another one, or below it. */
function lies(top: BlockNode | undefined, node: BlockNode): boolean {
  return top !== undefined && (top === node || lies(top.child, node));
}

function countersOf({ machine }: Host, { slot }: BlockDevice): Promise<DriveCounters> {
  return machine.emulator.driveCounters(slot);
}
