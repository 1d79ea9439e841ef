import { readFile } from 'node:fs/promises';
import type { JsonObject, JsonValue } from 'qmp/json';
import { type CommandHandler, commandError, type Monitor, prepare } from 'qmp/monitor';
import { descriptorHandlers } from './descriptors.js';

/** How the machine that is not there was started. */
export interface Start {
  readonly name?: string;
  /** Names of the chardevs that monitors are on. */
  readonly monitors: readonly string[];
  /** It runs already. */
  readonly running: boolean;
}

/**
 * What the handlers of the reference monitor remember: a run state, named objects and block nodes. No device, no disk
 * and no guest is behind it; commands not handled here succeed with `{}` once their arguments are right.
 */
export class PretendedMachine {
  readonly #start: Start;
  #status: 'prelaunch' | 'running' | 'paused';
  readonly #objects = new Map<string, JsonObject>();
  readonly #nodes = new Map<string, JsonObject>();
  /** Set after it is made, since the monitor's commands need the machine. */
  monitor: Monitor | undefined;
  onQuit: () => void = () => {};

  constructor(start: Start) {
    this.#start = start;
    this.#status = start.running ? 'running' : 'prelaunch';
  }

  get running(): boolean {
    return this.#status === 'running';
  }

  get prelaunch(): boolean {
    return this.#status === 'prelaunch';
  }

  get name(): string | undefined {
    return this.#start.name;
  }

  stop(): void {
    if (!this.running) return;
    this.#status = 'paused';
    this.monitor?.emit('STOP');
  }

  cont(): void {
    if (this.running) return;
    this.#status = 'running';
    this.monitor?.emit('RESUME');
  }

  reset(reason: string): void {
    if (!this.running) this.#status = 'prelaunch';
    this.monitor?.emit('RESET', { guest: false, reason });
  }

  powerdown(): void {
    this.monitor?.emit('POWERDOWN');
  }

  shutdown(reason: string): void {
    this.monitor?.emit('SHUTDOWN', { guest: false, reason });
  }

  get status(): JsonObject {
    // In the schema's order, as QEMU stores them: two of the names share a bucket.
    return { running: this.running, singlestep: false, status: this.#status };
  }

  /** The handlers of the commands that do something or answer with something. */
  handlers(): Readonly<Record<string, CommandHandler>> {
    return {
      ...this.#runState(),
      ...this.#objectCommands(),
      ...this.#blockCommands(),
      ...this.#queries(),
      ...descriptorHandlers(),
      ...missing,
    };
  }

  #runState(): Record<string, CommandHandler> {
    return {
      stop: () => this.stop(),
      cont: () => this.cont(),
      system_reset: () => this.reset('host-qmp-system-reset'),
      system_powerdown: () => this.powerdown(),
      system_wakeup: () => fail('wake-up from suspend is not supported by this guest'),
      quit: (_args, { afterReply }) => {
        this.shutdown('host-qmp-quit');
        afterReply(() => this.onQuit());
      },
      'x-exit-preconfig': () => {
        if (this.monitor?.preconfig !== true) fail('The command is permitted only before machine initialization');
        if (this.monitor !== undefined) this.monitor.preconfig = false;
      },
      'set-numa-node': () => {
        if (this.monitor?.preconfig !== true) {
          fail('The command is permitted only before the machine has been created');
        }
      },
    };
  }

  #objectCommands(): Record<string, CommandHandler> {
    return {
      'object-add': async (args) => {
        const { id, file } = args as { id: string; file?: string };
        if (this.#objects.has(id)) {
          fail(`attempt to add duplicate property '${id}' to object (type 'container')`);
        }
        if (args['qom-type'] === 'secret' && file !== undefined) await readPipe(file);
        this.#objects.set(id, args);
      },
      'object-del': ({ id }) => {
        if (!this.#objects.delete(String(id))) fail(`object '${String(id)}' not found`);
      },
      'qom-list': ({ path }) => this.#list(String(path)),
    };
  }

