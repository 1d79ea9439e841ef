import type { MigrateSetParameters, MigrationCapability, MigrationCapabilityStatus } from '../api/index.js';
import { MachineError } from '../machine/errors.js';

const LONGEST_DOWNTIME = 2_000_000;

/** What migrations are asked to do besides, and their limits. */
export class MigrationSettings {
  readonly #capabilities: Record<MigrationCapability, boolean> = { events: false, 'pause-before-switchover': false };
  /** Bytes a second; 0 is no limit. */
  maxBandwidth: number | bigint = 128 << 20;
  /** Milliseconds that the guest may stand still. */
  downtimeLimit = 300;

  has(capability: MigrationCapability): boolean {
    return this.#capabilities[capability];
  }

  get capabilities(): MigrationCapabilityStatus[] {
    return (['events', 'pause-before-switchover'] as const).map((capability) => ({
      state: this.#capabilities[capability],
      capability,
    }));
  }

  setCapabilities(changes: readonly MigrationCapabilityStatus[]): void {
    for (const { capability, state } of changes) this.#capabilities[capability] = state;
  }

  /** @throws {MachineError} when a limit is out of its range. */
  setParameters({ 'max-bandwidth': bandwidth, 'downtime-limit': downtime }: MigrateSetParameters): void {
    // A negative number is a huge one, as QEMU reads it.
    if (downtime !== undefined && BigInt.asUintN(64, BigInt(downtime)) > LONGEST_DOWNTIME)
      throw new MachineError("Parameter 'downtime_limit' expects an integer in the range of 0 to (2000 * 1000) ms");
    if (bandwidth !== undefined) this.maxBandwidth = bandwidth < 0 ? BigInt.asUintN(64, BigInt(bandwidth)) : bandwidth;
    if (downtime !== undefined) this.downtimeLimit = Number(downtime);
  }
}
