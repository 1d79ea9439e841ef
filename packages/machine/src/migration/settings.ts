import {
  type MigrateSetParameters,
  MigrationCapability,
  type MigrationCapabilityStatus,
  type MigrationParameters,
} from '../api/index.js';
import { MachineError } from '../machine/errors.js';
import { defaultParameters, withParameters } from './parameters.js';

/** What migrations of this machine can do besides. */
const possible: readonly MigrationCapability[] = ['events', 'pause-before-switchover'];

/** What migrations are asked to do besides, and how. */
export class MigrationSettings {
  readonly #on = new Set<MigrationCapability>();
  #parameters: MigrationParameters = defaultParameters;

  get parameters(): MigrationParameters {
    return this.#parameters;
  }

  /** Bytes a second; 0 is no limit. */
  get maxBandwidth(): number | bigint {
    return this.#parameters['max-bandwidth'] ?? 0;
  }

  /** Milliseconds that the guest may stand still. */
  get downtimeLimit(): number {
    return Number(this.#parameters['downtime-limit']);
  }

  has(capability: MigrationCapability): boolean {
    return this.#on.has(capability);
  }

  get capabilities(): MigrationCapabilityStatus[] {
    return MigrationCapability.map((capability) => ({ state: this.#on.has(capability), capability }));
  }

  /** @throws {MachineError} for what the machine cannot do; nothing is changed then. */
  setCapabilities(changes: readonly MigrationCapabilityStatus[]): void {
    const missing = changes.find(({ capability, state }) => state && !possible.includes(capability));
    if (missing !== undefined)
      throw new MachineError(`Migration capability '${missing.capability}' is not supported by this machine`);
    for (const { capability, state } of changes) {
      if (state) this.#on.add(capability);
      else this.#on.delete(capability);
    }
  }

  /** @throws {MachineError} when one is out of its range; nothing is changed then. */
  setParameters(changes: MigrateSetParameters): void {
    this.#parameters = withParameters(this.#parameters, changes);
  }
}
