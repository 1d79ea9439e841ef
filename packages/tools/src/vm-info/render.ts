import { byteSize, printable } from '../output/printable.js';
import { table } from '../output/table.js';
import type { Theme } from '../output/theme.js';
import { type DiskFacts, statusReasons, type VmFacts } from './facts.js';

/** Prints one VM on one screen: what is not known is left out. */
export function renderFacts(facts: VmFacts, theme: Theme): string {
  const lines: [string, string | readonly string[] | undefined][] = [
    ['Name', facts.name],
    ['UUID', facts.uuid],
    ['Status', statusText(facts, theme)],
    ['Version', facts.version],
    ['Machine', facts.machine],
    ['KVM', kvmText(facts)],
    ['CPUs', cpusText(facts)],
    ['Memory', memoryText(facts)],
    ['Disks', facts.disks?.filter((disk) => !disk.removable).map(diskText)],
    ['Media', facts.disks?.filter((disk) => disk.removable).map(diskText)],
    [
      'Snapshots',
      facts.snapshots?.map((one) => `${one.name} (${one.disk}, id ${one.id}, ${byteSize(one.vmStateSize)})`),
    ],
    ['Network', facts.network],
    ['Chardevs', facts.chardevs?.map((one) => `${one.label}: ${one.filename}${one.open ? '' : ' (closed)'}`)],
    ['Display', facts.displays],
    ['Jobs', facts.jobs?.map(jobText)],
    ['Migration', migrationText(facts)],
    ['Agent', agentText(facts)],
  ];
  const width = Math.max(...lines.map(([label]) => label.length)) + 2;
  const shown = lines.flatMap(([label, value]) => {
    const values = typeof value === 'string' ? [value] : (value ?? []);
    return values.map((text, index) => theme.name((index === 0 ? label : '').padEnd(width)) + safe(text));
  });
  return `${shown.join('\n')}\n`;
}

/** Prints several VMs, one a line. */
export async function renderTable(
  all: readonly (VmFacts | FailedVm)[],
  theme: Theme,
  columns: number,
): Promise<string> {
  const rows = all.map((facts) => {
    if ('failure' in facts) return [facts.address, facts.failure, '', '', '', ''];
    const disks = facts.disks?.filter((disk) => !disk.removable).length;
    const memory = facts.memory === undefined ? '' : byteSize(facts.memory.base);
    return [
      facts.address,
      facts.status ?? '',
      facts.name ?? '',
      String(facts.cpus?.count ?? ''),
      memory,
      disks === undefined ? '' : String(disks),
    ];
  });
  return `${await table(['ADDRESS', 'STATUS', 'NAME', 'CPUS', 'MEMORY', 'DISKS'], rows, theme, columns)}\n`;
}

/** A VM that could not be asked. */
export interface FailedVm {
  readonly address: string;
  readonly failure: string;
}

/** Painted text passes; what a server sent was made printable before it was painted. */
function safe(text: string): string {
  return text.includes('\u001b[') ? text : printable(text);
}

function statusText(facts: VmFacts, theme: Theme): string | undefined {
  if (facts.status === undefined) return undefined;
  const reason = statusReasons[facts.status];
  const status = printable(facts.status);
  const painted = facts.running === true ? theme.good(status) : theme.warning(status);
  return reason === undefined ? painted : `${painted} (${reason})`;
}

function kvmText(facts: VmFacts): string | undefined {
  if (facts.kvm === undefined) return undefined;
  if (facts.kvm.enabled) return 'enabled';
  const instead = facts.accelerator === 'tcg' ? ' (emulation by TCG)' : '';
  return (facts.kvm.present ? 'present, not enabled' : 'absent') + instead;
}

function cpusText({ cpus }: VmFacts): string | undefined {
  if (cpus === undefined) return undefined;
  return cpus.model === undefined ? String(cpus.count) : `${cpus.count} x ${cpus.model}`;
}

function memoryText({ memory }: VmFacts): string | undefined {
  if (memory === undefined) return undefined;
  const parts = [byteSize(memory.base)];
  if (memory.plugged !== undefined) parts.push(`${byteSize(memory.plugged)} plugged in`);
  if (memory.balloon !== undefined) parts.push(`balloon at ${byteSize(memory.balloon)}`);
  return parts.join(', ');
}

function diskText(disk: DiskFacts): string {
  const used = disk.used === undefined ? '' : ` (${byteSize(disk.used)} used)`;
  const size = disk.size === undefined ? undefined : byteSize(disk.size) + used;
  const state = [
    disk.readOnly === true ? 'read-only' : undefined,
    disk.trayOpen === true ? 'tray open' : undefined,
    disk.locked === true ? 'locked' : undefined,
    disk.ioStatus === undefined || disk.ioStatus === 'ok' ? undefined : `I/O status ${disk.ioStatus}`,
  ];
  return [`${disk.device}: ${disk.file ?? '?'}`, disk.format, size, ...state]
    .filter((part) => part !== undefined)
    .join(', ');
}

function jobText(job: NonNullable<VmFacts['jobs']>[number]): string {
  const progress = job.progress === undefined ? '' : `, ${Math.floor(job.progress * 100)} %`;
  return `${job.id}: ${job.type}, ${job.status}${progress}`;
}

function migrationText({ migration, migrated }: VmFacts): string | undefined {
  if (migration === undefined || migrated === undefined) return migration;
  return `${migration}, ${Math.floor(migrated * 100)} % of the memory`;
}

function agentText({ agent }: VmFacts): string[] | undefined {
  if (agent === undefined) return undefined;
  const version = agent.version === undefined ? undefined : `agent ${agent.version}`;
  const first = [agent.hostname, agent.os, version].filter((part) => part !== undefined).join(', ');
  return agent.addresses === undefined ? [first] : [first, agent.addresses.join(', ')];
}
