import type { MigrationInfo } from '../api/index.js';
import { MachineError } from '../machine/errors.js';
import type { HmpCommand } from './command.js';

/** Migration. */
export const migrationHumanCommands: readonly HmpCommand[] = [
  {
    names: ['migrate'],
    usage: '[-d] uri',
    help: 'migrate to URI (this never waits for completion, as with -d)',
    parameters: [
      { name: 'd', type: 'flag' },
      { name: 'uri', type: 'string' },
    ],
    run: ({ uri = '' }, { migration }) => migration.start(uri),
  },
  {
    names: ['migrate_cancel'],
    help: 'cancel the current VM migration',
    run: (_args, { migration }) => migration.cancel(),
  },
  {
    names: ['migrate_continue'],
    usage: 'state',
    help: 'Continue migration from the given paused state',
    parameters: [{ name: 'state', type: 'string' }],
    run: ({ state = '' }, { migration }) => {
      if (state !== 'pre-switchover') throw new MachineError(`invalid parameter value: ${state}`);
      migration.goOnFrom(state);
    },
  },
  {
    names: ['migrate_incoming'],
    usage: 'uri',
    help: 'Continue an incoming migration from an -incoming defer',
    parameters: [{ name: 'uri', type: 'string' }],
    run: ({ uri = '' }, { migration }) => migration.receive(uri),
  },
  {
    names: ['migrate_set_capability'],
    usage: 'capability state',
    help: 'Enable/Disable the usage of a capability for migration',
    parameters: [
      { name: 'capability', type: 'string' },
      { name: 'state', type: 'boolean' },
    ],
    run: ({ capability: name, state }, { migration }) => {
      migration.requireIdle();
      const known = migration.settings.capabilities.find(({ capability }) => capability === name);
      if (known === undefined) throw new MachineError(`invalid parameter value: ${name}`);
      migration.settings.setCapabilities([{ capability: known.capability, state: state === 'on' }]);
    },
  },
  {
    names: ['migrate_set_parameter'],
    usage: 'parameter value',
    help: 'Set the parameter for migration',
    parameters: [
      { name: 'parameter', type: 'string' },
      { name: 'value', type: 'string' },
    ],
    run: ({ parameter, value = '' }, { migration: { settings } }) => {
      if (parameter === 'max-bandwidth') settings.setParameters({ 'max-bandwidth': sizeOf(value) });
      else if (parameter === 'downtime-limit') settings.setParameters({ 'downtime-limit': numberOf(value) });
      else throw new MachineError(`invalid parameter value: ${parameter}`);
    },
  },
];

const SUFFIXES = 'bkmgt';

/** A size in MiB, or with a suffix, as QEMU reads this parameter. */
function sizeOf(text: string): number {
  const [, number = '', suffix = 'm'] = /^(\d+(?:\.\d+)?)([bkmgt])?$/i.exec(text) ?? [];
  if (number === '') throw new MachineError(`Parameter 'value' expects a size`);
  return Math.floor(Number(number) * 1024 ** SUFFIXES.indexOf(suffix.toLowerCase()));
}

function numberOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new MachineError(`Parameter 'value' expects uint64`);
  return Number(text);
}

/** What `info` shows of migrations. */
export const migrationInfoCommands: readonly HmpCommand[] = [
  {
    names: ['migrate'],
    help: 'show migration status',
    run: (_args, { migration }) => formatMigration(migration.info),
  },
  {
    names: ['migrate_capabilities'],
    help: 'show current migration capabilities',
    run: (_args, { migration }) =>
      migration.settings.capabilities
        .map(({ capability, state }) => `${capability}: ${state ? 'on' : 'off'}\n`)
        .join(''),
  },
  {
    names: ['migrate_parameters'],
    help: 'show current migration parameters',
    run: (_args, { migration: { settings } }) =>
      `max-bandwidth: ${settings.maxBandwidth} bytes/second\ndowntime-limit: ${settings.downtimeLimit} ms\n`,
  },
];

function formatMigration(info: MigrationInfo): string {
  const { status, ram, 'socket-address': addresses = [], 'error-desc': reason } = info;
  const lines = [];
  if (status !== undefined) lines.push(`Migration status: ${status}${reason === undefined ? '' : ` (${reason})`}`);
  if (info['total-time'] !== undefined) lines.push(`total time: ${info['total-time']} ms`);
  if (info['expected-downtime'] !== undefined) lines.push(`expected downtime: ${info['expected-downtime']} ms`);
  if (info.downtime !== undefined) lines.push(`downtime: ${info.downtime} ms`);
  if (info['setup-time'] !== undefined) lines.push(`setup: ${info['setup-time']} ms`);
  if (ram !== undefined) {
    const kbytes = (bytes: number | bigint) => `${Math.floor(Number(bytes) / 1024)} kbytes`;
    lines.push(
      `transferred ram: ${kbytes(ram.transferred)}`,
      `throughput: ${ram.mbps.toFixed(2)} mbps`,
      `remaining ram: ${kbytes(ram.remaining)}`,
      `total ram: ${kbytes(ram.total)}`,
      `duplicate: ${ram.duplicate} pages`,
      `normal: ${ram.normal} pages`,
      `normal bytes: ${kbytes(ram['normal-bytes'])}`,
      `dirty sync count: ${ram['dirty-sync-count']}`,
      `page size: ${kbytes(ram['page-size'])}`,
    );
  }
  if (addresses.length > 0)
    lines.push(
      'socket address: [',
      ...addresses.map((address) =>
        address.type === 'inet' ? `\ttcp:${address.host}:${address.port}` : `\tunix:${address.path}`,
      ),
      ']',
    );
  return lines.map((line) => `${line}\n`).join('');
}
