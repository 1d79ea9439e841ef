import { type Marks, markedArguments, markedCommands } from '../api/features.js';
import type { JsonObject, JsonValue } from '../json/value.js';
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

const marked = new Set([...Object.keys(markedCommands), ...Object.keys(markedArguments)]);

/** What is deprecated or unstable in some QEMU that this package knows: the word on a server that was not asked yet. */
function* knownUses(command: string, args: JsonObject | undefined): Generator<FeatureUse> {
  const feature = own(markedCommands, command);
  if (feature !== undefined) yield { feature, what: `command "${command}"` };
  const marks = own(markedArguments, command);
  if (marks !== undefined && args !== undefined) yield* usesIn(args, marks, command);
}

function* usesIn(value: JsonValue, marks: Marks, command: string): Generator<FeatureUse> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) yield* usesIn(item, marks, command);
    return;
  }
  for (const [name, inner] of Object.entries(value as JsonObject)) {
    if (inner === undefined) continue;
    const feature = own(marks, name);
    if (feature !== undefined) yield { feature, what: `argument "${name}" of "${command}"` };
    const valueFeature = typeof inner === 'string' ? own(marks, `${name}=${inner}`) : undefined;
    if (valueFeature !== undefined) yield { feature: valueFeature, what: `value "${inner}" of "${command}"` };
    yield* usesIn(inner, marks, command);
  }
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Watches what commands use that is deprecated or unstable: tells it once, or refuses it. */
export class Usage {
  readonly #options: Required<UsageOptions>;
  readonly #warn: (use: FeatureUse) => void;
  readonly #warned = new Set<string>();
  /** Something is refused: commands have to wait for the server's schema, so that nothing can slip through. */
  readonly refuses: boolean;
  /** The server's own word, once it was fetched. */
  schema: LiveSchema | undefined;

  constructor(options: UsageOptions, warn: (use: FeatureUse) => void) {
    this.#options = { deprecated: options.deprecated ?? 'warn', unstable: options.unstable ?? 'warn' };
    this.#warn = warn;
    this.refuses = this.#options.deprecated === 'refuse' || this.#options.unstable === 'refuse';
  }

  /** @throws {QmpError} QMP_POLICY when the options refuse what is used. */
  check(command: string, args: JsonObject | undefined): void {
    if (this.schema === undefined && !marked.has(command)) return;
    const uses = this.schema === undefined ? knownUses(command, args) : this.schema.uses(command, args);
    for (const use of uses) this.#use(use, command);
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
