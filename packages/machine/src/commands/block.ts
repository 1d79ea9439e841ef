import type { BlockDeviceInfo, BlockdevOptions } from '../api/index.js';
import type { BlockDevice, BlockNode } from '../block/devices.js';
import type { MediumSpec } from '../emulator/image.js';
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
    'query-named-block-nodes': () => block.nodes.map(describeNode),
    'query-blockstats': () => Promise.all(block.devices.map((device) => deviceStats(host, device))),
    eject: ({ device, id }) => block.eject(block.find(device, id)),
    'blockdev-open-tray': ({ device, id }) => block.openTray(block.find(device, id)),
    'blockdev-close-tray': ({ device, id }) => block.closeTray(block.find(device, id)),
    'blockdev-remove-medium': ({ id }) => block.removeMedium(block.find(undefined, id)),
    'blockdev-insert-medium': ({ id, 'node-name': node }) => block.insertMedium(block.find(undefined, id), node),
    'blockdev-change-medium': (args) => {
      const { device, id, filename, format = 'raw', 'read-only-mode': mode = 'retain' } = args;
      if (format !== 'raw') throw new MachineError(`Unknown driver '${format}'`);
      const drive = block.find(device, id);
      const readOnly = mode === 'retain' ? (drive.node?.spec.readOnly ?? false) : mode === 'read-only';
      return block.changeMedium(drive, filename, readOnly);
    },
    'blockdev-add': (options) => {
      const name = options['node-name'];
      if (name === undefined) throw new MachineError("'node-name' must be specified for the root node");
      block.add(name, mediumOf(options));
    },
    'blockdev-del': ({ 'node-name': name }) => block.remove(name),
  };
}

/** The image that the options of a node lead to. */
function mediumOf(options: BlockdevOptions): MediumSpec {
  const readOnly = options['read-only'] ?? false;
  if (options.driver === 'file') return { file: options.filename, readOnly, snapshot: false };
  if (typeof options.file === 'string')
    throw new MachineError(`Cannot find device='${options.file}' nor node-name='${options.file}'`);
  return { ...mediumOf(options.file), readOnly };
}

function describeDevice(device: BlockDevice) {
  const { id, path, removable, trayOpen, node } = device;
  return {
    device: id,
    qdev: path,
    type: 'unknown',
    removable,
    locked: false,
    ...(trayOpen === undefined ? {} : { tray_open: trayOpen }),
    ...(node === undefined ? {} : { inserted: describeNode(node) }),
    ...(removable && node === undefined ? {} : { 'io-status': 'ok' as const }),
  };
}

function describeNode({ name, spec, size }: BlockNode): BlockDeviceInfo {
  return {
    file: spec.file,
    'node-name': name,
    ro: spec.readOnly,
    drv: 'raw',
    backing_file_depth: 0,
    encrypted: false,
    detect_zeroes: 'off',
    bps: 0,
    bps_rd: 0,
    bps_wr: 0,
    iops: 0,
    iops_rd: 0,
    iops_wr: 0,
    image: { filename: spec.file, format: 'raw', 'virtual-size': size, 'actual-size': size, 'dirty-flag': false },
    cache: { writeback: true, direct: false, 'no-flush': false },
    write_threshold: 0,
  };
}

async function deviceStats({ machine }: Host, { id, path, slot, node }: BlockDevice) {
  const counters = await machine.emulator.driveCounters(slot);
  return {
    device: id,
    qdev: path,
    ...(node === undefined ? {} : { 'node-name': node.name }),
    stats: {
      rd_bytes: counters.readBytes,
      wr_bytes: counters.writtenBytes,
      rd_operations: counters.readOperations,
      wr_operations: counters.writeOperations,
      flush_operations: counters.flushOperations,
    },
  };
}
