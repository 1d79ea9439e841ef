import type { QmpClient } from 'qmp';
import type { JsonValue } from 'qmp/json';
import type { Invocation } from '../cli/command-spec.js';
import { openAgent, openClient } from '../cli/open-client.js';
import { collectAgentFacts, collectFacts, type Execute } from './collect.js';
import type { VmFacts } from './facts.js';
import { diskCounters, networkCounters, type Rate, RateMeter } from './rates.js';

/** What one look at a machine found. */
export interface Look {
  readonly facts: VmFacts;
  readonly disks: readonly Rate[];
  /** Only with a guest agent. */
  readonly network: readonly Rate[];
}

/** A machine that is looked at again and again. */
export class WatchedVm implements Disposable {
  readonly address: string;
  readonly disks = new RateMeter();
  readonly network = new RateMeter();
  readonly #client: QmpClient;
  readonly #agent: QmpClient | undefined;

  private constructor(address: string, client: QmpClient, agent: QmpClient | undefined) {
    this.address = address;
    this.#client = client;
    this.#agent = agent;
  }

  /** Connects to a machine, and to its guest agent where an address is given. */
  static async open(call: Invocation, address: string, agentAddress: string | undefined): Promise<WatchedVm> {
    const client = await openClient(call, address);
    try {
      const agent = agentAddress === undefined ? undefined : await openAgent(call, agentAddress);
      return new WatchedVm(address, client, agent);
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  async look(): Promise<Look> {
    const ask: Execute = (command, args) => this.#client.execute(command, args);
    const [facts, stats, guest, interfaces] = await Promise.all([
      collectFacts(this.address, ask),
      ask('query-blockstats').catch(() => undefined),
      this.#agent === undefined ? undefined : collectAgentFacts((command) => this.#askAgent(command)),
      this.#agent === undefined ? undefined : this.#askAgent('guest-network-get-interfaces').catch(() => undefined),
    ]);
    const now = performance.now();
    return {
      facts: guest === undefined ? facts : { ...facts, agent: guest },
      disks: this.disks.update(diskCounters(stats), now),
      network: this.network.update(networkCounters(interfaces), now),
    };
  }

  #askAgent(command: string): Promise<JsonValue> {
    return this.#agent === undefined ? Promise.resolve(null) : this.#agent.execute(command);
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
    this.#agent?.destroy();
  }
}
