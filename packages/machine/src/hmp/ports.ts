import type { HumanParameter } from 'qmp/monitor';
import type { PortSize } from '../emulator/ports.js';
import type { HmpCommand } from './command.js';

const ADDRESS: readonly HumanParameter[] = [
  { name: 'format', type: 'format' },
  { name: 'addr', type: 'integer32' },
];
const SIZES: Readonly<Record<string, PortSize>> = { b: 1, h: 2, w: 4 };
const LETTERS = { 1: 'b', 2: 'w', 4: 'l' } as const;

/** The processor's I/O ports. */
export const portHumanCommands: readonly HmpCommand[] = [
  {
    names: ['i'],
    usage: '/fmt addr',
    help: 'I/O port read',
    parameters: [...ADDRESS, { name: 'index', type: 'integer32', optional: true }],
    run: async ({ format = '', addr = '0', index }, { machine }) => {
      const port = Number(addr) & 0xffff;
      const size = sizeOf(format, 4);
      if (index !== undefined) await machine.emulator.writePort(port, 1, Number(index) & 0xff);
      const from = index === undefined ? port : (port + 1) & 0xffff;
      const value = await machine.emulator.readPort(from, size);
      const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');
      return `port${LETTERS[size]}[0x${hex(from, 4)}] = 0x${hex(value, size * 2)}\n`;
    },
  },
  {
    names: ['o'],
    usage: '/fmt addr value',
    help: 'I/O port write',
    parameters: [...ADDRESS, { name: 'val', type: 'integer32' }],
    run: ({ format = '', addr = '0', val = '0' }, { machine }) =>
      machine.emulator.writePort(Number(addr) & 0xffff, sizeOf(format, 1), Number(BigInt.asUintN(32, BigInt(val)))),
  },
];

function sizeOf(format: string, otherwise: PortSize): PortSize {
  return [...format].map((letter) => SIZES[letter]).find((size) => size !== undefined) ?? otherwise;
}
