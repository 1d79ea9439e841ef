import { pciClassName } from '../commands/pci.js';
import type { PciFunction } from '../emulator/pci.js';
import type { Snapshot } from '../jobs/snapshots.js';
import type { HmpCommand } from './command.js';
import { blockInfoCommands } from './info-block.js';
import { machineInfo } from './info-machine.js';
import { migrationInfoCommands } from './migration.js';
import { networkInfo } from './network.js';
import { qomInfo } from './qom.js';
import { formatRegisters } from './registers.js';

const unsorted: readonly HmpCommand[] = [
  ...blockInfoCommands,
  {
    names: ['memory_size_summary'],
    help: 'show the amount of memory in bytes',
    run: (_args, { machine }) => `base memory: ${machine.memory}\nplugged memory: 0\n`,
  },
  { names: ['pci'], help: 'show PCI info', run: async (_args, { machine }) => formatPci(await machine.emulator.pci()) },
  {
    names: ['registers'],
    usage: '[-a|vcpu]',
    help: 'show the cpu registers (-a: of every CPU)',
    parameters: [
      { name: 'a', type: 'flag' },
      { name: 'vcpu', type: 'integer32', optional: true },
    ],
    run: async ({ a, vcpu = '0' }, { machine }) => {
      // The number is an int of C; below zero it is the current CPU.
      const cpu = Number(BigInt.asIntN(32, BigInt(vcpu)));
      if (a === undefined && cpu > 0) return `CPU#${cpu} not available\n`;
      return `\n${formatRegisters(await machine.emulator.registers())}`;
    },
  },
  {
    names: ['snapshots'],
    help: 'show the currently saved VM snapshots',
    run: (_args, { snapshots }) => formatSnapshots(snapshots.list()),
  },
  {
    names: ['jobs'],
    help: 'show the jobs',
    run: (_args, { jobs }) =>
      jobs
        .list()
        .map(({ id, type, status }) => `${id}: ${type}, ${status}\n`)
        .join(''),
  },
  {
    names: ['chardev'],
    help: 'show the character devices',
    run: (_args, { chardevs }) => [...chardevs].map(({ id, filename }) => `${id}: filename=${filename}\n`).join(''),
  },
  { names: ['cpus'], help: 'show infos for each CPU', run: () => `* CPU #0: thread_id=${process.pid}\n` },
  ...migrationInfoCommands,
  { names: ['kvm'], help: 'show KVM information', run: () => 'kvm support: not compiled\n' },
  {
    names: ['name'],
    help: 'show the current VM name',
    run: (_args, { name }) => (name === undefined ? '' : `${name}\n`),
  },
  {
    names: ['status'],
    help: 'show the current VM status (running|paused)',
    run: (_args, { machine }) => {
      const detail = machine.running || machine.state === 'paused' ? '' : ` (${machine.state})`;
      return `VM status: ${machine.running ? 'running' : 'paused'}${detail}\n`;
    },
  },
  { names: ['uuid'], help: 'show the current VM UUID', run: (_args, { uuid }) => `${uuid}\n` },
  {
    names: ['version'],
    help: 'show the version of QEMU',
    run: (_args, { version: { qemu, package: build } }) => `${qemu.major}.${qemu.minor}.${qemu.micro}${build}\n`,
  },
];

/** What `info` can show. */
export const infoCommands: readonly HmpCommand[] = [...unsorted, ...machineInfo, ...networkInfo, ...qomInfo].sort(
  (a, b) => ((a.names[0] ?? '') < (b.names[0] ?? '') ? -1 : 1),
);

function formatPci(devices: readonly PciFunction[]): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return devices
    .map((device) => {
      const name = pciClassName(device.class) ?? `Class ${hex(device.class, 4)}`;
      const lines = [
        `  Bus  0, device ${String(device.slot).padStart(3)}, function ${device.function}:`,
        `    ${name}: PCI device ${hex(device.vendor, 4)}:${hex(device.device, 4)}`,
      ];
      if (device.pin !== 0) lines.push(`      IRQ ${device.irq}, pin ${String.fromCharCode(64 + device.pin)}`);
      for (const { bar, type, address, size, prefetch } of device.regions) {
        const kind = type === 'io' ? 'I/O' : `32 bit ${prefetch ? 'prefetchable ' : ''}memory`;
        const digits = type === 'io' ? 4 : 8;
        lines.push(`      BAR${bar}: ${kind} at 0x${hex(address, digits)} [0x${hex(address + size - 1, digits)}].`);
      }
      lines.push('      id ""');
      return `${lines.join('\n')}\n`;
    })
    .join('');
}

function formatSnapshots(snapshots: readonly Snapshot[]): string {
  if (snapshots.length === 0) return 'There is no snapshot available.\n';
  const row = (id: string, tag: string, size: string, date: string) =>
    `${id.padEnd(8)}  ${tag.padEnd(16)}  ${size.padStart(8)}  ${date}\n`;
  const lines = snapshots.map(({ id, tag, state, date }) =>
    row(
      String(id),
      tag,
      `${(state.length / 1048576).toFixed(1)} MiB`,
      date.toISOString().slice(0, 19).replace('T', ' '),
    ),
  );
  return `List of snapshots:\n${row('ID', 'TAG', 'VM SIZE', 'DATE')}${lines.join('')}`;
}
