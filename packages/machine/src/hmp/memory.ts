import type { HumanParameter } from 'qmp/monitor';
import { saveMemory } from '../commands/memory.js';
import type { HmpCommand } from './command.js';
import { examinedBytes, formatMemory, readFormat } from './examine.js';

const FORMAT: HumanParameter = { name: 'format', type: 'format' };
const EXAMINE: readonly HumanParameter[] = [FORMAT, { name: 'address', type: 'integer' }];
const SAVE: readonly HumanParameter[] = [
  { name: 'address', type: 'integer' },
  { name: 'size', type: 'integer32' },
  { name: 'filename', type: 'string' },
];
/** Most bytes that `sum` adds up. */
const SUM_CHUNK = 1 << 20;

/** Looks into memory and at the processor. */
export const memoryHumanCommands: readonly HmpCommand[] = [
  {
    names: ['x'],
    usage: '/fmt addr',
    help: "virtual memory dump starting at 'addr'",
    parameters: EXAMINE,
    run: async ({ format = '', address = '0' }, { machine }) => {
      const wanted = readFormat(format);
      const at = Number(BigInt.asUintN(32, BigInt(address)));
      const data = await machine.emulator.readVirtual(at, examinedBytes(wanted));
      if (data === undefined) return `${at.toString(16).padStart(8, '0')}: Cannot access memory\n`;
      return formatMemory(data, at, 8, wanted);
    },
  },
  {
    names: ['xp'],
    usage: '/fmt addr',
    help: "physical memory dump starting at 'addr'",
    parameters: EXAMINE,
    run: async ({ format = '', address = '0' }, { machine }) => {
      const wanted = readFormat(format);
      const at = Number(address);
      const data = await machine.emulator.readPhysical(at, examinedBytes(wanted));
      return formatMemory(data, at, 16, wanted);
    },
  },
  {
    names: ['sum'],
    usage: 'addr size',
    help: 'compute the checksum of a memory region',
    parameters: [
      { name: 'address', type: 'integer32' },
      { name: 'size', type: 'integer32' },
    ],
    run: async ({ address = '0', size = '0' }, { machine }) => {
      let sum = 0;
      for (let done = 0; done < Number(size); done += SUM_CHUNK) {
        const count = Math.min(SUM_CHUNK, Number(size) - done);
        // The BSD sum: rotate right by one bit, then add.
        for (const byte of await machine.emulator.readPhysical(Number(address) + done, count))
          sum = (((sum >> 1) | (sum << 15)) + byte) & 0xffff;
      }
      return `${String(sum).padStart(5, '0')}\n`;
    },
  },
  {
    names: ['gva2gpa'],
    usage: 'addr',
    help: 'print the guest physical address corresponding to a guest virtual address',
    parameters: [{ name: 'addr', type: 'integer' }],
    run: async ({ addr = '0' }, { machine }) => {
      const physical = await machine.emulator.translate(Number(BigInt.asUintN(32, BigInt(addr))));
      return physical === undefined ? 'Unmapped\n' : `gpa: 0x${physical.toString(16)}\n`.replace('0x0\n', '0\n');
    },
  },
  {
    names: ['memsave'],
    usage: 'addr size file',
    help: "save to disk virtual memory dump starting at 'addr' of size 'size'",
    parameters: SAVE,
    run: ({ address = '0', size = '0', filename = '' }, { machine }) =>
      saveMemory(machine, 'virtual', { address: BigInt(address), size: BigInt(size), filename }),
  },
  {
    names: ['pmemsave'],
    usage: 'addr size file',
    help: "save to disk physical memory dump starting at 'addr' of size 'size'",
    parameters: SAVE,
    run: ({ address = '0', size = '0', filename = '' }, { machine }) =>
      saveMemory(machine, 'physical', { address: BigInt(address), size: BigInt(size), filename }),
  },
  {
    names: ['dump-guest-memory'],
    usage: '[-d] filename [begin length]',
    help: 'dump guest memory into file (use -d to do so in the background)',
    parameters: [
      { name: 'd', type: 'flag' },
      { name: 'filename', type: 'filename' },
      { name: 'begin', type: 'integer', optional: true },
      { name: 'length', type: 'integer', optional: true },
    ],
    run: ({ d, filename = '', begin = '0', length }, { machine, dump }) => {
      const range = { begin: Number(begin), length: Number(length ?? machine.memory) };
      return d === undefined ? dump.write(filename, range) : dump.writeDetached(filename, range);
    },
  },
];
