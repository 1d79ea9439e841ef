import type { Api as NewestApi } from '../api/index.js';
import type { JsonObject } from '../json/value.js';
import { QmpError } from '../protocol/errors.js';
import type { FeatureUse, LiveSchema } from './live-schema.js';

/** What to do when something deprecated or unstable is used. */
export type UsagePolicy = 'accept' | 'warn' | 'refuse';

export interface UsageOptions {
  /** @default "warn" */
  readonly deprecated?: UsagePolicy;
  /** @default "warn" */
  readonly unstable?: UsagePolicy;
}

type CommandsWith<Feature extends string> = {
  [C in keyof NewestApi['commands']]: NewestApi['commands'][C] extends { features: infer F }
    ? Feature extends F
      ? C
      : never
    : never;
}[keyof NewestApi['commands']];

/** Known before any schema was fetched. The compiler checks both lists against the generated API. */
const deprecated: Readonly<Record<CommandsWith<'deprecated'>, true>> = {
  'drive-backup': true,
  'block-job-pause': true,
  'block-job-resume': true,
  'block-job-complete': true,
  'block-job-dismiss': true,
  'block-job-finalize': true,
  'nbd-server-add': true,
  'nbd-server-remove': true,
  'query-migrationthreads': true,
};
const unstable: Readonly<Record<CommandsWith<'unstable'>, true>> = {
  'x-accel-stats': true,
  'x-debug-query-block-graph': true,
  'x-debug-block-dirty-bitmap-sha256': true,
  'x-blockdev-amend': true,
  'x-blockdev-change': true,
  'x-blockdev-set-iothread': true,
  'x-colo-lost-heartbeat': true,
  'device-sync-config': true,
  'x-query-irq': true,
  'x-query-jit': true,
  'x-query-numa': true,
  'x-query-ramblock': true,
  'x-query-roms': true,
  'x-query-usb': true,
  'x-query-interrupt-controllers': true,
  'set-cpu-topology': true,
  'query-s390x-cpu-polarization': true,
  'x-exit-preconfig': true,
  'inject-ghes-v2-error': true,
  'x-query-virtio': true,
  'x-query-virtio-status': true,
  'x-query-virtio-queue-status': true,
  'x-query-virtio-vhost-queue-status': true,
  'x-query-virtio-queue-element': true,
  'cxl-add-dynamic-capacity': true,
  'cxl-release-dynamic-capacity': true,
};

const known = new Map<string, FeatureUse['feature']>([
  ...Object.keys(deprecated).map((name) => [name, 'deprecated'] as const),
  ...Object.keys(unstable).map((name) => [name, 'unstable'] as const),
]);

/** Watches what commands use that is deprecated or unstable: tells it once, or refuses it. */
export class Usage {
  readonly #options: Required<UsageOptions>;
  readonly #warn: (use: FeatureUse) => void;
  readonly #warned = new Set<string>();
  /** The server's own word, once it was fetched. */
  schema: LiveSchema | undefined;

  constructor(options: UsageOptions, warn: (use: FeatureUse) => void) {
    this.#options = { deprecated: options.deprecated ?? 'warn', unstable: options.unstable ?? 'warn' };
    this.#warn = warn;
  }

  /** Whether commands have to wait for the server's schema, so that nothing can slip through. */
  get needsSchema(): boolean {
    const { deprecated, unstable } = this.#options;
    return this.schema === undefined && (deprecated === 'refuse' || unstable === 'refuse');
  }

  /** @throws {QmpError} QMP_POLICY when the options refuse what is used. */
  check(command: string, args: JsonObject | undefined): void {
    if (this.schema === undefined) {
      const feature = known.get(command);
      if (feature !== undefined) this.#use({ feature, what: `command "${command}"` }, command);
      return;
    }
    for (const use of this.schema.uses(command, args)) this.#use(use, command);
  }

  #use(use: FeatureUse, command: string): void {
    const policy = this.#options[use.feature];
    if (policy === 'refuse') {
      throw new QmpError('QMP_POLICY', `${use.what} is ${use.feature}, and this client refuses that`, {
        command,
        hint: `It was not sent. See the option usage.${use.feature}.`,
      });
    }
    const key = `${use.feature} ${use.what}`;
    if (policy === 'accept' || this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#warn(use);
  }
}
