import type { JsonObject, JsonValue } from 'qmp/json';
import { QmpError } from 'qmp/protocol';
import { readDisks, readSnapshots } from './disks.js';
import type { AgentFacts, VmFacts } from './facts.js';
import { asCount, asFlag, asList, asText, member, present } from './read-json.js';

/** Executes a command: the part of a client that is needed here. */
export type Execute = (command: string, args?: JsonObject) => Promise<JsonValue>;

/** Asks a server for all facts at once. A command that it refuses costs its facts, nothing else. */
export async function collectFacts(address: string, execute: Execute): Promise<VmFacts> {
  const ask = async (command: string, args?: JsonObject): Promise<JsonValue | undefined> => {
    try {
      return await execute(command, args);
    } catch (error) {
      if (QmpError.is(error) && error.code === 'QMP_COMMAND_FAILED') return undefined;
      throw error;
    }
  };
  const [
    version,
    accelerator,
    status,
    name,
    uuid,
    cpus,
    machine,
    memory,
    balloon,
    block,
    network,
    chardevs,
    vnc,
    spice,
    jobs,
    migration,
  ] = await Promise.all([
    ask('query-version'),
    ask('query-kvm').then(async (kvm) => ({ kvm, jit: await askForJit(kvm, ask) })),
    ask('query-status'),
    ask('query-name'),
    ask('query-uuid'),
    ask('query-cpus-fast').then(async (cpus) => ({ cpus, type: await askForCpuType(cpus, ask) })),
    ask('qom-get', { path: '/machine', property: 'type' }),
    ask('query-memory-size-summary'),
    ask('query-balloon'),
    ask('query-block'),
    ask('human-monitor-command', { 'command-line': 'info network' }),
    ask('query-chardev'),
    ask('query-vnc'),
    ask('query-spice'),
    ask('query-jobs'),
    ask('query-migrate'),
  ]);
  const facts: { [K in keyof VmFacts]: VmFacts[K] | undefined } = {
    address,
    version: readVersion(version),
    machine: asText(machine)?.replace(/-machine$/, ''),
    accelerator: readAccelerator(accelerator),
    kvm: readKvm(accelerator.kvm),
    status: asText(member(status, 'status')),
    running: asFlag(member(status, 'running')),
    name: asText(member(name, 'name')),
    uuid: readUuid(uuid),
    cpus: readCpus(cpus.cpus, cpus.type),
    memory: readMemory(memory, balloon),
    disks: block === undefined ? undefined : readDisks(block),
    network: nonEmpty(readNetwork(network)),
    chardevs: nonEmpty(readChardevs(chardevs)),
    displays: nonEmpty([...readVnc(vnc), ...readSpice(spice)]),
    jobs: nonEmpty(readJobs(jobs)),
    migration: asText(member(migration, 'status')),
    migrated: readMigrated(migration),
    snapshots: nonEmpty(readSnapshots(block)),
    agent: undefined,
  };
  return present<VmFacts>(facts);
}

/** Asks a guest agent for the facts that only the guest knows. */
export async function collectAgentFacts(execute: Execute): Promise<AgentFacts> {
  const ask = (command: string): Promise<JsonValue | undefined> => execute(command).catch(() => undefined);
  const [info, hostname, os, interfaces] = await Promise.all([
    ask('guest-info'),
    ask('guest-get-host-name'),
    ask('guest-get-osinfo'),
    ask('guest-network-get-interfaces'),
  ]);
  const addresses = asList(interfaces)
    .flatMap((one) => asList(member(one, 'ip-addresses')))
    .map((one) => asText(member(one, 'ip-address')))
    .filter((one) => one !== undefined && !/^(127\.|::1$|fe80:)/.test(one));
  return present<AgentFacts>({
    version: asText(member(info, 'version')),
    hostname: asText(member(hostname, 'host-name')),
    os: asText(member(os, 'pretty-name')) ?? asText(member(os, 'name')),
    addresses: nonEmpty(addresses.filter((one) => one !== undefined)),
  });
}

function readVersion(version: JsonValue | undefined): string | undefined {
  const numbers = ['major', 'minor', 'micro'].map((part) => asCount(member(version, 'qemu', part)));
  if (numbers.includes(undefined)) return undefined;
  const packaged = asText(member(version, 'package'))?.trim() ?? '';
  return packaged === '' ? numbers.join('.') : `${numbers.join('.')} (${packaged.replace(/^\((.*)\)$/, '$1')})`;
}

type Ask = (command: string, args?: JsonObject) => Promise<JsonValue | undefined>;

/** No command names the accelerator; only TCG answers this one. */
async function askForJit(kvm: JsonValue | undefined, ask: Ask): Promise<boolean> {
  return member(kvm, 'enabled') === false && (await ask('x-query-jit')) !== undefined;
}

