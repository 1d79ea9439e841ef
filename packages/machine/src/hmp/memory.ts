import type { HumanParameter } from 'qmp/monitor';
import type { HmpCommand } from './command.js';
import { formatMemory, parseFormat } from './examine.js';

const EXAMINE: readonly HumanParameter[] = [
  { name: 'format', type: 'format' },
  { name: 'address', type: 'integer' },
];

/** Memory and snapshots. */
export const memoryHumanCommands: readonly HmpCommand[] = [
  {
    names: ['x'],
    usage: '/fmt addr',
    help: "virtual memory dump starting at 'addr'",
    parameters: EXAMINE,
    run: async ({ format = '', address = '0' }, { machine }) => {
      const wanted = parseFormat(format);
      const at = Number(BigInt.asUintN(32, BigInt(address)));
      const data = await machine.emulator.readVirtual(at, wanted.count * wanted.size);
      return data === undefined ? ' Cannot access memory\n' : formatMemory(data, at, 8, wanted);
    },
  },
  {
    names: ['xp'],
    usage: '/fmt addr',
    help: "physical memory dump starting at 'addr'",
    parameters: EXAMINE,
    run: async ({ format = '', address = '0' }, { machine }) => {
      const wanted = parseFormat(format);
      const at = Number(address);
      const data = await machine.emulator.readPhysical(at, wanted.count * wanted.size);
      return formatMemory(data, at, 16, wanted);
    },
  },
  {
    names: ['savevm'],
    usage: 'tag',
    help: 'save a VM snapshot',
    parameters: [{ name: 'tag', type: 'string' }],
    run: ({ tag = '' }, { snapshots }) => snapshots.save(tag, true),
  },
  {
    names: ['loadvm'],
    usage: 'tag',
    help: 'restore a VM snapshot from its tag',
    parameters: [{ name: 'tag', type: 'string' }],
    complete: (_index, { snapshots }) => snapshots.list().map(({ tag }) => tag),
    run: ({ tag = '' }, { snapshots }) => snapshots.load(tag),
  },
  {
    names: ['delvm'],
    usage: 'tag',
    help: 'delete a VM snapshot from its tag',
    parameters: [{ name: 'tag', type: 'string' }],
    complete: (_index, { snapshots }) => snapshots.list().map(({ tag }) => tag),
    run: ({ tag = '' }, { snapshots }) => snapshots.delete(tag),
  },
  { names: ['nmi'], help: 'inject an NMI', run: (_args, { machine }) => machine.injectNmi() },
];
