import { filenameOf } from '../block/describe.js';
import type { BlockDevice } from '../block/devices.js';
import type { BlockNode } from '../block/nodes.js';
import { allDeviceStats } from '../commands/block.js';
import type { HmpCommand } from './command.js';

/** What `info` shows of the block devices. */
export const blockInfoCommands: readonly HmpCommand[] = [
  {
    names: ['block'],
    usage: '[-n] [-v] [device]',
    help: 'show info of one block device or all block devices (-n: show named nodes; -v: show details)',
    parameters: [
      { name: 'n', type: 'flag' },
      { name: 'v', type: 'flag' },
      { name: 'device', type: 'device', optional: true },
    ],
    complete: (_index, { block }) => block.devices.map(({ id }) => id),
    run: ({ n, v, device }, { block }) => {
      const details = v !== undefined;
      if (n !== undefined) {
        const nodes = block.nodes.all.filter(({ name }) => device === undefined || name === device);
        return nodes.map((node) => `${node.name}: ${medium(node, details)}`).join('\n');
      }
      if (device === undefined) return block.devices.map((drive) => formatDrive(drive, details)).join('\n');
      const drive = block.devices.find(({ id }) => id === device);
      return drive === undefined ? '' : `\n${formatDrive(drive, details)}`;
    },
  },
  {
    names: ['blockstats'],
    help: 'show block device statistics',
    run: async (_args, host) =>
      (await allDeviceStats(host))
        .map(({ device, stats }) => `${device}:${FIGURES.map((name) => ` ${name}=${stats[name] ?? 0}`).join('')}\n`)
        .join(''),
  },
];

const FIGURES = [
  'rd_bytes',
  'wr_bytes',
  'rd_operations',
  'wr_operations',
  'flush_operations',
  'wr_total_time_ns',
  'rd_total_time_ns',
  'flush_total_time_ns',
  'rd_merged',
  'wr_merged',
  'idle_time_ns',
] as const;

function formatDrive(drive: BlockDevice, details: boolean): string {
  const { id, path, node, removable, locked, trayOpen = false, ioStatus = 'ok' } = drive;
  const lines = [
    `${id}${node === undefined ? ': [not inserted]' : ` (${node.name}): ${image(node)}`}`,
    `    Attached to:      ${path}`,
  ];
  if (removable)
    lines.push(`    Removable device: ${locked ? '' : 'not '}locked, tray ${trayOpen ? 'open' : 'closed'}`);
  if (ioStatus !== 'ok') lines.push(`    I/O status:       ${ioStatus}`);
  return `${lines.join('\n')}\n${node === undefined ? '' : cacheAndImage(node, details)}`;
}

function image(node: BlockNode): string {
  return `${filenameOf(node)} (${node.driver}${node.spec.readOnly ? ', read-only' : ''})`;
}

function medium(node: BlockNode, details: boolean): string {
  return `${image(node)}\n${cacheAndImage(node, details)}`;
}

function cacheAndImage(node: BlockNode, details: boolean): string {
  const lines = ['    Cache mode:       writeback'];
  if (details) {
    const { size, allocated, driver } = node;
    lines.push('', 'Images:', `image: ${filenameOf(node)}`, `file format: ${driver}`);
    lines.push(`virtual size: ${human(size)} (${size} bytes)`);
    lines.push(`disk size: ${allocated === undefined ? 'unavailable' : human(allocated)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A size as QEMU writes it for people: three digits and a unit. */
function human(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(bytes * 1.024) / 10)));
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${units[power]}`;
}
