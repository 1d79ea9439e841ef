import type { HmpCommand, HmpParameter } from './command.js';
import { formatMemory, parseAddress, parseFormat } from './examine.js';

const EXAMINE: readonly HmpParameter[] = [
  { name: 'format', kind: 'format' },
  { name: 'address', kind: 'rest', optional: true },
];

/** Memory and snapshots. */
export const memoryHumanCommands: readonly HmpCommand[] = [
  {
    names: ['x'],
    usage: '/fmt addr',
    help: "virtual memory dump starting at 'addr'",
    parameters: EXAMINE,
    run: async ({ format = '', address = '' }, { machine }) => {
      const wanted = parseFormat(format);
      const at = parseAddress(address) >>> 0;
      const data = await machine.emulator.readVirtual(at, wanted.count * wanted.size);
      return data === undefined ? ' Cannot access memory\n' : formatMemory(data, at, 8, wanted);
    },
  },
  {
    names: ['xp'],
    usage: '/fmt addr',
    help: "physical memory dump starting at 'addr'",
    parameters: EXAMINE,
    run: async ({ format = '', address = '' }, { machine }) => {
      const wanted = parseFormat(format);
      const at = parseAddress(address);
      const data = await machine.emulator.readPhysical(at, wanted.count * wanted.size);
      return formatMemory(data, at, 16, wanted);
    },
  },
  {
    names: ['savevm'],
    usage: 'tag',
    help: 'save a VM snapshot',
    parameters: [{ name: 'tag', kind: 'string' }],
    run: ({ tag = '' }, { snapshots }) => snapshots.save(tag, true),
  },
  {
    names: ['loadvm'],
    usage: 'tag',
    help: 'restore a VM snapshot from its tag',
    parameters: [{ name: 'tag', kind: 'string' }],
    complete: (_index, { snapshots }) => snapshots.list().map(({ tag }) => tag),
    run: ({ tag = '' }, { snapshots }) => snapshots.load(tag),
  },
  {
    names: ['delvm'],
    usage: 'tag',
    help: 'delete a VM snapshot from its tag',
    parameters: [{ name: 'tag', kind: 'string' }],
    complete: (_index, { snapshots }) => snapshots.list().map(({ tag }) => tag),
    run: ({ tag = '' }, { snapshots }) => snapshots.delete(tag),
  },
  { names: ['nmi'], help: 'inject an NMI', run: (_args, { machine }) => machine.injectNmi() },
];
