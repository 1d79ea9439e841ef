import { setImmediate as turn } from 'node:timers/promises';
import { connect, type EventMessage, type QmpClient } from 'qmp';
import { memoryChardevs } from 'qmp/testing';
import {
  createMachine,
  createMachineMonitor,
  type Machine,
  type MachineMonitor,
  type MachineOptions,
} from 'qmp-machine';
import type { Api } from '#src/api/index.js';
import { ChardevTable } from '#src/chardevs/table.js';
import { Guest } from '../machine/guest.js';

/** A running machine, its monitors, and a client on one of them. */
export class Bench {
  static async start(options: MachineOptions = {}): Promise<Bench> {
    const bench = await Bench.prepare(options);
    await bench.machine.resume();
    await bench.guest.says('> ');
    return bench;
  }

  /** A machine before its first instruction. */
  static async prepare(options: MachineOptions = {}): Promise<Bench> {
    const machine = await createMachine({ memory: 16 << 20, ...options });
    const chardevs = new ChardevTable();
    const { media } = options;
    const monitor = createMachineMonitor(machine, { chardevs, ...(media === undefined ? {} : { media }) });
    const [near, far] = memoryChardevs();
    monitor.qmp.attach(far);
    const client = await connect<Api>(near);
    return new Bench(machine, monitor, client, chardevs);
  }

  /** A machine that waits for the state of another one; see `-incoming`. */
  static async waiting(incoming: string, options: MachineOptions = {}): Promise<Bench> {
    const machine = await createMachine({ memory: 16 << 20, ...options });
    const chardevs = new ChardevTable();
    const reports: string[] = [];
    const report = (message: string) => void reports.push(message);
    const monitor = createMachineMonitor(machine, { chardevs, incoming, report, media: options.media ?? {} });
    const [near, far] = memoryChardevs();
    monitor.qmp.attach(far);
    await monitor.waiting;
    const bench = new Bench(machine, monitor, await connect<Api>(near), chardevs);
    bench.reports = reports;
    return bench;
  }

  /** What the machine has told its terminal. */
  reports: readonly string[] = [];
  readonly machine: Machine;
  readonly monitor: MachineMonitor;
  readonly client: QmpClient<Api>;
  readonly chardevs: ChardevTable;
  readonly guest: Guest;
  readonly events: EventMessage[] = [];

  private constructor(machine: Machine, monitor: MachineMonitor, client: QmpClient<Api>, chardevs: ChardevTable) {
    this.chardevs = chardevs;
    this.machine = machine;
    this.monitor = monitor;
    this.client = client;
    this.guest = new Guest(machine);
    client.on('*', (event) => this.events.push(event as EventMessage));
  }

  /** Resolves with an event that a condition holds for, of those since the last {@link takeEvents}. */
  async until(condition: (event: EventMessage) => boolean): Promise<EventMessage> {
    for (;;) {
      const found = this.events.find(condition);
      if (found !== undefined) return found;
      await turn();
    }
  }

  /** Names of the events so far; forgets them. */
  takeEvents(): string[] {
    return this.events.splice(0).map(({ event }) => event);
  }

  async stop(): Promise<void> {
    await this.client.destroy();
    await this.monitor.qmp.close();
    await this.chardevs.close();
    await this.machine.destroy();
  }
}
