import type { Registers, SegmentRegister } from '../emulator/registers.js';

const FLAGS: readonly (readonly [bit: number, letter: string])[] = [
  [0x400, 'D'],
  [0x800, 'O'],
  [0x80, 'S'],
  [0x40, 'Z'],
  [0x10, 'A'],
  [0x04, 'P'],
  [0x01, 'C'],
];

/** The registers in the layout of QEMU's `info registers`. */
export function formatRegisters(registers: Registers): string {
  const { general, segments, gdt, idt, control, debug } = registers;
  const [eax, ecx, edx, ebx, esp, ebp, esi, edi] = general.map((value) => hex(value));
  const flags = FLAGS.map(([bit, letter]) => (registers.eflags & bit ? letter : '-')).join('');
  const lines = [
    'CPU#0',
    `EAX=${eax} EBX=${ebx} ECX=${ecx} EDX=${edx}`,
    `ESI=${esi} EDI=${edi} EBP=${ebp} ESP=${esp}`,
    `EIP=${hex(registers.eip)} EFL=${hex(registers.eflags)} [${flags}] CPL=${registers.cpl} II=0 A20=1 SMM=0 HLT=${registers.halted ? 1 : 0}`,
    ...segments.filter(({ name }) => name.length === 2 && name !== 'TR').map(formatSegment),
    ...['LDT', 'TR'].flatMap((name) => segments.filter((segment) => segment.name === name).map(formatSegment)),
    `GDT=     ${hex(gdt.base)} ${hex(gdt.limit)}`,
    `IDT=     ${hex(idt.base)} ${hex(idt.limit)}`,
    [0, 2, 3, 4].map((index) => `CR${index}=${hex(control[index] ?? 0)}`).join(' '),
    `${[0, 1, 2, 3].map((index) => `DR${index}=${hex(debug[index] ?? 0)}`).join(' ')} `,
    `DR6=${hex(debug[6] ?? 0)} DR7=${hex(debug[7] ?? 0)}`,
    `FCW=${hex(registers.fpuControl, 4)} FSW=${hex(registers.fpuStatus, 4)} MXCSR=${hex(registers.mxcsr)}`,
    ...formatXmm(registers.xmm),
  ];
  return `${lines.join('\n')}\n`;
}

function formatSegment({ name, selector, base, limit, access }: SegmentRegister): string {
  return `${name.padEnd(3)}=${hex(selector, 4)} ${hex(base)} ${hex(limit)} ${hex(access << 8)}`;
}

function formatXmm(words: readonly number[]): string[] {
  const register = (index: number) => {
    const [a = 0, b = 0, c = 0, d = 0] = words.slice(index * 4);
    return `XMM${String(index).padStart(2, '0')}=${hex(d)}${hex(c)} ${hex(b)}${hex(a)}`;
  };
  return [0, 2, 4, 6].map((index) => `${register(index)} ${register(index + 1)}`);
}

function hex(value: number, digits = 8): string {
  return (value >>> 0).toString(16).padStart(digits, '0');
}

const GENERAL = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'];

/** What the registers hold, by the names that expressions have for them; `pc` is the address of the instruction. */
export function registerLookup({ general, eip, eflags, segments }: Registers): (name: string) => bigint | undefined {
  const code = segments.find(({ name }) => name === 'CS')?.base ?? 0;
  const values = new Map<string, number>([
    ...GENERAL.map((name, index): [string, number] => [name, general[index] ?? 0]),
    ...segments.map(({ name, selector }): [string, number] => [name.toLowerCase(), selector]),
    ['sp', general[4] ?? 0],
    ['fp', general[5] ?? 0],
    ['eip', eip],
    ['eflags', eflags],
    ['pc', (code + eip) % 2 ** 32],
  ]);
  return (name) => {
    const value = values.get(name);
    return value === undefined ? undefined : BigInt(value);
  };
}
