import { listMice } from '../commands/input.js';
import type { PageEntry } from '../emulator/paging.js';
import { CPU_PATH, PROCESSOR, RAM_ID } from '../machine/model.js';
import type { HmpCommand } from './command.js';

/** What `info` shows of the machine's processor, memory and pointers. */
export const machineInfo: readonly HmpCommand[] = [
  {
    names: ['balloon'],
    help: 'show balloon information',
    run: async (_args, { machine }) => {
      const bytes = await machine.balloon.size();
      return `balloon: actual=${bytes / 2 ** 20}\n`;
    },
  },
  {
    names: ['dump'],
    help: 'Display the latest dump status',
    run: (_args, { dump: { last } }) => {
      const done = (100 * Number(last.completed)) / Number(last.total);
      const share = last.status === 'active' ? `Finished: ${done.toFixed(2)} %\n` : '';
      return `Status: ${last.status}\n${share}`;
    },
  },
  {
    names: ['hotpluggable-cpus'],
    help: 'Show information about hotpluggable CPUs',
    run: () =>
      [
        'Hotpluggable CPUs:',
        `  type: "${PROCESSOR.type}"`,
        '  vcpus_count: "1"',
        `  qom_path: "${CPU_PATH}"`,
        '  CPUInstance Properties:',
        ...['socket', 'core', 'thread'].map((name) => `    ${name}-id: "0"`),
        '',
      ].join('\n'),
  },
  { names: ['iothreads'], help: 'show iothreads', run: () => '' },
  {
    names: ['mem'],
    help: 'show the active virtual memory mappings',
    run: async (_args, { machine }) => formatRanges(await machine.emulator.pages()),
  },
  {
    names: ['memdev'],
    help: 'show memory backends',
    run: (_args, { machine }) =>
      [
        `memory backend: ${RAM_ID}`,
        `  size:  ${machine.memory}`,
        ...['merge: false', 'dump: true', 'prealloc: false', 'share: false', 'reserve: false', 'policy: default'].map(
          (line) => `  ${line}`,
        ),
        '  host nodes: \n\n',
      ].join('\n'),
  },
  { names: ['memory-devices'], help: 'show memory devices', run: () => '' },
  {
    names: ['mice'],
    help: 'show which guest mouse is receiving events',
    run: async (_args, { machine }) =>
      (await listMice(machine))
        .map(
          ({ name, index, current, absolute }) =>
            `${current ? '*' : ' '} Mouse #${index}: ${name}${absolute ? ' (absolute)' : ''}\n`,
        )
        .join(''),
  },
  {
    names: ['tlb'],
    help: 'show virtual to physical memory mappings',
    run: async (_args, { machine }) => {
      const pages = await machine.emulator.pages();
      return pages === undefined ? 'PG disabled\n' : pages.map(formatPage).join('');
    },
  },
  { names: ['tpm'], help: 'show the TPM device', run: () => '' },
  {
    names: ['vm-generation-id'],
    help: 'Show Virtual Machine Generation ID',
    run: () => 'Error: VM Generation ID device not found\n',
  },
  { names: ['vnc'], help: 'show the vnc server status', run: () => 'None\n' },
];

const hex16 = (value: number) => value.toString(16).padStart(16, '0');

/** Flag bits and their letters, as `info tlb` prints them after a dash for "no execution". */
const FLAG_LETTERS: readonly (readonly [bit: number, letter: string])[] = [
  [0x100, 'G'],
  [0x80, 'P'],
  [0x40, 'D'],
  [0x20, 'A'],
  [0x10, 'C'],
  [0x08, 'T'],
  [0x04, 'U'],
  [0x02, 'W'],
];

function formatPage({ address, physical, flags }: PageEntry): string {
  const letters = FLAG_LETTERS.map(([bit, letter]) => (flags & bit ? letter : '-')).join('');
  return `${hex16(address)}: ${hex16(physical)} -${letters}\n`;
}

/** Neighbours with the same rights are one line. */
function formatRanges(pages: readonly PageEntry[] | undefined): string {
  if (pages === undefined) return 'PG disabled\n';
  const ranges: { start: number; end: number; rights: number }[] = [];
  for (const { address, size, flags } of pages) {
    const last = ranges.at(-1);
    const rights = flags & 6;
    if (last?.end === address && last.rights === rights) last.end += size;
    else ranges.push({ start: address, end: address + size, rights });
  }
  return ranges
    .map(
      ({ start, end, rights }) =>
        `${hex16(start)}-${hex16(end)} ${hex16(end - start)} ${rights & 4 ? 'u' : '-'}r${rights & 2 ? 'w' : '-'}\n`,
    )
    .join('');
}