/** The type of the first CPU. */
async function askForCpuType(cpus: JsonValue | undefined, ask: Ask): Promise<JsonValue | undefined> {
  const [first] = asList(cpus);
  const type = member(first, 'qom-type');
  const path = asText(member(first, 'qom-path'));
  return type !== undefined || path === undefined ? type : ask('qom-get', { path, property: 'type' });
}

function readAccelerator({ kvm, jit }: { kvm: JsonValue | undefined; jit: boolean }): string | undefined {
  if (member(kvm, 'enabled') === true) return 'kvm';
  return jit ? 'tcg' : undefined;
}

function readKvm(kvm: JsonValue | undefined): VmFacts['kvm'] {
  const enabled = asFlag(member(kvm, 'enabled'));
  const isPresent = asFlag(member(kvm, 'present'));
  return enabled === undefined || isPresent === undefined ? undefined : { enabled, present: isPresent };
}

/** All zeros is how a server says that no UUID was set. */
function readUuid(uuid: JsonValue | undefined): string | undefined {
  const text = asText(member(uuid, 'UUID'));
  return text === undefined || /^[0-]*$/.test(text) ? undefined : text;
}

function readCpus(cpus: JsonValue | undefined, type: JsonValue | undefined): VmFacts['cpus'] {
  const list = asList(cpus);
  if (list.length === 0) return undefined;
  const model = (asText(type) ?? '').replace(/-(x86_64|i386|arm|aarch64|[a-z0-9]+)-cpu$/, '');
  return { count: list.length, ...(model === '' ? {} : { model }) };
}

function readMemory(memory: JsonValue | undefined, balloon: JsonValue | undefined): VmFacts['memory'] {
  const base = asCount(member(memory, 'base-memory'));
  if (base === undefined) return undefined;
  return present<NonNullable<VmFacts['memory']>>({
    base,
    plugged: asCount(member(memory, 'plugged-memory')) || undefined,
    balloon: asCount(member(balloon, 'actual')),
  });
}

/** Only the human monitor tells what is plugged where: one line for each card, its peer indented below. */
function readNetwork(network: JsonValue | undefined): string[] {
  const lines = (asText(network) ?? '').split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines
    .filter((line) => !/^\S+ command|unknown command/i.test(line))
    .map((line) => line.replace(/^\s*\\\s*/, '  '));
}

function readChardevs(chardevs: JsonValue | undefined): NonNullable<VmFacts['chardevs']> {
  return asList(chardevs).map((one) => ({
    label: asText(member(one, 'label')) ?? '?',
    filename: asText(member(one, 'filename')) ?? '?',
    open: asFlag(member(one, 'frontend-open')) ?? false,
  }));
}

function readVnc(vnc: JsonValue | undefined): string[] {
  if (member(vnc, 'enabled') !== true) return [];
  const clients = asList(member(vnc, 'clients')).length;
  const service = asText(member(vnc, 'service')) ?? '';
  const host = asText(member(vnc, 'family')) === 'unix' ? 'unix' : (asText(member(vnc, 'host')) ?? '');
  return [`VNC ${host}:${service}, ${people(clients)}`];
}

function readSpice(spice: JsonValue | undefined): string[] {
  if (member(spice, 'enabled') !== true) return [];
  const port = asCount(member(spice, 'port')) ?? asCount(member(spice, 'tls-port')) ?? '?';
  return [`SPICE ${asText(member(spice, 'host')) ?? ''}:${port}, ${people(asList(member(spice, 'channels')).length)}`];
}

function people(clients: number): string {
  return clients === 1 ? '1 client' : `${clients} clients`;
}

/** How much of the memory a migration that runs has moved, 0 to 1. */
function readMigrated(migration: JsonValue | undefined): number | undefined {
  const total = Number(asCount(member(migration, 'ram', 'total')) ?? 0);
  const remaining = Number(asCount(member(migration, 'ram', 'remaining')) ?? 0);
  return member(migration, 'status') === 'active' && total > 0 ? 1 - remaining / total : undefined;
}

function readJobs(jobs: JsonValue | undefined): NonNullable<VmFacts['jobs']> {
  return asList(jobs).map((job) => {
    const total = Number(asCount(member(job, 'total-progress')) ?? 0);
    const current = Number(asCount(member(job, 'current-progress')) ?? 0);
    return present<NonNullable<VmFacts['jobs']>[number]>({
      id: asText(member(job, 'id')) ?? '?',
      type: asText(member(job, 'type')) ?? '?',
      status: asText(member(job, 'status')) ?? '?',
      progress: total > 0 ? current / total : undefined,
    });
  });
}

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}
