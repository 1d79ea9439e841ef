import type { HmpCommand } from './command.js';

/** What `info` can show. */
export const infoCommands: readonly HmpCommand[] = [
  {
    names: ['chardev'],
    help: 'show the character devices',
    run: (_args, { chardevs }) => [...chardevs].map(({ id, filename }) => `${id}: filename=${filename}\n`).join(''),
  },
  { names: ['cpus'], help: 'show infos for each CPU', run: () => `* CPU #0: thread_id=${process.pid}\n` },
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