  #list(path: string): JsonValue {
    const kind = { name: 'type', type: 'string' };
    if (path === '/objects') {
      const objects = [...this.#objects].map(([name, args]) => ({ name, type: `child<${String(args['qom-type'])}>` }));
      return [kind, ...objects];
    }
    const [, id = ''] = /^\/objects\/([^/]+)$/.exec(path) ?? [];
    if (this.#objects.has(id)) return [kind];
    throw commandError(`Device '${path}' not found`, 'DeviceNotFound');
  }

  #blockCommands(): Record<string, CommandHandler> {
    return {
      'blockdev-add': async (args) => {
        const { config, driver } = args as { config?: string; driver?: string };
        if (driver === 'blkdebug' && config !== undefined) await readPipe(config);
        const name = String(args['node-name']);
        if (this.#nodes.has(name)) fail(`Duplicate nodes with node-name='${name}'`);
        this.#nodes.set(name, args);
      },
      'blockdev-del': (args) => {
        const name = String(args['node-name']);
        if (!this.#nodes.delete(name)) fail(`Failed to find node with node-name='${name}'`);
      },
    };
  }

  #queries(): Record<string, CommandHandler> {
    const { name, monitors } = this.#start;
    const filename = (label: string) => `unix:${label},server=on`;
    return {
      'query-status': () => this.status,
      'query-name': () => (name === undefined ? {} : { name }),
      'query-yank': () => monitors.map((id) => ({ type: 'chardev', id })),
      'query-chardev': () => monitors.map((label) => ({ 'frontend-open': true, filename: filename(label), label })),
      ...Object.fromEntries(Object.entries(constants).map(([command, value]) => [command, constant(value)])),
    };
  }
}

/** What queries answer on a machine without anything. */
const constants: Readonly<Record<string, JsonValue>> = {
  'query-uuid': { UUID: '00000000-0000-0000-0000-000000000000' },
  'query-kvm': { enabled: false, present: true },
  'query-target': { arch: 'x86_64' },
  'query-replay': { icount: 0, mode: 'none' },
  'query-current-machine': { 'wakeup-suspend-support': false },
  'query-dump': { total: 0, status: 'none', completed: 0 },
  'query-migrate': {},
  ...Object.fromEntries(
    [
      ...[
        'query-jobs',
        'query-iothreads',
        'query-block',
        'query-memdev',
        'query-cpus-fast',
        'query-tpm',
        'query-stats',
      ],
      ...['query-vnc-servers', 'qom-list-types', 'query-named-block-nodes', 'query-pci'],
      ...['query-block-jobs', 'query-blockstats', 'query-block-exports', 'query-rx-filter', 'query-mice'],
      ...['query-memory-devices', 'query-migrate-blockers', 'query-stats-schemas', 'query-acpi-ospm-status'],
    ].map((command) => [command, []]),
  ),
};

/** Commands that fail where nothing is. */
const missing: Readonly<Record<string, CommandHandler>> = {
  'query-balloon': () => noBalloon(),
  balloon: () => noBalloon(),
  eject: ({ id, device }) => noDevice(String(id ?? device)),
  'query-sgx': () => fail('SGX is only supported on PC machines'),
  'query-hotpluggable-cpus': () => fail("The feature 'query-hotpluggable-cpus' is not enabled"),
  'nbd-server-remove': ({ name }) => fail(`Export '${String(name)}' is not found`),
  'device-list-properties': ({ typename }) => noDevice(String(typename)),
  'migrate-pause': () => fail('migrate-pause is currently only supported during postcopy-active state'),
  'migrate-recover': () => fail('Migrate recover can only be run when postcopy is paused.'),
  yank: ({ instances }) => {
    if ((instances as JsonValue[]).length > 0) throw commandError('Instance not found', 'DeviceNotFound');
  },
  'trace-event-get-state': ({ name }) => fail(`unknown event "${String(name)}"`),
  'trace-event-set-state': ({ name }) => fail(`unknown event "${String(name)}"`),
};

function noBalloon(): never {
  throw commandError('No balloon device has been activated', 'DeviceNotActive');
}

function noDevice(name: string): never {
  throw commandError(`Device '${name}' not found`, 'DeviceNotFound');
}

function fail(text: string): never {
  throw commandError(text);
}

function constant(value: JsonValue): CommandHandler {
  const prepared = prepare(value);
  return () => prepared;
}

/** Reads a file to its end; a named pipe is waited for. */
async function readPipe(path: string): Promise<void> {
  try {
    await readFile(path);
  } catch (error) {
    fail(`Unable to read ${path}: Failed to open file “${path}”: ${(error as NodeJS.ErrnoException).code}`);
  }
}
